"""A visitor's session: results, uploads and runs."""

from __future__ import annotations

import json
import re
import shutil
import threading
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from impasto.images import io
from impasto.images.file_names import fitting
from impasto.result import Result, record_path, without_folders
from impasto.studio.live_run import LiveRun
from impasto.studio.visitor_queue import VisitorQueue

MAX_ENTRIES = 24
"""Results that are kept of a visitor; the oldest is removed first."""

MAX_FINE = 3
"""Results whose pixels are kept with 16 bits: 25 MB for 2048 x 2048 px."""

MAX_FOLDERS = 3
"""Folders of explained pages, likewise: one has some 20 MB."""

SPARE_BYTES = 40
"""Room in the names of downloads for a number, other endings, and what browsers add to a name."""

UPLOAD_FOLDER = re.compile(r"[0-9a-f]{64}")
"""Name of the folder that gradio 6.31 makes for an upload: a hash of its bytes and a secret number."""


@dataclass(frozen=True)
class Entry:
    """A result in a visitor's history.

    Attributes:
        task: name of the recipe.
        picture: the PNG.
        before: the photo it was made from, at its size; None for none.
        caption: number, task and size.
    """

    task: str
    picture: Path
    before: Path | None
    caption: str

    @property
    def record_file(self) -> Path:
        """The JSON beside the picture."""
        return record_path(self.picture)

    @property
    def fine_pixels(self) -> Path:
        """The pixels with 16 bits a channel; kept of the last results only."""
        return self.picture.with_name("pixels.npy")

    @property
    def record(self) -> dict[str, Any]:
        """What the JSON says."""
        record: dict[str, Any] = json.loads(self.record_file.read_text(encoding="utf-8"))
        return record

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in px."""
        width, height = self.record["size"]
        return width, height

    @property
    def tile(self) -> bool:
        """Whether copies side by side continue each other."""
        return bool(self.record["settings"].get("tile"))


@dataclass
class Session:
    """One visitor, from opening the page to closing it.

    Attributes:
        folder: where their results lie.
        entries: their results, oldest first.
        uploads: their files.
        chosen: the result that the page shows, by task.
        ended: they left; nothing is written for them any more.
        count: number of results and folders so far.
        folders: those of explained pages, oldest first.
        threads: what still runs for them in other threads; it ends soon after ``ended``.
        queues: their requests, by task.
        runs: the last run of each task.
        pages: names of the pages on which they are; empty when they left, or their line was lost.
        used_at: time of their last request, by the clock of ``Sessions``.
        lock: held while a result is written and while the folder is removed.
    """

    folder: Path
    entries: list[Entry] = field(default_factory=list)
    uploads: set[Path] = field(default_factory=set)
    chosen: dict[str, Entry] = field(default_factory=dict)
    ended: bool = False
    count: int = 0
    folders: list[Path] = field(default_factory=list)
    threads: set[Future[None]] = field(default_factory=set)
    queues: dict[str, VisitorQueue] = field(default_factory=lambda: defaultdict(VisitorQueue))
    runs: dict[str, LiveRun] = field(default_factory=dict)
    pages: set[str] = field(default_factory=set)
    used_at: float = 0.0
    lock: threading.RLock = field(default_factory=threading.RLock)

    def stopped(self, task: str) -> bool:
        """Whether the run of a tab is to end: the visitor clicked Stop, or left."""
        return self.ended or self.queues[task].stopped

    def add_run(self, task: str, run: LiveRun) -> None:
        """Remember the run of a task: its page may come back, and its files wait for its end."""
        self.runs[task] = run
        self.threads.add(run.future)
        run.future.add_done_callback(self.threads.discard)

    def add_uploads(self, sent: Any) -> None:
        """Remember which files the visitor uploaded, to remove them at the end.

        Only uploads: gradio lets a visitor name any file in its folder, also a sample.

        Args:
            sent: paths, or files as gradio sends them (under ``path``), within lists and dictionaries.
        """
        if isinstance(sent, Mapping):
            self.add_uploads([value for name, value in sent.items() if name != "path"])
            if isinstance(sent.get("path"), str):
                self.add_uploads(Path(sent["path"]))
        elif isinstance(sent, (list, tuple)):
            for one in sent:
                self.add_uploads(one)
        elif isinstance(sent, Path) and is_upload(sent, self.folder.parent.parent):
            self.uploads.add(sent)

    def new_folder(self) -> Path:
        """Path of a new folder, not yet made, for an explained page; the oldest ones are removed."""
        self.count += 1
        self.folders.append(self.folder / str(self.count))
        for old in self.folders[:-MAX_FOLDERS]:
            shutil.rmtree(old, ignore_errors=True)
        del self.folders[:-MAX_FOLDERS]
        return self.folders[-1]

    def entries_of(self, task: str) -> list[Entry]:
        """The results of a task, oldest first."""
        return [entry for entry in self.entries if entry.task == task]

    def add(self, result: Result, *, task: str, before: Tensor | None = None) -> Entry | None:
        """Write a result and its record, without this machine's folders; None if the visitor left.

        Args:
            result: the picture.
            task: name of the recipe.
            before: (1, 3, H, W) in [0, 1], the photo at the picture's size; it is written beside it.
        """
        with self.lock:
            if self.ended:
                return None
            self.count += 1
            folder = self.folder / str(self.count)
            folder.mkdir(parents=True)
            result = replace(result, record=without_folders(result.record), parts=())
            picture = result.save(folder / download_name(result.record, task, self.count))
            width, height = result.record["size"]
            photo = None
            if before is not None:
                photo = folder / "before.jpg"
                io.write(photo, before)
            entry = Entry(task, picture, photo, f"{self.count}: {task}, {width} × {height} px")
            levels = (result.pixels.clamp(0, 1) * 65535).round().numpy().astype(np.uint16)
            np.save(entry.fine_pixels, levels, allow_pickle=False)
            self.entries.append(entry)
            for old in self.entries[:-MAX_FINE]:
                old.fine_pixels.unlink(missing_ok=True)
            for old in self.entries[:-MAX_ENTRIES]:
                shutil.rmtree(old.picture.parent, ignore_errors=True)
                if self.chosen.get(old.task) is old:
                    del self.chosen[old.task]
            del self.entries[:-MAX_ENTRIES]
            return entry


def download_name(record: Mapping[str, Any], task: str, number: int) -> str:
    """Name of a result's file, as the browser will save it: IMG_1-wave-3.png.

    Args:
        record: of the result; its photo and styles, or its styles and the task, make up the name.
        task: name of the recipe.
        number: of the result among the visitor's.
    """
    entries = [record["content"]] if record.get("content") else []
    names = [str(entry["name"]) for entry in (*entries, *record.get("styles", ())) if entry.get("name")]
    if task != "stylize" or len(names) < 2:
        names.append(task)
    return fitting(Path("-".join(names) + ".png"), ".png", spare_bytes=SPARE_BYTES).stem + f"-{number}.png"


def packed(archive: Path, files: Iterable[Path]) -> Path:
    """Write files into one zip, without compression: pictures are compressed already."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as written:
        for file in files:
            written.write(file, file.name)
    return archive


def is_upload(path: Path, folder: Path) -> bool:
    """Whether a file lies where gradio puts uploads below a folder."""
    return (
        path.parent.parent == folder
        and UPLOAD_FOLDER.fullmatch(path.parent.name) is not None
        and path.name != ".."
    )
