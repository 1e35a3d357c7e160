"""The server's folder for files: removed at the end, or by the next server if this one was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PREFIX = "impasto-studio-"
"""Beginning of the folder's name."""

LOCK = "owner.lock"
"""The file that the server holds locked; its text is the process id, for people."""


@contextmanager
def server_folder(parent: Path | None = None) -> Iterator[Path]:
    """A new folder for a server's files, removed at the end; folders of killed servers are removed first.

    Args:
        parent: where it is made; the system's folder for temporary files if left out.
    Yields:
        The folder.
    """
    parent = Path(tempfile.gettempdir()) if parent is None else parent
    remove_abandoned(parent)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=parent, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        # Locked first and renamed then: other servers look for files of the final name.
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
    """Remove folders of servers that could not clean up (SIGKILL, a crash, no power).

    Only folders with our prefix, of this user, whose lock file nobody has locked: the system releases a lock
    when its process ends, however it ends. Where there are no such locks (Windows) nothing is removed.

    Args:
        parent: where to look.
    Returns:
        The removed folders.
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
        except OSError:  # another server that starts now has removed it
            continue
        removed.append(folder)
    return removed


def _ours(folder: Path) -> bool:
    """Whether this user owns a folder."""
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


def _locked(file: IO[str]) -> bool:
    """Try to lock a file; whether we hold its lock now."""
    try:
        import fcntl
    except ImportError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
