"""Smoothness of a grid's change."""

import pytest
import torch

from impasto.errors import ShapeError
from impasto.losses.grid_smoothness import GridSmoothnessLoss, grid_roughness


def test_by_hand():
    """A ramp along columns: 15 of the differences along that side are 0.1, and no other."""
    ramp = (0.1 * torch.arange(16.0)).expand(1, 96, 16, 16)
    assert grid_roughness(ramp).item() == pytest.approx(0.01)
    levels = (0.2 * torch.arange(8.0))[:, None, None].expand(8, 16, 16).repeat(12, 1, 1)[None]
    assert grid_roughness(levels).item() == pytest.approx(0.04)


def test_it_measures_the_change_since_the_start():
    draw = torch.Generator().manual_seed(0)
    start = torch.rand(1, 96, 16, 16, generator=draw)
    loss = GridSmoothnessLoss({"grid": 1.0}, stay=2.0)
    target = loss.target({"grid": start})
    assert loss({"grid": start}, target).item() == 0
    assert loss({"grid": start + 0.5}, target).item() == pytest.approx(2 * 0.25, rel=1e-4)


def test_what_cannot_be():
    loss = GridSmoothnessLoss({"grid": 1.0})
    with pytest.raises(ShapeError, match="grid"):
        loss({"grid": torch.zeros(1, 96, 8, 8)}, loss.target({"grid": torch.zeros(1, 96, 16, 16)}))
