"""Check where a file may be written, and write it so that a failure leaves the old one."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from impasto.errors import OutputError, nearest
from impasto.images.file_names import fitting, length_bytes, longest_bytes

OTHER_FORMATS = frozenset(
    ".avif .avi .bmp .ckpt .dng .eps .exr .gif .heic .heif .ico .jp2 .jpeg .jpg .jxl .mkv .mov .mp4 .onnx "
    ".pbm .pdf .pgm .png .pnm .ppm .psd .pt .pth .safetensors .svg .tga .tif .tiff .webm .webp .xcf".split()
)
"""Endings of pictures, films and networks that are real formats, even where they cannot be written."""

RENAME_WAITS_S = (0.05, 0.1, 0.2, 0.4)
"""Pauses before a refused rename is tried again: virus scanners and network drives hold files briefly."""

NOT_RENAMABLE = (errno.EISDIR, errno.ENOTDIR, errno.ENOENT, errno.EROFS, errno.ENAMETOOLONG, errno.EXDEV)
"""Reasons of a refused rename that no waiting changes."""

CANNOT_FLUSH = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOTTY, errno.EBADF)
"""Answers of file systems without fsync, such as some network drives; the file is written all the same."""


def check_path(path: str | os.PathLike[str], formats: Sequence[str]) -> Path:
    """Check, before any work is done, that a file can be written.

    Args:
        path: the file; it need not exist.
        formats: the endings that are known, such as ``(".png", ".jpg")``; empty for any.
    Returns:
        The path.
    Raises:
        OutputError: a folder, an unknown ending, a name that is too long, or a folder that cannot be made
            or may not be written to.
    """
    path = Path(path)
    _check_name(path)
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


def _check_name(path: Path) -> None:
    """Whether the system can hold a name.

    Raises:
        OutputError: it cannot.
    """
    length, most = length_bytes(path.name), longest_bytes(path.parent)
    if length > most:
        raise OutputError(
            "the name of the output is too long",
            got=f"{length} bytes: {path.name}",
            expected=f"at most {most} bytes, with the ending",
            attempt=str(fitting(path)),
        )
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return
    except PermissionError as error:
        raise OutputError(
            "output folder may not be written to",
            got=str(path.parent),
            attempt="another folder, or chmod u+rwx",
        ) from error
    except (OSError, ValueError) as error:  # the path as a whole is too long, or has a null character
        raise OutputError(
            "there can be no such output", got=f"{path}: {error}", attempt="another name"
        ) from error


def _check_folder(path: Path) -> None:
    folder = path.parent
    while not os.path.lexists(folder) and folder != folder.parent:  # it will be made
        folder = folder.parent
    if not folder.is_dir():
        raise OutputError(
            "output folder is a file",
            got=str(path),
            expected=f"{folder} to be a folder",
            attempt="another path",
        )
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
    as it was. A link is followed, not replaced. A file that is replaced hands on its owner and its mode, as
    far as the user may set them.

    Args:
        path: the file to be written.
        durable: survive a power cut too: wait until the disk has the file before it replaces ``path``, where
            the file system can say so. The temporary name is then always the same, so the next process
            overwrites what a killed one left.
    Yields:
        The temporary file, empty, in the same folder.
    Raises:
        OutputError: the disk or the folder refused.
    """
    temporary: Path | None = None
    try:
        target = Path(path).resolve()
        temporary = _part(target) if durable else target.with_name(f".impasto-{secrets.token_hex(6)}.part")
        before = _stat(target)
        temporary.touch(exist_ok=durable)
        if before is not None:
            _hand_on(before, temporary, mode=stat.S_IMODE(before.st_mode) | stat.S_IRUSR | stat.S_IWUSR)
        yield temporary
        if durable:
            _flush(temporary)
        if before is not None:
            _hand_on(before, temporary, mode=stat.S_IMODE(before.st_mode))
        _rename(temporary, target)
        if durable and os.name == "posix":  # elsewhere a folder cannot be opened
            with suppress(OSError):  # the file is there, under its name; some folders cannot be flushed
                _flush(target.parent)
    except (OSError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and temporary is not None:
            raise  # of the block; resolving a loop of links gives one too
        raise OutputError(
            "output could not be written",
            got=f"{path}: {getattr(error, 'strerror', None) or error}",
            attempt="look for free space and permissions, or choose another folder",
        ) from error
    finally:
        if temporary is not None:
            _remove(temporary)


def _stat(target: Path) -> os.stat_result | None:
    """What is known of the regular file that will be replaced; None if there is none."""
    try:
        before = target.stat()
    except OSError:
        return None
    return before if stat.S_ISREG(before.st_mode) else None


def _hand_on(before: os.stat_result, file: Path, *, mode: int) -> None:
    """Give a file the owner, the group and a mode of the one that it replaces, as far as the user may."""
    now = file.stat()
    if hasattr(os, "chown") and (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        try:
            os.chown(file, before.st_uid, before.st_gid)
        except OSError:  # only root gives files away
            with suppress(OSError):
                os.chown(file, -1, before.st_gid)
    with suppress(OSError):  # some file systems have no modes
        file.chmod(mode)


def _rename(temporary: Path, target: Path) -> None:
    """Replace a file; a refused rename is tried again for a second."""
    for wait_s in RENAME_WAITS_S:
        try:
            temporary.replace(target)
            return
        except OSError as error:
            if error.errno in NOT_RENAMABLE:
                raise
        time.sleep(wait_s)
    temporary.replace(target)


def remove(path: str | os.PathLike[str]) -> bool:
    """Remove a durable file and what a killed process may have left of it; neither need exist.

    Returns:
        False where the folder refused.
    """
    try:
        target = Path(path).resolve()
    except (OSError, RuntimeError):
        return False
    is_gone, is_part_gone = _remove(target), _remove(_part(target))
    return is_gone and is_part_gone


def _part(target: Path) -> Path:
    return target.with_name(f".impasto-{hashlib.sha256(os.fsencode(target.name)).hexdigest()[:12]}.part")


def _flush(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder; not where the file system cannot say."""
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in CANNOT_FLUSH:
            raise
    finally:
        os.close(handle)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write UTF-8 text; a failure leaves the old file.

    Raises:
        OutputError: it cannot be written.
    """
    with atomic_write(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _remove(path: Path) -> bool:
    """Remove a file if there is one; False if that was refused."""
    try:
        path.unlink(missing_ok=True)
    except NotADirectoryError:
        return True
    except OSError:
        return False
    return True


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


def make_parent(*paths: str | os.PathLike[str] | None) -> None:
    """Make the folders that files are to be written to, unless they exist.

    Args:
        *paths: of the files; None is passed over.
    Raises:
        OutputError: a folder cannot be made.
    """
    for path in paths:
        if path is not None and not Path(path).parent.is_dir():
            make_folder(Path(path).parent)
