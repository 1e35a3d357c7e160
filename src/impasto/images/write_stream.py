"""Write a picture to a file object: a buffer in memory, an upload, the body of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from impasto.errors import OutputError, nearest
from impasto.images.encode import FORMATS, WRITERS_16_BIT, check_format, check_length, encode, to_pil


class WritableFile(Protocol):
    """A file object that is open for bytes."""

    def write(self, data: bytes, /) -> Any:
        """Take some bytes."""


def write_stream(
    file: WritableFile,
    image: Tensor,
    *,
    format: str | None,
    metadata: Mapping[str, str],
    bits: int = 8,
    dpi: int | None = None,
    alpha: Tensor | None = None,
) -> None:
    """Write a picture as ``io.write`` does, but to a file object, which stays open.

    The picture is encoded in memory first, so the object only needs ``write``, and nothing is written if the
    encoding fails.

    Args:
        file: open for bytes.
        image: (1, 3, H, W) in [0, 1].
        format: "png", "jpg", "webp", "tiff", ..., with or without the dot; None: that of the object's name.
        metadata: text to be stored in the file.
        bits: a channel; 16 for png and tiff.
        dpi: pixels an inch; not for webp.
        alpha: (1, 1, H, W) in [0, 1], how opaque the picture is; None: it is opaque.
    Raises:
        OutputError: the format is missing or unknown, or cannot hold the picture, the bits or the dpi; or the
            object is open for text, or cannot be written to.
        SettingError: ``bits`` is not 8 or 16, or ``dpi`` is out of range.
    """
    name = f"picture{suffix_of(file, format)}"
    check_format(Path(name), bits=bits, dpi=dpi, alpha=alpha is not None)
    check_length(Path(name), image.shape[3], image.shape[2])
    if alpha is not None:
        image = torch.cat([image, alpha.to(image)], 1)
    buffer, suffix = BytesIO(), Path(name).suffix
    if bits == 16:
        WRITERS_16_BIT[suffix](buffer, image=image, metadata=metadata, dpi=dpi)
    else:
        encode(buffer, to_pil(image), suffix, metadata=metadata, dpi=dpi)
    try:
        file.write(buffer.getvalue())
    except TypeError as error:
        raise OutputError(
            "the file is open for text", got=type(file).__name__, expected="one that is open for bytes: wb"
        ) from error
    except (OSError, ValueError) as error:  # a closed file is a ValueError
        raise OutputError(
            "the file cannot be written to", got=f"{type(file).__name__}: {error}", attempt="an open file"
        ) from error


def suffix_of(file: Any, format: str | None) -> str:
    """The ending of ``FORMATS`` that a format means.

    Args:
        file: its name says the format if ``format`` is None.
        format: as for ``write_stream``.
    Raises:
        OutputError: as ``write_stream``.
    """
    if not callable(getattr(file, "write", None)):
        raise OutputError(
            "a picture cannot be written there",
            got=f"{type(file).__module__}.{type(file).__qualname__}",
            expected="a path, or a file that is open for bytes, such as io.BytesIO()",
        )
    name = getattr(file, "name", "")
    suffix = Path(name).suffix if format is None and isinstance(name, str) else f".{format or ''}"
    suffix = f".{suffix.lstrip('.').lower()}"
    if suffix not in FORMATS:
        known = [ending.lstrip(".") for ending in FORMATS]
        raise OutputError(
            "the format is missing" if suffix == "." else f"output format {suffix!r} is unknown",
            got=f"a file object, format {format!r}",
            expected=", ".join(known),
            attempt=nearest(suffix.lstrip("."), known) or 'format="png"',
        )
    return suffix
