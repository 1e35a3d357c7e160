"""A picture's file: whether it is there, and its bytes. Loads no library, so wrong names are told at once."""

from __future__ import annotations

import difflib
import os
import stat
from pathlib import Path

from impasto.errors import PictureError

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".avif", ".heic", ".heif")
"""Endings of the pictures that can be read."""

SYSTEM_FOLDERS = ("__macosx", "@eadir", "$recycle.bin", "system volume information", "lost+found")
"""Folders that macOS, Synology's NAS, Windows and Linux lay beside people's files, in lower case."""


def is_hidden(name: str) -> bool:
    """Whether a system keeps a file or folder of that name for itself, such as ``._a.png`` or ``@eaDir``."""
    return name.startswith((".", "~$")) or name.lower() in SYSTEM_FOLDERS


def pictures_in(folder: Path, *, recursive: bool = False) -> list[Path]:
    """The pictures in a folder, in the order of their names, without what systems keep there for themselves.

    Passed over: dot files such as ``._a.png``, hidden files, files of other endings such as ``Thumbs.db``,
    folders, and what is no regular file, whatever its name.

    Args:
        folder: to list.
        recursive: those in its sub-folders too, in the order of their paths.
    Raises:
        PictureError: there is no such folder, or it may not be read, or has no picture.
    """
    try:
        if recursive:
            walk = os.walk(folder, onerror=_raise)
            files = [Path(place, name) for place, folders, names in walk for name in _shown(folders, names)]
        else:
            files = [path for path in folder.iterdir() if not is_hidden(path.name)]
    except OSError as error:
        missing = isinstance(error, (FileNotFoundError, NotADirectoryError))
        raise PictureError(
            "there is no such folder" if missing else "the folder cannot be read",
            got=f"{folder}: {error.strerror}",
            attempt="check its name" if missing else "another folder, or chmod u+rx",
        ) from error
    pictures = sorted(path for path in files if path.suffix.lower() in SUFFIXES and _is_shown_file(path))
    if not pictures:
        inside = sorted(path.name for path in files if path.is_dir())
        raise PictureError(
            "the folder has no picture",
            got=str(folder),
            expected=f"files that end in {', '.join(SUFFIXES)}",
            attempt=f"a folder inside it: {', '.join(inside[:3])}" if inside else "",
        )
    return pictures


def _shown(folders: list[str], names: list[str]) -> list[str]:
    """The names that are not hidden; hidden folders are taken off the list, so that they are not entered."""
    folders[:] = [name for name in folders if not is_hidden(name)]
    return [name for name in names if not is_hidden(name)]


def _raise(error: OSError) -> None:
    raise error


def _is_shown_file(path: Path) -> bool:
    """Whether a path is a regular file, or a link to one, and not hidden as Windows marks files."""
    try:
        about = path.stat()
    except OSError:  # a link to nowhere
        return False
    hidden = getattr(about, "st_file_attributes", 0) & getattr(stat, "FILE_ATTRIBUTE_HIDDEN", 0)
    return stat.S_ISREG(about.st_mode) and not hidden


def check_file(path: Path) -> None:
    """Check that there is a file of that name, without opening it.

    Raises:
        PictureError: it is missing, a folder, or no regular file.
    """
    try:
        if path.is_dir():
            raise PictureError(
                "picture is a folder",
                got=str(path),
                expected="one file",
                attempt=_first_picture(path) or "the name of a picture inside it",
            )
        if not path.exists():
            raise _missing(path)
        if not path.is_file():
            raise PictureError(
                "picture is not a regular file", got=str(path), attempt="save it to a file first"
            )
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def read_bytes(path: Path) -> bytes:
    """The contents of a picture's file.

    Raises:
        PictureError: as ``check_file``; or it may not be read.
    """
    check_file(path)
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _missing(path: Path) -> PictureError:
    return PictureError("picture is missing", got=str(path), attempt=_near(path))


def _unreadable(path: Path, error: Exception) -> PictureError:
    if isinstance(error, PermissionError):
        return PictureError("picture may not be read", got=str(path), attempt=f"chmod u+r {path}")
    return PictureError("picture cannot be read", got=f"{path}: {error}", attempt="another path")


def _near(path: Path) -> str:
    """What to try instead of a missing file: files of nearly the same name."""
    text = str(path)
    if text.startswith(("http:/", "https:/")):
        return "download it first; pictures are read from files only"
    if not path.parent.is_dir():
        return f"a folder that exists: {path.parent} does not"
    names = [entry.name for entry in path.parent.iterdir() if entry.is_file() and not is_hidden(entry.name)]
    files = {name.lower(): name for name in names}
    close = difflib.get_close_matches(path.name.lower(), files, n=3, cutoff=0.6)
    same_stem = [name for name in files if Path(name).stem == path.stem.lower()]
    near = list(dict.fromkeys([*close, *same_stem]))[:3]
    if near:
        return " or ".join(str(path.parent / files[name]) for name in near)
    return "the name of a file that exists, or its full path"


def _first_picture(folder: Path) -> str:
    try:
        return str(pictures_in(folder)[0])
    except PictureError:
        return ""
