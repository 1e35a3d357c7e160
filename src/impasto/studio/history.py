"""What each visitor painted, and which of their files are here; both go when they leave."""

from __future__ import annotations

import json
import shutil
import threading
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from torch import Tensor

from impasto.images import io
from impasto.result import Result, record_path
from impasto.studio.line import Line

MOST = 24
"""Paintings that are kept of a visitor; the oldest goes first."""

MOST_ROOMS = 3
"""Folders of other things, likewise: a page that explains has some 20 MB."""

PATIENCE_S = 15
"""How long whoever leaves waits for what still works for them, before their files are removed."""


@dataclass(frozen=True)
class Entry:
    """A painting in a visitor's history.

    Attributes:
        task: what made it: stylize, texture, ...
        picture: the PNG.
        before: the photo it was painted from, if there was one.
        caption: a few words.
    """

    task: str
    picture: Path
    before: Path | None
    caption: str

    @property
    def record(self) -> Path:
        """The JSON of its making."""
        return record_path(self.picture)

    @property
    def made(self) -> dict[str, Any]:
        """The record of its making."""
        made: dict[str, Any] = json.loads(self.record.read_text(encoding="utf-8"))
        return made

    @property
    def settings(self) -> dict[str, Any]:
        """Settings it was made by."""
        settings: dict[str, Any] = self.made["settings"]
        return settings

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in px."""
        width, height = self.made["size"]
        return width, height

    @property
    def tile(self) -> bool:
        """Whether copies side by side are one."""
        return bool(self.settings.get("tile"))


@dataclass
class Visit:
    """One visitor, from opening the page to closing it.

    Attributes:
        folder: where their paintings lie.
        entries: their paintings, oldest first.
        uploads: their files.
        chosen: the painting they look at, by task.
        gone: they left; nothing is written for them any more.
        count: how many paintings and other things there have been.
        rooms: folders of other things, oldest first.
        works: what is being made for them in threads of its own; it ends soon after ``ended``.
        lines: their places in the line, by task.
    """

    folder: Path
    entries: list[Entry] = field(default_factory=list)
    uploads: set[Path] = field(default_factory=set)
    chosen: dict[str, Entry] = field(default_factory=dict)
    gone: bool = False
    count: int = 0
    rooms: list[Path] = field(default_factory=list)
    works: set[Future[None]] = field(default_factory=set)
    lines: dict[str, Line] = field(default_factory=lambda: defaultdict(Line))

    def ended(self, task: str) -> bool:
        """Whether what is made for them in a tab is to end: they said so, or left."""
        return self.gone or self.lines[task].stopped

    def room(self) -> Path:
        """A new folder, not yet made, for something that is no painting."""
        self.count += 1
        self.rooms.append(self.folder / str(self.count))
        for old in self.rooms[:-MOST_ROOMS]:
            shutil.rmtree(old, ignore_errors=True)
        del self.rooms[:-MOST_ROOMS]
        return self.rooms[-1]

    def of(self, task: str) -> list[Entry]:
        """The paintings of a tab, oldest first."""
        return [entry for entry in self.entries if entry.task == task]

    def keep(self, result: Result, *, task: str, before: Tensor | None = None) -> Entry:
        """Write a painting and its record, and remember it.

        Folders of this machine are left out of the record: it goes to the visitor.

        Args:
            result: the painting.
            task: what made it.
            before: (1, 3, H, W), 0 to 1, the photo at its size; it is written beside it.
        """
        self.count += 1
        folder = self.folder / str(self.count)
        folder.mkdir(parents=True)
        result = replace(result, record=without_paths(result.record))
        picture = result.save(folder / f"impasto-{task}-{self.count}.png")
        width, height = result.record["size"]
        photo = None
        if before is not None:
            photo = folder / "before.jpg"
            io.write(photo, before)
        entry = Entry(task, picture, photo, f"{self.count}: {task}, {width} × {height} px")
        self.entries.append(entry)
        for old in self.entries[:-MOST]:
            shutil.rmtree(old.picture.parent, ignore_errors=True)
            if self.chosen.get(old.task) is old:
                del self.chosen[old.task]
        del self.entries[:-MOST]
        return entry


class Visits:
    """The visitors of a server.

    Args:
        folder: where their files lie.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._visits: dict[str, Visit] = {}

    def of(self, session: str | None) -> Visit:
        """The visit of a session; a new one if it has none."""
        with self._lock:
            name = session or "nobody"
            if name not in self._visits:
                self._visits[name] = Visit(self.folder / f"visit-{len(self._visits)}-{abs(hash(name))}")
            return self._visits[name]

    def leave(self, session: str | None) -> None:
        """Stop what a visitor paints, and remove their files; not those another visitor uploaded too."""
        with self._lock:
            visit = self._visits.pop(session or "nobody", None)
            if visit is None:
                return
            visit.gone = True
            held = {path for other in self._visits.values() for path in other.uploads}
        wait(visit.works, timeout=PATIENCE_S)
        for path in visit.uploads - held:
            path.unlink(missing_ok=True)
        shutil.rmtree(visit.folder, ignore_errors=True)

    def close(self) -> None:
        """Everyone leaves."""
        for session in list(self._visits):
            self.leave(session)


def without_paths(record: Any) -> Any:
    """A record in which files have names and no folders."""
    if isinstance(record, Mapping):
        return {
            name: Path(value).name if name == "path" and isinstance(value, str) else without_paths(value)
            for name, value in record.items()
        }
    if isinstance(record, (list, tuple)):
        return [without_paths(item) for item in record]
    return record
