"""The server's folder: its own while it lives, and taken away by the next one if it was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PREFIX = "impasto-studio-"
"""Of the folder's name."""

LOCK = "owner.lock"
"""The file that the owner holds locked; it has the owner's process id, for people."""


@contextmanager
def own_folder(parent: Path | None = None) -> Iterator[Path]:
    """A folder for a server's files, removed with everything in it; so are those of servers that were killed.

    Args:
        parent: where it is made; where temporary files go if left out.
    Yields:
        The folder.
    """
    place = Path(tempfile.gettempdir()) if parent is None else parent
    remove_abandoned(place)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=place, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        # Locked before it has the name that others look for.
        new = folder / f"{LOCK}.new"
        with new.open("w", encoding="utf-8") as file:
            file.write(str(os.getpid()))
            file.flush()
            if not _locked(file):
                new.unlink()
            else:
                new.rename(folder / LOCK)
            yield folder


def remove_abandoned(parent: Path) -> list[Path]:
    """Remove folders of servers that ended without a word (SIGKILL, a crash, no power).

    Only folders with our name, of this user, that hold a lock file which nobody has locked: the system lets
    go of a lock when its process ends, however it ends. Where there are no such locks (Windows) nothing is
    removed.

    Args:
        parent: where to look.
    Returns:
        What was removed.
    """
    removed = []
    for folder in sorted(parent.glob(f"{PREFIX}*")):
        lock = folder / LOCK
        if folder.is_symlink() or lock.is_symlink() or not lock.is_file():
            continue
        try:
            if not _ours(folder):
                continue
            with lock.open("r+", encoding="utf-8") as file:
                if not _locked(file):
                    continue
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # another server that starts now was quicker
            continue
        removed.append(folder)
    return removed


def _ours(folder: Path) -> bool:
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


def _locked(file: IO[str]) -> bool:
    """Whether we hold the lock on a file now."""
    try:
        import fcntl
    except ImportError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
