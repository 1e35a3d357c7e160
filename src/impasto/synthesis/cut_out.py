"""An object cut out of a photo, by a box or a few strokes: GrabCut, and an edge by closed-form matting."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage
from torch import Tensor

from impasto.checks import expect
from impasto.errors import SettingError
from impasto.images.masks import resize_guides
from impasto.images.resize import fit, resize
from impasto.optional_imports import load
from impasto.synthesis.matting import matted

Marks = npt.NDArray[np.uint8]

SIDE_PX = 480
"""Long side of the copy on which the object and its edge are found."""

WHITE, BLACK = 0.75, 0.25
"""Strokes above are on the object, strokes below are beside it."""

ROUNDS = 5
"""Rounds of modelling the colours and cutting; OpenCV's example."""

PART = 0.02
"""Parts below this share of the largest one are specks, and holes below it are filled; chosen by eye."""

BAND = 0.012
"""How far the edge of the first cut may be off, as a fraction of the long side; chosen by eye."""

Box = tuple[int, int, int, int]


def cut_out(photo: Tensor, *, box: Box | None = None, strokes: Tensor | None = None) -> Tensor:
    """How much of each pixel belongs to an object.

    The colours inside and outside are described by five Gaussian clouds each, in turn with a cut of the
    pixels' graph; the edge of that cut becomes soft by closed-form matting.

    Args:
        photo: (1, 3, H, W), sRGB in [0, 1].
        box: x, y, width, height in px: outside of it there is no object.
        strokes: (1, 1, h, w): above 0.75 the object, below 0.25 not, between unknown.
    Returns:
        (1, 1, H, W) in [0, 1].
    Raises:
        ShapeError: a tensor of another shape.
        SettingError: the box lies outside of the photo or holds all of it, nothing says where the object is,
            no object was found, or OpenCV is not installed.

    Source: Rother, Kolmogorov, Blake 2004, "GrabCut", as in OpenCV; Levin, Lischinski, Weiss 2008.
    """
    expect(photo, "1 3 h w", name="photo")
    known = _known(photo, box, strokes)
    height, width = photo.shape[2:]
    shape = fit(height, width, SIDE_PX)
    small, marks = resize(photo, shape), resize(known, shape)[0, 0].numpy()
    found = _grab_cut(small, marks)
    if not found.any():
        raise SettingError(
            "no object was found there",
            got="colours that are the same inside and outside",
            attempt="add --strokes FILE: white on the object, black beside it, grey elsewhere",
        )
    rough = torch.from_numpy(_without_specks(found, marks)).float()[None, None]
    edge = matted(rough, small, band_px=max(2, round(BAND * max(shape))))
    return resize_guides(edge, (height, width))


def _known(photo: Tensor, box: Box | None, strokes: Tensor | None) -> Tensor:
    """(1, 1, H, W): 1 on the object, 0 beside it, 0.5 where only the colours can tell."""
    height, width = photo.shape[2:]
    known = torch.full((1, 1, height, width), 0.5)
    if box is not None:
        x, y, w, h = box
        if w < 3 or h < 3 or x >= width or y >= height or x + w <= 0 or y + h <= 0:
            raise SettingError(
                "the box holds nothing of the photo",
                got=f"{x},{y},{w},{h}",
                expected=f"within {width} x {height} px",
            )
        outside = torch.ones_like(known)
        outside[..., max(0, y) : y + h, max(0, x) : x + w] = 0
        known = known * (1 - outside)
    if strokes is not None:
        drawn = resize_guides(strokes, (height, width))
        known = torch.where(drawn > WHITE, 1.0, torch.where(drawn < BLACK, 0.0, known))
    if not bool((known > 0).any()) or (box is None and not bool((known > WHITE).any())):
        raise SettingError(
            "nothing says where the object is",
            got="strokes without white" if box is None else "strokes that leave nothing of the box",
            expected="white strokes on the object, black ones beside it, grey elsewhere; or a box",
            attempt="--cut X,Y,WIDTH,HEIGHT",
        )
    if box is not None and not bool((known < BLACK).any()):
        raise SettingError(
            "the box holds all of the photo",
            got=",".join(map(str, box)),
            expected="a box with something beside the object outside of it",
            attempt="a smaller box, or --strokes FILE",
        )
    return known


def _grab_cut(photo: Tensor, known: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """(1, 3, h, w), (h, w) -> (h, w), where the object is."""
    cv2 = load(
        "cv2",
        problem="an object is cut out by OpenCV",
        extra="video",
        error=SettingError,
        otherwise=", or give a picture with an alpha channel or a --mask",
    )
    strokes = bool((known > WHITE).any())
    marks: Marks = np.full(known.shape, cv2.GC_PR_BGD if strokes else cv2.GC_PR_FGD, np.uint8)
    marks[known > WHITE], marks[known < BLACK] = cv2.GC_FGD, cv2.GC_BGD
    pixels = np.ascontiguousarray((photo[0].permute(1, 2, 0).cpu().numpy() * 255).round().astype(np.uint8))
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)  # its clouds begin at random
    cv2.grabCut(pixels, marks, None, *models, ROUNDS, cv2.GC_INIT_WITH_MASK)
    return np.isin(marks, (cv2.GC_FGD, cv2.GC_PR_FGD))


def _without_specks(found: npt.NDArray[np.bool_], known: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """The larger parts and those with a stroke, their small holes filled."""
    labels, _ = ndimage.label(found)
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    least = PART * sizes.max()
    keep = sizes >= least
    keep[np.unique(labels[known > WHITE])] = True
    keep[0] = False
    kept = keep[labels]
    holes, _ = ndimage.label(~kept)
    small = np.bincount(holes.ravel()) < least
    small[0] = False
    filled: npt.NDArray[np.bool_] = kept | (small[holes] & (known >= BLACK))
    return filled
