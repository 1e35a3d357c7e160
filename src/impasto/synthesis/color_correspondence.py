"""How colours change from one photo to another, found at places that show the same kind of thing."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.images.color_match import linear_match
from impasto.synthesis.feature_view import FeatureView

LAYERS = ("relu3_1", "relu4_1")
"""Layers by which places are compared; measured by ``benchmarks/photo.py``, as all numbers here."""

CELL_PX = 8
"""Side of the squares that are compared."""

COLOR_SIGMA = 0.2
"""Difference of colour, in sRGB, that counts as much as one unit of the difference of features."""

FEATURE_WEIGHT = 3.0
"""Weight of the features: their cosine distance, summed over layers, is multiplied by this."""

TEMPERATURE = 0.3
"""Difference of the cost that makes a partner e times less likely."""

ROUNDS = 8
"""Rounds of matching and fitting."""

RIDGE = 0.01
"""Weight of the prior in a fit: the transport of the whole region's colours, in sRGB squared."""

FOUND_RIDGE = 0.1
"""As ``RIDGE``, of regions that were found and not given: the prior is the map of the whole picture."""

SAME_CHANGE = 0.15
"""Regions that were found count if the mean colour of one of them, as the whole picture's map has it, differs
by more than this from its partner's, in sRGB: otherwise one map says it all, and is fitted to more places."""

LIKELY = 1e-12
"""Least weight of a cell, which keeps a region without partners finite."""


def color_maps(
    photo: Tensor,
    style: Tensor,
    masks: Tensor,
    style_masks: Tensor,
    view: FeatureView,
    *,
    layers: Sequence[str] = LAYERS,
    rounds: int = ROUNDS,
    found: bool = False,
) -> Tensor:
    """Region by region, the affine map of colours from a photo to another of the same kind of scene.

    The optimal transport between the colours of two Gaussian clouds (Monge-Kantorovich) takes a difference of
    what is seen for a difference of look: if one photo has more sky, the other's meadow turns blue. So the
    map is fitted again to pairs of places that are alike:

        P_ij = softmax over j of (-c_ij / T) * softmax over i of (-c_ij / T)
        c_ij = 3 * sum over layers of (1 - cos(f_i, g_j)) + |A x_i - y_j|^2 / 0.2^2
        A = argmin sum over i, j of P_ij |A x_i - y_j|^2 / sum P + 0.01 |A - A_0|^2

    with x, y the mean colours of squares of 8 px, f, g their features, each channel standardised within its
    picture, and A_0 the transport of the whole region. The features are those of the photo as mapped by A_0.

    Args:
        photo: (1, 3, h, w), sRGB in [0, 1]; about 256 px.
        style: (1, 3, H, W), sRGB in [0, 1].
        masks: (1, R, h, w) in [0, 1], regions of the photo.
        style_masks: (1, R, H, W), the same regions of the style.
        view: the network.
        layers: of the network, by which places are compared.
        rounds: 0 gives A_0, the transport.
        found: the regions were found, not given: A_0 is then the map of the whole picture, with a weight of
            0.1, and is every region's map unless a region's colours call for another: ``SAME_CHANGE``.
    Returns:
        (R, 3, 4): output = matrix @ (red, green, blue, 1).

    Source: ours; matching and fitting in turn: Besl, McKay 1992, "A method for registration of 3-D
        shapes"; A_0: Pitie, Kokaram 2007, "The linear Monge-Kantorovitch linear colour mapping".
    """
    whole = None
    if found:
        one, style_one = (torch.ones_like(x[:, :1]) for x in (masks, style_masks))
        whole = color_maps(photo, style, one, style_one, view, layers=layers, rounds=rounds)[0]
        transports = [whole] * masks.shape[1]
    else:
        transports = [
            linear_match(_inside(photo, mask), _inside(style, style_mask))
            for mask, style_mask in zip(masks[0], style_masks[0], strict=True)
        ]
    if not rounds:
        return torch.stack(transports)
    shape, style_shape = _cells(photo), _cells(style)
    colors, style_colors = _rows(photo, shape), _rows(style, style_shape)
    members, style_members = _rows(masks, shape), _rows(style_masks, style_shape)  # (P, R), (Q, R)
    if whole is not None:
        means = _weighted_means(_moved(colors, whole), members) - _weighted_means(style_colors, style_members)
        if float(means.norm(dim=1).max()) < SAME_CHANGE:
            return torch.stack(transports)
    mapped = sum(
        (mask * _mapped(photo, matrix) for mask, matrix in zip(masks[0], transports, strict=True)),
        torch.zeros_like(photo),
    )
    distances = _feature_distances(mapped.clamp(0, 1), style, shape, style_shape, view, layers)
    maps = []
    for region, transport in enumerate(transports):
        likely = members[:, region].clamp_min(LIKELY).log()[:, None]
        likely = likely + style_members[:, region].clamp_min(LIKELY).log()
        matrix = transport
        for _ in range(rounds):
            moved = _moved(colors, matrix)
            cost = FEATURE_WEIGHT * distances + torch.cdist(moved, style_colors).square() / COLOR_SIGMA**2
            score = likely - cost / TEMPERATURE
            pairs = score.softmax(1) * score.softmax(0) * members[:, region, None]
            ridge = FOUND_RIDGE if found else RIDGE
            matrix = _fit(colors, pairs.sum(1), pairs @ style_colors, transport, ridge=ridge)
        maps.append(matrix)
    return torch.stack(maps)


