"""A finished picture with the record of how it was made."""

from __future__ import annotations

import json
import logging
import ntpath
import os
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, overload

import torch
from PIL.Image import Image
from torch import Tensor

from impasto.errors import OutputError, PictureError, SettingError
from impasto.images import io
from impasto.images.atomic_write import atomic_write, make_parent, remove
from impasto.images.file_names import beside, fitting, numbered
from impasto.images.io import Picture
from impasto.images.write_stream import WritableFile, write_stream
from impasto.weights.records import file_sha256

log = logging.getLogger(__name__)

FORMAT = 1
"""Version of the record's keys, stored as ``impasto_format``."""

LARGEST_RECORD_BYTES = 64 * 2**20
"""A larger JSON file is no record; none was seen above 2 MB."""


@dataclass(frozen=True, eq=False)
class Result:
    """A picture and the record of how it was made.

    Attributes:
        pixels: (1, 3, H, W), float32, sRGB in [0, 1], on the CPU.
        losses: weighted parts of the last step by name, and "total".
        record: settings, inputs, network, versions and losses, which ``save`` writes as JSON.
        history: (scale, step, losses) of every step.
        checkpoint: the file of the interrupted run, if any; ``save`` removes it.
        alpha: (1, 1, H, W) in [0, 1], how opaque the picture is; None if all of it is.
        parts: the pictures of a series, of which ``pixels`` is the contact sheet; ``save`` writes them too.
    """

    pixels: Tensor = field(repr=False)
    losses: dict[str, float]
    record: dict[str, Any]
    history: list[dict[str, Any]] = field(default_factory=list, repr=False)
    checkpoint: Path | None = field(default=None, repr=False)
    parts: tuple[Result, ...] = ()
    alpha: Tensor | None = field(default=None, repr=False)

    @cached_property
    def image(self) -> Image:
        """The picture as RGB of 8 bits, or RGBA where it is cut out; converted on first use."""
        return io.to_pil(self.pixels if self.alpha is None else torch.cat([self.pixels, self.alpha], dim=1))

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to the photo and the styles when they were read, for people."""
        inputs = [entry for entry in (self.record.get("content"), *self.record.get("styles", ())) if entry]
        parts = [part for entry in inputs for part in entry.get("pictures", [entry])]
        return tuple(f"{part['name']}: {note}" for part in parts for note in part.get("notes", ()))

    @overload
    def save(
        self,
        path: str | os.PathLike[str],
        *,
        bits: int = 8,
        dpi: int | None = None,
        record: bool = True,
        format: None = None,
    ) -> Path: ...

    @overload
    def save(
        self,
        path: WritableFile,
        *,
        bits: int = 8,
        dpi: int | None = None,
        record: bool = True,
        format: str | None = None,
    ) -> None: ...

    def save(
        self,
        path: str | os.PathLike[str] | WritableFile,
        *,
        bits: int = 8,
        dpi: int | None = None,
        record: bool = True,
        format: str | None = None,
    ) -> Path | None:
        """Write the picture, and its record as JSON beside it and inside it; parts as ``part_paths`` says.

        Both are written to temporary files first, so that a failure leaves existing files as they were. What
        is written names files and their hashes, never folders of this machine. A missing folder is made.

        Args:
            path: .png, .jpg, .webp, .tiff, .avif or .heic; or a file object that is open for bytes, as
                ``io.BytesIO()``: it gets the picture with its record inside, without parts, and stays open.
            bits: a channel, 8 or 16; 16 (.png and .tiff) keeps gradients smooth through later editing.
            dpi: pixels an inch, stored in the file for programs that print; not for .webp.
            record: False: nothing is written of how the picture was made, neither beside nor inside it; a
                record of the picture that is replaced is removed.
            format: for a file object: "png", "jpg", "webp", "tiff", ...; None: that of its name.
        Returns:
            The path of the picture; None for a file object.
        Raises:
            OutputError: the folder cannot be made or is read-only, or the format is unknown or cannot hold
                the bits or the dpi; or a file object has no format, or cannot be written to.
            SettingError: ``bits`` is not 8 or 16, or ``dpi`` is out of range.
        """
        if not isinstance(path, (str, os.PathLike)):
            metadata = {"impasto": json.dumps(without_folders(self.record))} if record else {}
            more: dict[str, Any] = {"format": format, "bits": bits, "dpi": dpi, "alpha": self.alpha}
            write_stream(path, self.pixels, metadata=metadata, **more)
            return None
        if format is not None:
            raise OutputError(
                "the format of a path is its ending", got=f"{path}, format {format!r}", attempt="leave it out"
            )
        target = io.check_output(path, bits=bits, dpi=dpi, alpha=self.alpha is not None)
        make_parent(target)
        said = {**without_folders(self.record), "picture": target.name}
        metadata = {"impasto": json.dumps(said)} if record else {}
        record_file = record_path(target)
        with atomic_write(record_file) if record else nullcontext() as temporary:
            if temporary is not None:
                temporary.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
            io.write(target, self.pixels, metadata=metadata, bits=bits, dpi=dpi, alpha=self.alpha)
        if not record and _is_of(record_file, target):
            remove(record_file)
        for part, part_path in zip(self.parts, part_paths(target, len(self.parts)), strict=True):
            part.save(part_path, bits=bits, dpi=dpi, record=record)
        if self.checkpoint is not None and not remove(self.checkpoint):
            log.warning("the checkpoint %s is done with, and cannot be removed", self.checkpoint)
        return target


def describe(picture: Picture) -> dict[str, Any]:
    """What a record says of a picture."""
    height, width = picture.pixels.shape[2:]
    return {
        "name": picture.name,
        "path": str(picture.path.resolve()) if picture.path else None,
        "sha256": picture.sha256,
        "size": [width, height],
        "notes": list(picture.notes),
    }


def without_folders(record: Any) -> Any:
    """A record that tells nothing of this machine's folders: each path in it is the name of its file.

    Args:
        record: as in memory; left as it is.
    Returns:
        A copy for files and for other people.
    """
    if isinstance(record, Mapping):
        return {
            name: _file_name(value) if name == "path" and isinstance(value, str) else without_folders(value)
            for name, value in record.items()
        }
    if isinstance(record, (list, tuple)):
        return [without_folders(item) for item in record]
    if isinstance(record, os.PathLike):
        return _file_name(os.fspath(record))
    is_absolute = isinstance(record, str) and (Path(record).is_absolute() or ntpath.isabs(record))
    return _file_name(record) if is_absolute else record


def _file_name(path: str) -> str:
    """The last part of a path of this or another system."""
    return ntpath.basename(path.rstrip("/\\")) if path.strip("/\\") else path


def part_paths(target: Path, count: int) -> list[Path]:
    """Paths of the pictures of a series: out.png -> out-1.png, ...; as many digits as the last number has."""
    digits = len(str(count))
    numbers = [f"{number:0{digits}}" for number in range(1, count + 1)]
    return [fitting(target.with_name(f"{target.stem}-{number}{target.suffix}")) for number in numbers]


def record_path(picture: str | Path) -> Path:
    """Path of a picture's record: ``out.png`` -> ``out.json``.

    Where that is the record of another picture (``out.jpg``) or a file of another program, it is
    ``out.png.json``; where that is taken too, it has a number. A name that is too long is shortened.
    """
    path = Path(picture)
    vacant: Path | None = None
    for place in _record_places(path):
        if not os.path.lexists(place):
            vacant = vacant or place
            if place != beside(path, ".json"):  # none of the numbered names after it is in use
                break
        elif _is_of(place, path):
            return place
    return vacant or beside(path, ".json")


def _record_places(picture: Path) -> Iterator[Path]:
    """Where a picture's record may be, best first."""
    yield beside(picture, ".json")
    yield from numbered(fitting(picture.with_name(f"{picture.name}.json"), ".json"))


