"""Plain grounds of a photo, such as the white behind a product, and pictures that are grey altogether."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from impasto.images.masks import resize_guides
from impasto.images.resize import fit, resize

SIDE_PX = 384
"""Long side at which grounds are looked for; smaller photos keep their size."""

WINDOW = 1 / 48
"""Side of the window that must be plain, of the long side. All numbers here are chosen by eye."""

RANGE = 3 / 255
"""Largest difference within the window."""

WHOLE_RANGE = 8 / 255
"""Largest difference within a ground, so that no sky and no soft shadow is one."""

SMALLEST, LARGEST = 0.15, 0.95
"""Share of the photo that a ground takes; with more, there is nothing but ground, and it is to be painted."""

BORDER = 0.25
"""Share of the photo's border that a ground takes at least: a plain coat in the middle is none."""

GREY_RANGE = 4 / 255
"""Difference of red, green and blue up to which a pixel is grey: JPEG adds this much."""

COLORED_SHARE = 1e-3
"""Share of other pixels that a grey picture may have."""


def plain_grounds(photo: Tensor) -> Tensor | None:
    """The connected areas of a photo that have one colour.

    Args:
        photo: (1, 3, H, W) in [0, 1].
    Returns:
        (1, R, h, w) in [0, 1], with soft borders, each area apart; None if there is none.
    """
    height, width = photo.shape[2:]
    small = resize(photo, fit(height, width, SIDE_PX))[0].permute(1, 2, 0).cpu().numpy()  # (h, w, 3)
    window = max(3, round(WINDOW * max(small.shape[:2])) | 1)
    if min(small.shape[:2]) < 2 * window or float(np.ptp(small, axis=(0, 1)).max()) <= RANGE:
        return None
    from scipy import ndimage  # takes 0.2 s to import

    spread = ndimage.maximum_filter(small, (window, window, 1)) - ndimage.minimum_filter(
        small, (window, window, 1)
    )
    labels, count = ndimage.label(spread.max(axis=2) <= RANGE)
    found = []
    for label in range(1, count + 1):
        inside = labels == label
        if inside.mean() < SMALLEST / 2:
            continue
        area = _whole_area(small, inside, window)
        if area is not None and SMALLEST <= area.mean() <= LARGEST and _border_share(area) >= BORDER:
            found.append(ndimage.gaussian_filter(area.astype(np.float32), window / 6))
    return torch.from_numpy(np.stack(found))[None] if found else None


def _whole_area(
    picture: npt.NDArray[Any], inside: npt.NDArray[Any], window: int
) -> npt.NDArray[np.bool_] | None:
    """The area up to its border, which the window did not reach; None if it has more than one colour."""
    from scipy import ndimage

    colors = picture[inside]
    low, high = np.percentile(colors, [1, 99], axis=0)
    if float((high - low).max()) > WHOLE_RANGE:
        return None
    alike = (np.abs(picture - np.median(colors, axis=0)) <= WHOLE_RANGE).all(axis=2)
    grown: npt.NDArray[np.bool_] = ndimage.binary_dilation(inside, iterations=window // 2, mask=alike)
    return grown


def _border_share(area: npt.NDArray[np.bool_]) -> float:
    """Share of a picture's outermost pixels that lie in an area."""
    return float(np.concatenate([area[0], area[-1], area[1:-1, 0], area[1:-1, -1]]).mean())


def flatten_grounds(canvas: Tensor, grounds: Tensor) -> Tensor:
    """Give each ground one colour, its mean in the canvas.

    Args:
        canvas: (1, 3, h, w) in [0, 1].
        grounds: (1, R, H, W) in [0, 1], as from ``plain_grounds``; of any size.
    Returns:
        (1, 3, h, w) in [0, 1], a new tensor.
    """
    masks = resize_guides(grounds.to(canvas), (canvas.shape[2], canvas.shape[3]))
    for region in range(masks.shape[1]):
        mask = masks[:, region : region + 1]  # (1, 1, h, w)
        weight = mask.square().square()  # the border is painted
        mean = (canvas * weight).sum((2, 3), keepdim=True) / weight.sum().clamp_min(1e-6)
        canvas = canvas.lerp(mean, mask)
    return canvas


def is_grey(image: Tensor) -> bool:
    """Whether a picture has no colours, but for what JPEG adds.

    Args:
        image: (1, 3, H, W) in [0, 1].
    """
    difference = image.amax(dim=1) - image.amin(dim=1)
    return bool((difference > GREY_RANGE).float().mean() <= COLORED_SHARE)
