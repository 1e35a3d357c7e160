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
from impasto.images.color_clusters import (
    LIGHTNESS_WEIGHT,
    Array,
    ColorStatistics,
    color_statistics,
    k_means,
    squared_distances,
)
from impasto.images.oklab import to_oklab, to_srgb
from impasto.registry import check
from impasto.settings.themes import EMOTIONS, THEMES

FEWEST, MOST = 2, 5
"""Number of colours that a theme may have."""

HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
"""A colour in hexadecimal digits."""

CHROMA_WEIGHT = 8.0
"""Additional weight of a painting's colour for each unit of chroma; chosen by eye."""


@dataclass(frozen=True, kw_only=True)
class Theme:
    """Two to five colours that go together.

    Attributes:
        name: its name in records and file names.
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
    """The themes of an emotion, three colours each.

    Raises:
        SettingError: there is no such emotion.
    """
    check(EMOTIONS, name, kind="emotion")
    return tuple(Theme(name=name, colors=colors) for colors in EMOTIONS[name])


def named_theme(name: str) -> Theme:
    """The theme of that name.

    Raises:
        SettingError: there is no such theme.
    """
    if name not in THEMES and name in EMOTIONS:
        raise SettingError(
            f"there is no theme {name!r}, but an emotion", got=name, attempt=f"--emotion {name}"
        )
    if name not in THEMES:
        raise SettingError(
            f"there is no theme {name!r}",
            got=name,
            expected=f"colours such as #112233,#aa8800, a picture file, or one of {', '.join(THEMES)}",
            attempt=nearest(name, THEMES),
        )
    return Theme(name=name, colors=THEMES[name])


def written_theme(words: Sequence[str]) -> Theme:
    """Parse a theme written as colours.

    Args:
        words: each "#rrggbb", "#rgb", the same without "#", or a name of HTML such as "navy".
    Raises:
        SettingError: a word is not a colour, or there are too few or too many.
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
    """Parse a colour; return it as "#rrggbb"."""
    text = word.strip().lower()
    if match := HEX.fullmatch(text):
        digits = match[1] if len(match[1]) == 6 else "".join(2 * digit for digit in match[1])
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
    """Whether a text is a list of colours, not a theme's name or a file."""
    return "," in text or HEX.fullmatch(text.strip()) is not None or text.lower() in ImageColor.colormap


def painted_theme(image: Tensor, *, colors: int, name: str) -> Theme:
    """The theme of a painting: clusters of its colours, rare strong colours included.

    In clustering a colour has the weight share^0.5 * (1 + 8 * chroma), so that a little of a strong colour
    counts. A cluster's colour is its mean with weights share^0.8 * (0.02 + chroma)^2: plain means look muddy.

    Args:
        image: (1, 3, H, W), sRGB in [0, 1].
        colors: number of colours; the painting may have fewer.
        name: of the theme.
    Returns:
        The theme, largest cluster first.
    Raises:
        ShapeError: another shape.
        PictureError: the painting has one colour only.

    Source: clusters as in ``k_means``; the weights are chosen by eye.
    """
    written = tuple(hex_colors(theme_colors(color_statistics(image), count=colors)))
    if len(written) < FEWEST:
        raise PictureError(
            f"{name} has one colour only, which is no theme",
            got=written[0],
            expected=f"a picture of {FEWEST} colours or more",
            attempt="another picture, or colours such as #112233,#aa8800",
        )
    return Theme(name=name, colors=written)


def theme_colors(statistics: ColorStatistics, *, count: int) -> Array:
    """The colours that ``painted_theme`` takes from a picture: (k, 3), OKLab, k at most ``count``."""
    lab, shares = statistics.colors, statistics.shares
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    means, _ = k_means(lab, np.sqrt(shares) * (1 + CHROMA_WEIGHT * chroma), count)
    scale = np.array((LIGHTNESS_WEIGHT, 1, 1))
    cluster = squared_distances(lab * scale, means * scale).argmin(axis=1)
    weights = shares**0.8 * (0.02 + chroma) ** 2
    averages = [
        np.average(lab[cluster == i], axis=0, weights=weights[cluster == i]) for i in range(len(means))
    ]
    return np.array(averages)


def hex_colors(lab: Array) -> list[str]:
    """OKLab colours, (k, 3), as "#rrggbb"."""
    levels = (to_srgb(torch.from_numpy(lab.T.copy())) * 255).round().int().mT.tolist()
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in levels]
