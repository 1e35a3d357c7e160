"""Cut-out pictures: fill what is clear with what is not, so that the clear part adds nothing of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from impasto.errors import PictureError
from impasto.images.io import Picture

OPAQUE = 0.5
"""Opacity from which on a pixel belongs to the picture."""

PASSES = 12
"""Mirrorings at most; each reaches as far again as the opaque part is deep."""

FLATTENED = "transparency was flattened on white"


def without_clear_part(picture: Picture) -> Picture:
    """A painting whose clear part takes no part in style and palette.

    Raises:
        PictureError: nothing of it is opaque.
    """
    return _filled(picture, "its clear part takes no part in the style")


def cut_out(picture: Picture) -> Picture:
    """A cut-out photo to be painted: strokes at its border see its own colours, not white.

    Raises:
        PictureError: nothing of it is opaque.
    """
    return _filled(picture, "its transparency is kept")


def _filled(picture: Picture, note: str) -> Picture:
    if picture.alpha is None:
        return picture
    notes = tuple(note if old == FLATTENED else old for old in picture.notes)
    pixels = fill_clear(picture.pixels, picture.alpha, name=picture.name)
    return replace(picture, pixels=pixels, notes=notes)


def fill_clear(pixels: Tensor, alpha: Tensor, *, name: str = "picture") -> Tensor:
    """Mirror the opaque part over its border until nothing is clear.

    A clear pixel q gets the colour at 2 p - q, where p is the opaque pixel next to it; again and again, as
    what was filled counts as opaque. So statistics of the whole are about those of the opaque part, and there
    is no edge at its border.

    Args:
        pixels: (1, 3, H, W) in [0, 1], flattened on white.
        alpha: (1, 1, H, W) in [0, 1].
        name: what errors call it.
    Returns:
        (1, 3, H, W) in [0, 1]; opaque pixels without the white that was mixed in.
    Raises:
        PictureError: nothing is opaque.
    """
    from scipy import ndimage  # takes 0.2 s to import, for cut-out pictures only

    opacity = alpha[0, 0].numpy()
    known = opacity >= OPAQUE
    if not known.any():
        raise PictureError(
            "picture is transparent everywhere",
            got=f"{name}: no pixel is more than half opaque",
            attempt="a picture that shows something, or one without transparency",
        )
    values = pixels[0].permute(1, 2, 0).numpy()  # (H, W, 3)
    weight = np.where(known, opacity, 1)[..., None]
    colors = np.clip((values - (1 - weight)) / weight, 0, 1).astype(np.float32)
    q: npt.NDArray[Any] = np.indices(known.shape)  # (2, H, W)
    for _ in range(PASSES):
        if known.all():
            break
        nearest = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
        known = _mirror(colors, known, q, 2 * nearest - q)
    if not known.all():
        nearest = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
        colors[:] = colors[nearest[0], nearest[1]]
    return torch.from_numpy(colors).permute(2, 0, 1)[None].contiguous()


def _mirror(
    colors: npt.NDArray[Any], known: npt.NDArray[Any], q: npt.NDArray[Any], source: npt.NDArray[Any]
) -> npt.NDArray[Any]:
    """Fill ``colors`` where the mirrored place is known; what is known then."""
    height, width = known.shape
    inside = (source[0] >= 0) & (source[0] < height) & (source[1] >= 0) & (source[1] < width) & ~known
    inside[inside] = known[source[0][inside], source[1][inside]]
    colors[inside] = colors[source[0][inside], source[1][inside]]
    both: npt.NDArray[Any] = known | inside
    return both
