"""Everything that reads a file of a stranger: bytes in, a value or an ``ImpastoError`` out, nothing else.

A reader is a function of the bytes and of an empty folder. ``run.py`` searches for inputs that break one, and
``test_cases.py`` tries all that were ever worth keeping.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

from impasto.errors import ImpastoError

Reader = Callable[[bytes, Path], object]


def picture(data: bytes, folder: Path) -> object:
    """A photo, its profile and its text."""
    from impasto.images import io

    path = folder / "case.png"  # what it is, its first bytes say
    path.write_bytes(data)
    return io.read(path, max_megapixels=1.0), io.read_metadata(path)


def mask(data: bytes, folder: Path) -> object:
    """A label map or a grey mask."""
    from impasto.images import masks

    path = folder / "case.png"
    path.write_bytes(data)
    return masks.read_regions(path, max_megapixels=1.0)


def weights(data: bytes, folder: Path) -> object:
    """Weights in safetensors or in a pickle of tensors."""
    from impasto.weights.state import load_state

    found = []
    for name in ("case.safetensors", "case.pth"):
        path = folder / name
        path.write_bytes(data)
        try:
            found.append(load_state(path))
        except ImpastoError as error:
            found.append(error)
    return found


def style(data: bytes, folder: Path) -> object:
    """A trained style."""
    from impasto.fast.style_file import load_style

    path = folder / "case.safetensors"
    path.write_bytes(data)
    return load_style(path)


def checkpoint(data: bytes, folder: Path) -> object:
    """An unfinished run."""
    from impasto.optimize.checkpoint import Checkpoint

    path = folder / "case.checkpoint"
    path.write_bytes(data)
    return Checkpoint.load(path)


def record(data: bytes, folder: Path) -> object:
    """How a picture was made, and the run that makes it again."""
    from impasto.result import read_record
    from impasto.synthesis.recipe import from_record

    path = folder / "case.json"
    path.write_bytes(data)
    return from_record(read_record(path))


def words(data: bytes, folder: Path) -> object:
    """What is typed on a command line: layers with weights, and colours."""
    from impasto.images.themes import written_theme
    from impasto.settings.weighted import parse_weights

    text = data.decode("utf-8", "replace")
    found: list[object] = []
    for read in (lambda: parse_weights(text, item="layer"), lambda: written_theme(text.split(","))):
        try:
            found.append(read())
        except ImpastoError as error:
            found.append(error)
    return found


READERS: dict[str, Reader] = {
    "picture": picture,
    "mask": mask,
    "weights": weights,
    "style": style,
    "checkpoint": checkpoint,
    "record": record,
    "words": words,
}


def attempt(name: str, data: bytes, folder: Path) -> str:
    """Let a reader try.

    Returns:
        "read", or the first line of the message.
    Raises:
        Exception: the reader broke: anything but an ``ImpastoError`` is its fault.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries that decode
        try:
            READERS[name](data, folder)
        except ImpastoError as error:
            return str(error).partition("\n")[0]
    return "read"
