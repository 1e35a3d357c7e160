"""Coarse regions of a photo, by colour, texture and position: sky, green, and the rest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage
from torch import Tensor

from impasto.images.oklab import to_oklab
from impasto.images.resize import fit, resize

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]

SIDE_PX = 160
"""Long side of the copy in which regions are looked for."""

LEAST_SHARE = 0.03
"""A smaller region is none. This and all other numbers here are chosen by eye, on 28 photos with maps."""

STEPS = 14
"""Limits of the gradient that are tried for the sky."""


def scene_regions(photo: Tensor) -> dict[str, Tensor]:
    """Find sky and green.

    Args:
        photo: (1, 3, H, W), sRGB in [0, 1].
    Returns:
        {name: (1, 1, h, w), 0 or 1}, long side ``SIDE_PX``, of those that the photo has; they do not overlap.
        It is a guess: a smooth wall that reaches the photo's upper edge passes for sky. Skin by its colour
        was tried, and took wood and sand for skin.

    Source: ours; a limit of the gradient that is chosen for the photo: Shen, Wang 2013, "Sky region detection
        in a single image for autonomous ground robot navigation".
    Differs: not column by column but by connection, with holes; chosen as in Otsu 1979, by the distance of
        the two means.
    """
    shape = fit(photo.shape[2], photo.shape[3], SIDE_PX)
    small = resize(photo, shape).clamp(0, 1)
    lab = to_oklab(small[0].flatten(1)).view(3, *shape).double().cpu().numpy()
    slope = _slope(lab)
    sky = _sky(small[0].double().cpu().numpy(), slope)
    found = {"sky": sky, "green": _green(lab) & ~sky}
    return {
        name: torch.from_numpy(mask.astype(np.float32))[None, None]
        for name, mask in found.items()
        if mask.mean() >= LEAST_SHARE
    }


def _slope(lab: Numbers) -> Numbers:
    """Length of the gradient of the colour, (h, w), in OKLab a pixel."""
    across = [ndimage.sobel(plane, 1) / 8 for plane in lab]
    down = [ndimage.sobel(plane, 0) / 8 for plane in lab]
    return np.asarray(np.sqrt(sum(x * x for x in (*across, *down))))


def _sky(colors: Numbers, slope: Numbers) -> Flags:
    """The smooth part at the upper edge whose colours and texture differ most from those of the rest."""
    best, score = np.zeros(slope.shape, bool), 0.0
    texture = np.log(ndimage.gaussian_filter(slope, 2.0) + 0.002)
    if min(colors.std(), texture.std()) < 1e-6:
        return best
    channels = np.stack([*(colors / colors.std()), 2 * texture / texture.std()]).reshape(len(colors) + 1, -1)
    middle = channels.mean(1)
    for limit in np.geomspace(0.002, 0.12, STEPS):
        mask = _from_above(slope < limit)
        share = mask.mean()
        rough = texture[mask].mean() > texture[~mask].mean() - 0.4 if 0 < share < 1 else True
        if not LEAST_SHARE < share < 0.85 or mask[-1].mean() > 0.3 or rough:
            continue
        inside, outside = (channels[:, x.ravel()].mean(1) for x in (mask, ~mask))
        between = share * ((inside - middle) ** 2).sum() + (1 - share) * ((outside - middle) ** 2).sum()
        if between > score:
            best, score = mask, between
    return np.asarray(ndimage.binary_dilation(best))  # the slope at an edge is two pixels wide


def _from_above(smooth: Flags) -> Flags:
    """What is connected with the upper edge, with its holes."""
    labels, _ = ndimage.label(smooth)
    width = smooth.shape[1]
    counts = np.bincount(labels[1], minlength=labels.max() + 1)
    counts[0] = 0
    mask = np.isin(labels, np.flatnonzero(counts > 0.05 * width))
    mask = ndimage.binary_closing(np.pad(mask, 3, mode="edge"), iterations=2)[3:-3, 3:-3]
    mask = ndimage.binary_fill_holes(np.pad(mask, ((1, 0), (0, 0)), constant_values=True))[1:]
    mask = ndimage.binary_opening(np.pad(mask, 3, mode="edge"), iterations=2)[3:-3, 3:-3]
    return np.asarray(mask)


def _green(lab: Numbers) -> Flags:
    """Grass and leaves."""
    chroma, hue = np.hypot(lab[1], lab[2]), np.degrees(np.arctan2(lab[2], lab[1])) % 360
    green = (chroma > 0.035) & (hue > 105) & (hue < 160) & (lab[0] > 0.12)
    return _blobs(green)


def _blobs(mask: Flags) -> Flags:
    """Without specks and small holes."""
    share = ndimage.uniform_filter(mask.astype(float), 7)
    return np.asarray(share > 0.5)
