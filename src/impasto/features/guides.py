"""Region guides of a layer: how far each of its units belongs to each region of the picture."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.features.geometry import Geometry


def layer_guides(guides: Tensor, size: tuple[int, int], *, rule: str, geometry: Geometry | None) -> Tensor:
    """How far each unit of a layer belongs to each region.

    ``simple``: the region's part of the unit's own square of the picture. ``inside``: only units whose
    receptive field holds nothing but the region, so that no other region's texture leaks in. ``all``: every
    unit whose receptive field holds any of the region. A region that ``inside`` leaves no unit is guided by
    ``simple``.

    Args:
        guides: (N, R, H, W) in [0, 1].
        size: (h, w) of the layer.
        rule: "simple", "inside" or "all": how units are guided whose receptive field holds several regions.
        geometry: of the layer; None where it is unknown: every rule is then ``simple``.
    Returns:
        (N, R, h, w) in [0, 1].
    Raises:
        ShapeError: guides is not 4-D.

    Source: Gatys, Ecker, Bethge, Hertzmann, Shechtman 2017, "Controlling perceptual factors in neural style
    transfer", section 4, and the rules of their code.
    Differs: guides stay soft instead of being cut at one half; ``simple`` takes the mean of the square
    instead of its nearest pixel; the receptive field is worked out from the layers instead of tried with
    noise; the fallback of ``inside``.
    """
    expect(guides, "n r h w", name="guides")
    simple = F.adaptive_avg_pool2d(guides, size)
    if rule == "simple" or geometry is None:
        return simple
    if rule == "all":
        return _field_maximum(guides, size, geometry)
    inside = 1 - _field_maximum(1 - guides, size, geometry)
    has_units = inside.amax((2, 3), keepdim=True) >= 0.5  # less is half of the region's edge
    return torch.where(has_units, inside, simple)


def _field_maximum(guides: Tensor, size: tuple[int, int], geometry: Geometry) -> Tensor:
    """The maximum of a guide over each unit's receptive field, which is centred on the unit's square."""
    field, stride = geometry.receptive_field_px, geometry.stride_px
    around = max(0, (field - stride) // 2)
    for kernel, step, padding in (
        ((field, 1), (stride, 1), (around, 0)),
        ((1, field), (1, stride), (0, around)),
    ):
        guides = F.max_pool2d(guides, kernel, stride=step, padding=padding)
    return F.adaptive_max_pool2d(guides, size)  # changes only sides that are no multiple of the stride