def _moved(colors: Tensor, matrix: Tensor) -> Tensor:
    """(P, 3), (3, 4) -> (P, 3)."""
    return colors @ matrix[:, :3].mT + matrix[:, 3]


def _weighted_means(colors: Tensor, members: Tensor) -> Tensor:
    """(P, 3), (P, R) -> (R, 3)."""
    return members.mT @ colors / members.sum(0).clamp_min(LIKELY)[:, None]


def _fit(colors: Tensor, weights: Tensor, wanted: Tensor, prior: Tensor, *, ridge: float) -> Tensor:
    """Weighted ridge regression: (P, 3), (P,), weights * partners' colours (P, 3), (3, 4) -> (3, 4)."""
    rows = torch.cat([colors, torch.ones_like(colors[:, :1])], 1).double()  # (P, 4)
    total = weights.double().sum().clamp_min(LIKELY)
    products = (rows * weights.double()[:, None]).mT @ rows / total
    right = rows.mT @ wanted.double() / total
    held = ridge * torch.eye(4).to(products)
    solved: Tensor = torch.linalg.solve(products + held, right + held @ prior.double().mT)
    return solved.to(prior.dtype).mT


def _feature_distances(
    photo: Tensor,
    style: Tensor,
    shape: tuple[int, int],
    style_shape: tuple[int, int],
    view: FeatureView,
    layers: Sequence[str],
) -> Tensor:
    """Sum over layers of 1 - cosine of each two cells, (P, Q)."""
    total = photo.new_zeros(shape[0] * shape[1], style_shape[0] * style_shape[1])
    with torch.no_grad():
        first, second = (view.features(x, layers) for x in (photo, style))
    for layer in layers:
        rows = [
            _unit(_rows(_standardised(x[layer]), size)) for x, size in ((first, shape), (second, style_shape))
        ]
        total += 1 - rows[0] @ rows[1].mT
    return total


def _standardised(features: Tensor) -> Tensor:
    """Each channel with mean 0 and deviation 1 over the picture: a change of look is mostly gone."""
    features = features.float()
    deviation = features.std((2, 3), keepdim=True)
    standard: Tensor = (features - features.mean((2, 3), keepdim=True)) / (deviation + 1e-6)
    return standard


def _unit(rows: Tensor) -> Tensor:
    """(P, C) -> rows of length 1."""
    return F.normalize(rows, dim=1, eps=1e-6)


def _rows(planes: Tensor, shape: tuple[int, int]) -> Tensor:
    """(1, C, H, W) -> (h * w, C), means of cells."""
    small = F.interpolate(planes, size=shape, mode="bilinear", antialias=True, align_corners=False)
    return small[0].flatten(1).mT


def _cells(picture: Tensor) -> tuple[int, int]:
    """(rows, columns) of the squares."""
    height, width = picture.shape[2:]
    return max(1, round(height / CELL_PX)), max(1, round(width / CELL_PX))


def _inside(picture: Tensor, mask: Tensor) -> Tensor:
    """(3, P), the colours of a region; of the whole picture if it has no pixel there."""
    colors = picture[0].flatten(1)
    inside = mask.flatten() > 0.5
    return colors[:, inside] if bool(inside.any()) else colors


def _mapped(picture: Tensor, matrix: Tensor) -> Tensor:
    """(1, 3, h, w), (3, 4) -> (1, 3, h, w)."""
    return torch.einsum("ij,njhw->nihw", matrix[:, :3], picture) + matrix[:, 3, None, None]