def _is_of(record: Path, picture: Path) -> bool:
    """Whether a file is the record of a picture of that name, written by impasto."""
    try:
        if not record.is_file() or record.stat().st_size > LARGEST_RECORD_BYTES:
            return False
        text = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    is_record = isinstance(text, dict) and "impasto_format" in text
    return is_record and picture.name in (text.get("picture"), text.get("sound"))


def read_record(path: str | Path) -> Mapping[str, Any]:
    """Read the record written by ``Result.save``.

    Args:
        path: the .json, or the picture itself.
    Raises:
        SettingError: the file is missing or has no such record.
    Returns:
        The record. What it names and what lies beside it, unchanged, has an absolute path.
    """
    source = Path(path)
    problem = SettingError(
        f"{source.name} does not tell how a picture was made",
        got=str(source),
        expected="the .json beside a picture made by impasto, or the picture",
        attempt="the .json that `impasto stylize` wrote",
    )
    try:
        if source.suffix.lower() == ".json":
            text = source.read_text(encoding="utf-8")
        else:
            text = io.read_metadata(source).get("impasto", "")
        record = json.loads(text)
    except (OSError, PictureError, ValueError, RecursionError) as error:
        raise problem from error
    if not _is_record(record):
        raise problem
    return {**_with_paths_in(source.absolute().parent, record), "task": record.get("task", "stylize")}


def _with_paths_in(folder: Path, record: Any) -> Any:
    """A record with absolute paths of the files in a folder that have the recorded names and hashes."""
    if isinstance(record, (list, tuple)):
        return [_with_paths_in(folder, one) for one in record]
    if not isinstance(record, Mapping):
        return record
    path, sha256 = record.get("path"), record.get("sha256")
    if isinstance(path, str) and sha256 and path == _file_name(path):
        place = folder / path
        if os.path.isfile(place) and file_sha256(place) == sha256:  # noqa: PTH113 - of any text
            return {**record, "path": str(place)}
    return {name: _with_paths_in(folder, value) for name, value in record.items()}


def _is_record(record: Any) -> bool:
    """Whether a record holds all that is needed to make the picture again."""
    if not isinstance(record, dict) or record.get("impasto_format") != FORMAT:
        return False
    content, styles, controls = record.get("content", 0), record.get("styles"), record.get("controls", {})
    task = record.get("task", "stylize")
    dicts = (record.get("settings"), record.get("versions"), controls)
    if not (
        isinstance(styles, list) and isinstance(task, str) and all(isinstance(one, dict) for one in dicts)
    ):
        return False
    inputs = [*([] if content is None else [content]), *styles]
    others = [one for value in controls.values() for one in (value if isinstance(value, list) else [value])]
    is_whole = bool(inputs) and (task != "stylize" or bool(content and styles))
    return is_whole and all(map(_is_entry, [*inputs, *(one for one in others if one is not None)]))


def _is_entry(entry: Any) -> bool:
    """Whether a record's entry of an input, and each of its pictures, says what it is and where."""
    if not isinstance(entry, dict) or not {"name", "path", "sha256"} <= set(entry):
        return False
    pictures = entry.get("pictures", [])
    are_texts = all(isinstance(entry[key], str | None) for key in ("name", "path", "sha256"))
    return are_texts and isinstance(pictures, list) and all(map(_is_entry, pictures))
