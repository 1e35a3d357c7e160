"""A picture's file: whether it is there, and its bytes. Loads no library, so wrong names are told at once."""

from __future__ import annotations

import difflib
from pathlib import Path

from impasto.errors import PictureError

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".avif", ".heic", ".heif")
"""Endings of the pictures that can be read."""


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
    files = {entry.name.lower(): entry.name for entry in path.parent.iterdir() if entry.is_file()}
    close = difflib.get_close_matches(path.name.lower(), files, n=3, cutoff=0.6)
    same_stem = [name for name in files if Path(name).stem == path.stem.lower()]
    names = list(dict.fromkeys([*close, *same_stem]))[:3]
    if names:
        return " or ".join(str(path.parent / files[name]) for name in names)
    return "the name of a file that exists, or its full path"


def _first_picture(folder: Path) -> str:
    try:
        pictures = sorted(entry for entry in folder.iterdir() if entry.suffix.lower() in SUFFIXES)
    except OSError:
        return ""
    return str(pictures[0]) if pictures else ""
