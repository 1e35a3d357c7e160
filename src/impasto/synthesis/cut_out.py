"""An object cut out of a photo, by a box or a few strokes: models of colours, and the matting Laplacian."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage
from torch import Tensor

from impasto.checks import expect
from impasto.errors import SettingError
from impasto.images.masks import resize_guides
from impasto.images.oklab import to_oklab
from impasto.images.resize import fit, resize
from impasto.synthesis.matting import matted, smoothed

Numbers = npt.NDArray[np.float64]

SIDE_PX, FINE_PX = 192, 480
"""Long sides of the copies on which the object is found, and on which its edge is."""

COLORS = 5
"""Clouds of colour of the object, and as many of what is around it. Source: Rother et al. 2004."""

WHITE, BLACK = 0.75, 0.25
"""Strokes above are on the object, strokes below are beside it."""

KMEANS_ROUNDS = 8

ROUNDS = 5
"""Rounds of modelling the colours and cutting."""

CERTAIN, LIKELY = 1.0, 0.02
"""Weights of what is given, and of what the colours say; chosen by eye."""

BAND = 0.012
"""How far the edge of the first cut may be off, as a fraction of the long side; chosen by eye."""

Box = tuple[int, int, int, int]


def cut_out(photo: Tensor, *, box: Box | None = None, strokes: Tensor | None = None) -> Tensor:
    """How much of each pixel belongs to an object.

    In turn, the colours inside and outside are described by five Gaussian clouds each, and

        a = argmin a' L a + sum over pixels p of w_p (a_p - q_p)^2

    with L the matting Laplacian, q the probability that a colour is one of the object's, and w 0.02; 1 where
    the box or a stroke says what a is.

    Args:
        photo: (1, 3, H, W), sRGB in [0, 1].
        box: x, y, width, height in px: outside of it there is no object.
        strokes: (1, 1, h, w): above 0.75 the object, below 0.25 not, between unknown.
    Returns:
        (1, 1, H, W) in [0, 1].
    Raises:
        ShapeError: a tensor of another shape.
        SettingError: the box lies outside of the photo, or nothing says where the object is.

    Source: Rother, Kolmogorov, Blake 2004, "GrabCut"; Levin, Lischinski, Weiss 2008.
    Differs: the matting Laplacian in place of the graph cut, so no library is needed and the edge is soft.
    """
    expect(photo, "1 3 h w", name="photo")
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
    if not bool((known > 0).any()) or (box is None and not bool((known > 0.75).any())):
        raise SettingError(
            "nothing says where the object is",
            got="strokes without white" if box is None else "strokes that leave nothing of the box",
            expected="white strokes on the object, black ones beside it, grey elsewhere; or a box",
            attempt="--cut X,Y,WIDTH,HEIGHT",
        )
    shape = fit(height, width, SIDE_PX)
    small, marks = resize(photo, shape), resize(known, shape)[0, 0]
    alpha = _found(small, marks)
    fine = fit(height, width, FINE_PX)
    rough = resize_guides((_whole(alpha, marks) > 0.5).float()[None, None], fine)
    edge = matted(rough, resize(photo, fine), band_px=max(2, round(BAND * max(fine))))
    return resize_guides(edge, (height, width))


def _found(photo: Tensor, marks: Tensor) -> Tensor:
    """(1, 3, h, w), (h, w) of 0, 0.5 and 1 -> (h, w) in [0, 1]."""
    colors = to_oklab(photo[0].flatten(1)).double().cpu().numpy().T  # (P, 3)
    flat = marks.flatten().numpy()
    alpha = np.where(flat > 0.75, 1.0, np.where(flat < 0.25, 0.0, 0.6 if not (flat > 0.75).any() else 0.4))
    known = (flat > 0.75) | (flat < 0.25)
    weights = torch.where((marks > 0.75) | (marks < 0.25), CERTAIN, LIKELY)[None, None].to(photo)
    for _ in range(ROUNDS):
        inside, outside = alpha > 0.5, alpha <= 0.5
        if (flat > 0.75).any() and not (inside & ~known).any():
            inside, outside = flat > 0.75, flat < 0.25 if (flat < 0.25).any() else flat <= 0.75
        if min(inside.sum(), outside.sum()) < 4 * COLORS:
            break
        score = np.clip(_likelihood(colors, colors[inside]) - _likelihood(colors, colors[outside]), -8, 8)
        wanted = np.where(known, flat > 0.5, 1 / (1 + np.exp(-score)))
        target = torch.from_numpy(wanted).view(1, 1, *marks.shape).to(photo)
        alpha = smoothed(target, photo, weights).flatten().double().numpy()
    return torch.from_numpy(alpha).view(*marks.shape)


def _likelihood(colors: Numbers, sample: Numbers) -> Numbers:
    """Logarithm of the density of colours under a mixture of Gaussians, (P,)."""
    labels = _clouds(sample)
    parts = []
    for label in np.unique(labels):
        own = sample[labels == label]
        if len(own) < 4:
            continue
        spread = np.cov(own.T) + 1e-4 * np.eye(3)
        difference = colors - own.mean(0)
        distance = np.einsum("pi,ij,pj->p", difference, np.linalg.inv(spread), difference)
        parts.append(np.log(len(own) / len(sample)) - 0.5 * (distance + np.linalg.slogdet(spread)[1]))
    return np.asarray(np.logaddexp.reduce(parts, 0))


def _clouds(sample: Numbers) -> npt.NDArray[np.intp]:
    """The cloud of each colour, (P,): k-means from even steps along the direction of the largest spread."""
    axis = np.linalg.eigh(np.cov(sample.T))[1][:, -1]
    order = np.argsort(sample @ axis, kind="stable")
    centres = sample[order[(np.arange(COLORS) * 2 + 1) * len(sample) // (2 * COLORS)]]
    labels = np.zeros(len(sample), np.intp)
    for _ in range(KMEANS_ROUNDS):
        labels = ((sample[:, None] - centres) ** 2).sum(2).argmin(1)
        for label in np.unique(labels):
            centres[label] = sample[labels == label].mean(0)
    return labels


def _whole(alpha: Tensor, marks: Tensor) -> Tensor:
    """Without specks and holes: the largest part, and those with a stroke."""
    mask = ndimage.binary_opening(alpha.numpy() > 0.5)
    labels, count = ndimage.label(mask)
    if not count:
        return alpha
    sizes = np.bincount(labels.ravel())[1:]
    keep = {int(sizes.argmax()) + 1, *np.unique(labels[marks.numpy() > 0.75]).tolist()} - {0}
    kept = ndimage.binary_fill_holes(np.isin(labels, list(keep)))
    return torch.from_numpy(kept & (marks.numpy() > 0.1)).float()
