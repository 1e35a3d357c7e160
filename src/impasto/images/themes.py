"""Colour themes: two to five colours, written, named, or taken from a painting."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import ImageColor
from torch import Tensor

from impasto.errors import PictureError, SettingError, nearest
from impasto.images.color_clusters import TONE, Array, census, distances, group
from impasto.images.oklab import to_oklab, to_srgb
from impasto.registry import check
from impasto.settings.themes import EMOTIONS, THEMES

FEWEST, MOST = 2, 5
"""How many colours a theme may have."""

_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_VIVID = 8.0  # how much more a colour of a painting counts for each unit of chroma; chosen by eye


@dataclass(frozen=True, kw_only=True)
class Theme:
    """Some colours that go together.

    Attributes:
        name: what it is called in records and file names.
        colors: each "#rrggbb".
    """

    name: str
    colors: tuple[str, ...]

    def oklab(self) -> Array:
        """The colours, (k, 3), OKLab."""
        levels = torch.tensor([ImageColor.getrgb(color)[:3] for color in self.colors])
        lab: Array = to_oklab(levels.mT / 255).mT.numpy().astype(np.float64)
        return lab


def emotion_themes(name: str) -> tuple[Theme, ...]:
    """The colour combinations of an emotion, three colours each.

    Raises:
        SettingError: there is no such emotion.
    """
    check(EMOTIONS, name, kind="emotion")
    return tuple(Theme(name=name, colors=colors) for colors in EMOTIONS[name])


def named_theme(name: str) -> Theme:
    """A theme of the table.

    Raises:
        SettingError: there is no such theme.
    """
    if name not in THEMES and name in EMOTIONS:
        raise SettingError(
            f"there is no theme {name!r}, but an emotion", got=name, attempt=f"--emotion {name}"
        )
    if name not in THEMES:
        near = nearest(name, THEMES)
        raise SettingError(
            f"there is no theme {name!r}",
            got=name,
            expected=f"colours such as #112233,#aa8800, a picture file, or one of {', '.join(THEMES)}",
            attempt=near,
        )
    return Theme(name=name, colors=THEMES[name])


def written_theme(words: Sequence[str]) -> Theme:
    """A theme of colours as text.

    Args:
        words: each "#rrggbb", "#rgb", the same without "#", or a name of HTML such as "navy".
    Raises:
        SettingError: one is no colour, or there are too few or too many.
    """
    colors = tuple(_hex(str(word)) for word in words)
    if not FEWEST <= len(colors) <= MOST:
        raise SettingError(
            f"a theme has {FEWEST} to {MOST} colours",
            got=f"{len(colors)}: {','.join(colors)}",
            expected="such as #112233,#445566,#aa8800",
        )
    return Theme(name="colors", colors=colors)


def _hex(word: str) -> str:
    """A colour as "#rrggbb"."""
    text = word.strip().lower()
    found = _HEX.fullmatch(text)
    if found is not None:
        digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
        return f"#{digits}"
    if text not in ImageColor.colormap:
        raise SettingError(
            f"{word!r} is no colour",
            got=word,
            expected="#rrggbb, #rgb, or a name such as navy",
            attempt=nearest(text, ImageColor.colormap),
        )
    red, green, blue = ImageColor.getrgb(text)[:3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def is_written(text: str) -> bool:
    """Whether a text means colours rather than a theme's name or a file."""
    return "," in text or _HEX.fullmatch(text.strip()) is not None or text.lower() in ImageColor.colormap


def painted_theme(image: Tensor, *, colors: int, name: str) -> Theme:
    """The theme of a painting: groups of its colours, accents among them.

    A colour counts by share^0.5 * (1 + 8 * chroma) in grouping: strong colours stand out, though there is
    little of them. A group is shown by its mean with weights share^0.8 * (0.02 + chroma)^2: plain means
    are mud.

    Args:
        image: (1, 3, H, W), sRGB in [0, 1].
        colors: how many; fewer where the painting has fewer.
        name: of the theme.
    Returns:
        The theme, heaviest group first.
    Raises:
        ShapeError: another shape.
        PictureError: the painting has one colour only.

    Source: groups as ``group``; the weights are chosen by eye.
    """
    counted = census(image)
    chroma = np.hypot(counted.colors[:, 1], counted.colors[:, 2])
    means, _ = group(counted.colors, np.sqrt(counted.shares) * (1 + _VIVID * chroma), colors)
    scale = np.array((TONE, 1, 1))
    nearest_mean = distances(counted.colors * scale, means * scale).argmin(axis=1)
    strong = counted.shares**0.8 * (0.02 + chroma) ** 2
    shown = [
        np.average(counted.colors[mine], axis=0, weights=strong[mine])
        for mine in (nearest_mean == number for number in range(len(means)))
    ]
    written = tuple(hex_colors(np.array(shown)))
    if len(written) < FEWEST:
        raise PictureError(
            f"{name} has one colour only, which is no theme",
            got=written[0],
            expected=f"a picture of {FEWEST} colours or more",
            attempt="another picture, or colours such as #112233,#aa8800",
        )
    return Theme(name=name, colors=written)


def hex_colors(lab: Array) -> list[str]:
    """OKLab colours, (k, 3), each as "#rrggbb"."""
    levels = (to_srgb(torch.from_numpy(lab.T.copy())) * 255).round().int().mT.tolist()
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in levels]
