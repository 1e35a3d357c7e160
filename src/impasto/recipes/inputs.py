"""What a painting is made from: how its inputs are checked, and what its record says of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from impasto.errors import SettingError, ShapeError, nearest
from impasto.features.extractor import Extractor, smallest_px
from impasto.images.io import Picture, PictureSource
from impasto.settings import StylizeSettings

STARTS = ("content", "noise", "style")
"""Words that ``init`` may be, besides a file."""

Styles = PictureSource | Sequence[PictureSource]
"""One painting or several."""


def check_init(init: str) -> None:
    """A start is one of three words or a file.

    Raises:
        SettingError: it is neither.
    """
    if init not in STARTS and not Path(init).exists():
        raise SettingError(
            "there is no such start",
            got=init,
            expected=f"{', '.join(STARTS)}, or a picture file",
            attempt=nearest(init, STARTS),
        )


def check_size(picture: Picture, network: Extractor, layers: Iterable[str]) -> None:
    """Whether a picture is large enough for some layers.

    Raises:
        ShapeError: it is not.
    """
    height, width = picture.pixels.shape[2:]
    needed = smallest_px(network, layers)
    if min(height, width) < needed:
        raise ShapeError(
            f"{picture.name} is too small for the layers asked for",
            got=f"{width} x {height} px",
            expected=f"at least {needed} px on each side",
            attempt="a larger picture, or shallower layers",
        )


def absolute(settings: StylizeSettings) -> dict[str, str]:
    """The settings that name files, by paths that hold in every folder."""
    named = {"init": settings.init, "weights": settings.weights}
    return {name: str(Path(file).resolve()) for name, file in named.items() if file and Path(file).is_file()}


def listed(style: Styles) -> list[PictureSource]:
    """One painting or several, as a list."""
    if isinstance(style, Sequence) and not isinstance(style, str):
        return list(style)
    return [style]


def name_of(source: PictureSource, fallback: str) -> str:
    """What errors and records call a picture: its file's name without ending, or its part in the painting."""
    return Path(source).stem if isinstance(source, (str, os.PathLike)) else fallback


def style_shares(weights: Sequence[float] | None, count: int) -> tuple[float, ...]:
    """Shares of the styles, sum 1.

    Raises:
        SettingError: there are more or fewer weights than styles, or all are 0.
    """
    if weights is None:
        return (1 / count,) * count
    if len(weights) != count:
        raise SettingError(
            f"style_weights has {len(weights)} values for {count} styles",
            got=", ".join(f"{w:g}" for w in weights),
            attempt="one weight per style, or leave style_weights out for equal shares",
        )
    total = sum(weights)
    if total <= 0:
        raise SettingError("the style weights are all zero", got="0", expected="at least one above 0")
    return tuple(weight / total for weight in weights)


def describe(picture: Picture) -> dict[str, Any]:
    """What the record says of an input."""
    height, width = picture.pixels.shape[2:]
    path = str(picture.path.resolve()) if picture.path else None
    return {"name": picture.name, "path": path, "sha256": picture.sha256, "size": [width, height],
            "notes": list(picture.notes)}  # fmt: skip
