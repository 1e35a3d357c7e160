"""What a painting is made from: how its inputs are checked, and what its record says of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from impasto.errors import PictureError, SettingError, nearest
from impasto.features.extractor import Extractor, smallest_px, too_small
from impasto.images.io import Picture, PictureSource
from impasto.settings import Settings
from impasto.weights import file_sha256

READ = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif")
"""Endings of the pictures that are taken from a folder."""

STARTS = ("content", "noise", "style")
"""Words that ``init`` may be, besides a file."""

StyleSource = PictureSource | Sequence[PictureSource]
"""A painting; or several whose statistics are pooled, as a list or as a folder."""

Styles = PictureSource | Sequence[StyleSource]
"""One style or several."""


def check_init(init: str, words: Sequence[str] = STARTS) -> None:
    """A start is one of some words or a file.

    Raises:
        SettingError: it is neither.
    """
    if init not in words and not Path(init).exists():
        raise SettingError(
            "there is no such start",
            got=init,
            expected=f"{', '.join(words)}, or a picture file",
            attempt=nearest(init, words),
        )


def check_size(picture: Picture, network: Extractor, layers: Iterable[str]) -> None:
    """Whether a picture is large enough for some layers.

    Raises:
        ShapeError: it is not.
    """
    height, width = picture.pixels.shape[2:]
    needed = smallest_px(network, layers)
    if min(height, width) < needed:
        problem = f"{picture.name} is too small for the layers asked for"
        attempt = "a larger picture, or shallower layers"
        raise too_small(problem, (height, width), needed, attempt=attempt)


def absolute(settings: Settings) -> dict[str, str]:
    """The settings that name files, by paths that hold in every folder."""
    named = {name: getattr(settings, name, None) for name in ("init", "weights")}
    return {name: str(Path(file).resolve()) for name, file in named.items() if file and Path(file).is_file()}


def listed(given: Any) -> list[Any]:
    """One of something or several, as a list."""
    if isinstance(given, Sequence) and not isinstance(given, str):
        return list(given)
    return [given]


def pictures_of(style: StyleSource) -> list[PictureSource]:
    """The pictures of a style: itself, those of a list, or those in a folder, by name.

    Raises:
        PictureError: a folder has none.
        SettingError: a list has none.
    """
    if not isinstance(style, (str, os.PathLike)) or not Path(style).is_dir():
        given = listed(style)
        if not given:
            raise SettingError("a style has no picture", got="an empty list", expected="one or more pictures")
        return given
    found = sorted(path for path in Path(style).iterdir() if path.suffix.lower() in READ)
    if not found:
        raise PictureError(
            "the folder has no picture", got=str(style), expected=f"files that end in {', '.join(READ)}"
        )
    return list(found)


def name_of(source: PictureSource, fallback: str) -> str:
    """What errors and records call a picture: its file's name without ending, or its part in the painting."""
    return Path(source).stem if isinstance(source, (str, os.PathLike)) else fallback


def style_scales(scales: Sequence[float], count: int, *, fine: bool = False) -> tuple[float, ...]:
    """The scale of each style, and of the fine style if there is one.

    Raises:
        SettingError: there is neither one for all nor one for each.
    """
    wanted = count + fine
    if len(scales) not in (1, wanted):
        raise SettingError(
            f"style_scale has {len(scales)} values for {count} styles{' and a fine one' if fine else ''}",
            got=", ".join(f"{scale:g}" for scale in scales),
            attempt=f"one number for all, or one for each{', the fine style last' if fine else ''}",
        )
    return tuple(scales) * (wanted if len(scales) == 1 else 1)


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


def describe_style(source: StyleSource, pictures: Sequence[Picture]) -> dict[str, Any]:
    """What the record says of a style: its picture, or the folder and what is in it."""
    if len(pictures) == 1 and not (isinstance(source, (str, os.PathLike)) and Path(source).is_dir()):
        return describe(pictures[0])
    inside = [describe(picture) for picture in pictures]
    together = hashlib.sha256("".join(str(one["sha256"]) for one in inside).encode()).hexdigest()
    is_folder = isinstance(source, (str, os.PathLike))
    path = str(Path(source).resolve()) if isinstance(source, (str, os.PathLike)) else None
    return {"name": Path(source).name if isinstance(source, (str, os.PathLike)) else "styles", "path": path,
            "sha256": together if is_folder else None, "pictures": inside}  # fmt: skip


def describe_source(source: PictureSource) -> dict[str, Any]:
    """What the record says of a mask: its file, or what else was given."""
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        if path.is_file():
            return {"name": path.stem, "path": str(path.resolve()), "sha256": file_sha256(path)}
        return {"name": str(source), "path": str(source), "sha256": None}  # a colour
    return {"name": "mask", "path": None, "sha256": None}
