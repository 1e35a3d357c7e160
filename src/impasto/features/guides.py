"""Guides go down the layers: which units of a layer belong to a region of the picture."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.features.geometry import Geometry

RULES = ("simple", "inside", "all")
"""How a unit that sees several regions is dealt with."""


def guide_of(guides: Tensor, size: tuple[int, int], *, rule: str, geometry: Geometry | None) -> Tensor:
    """How far each unit of a layer belongs to each region.

    ``simple``: as much of the region as there is in the unit's own square of the picture. ``inside``: only
    units that see nothing but the region, so that no other's texture leaks in. ``all``: every unit that sees
    any of it. A region that ``inside`` leaves no unit is guided by ``simple``.

    Args:
        guides: (N, R, H, W) in [0, 1].
        size: (h, w) of the layer.
        rule: one of RULES.
        geometry: of the layer; None, where it is not known, makes every rule ``simple``.
    Returns:
        (N, R, h, w) in [0, 1].
    Raises:
        ShapeError: guides is not 4-D.

    Source: Gatys, Ecker, Bethge, Hertzmann, Shechtman 2017, "Controlling perceptual factors in neural style
    transfer", section 4, and the rules of their code.
    Differs: guides stay soft instead of being cut at one half; ``simple`` takes the mean of the square
    instead of its nearest pixel; what a unit sees is reckoned from its receptive field instead of tried with
    noise; the fallback of ``inside``.
    """
    expect(guides, "n r h w", name="guides")
    simple = F.adaptive_avg_pool2d(guides, size)
    if rule == "simple" or geometry is None:
        return simple
    if rule == "all":
        return _seen(guides, size, geometry)
    found = 1 - _seen(1 - guides, size, geometry)
    there = found.amax((2, 3), keepdim=True) >= 0.5  # less is no unit: half of the region's edge
    return torch.where(there, found, simple)


def _seen(guides: Tensor, size: tuple[int, int], geometry: Geometry) -> Tensor:
    """The most of a region in each unit's receptive field, which lies about its own square."""
    field, stride = geometry.receptive_field_px, geometry.stride_px
    around = max(0, (field - stride) // 2)
    for kernel, step, padding in (
        ((field, 1), (stride, 1), (around, 0)),
        ((1, field), (1, stride), (0, around)),
    ):
        guides = F.max_pool2d(guides, kernel, stride=step, padding=padding)
    return F.adaptive_max_pool2d(guides, size)  # the same, but where a side is no multiple of the stride
