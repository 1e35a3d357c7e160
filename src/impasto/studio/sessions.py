"""What each visitor painted, and which of their files are here; both go when they leave."""

from __future__ import annotations

import json
import re
import shutil
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from torch import Tensor

from impasto.images import io
from impasto.result import Result, record_path
from impasto.studio.visitor_queue import VisitorQueue

MOST = 24
"""Paintings that are kept of a visitor; the oldest goes first."""

MOST_ROOMS = 3
"""Folders of other things, likewise: a page that explains has some 20 MB."""

PATIENCE_S = 15
"""How long whoever leaves waits for what still works for them, before their files are removed."""

OFTEN_S = 600
"""Seconds between two looks for files that are too old, at most."""

HASH = re.compile(r"[0-9a-f]{64}")
"""Name of a folder that gradio 6.31 makes for an upload, of its bytes and a number nobody knows."""


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
class Session:
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
        used_at: when they last asked for something, seconds since some moment.
        lock: held while a painting is written, and while the folder is removed.
    """

    folder: Path
    entries: list[Entry] = field(default_factory=list)
    uploads: set[Path] = field(default_factory=set)
    chosen: dict[str, Entry] = field(default_factory=dict)
    gone: bool = False
    count: int = 0
    rooms: list[Path] = field(default_factory=list)
    works: set[Future[None]] = field(default_factory=set)
    lines: dict[str, VisitorQueue] = field(default_factory=lambda: defaultdict(VisitorQueue))
    used_at: float = 0.0
    lock: threading.RLock = field(default_factory=threading.RLock)

    def ended(self, task: str) -> bool:
        """Whether what is made for them in a tab is to end: they said so, or left."""
        return self.gone or self.lines[task].stopped

    def brought(self, sent: Any) -> None:
        """Remember the files in what the browser sends: they are theirs, and go when they leave.

        Only uploads: gradio lets a visitor name any file in its folder, also a sample.

        Args:
            sent: paths, or what gradio makes of files (under ``path``), within lists and dictionaries.
        """
        if isinstance(sent, Mapping):
            self.brought([value for name, value in sent.items() if name != "path"])
            if isinstance(sent.get("path"), str):
                self.brought(Path(sent["path"]))
        elif isinstance(sent, (list, tuple)):
            for one in sent:
                self.brought(one)
        elif isinstance(sent, Path) and is_upload(sent, self.folder.parent.parent):
            self.uploads.add(sent)

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

    def keep(self, result: Result, *, task: str, before: Tensor | None = None) -> Entry | None:
        """Write a painting and its record, and remember it; None if the visitor is gone.

        Folders of this machine are left out of the record: it goes to the visitor.

        Args:
            result: the painting.
            task: what made it.
            before: (1, 3, H, W), 0 to 1, the photo at its size; it is written beside it.
        """
        with self.lock:
            return None if self.gone else self._kept(result, task=task, before=before)

    def _kept(self, result: Result, *, task: str, before: Tensor | None) -> Entry:
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


class Sessions:
    """The visitors of a server.

    Args:
        folder: where their files lie; beside it are their uploads.
        now: seconds since some moment.
    """

    def __init__(self, folder: Path, *, now: Callable[[], float] = time.monotonic) -> None:
        self.folder = folder.resolve()
        self._now = now
        self._lock = threading.Lock()
        self._visits: dict[str, Session] = {}
        self._count = 0

    def of(self, session: str | None) -> Session:
        """The visit of a session; a new one if it has none."""
        with self._lock:
            name = session or "nobody"
            if name not in self._visits:
                self._count += 1
                self._visits[name] = Session(self.folder / f"visit-{self._count}-{abs(hash(name))}")
            self._visits[name].used_at = self._now()
            return self._visits[name]

    def leave(self, session: str | None) -> None:
        """Stop what a visitor paints, and remove their files; not those another visitor uploaded too."""
        with self._lock:
            visit = self._visits.pop(session or "nobody", None)
        if visit is None:
            return
        visit.gone = True
        wait(visit.works, timeout=PATIENCE_S)
        with self._lock:  # uploads of the same bytes are one file
            held = {path for other in self._visits.values() for path in other.uploads}
            for path in visit.uploads - held:
                path.unlink(missing_ok=True)
        with visit.lock:
            shutil.rmtree(visit.folder, ignore_errors=True)

    def sweep(self, idle_s: float) -> None:
        """Let go who has asked for nothing for some time, and remove uploads as old as that.

        A program that calls the API never says that it leaves, and an upload need not be used by anyone.

        Args:
            idle_s: that time, in seconds.
        """
        with self._lock:
            idle = [name for name, visit in self._visits.items() if visit.used_at < self._now() - idle_s]
        for name in idle:
            self.leave(name)
        for path in self.folder.parent.glob("*/*"):
            with suppress(OSError):
                if is_upload(path, self.folder.parent) and path.stat().st_mtime < time.time() - idle_s:
                    path.unlink()

    def keep_sweeping(self, keep_s: float, closing: threading.Event) -> None:
        """Sweep now and then, so that nothing is older than some time.

        Args:
            keep_s: that time, in seconds.
            closing: set when the studio closes.
        """
        often_s = min(OFTEN_S, keep_s / 10)
        while not closing.wait(often_s):
            self.sweep(keep_s - often_s)

    def close(self) -> None:
        """Everyone leaves."""
        with self._lock:
            everyone = list(self._visits)
        for session in everyone:
            self.leave(session)


def is_upload(path: Path, folder: Path) -> bool:
    """Whether a file was uploaded.

    Args:
        path: of the file.
        folder: where gradio puts its files.
    """
    return path.parent.parent == folder and HASH.fullmatch(path.parent.name) is not None and path.name != ".."


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
