"""Check where a file may be written, and write it so that a failure leaves the old one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from impasto.errors import OutputError, nearest

OTHER_FORMATS = frozenset(
    ".avif .avi .bmp .ckpt .dng .eps .exr .gif .heic .heif .ico .jp2 .jpeg .jpg .jxl .mkv .mov .mp4 .onnx "
    ".pbm .pdf .pgm .png .pnm .ppm .psd .pt .pth .safetensors .svg .tga .tif .tiff .webm .webp .xcf".split()
)
"""Endings of pictures, films and networks that are real formats, even where they cannot be written."""


def check_path(path: str | os.PathLike[str], formats: Sequence[str]) -> Path:
    """Check, before any work is done, that a file can be written.

    Args:
        path: the file; it need not exist.
        formats: the endings that are known, such as ``(".png", ".jpg")``; empty for any.
    Returns:
        The path.
    Raises:
        OutputError: a folder, an unknown ending, a folder that is missing, or one that may not be written to.
    """
    path = Path(path)
    if path.is_dir():
        raise OutputError(
            "output is a folder",
            got=str(path),
            expected="the name of a file",
            attempt=str(path / f"out{formats[0] if formats else ''}"),
        )
    if formats and path.suffix.lower() not in formats:
        raise OutputError(
            f"output format {path.suffix!r} is unknown" if path.suffix else "output has no format",
            got=str(path),
            expected=", ".join(formats),
            attempt=_known_format(path, formats),
        )
    _check_folder(path)
    return path


def _known_format(path: Path, formats: Sequence[str]) -> str:
    """What to try instead of an unknown ending: the known one of nearly the same spelling, else the first."""
    if path.suffix.lower() in OTHER_FORMATS:  # a real format, so no typing mistake
        return str(path.with_suffix(formats[0]))
    close = nearest(path.suffix, formats, cutoff=0.7)
    return close or str(path.with_name(f"{path.name or 'out'}{formats[0]}"))


def _check_folder(path: Path) -> None:
    folder = path.parent
    if folder.exists() and not folder.is_dir():
        raise OutputError(
            "output folder is a file",
            got=str(path),
            expected=f"{folder} to be a folder",
            attempt="another path",
        )
    if not folder.exists():
        raise OutputError("output folder is missing", got=str(path), attempt=f"mkdir -p {folder}")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(
            "output folder may not be written to", got=str(folder), attempt="another folder, or chmod u+w"
        )
    if path.exists() and not os.access(path, os.W_OK):
        raise OutputError("output file is read-only", got=str(path), attempt="another name, or chmod u+w")


@contextmanager
def atomic_write(path: str | os.PathLike[str], *, durable: bool = False) -> Iterator[Path]:
    """Give a temporary file beside ``path`` to write to; at the end it replaces ``path`` in one step.

    If the block fails or is interrupted, the temporary file is removed and a file that was at ``path`` stays
    as it was. A link is followed, not replaced.

    Args:
        path: the file to be written.
        durable: survive a power cut too: wait until the disk has the file before it replaces ``path``. The
            temporary name is then always the same, so the next process overwrites what a killed one left.
    Yields:
        The temporary file, empty, in the same folder.
    Raises:
        OutputError: the disk or the folder refused.
    """
    target = Path(path).resolve()
    temporary = _part(target) if durable else target.with_name(f".impasto-{secrets.token_hex(6)}.part")
    try:
        temporary.touch(exist_ok=durable)
        yield temporary
        if durable:
            _flush(temporary)
        temporary.replace(target)
        if durable and os.name == "posix":  # elsewhere a folder cannot be opened
            _flush(target.parent)
    except OSError as error:
        raise OutputError(
            "output could not be written",
            got=f"{path}: {error.strerror or error}",
            attempt="look for free space and permissions, or choose another folder",
        ) from error
    finally:
        _remove(temporary)


def remove(path: str | os.PathLike[str]) -> None:
    """Remove a durable file and what a killed process may have left of it; neither need exist."""
    target = Path(path).resolve()
    for file in (target, _part(target)):
        _remove(file)


def _part(target: Path) -> Path:
    return target.with_name(f".{target.name}.part")


def _flush(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write UTF-8 text; a failure leaves the old file.

    Raises:
        OutputError: it cannot be written.
    """
    with atomic_write(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except NotADirectoryError:
        return


def make_folder(path: str | os.PathLike[str]) -> Path:
    """Make a folder to write several files to, unless it exists.

    Returns:
        The path.
    Raises:
        OutputError: the path is a file, or the folder cannot be made or may not be written to.
    """
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            "output folder cannot be made", got=f"{folder}: {error.strerror}", attempt="another folder"
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError("output folder may not be written to", got=str(folder), attempt="another folder")
    return folder
