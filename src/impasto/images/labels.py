"""Find the flat colours of a label map, and the label of each pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy

from impasto.images.color_names import Color

Levels = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[Any]

# Differences of colours are those of the channel that differs most, in levels of 255.
TOLERANCE = 26
"""Colours that differ by at most this, 0.1 of the range, are one label (Luan et al. 2017)."""

FLAT = 13
"""Largest difference among 3 x 3 pixels inside a region; chosen by eye on JPEGs of quality 30."""

SHADE = 56
"""Largest difference of a flat shade from its label's colour, 0.22 of the range as in ``masks.match``."""

BIN = 4
"""Levels in a bin of the histogram."""

MIN_SHARE = 0.0004
"""Least share of the picture's flat pixels; smaller blots are no region."""

EXACT, GREY = 8, 16
"""Largest differences after JPEG from a label's exact colour, and between the channels of a grey."""

MAX_COLORS = 64
"""Colours searched for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Labels:
    """The flat colours of a picture, and the label of each pixel.

    Attributes:
        colors: (red, green, blue), 0 to 255, of each label, most frequent first.
        map: (H, W), int16: the label of each pixel.
        cleaned: number of pixels whose colour is not that of a label.
        plain: most pixels have exactly the colour of a label, as in a drawing; few are shades of it.
        more: there are more colours than were counted.
    """

    colors: tuple[Color, ...]
    map: npt.NDArray[np.int16]
    cleaned: int
    plain: bool
    more: bool


def find_labels(levels: Levels) -> Labels:
    """Find the dominant colours, and give each pixel to one of them.

    A pixel belongs to the label whose colour it has, and a flat shade to the label of the nearest colour. The
    others, mostly mixtures along borders, go to the label that is nearest in the picture. Where a label's
    colour is a mixture of two others (a grey, between black and white), its pixels count as mixed unless
    their neighbourhood is flat.

    Args:
        levels: (H, W, 3), uint8.
    """
    flat = _local_range(levels) <= FLAT  # (H, W)
    if flat.mean() < 0.5:
        flat[:] = True  # regions of few pixels, or a photo
    colors, more = _dominant(levels, flat)
    nearest = np.full(levels.shape[:2], -1, np.int16)
    smallest = np.full(levels.shape[:2], TOLERANCE + 1, np.int16)
    for index, color in enumerate(colors):
        difference = _difference(levels, color)
        better = difference < smallest
        if _is_mixture(color, colors):
            better &= scipy.ndimage.binary_dilation(flat & (difference <= TOLERANCE), np.ones((3, 3)))
        nearest[better], smallest[better] = index, difference[better]
    nearest = label_shades(levels, flat, colors, nearest)
    uncertain = nearest < 0
    plain = bool((smallest <= EXACT).mean() >= 0.6)  # real maps have 0.8 or more, photos 0.5 or less
    if uncertain.any():
        rows, columns = scipy.ndimage.distance_transform_edt(
            uncertain, return_distances=False, return_indices=True
        )
        nearest = nearest[rows, columns]
    counts = np.bincount(nearest.ravel(), minlength=len(colors))
    order = [index for index in np.argsort(-counts, kind="stable") if counts[index]]
    ranks = np.zeros(len(colors), np.int16)
    ranks[order] = np.arange(len(order))
    return Labels(
        colors=tuple(colors[index] for index in order),
        map=ranks[nearest],
        cleaned=int(uncertain.sum()),
        plain=plain,
        more=more,
    )


def label_shades(levels: Levels, flat: Flags, colors: list[Color], labels: Numbers) -> Numbers:
    """Give flat shades of a label, such as a yellow that drifts, to the label of the nearest colour.

    A mixture along a border is not flat, so it is left to the label that is nearest in the picture.

    Args:
        levels: (H, W, 3), uint8.
        flat: (H, W), where the neighbourhood hardly differs.
        colors: of the labels.
        labels: (H, W), the label of each pixel, -1 where it has none yet.
    Returns:
        (H, W), the labels with those of the shades.
    """
    shades = flat & (labels < 0)
    if not shades.any():
        return labels
    differences = np.stack([_difference(levels[shades][None], color)[0] for color in colors])  # (labels, P)
    best = differences.argmin(0)
    near = differences[best, np.arange(differences.shape[1])] <= SHADE
    labels = labels.copy()
    labels[shades] = np.where(near, best, -1)
    return labels


def is_grey(levels: Levels) -> bool:
    """Whether a picture is grey, but for what JPEG adds.

    Args:
        levels: (H, W, 3), uint8.
    """
    spread = levels.max(axis=2) - levels.min(axis=2)
    return bool((spread <= GREY).mean() >= 0.99)


def is_soft(levels: Levels, labels: Labels) -> bool:
    """Whether a grey picture has gradients: shades in most places, or borders some pixels wide.

    Args:
        levels: (H, W, 3), uint8.
        labels: of the same picture.
    """
    difference = np.min([_difference(levels, color) for color in labels.colors], axis=0)
    if (difference <= EXACT).mean() < 0.7:
        return True
    between = difference > TOLERANCE
    gentle = between & (_local_range(levels) < 64)  # a hard border climbs faster, even when it is smoothed
    return bool(gentle.sum() > max(0.2 * between.sum(), 0.0005 * between.size))


def _local_range(levels: Levels) -> Numbers:
    """How much the 3 x 3 pixels around each differ, in the channel that differs most: (H, W)."""
    size = (3, 3, 1)
    high = scipy.ndimage.maximum_filter(levels, size, mode="nearest")
    low = scipy.ndimage.minimum_filter(levels, size, mode="nearest")
    return np.asarray((high - low).max(axis=2))


def _difference(levels: Levels, color: Color) -> Numbers:
    """Difference of each pixel from a colour, in the channel that differs most: (H, W), levels."""
    return np.asarray(np.abs(levels.astype(np.int16) - np.array(color, np.int16)).max(axis=2))


def _dominant(levels: Levels, flat: Flags) -> tuple[list[Color], bool]:
    """Peaks of the histogram of flat pixels, highest first; no two within the tolerance."""
    pixels = levels[flat]  # (P, 3)
    side = 256 // BIN
    bins = pixels // BIN
    index = (bins[:, 0].astype(np.int32) * side + bins[:, 1]) * side + bins[:, 2]
    counts = np.bincount(index, minlength=side**3).reshape(side, side, side)
    density = scipy.ndimage.uniform_filter(counts.astype(np.float64), 3, mode="constant") * 27 * (counts > 0)
    peak = scipy.ndimage.maximum_filter(density, 2 * (TOLERANCE // BIN // 2) + 1, mode="constant")
    left = counts.copy()
    open_bins = counts > 0
    reach = TOLERANCE // BIN
    colors: list[Color] = []
    while len(colors) < MAX_COLORS:
        best = np.unravel_index(int(np.argmax(np.where(open_bins, density, -1))), density.shape)
        near = tuple(slice(max(0, int(b) - reach), int(b) + reach + 1) for b in best)
        if not open_bins[best] or density[best] < MIN_SHARE * len(pixels) / 4:
            return colors or [_mode(pixels)], False
        around = tuple(slice(max(0, int(b) - 1), int(b) + 2) for b in best)
        if peak[best] > density[best] + 0.5:
            open_bins[around] = False  # the slope of a peak found before, not a peak
            continue
        if left[near].sum() >= MIN_SHARE * len(pixels):
            inside = (index == np.ravel_multi_index(_fullest(counts, around), counts.shape)).nonzero()[0]
            colors.append(_mode(pixels[inside]))
        open_bins[near], left[near] = False, 0
    return colors, bool(open_bins.any())


def _fullest(counts: Numbers, around: tuple[slice, ...]) -> tuple[int, ...]:
    """Index of the largest bin in a part of the histogram."""
    window = counts[around]
    at = np.unravel_index(int(np.argmax(window)), window.shape)
    return tuple(int(a) + s.start for a, s in zip(at, around, strict=True))


def _mode(pixels: Levels) -> Color:
    """The most frequent colour of (P, 3); channels that JPEG moved from 0 or 255 are put back."""
    packed = pixels.astype(np.int32) @ np.array([1 << 16, 1 << 8, 1], np.int32)
    values, counts = np.unique(packed, return_counts=True)
    value = int(values[np.argmax(counts)])
    red, green, blue = (
        0 if v <= 4 else 255 if v >= 251 else v for v in (value >> 16, value >> 8 & 255, value & 255)
    )
    return red, green, blue


def _is_mixture(color: Color, colors: list[Color]) -> bool:
    """Whether a colour lies between two others, so that their borders have it too."""
    point = np.array(color, float)
    others = [np.array(other, float) for other in colors if other != color]
    for i, one in enumerate(others):
        for two in others[i + 1 :]:
            step = two - one
            fraction = np.clip((point - one) @ step / (step @ step), 0, 1)
            if 0 < fraction < 1 and np.abs(one + fraction * step - point).max() <= 2 * TOLERANCE:
                return True
    return False
