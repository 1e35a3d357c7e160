"""The distance to the frame before, where that is certain."""

import pytest
import torch
from torch.testing import assert_close

from impasto.errors import ShapeError
from impasto.losses.temporal import TemporalLoss, temporal_distance, temporal_target


def test_by_hand():
    canvas = torch.tensor([[[[1.0, 2.0]], [[0.0, 1.0]]]])  # (1, 2, 1, 2)
    warped = torch.tensor([[[[0.0, 2.5]], [[0.0, 3.0]]]])
    certainty = torch.tensor([[[[1.0, 0.5]]]])
    # (1 + 0.5 * 0.25 + 0 + 0.5 * 4) / 4
    assert_close(temporal_distance(canvas, warped, certainty), torch.tensor([3.125 / 4]))


def test_where_nothing_is_certain_there_is_no_pull():
    canvas = torch.rand(1, 3, 4, 5, requires_grad=True)
    loss = TemporalLoss({"image": 1.0})
    target = temporal_target(torch.rand(1, 3, 4, 5), torch.zeros(1, 1, 4, 5))
    loss({"image": canvas}, target).sum().backward()
    assert canvas.grad is not None and not canvas.grad.any()


@pytest.mark.parametrize("sizes", [((1, 3, 4, 4), (1, 1, 4, 5)), ((1, 3, 4, 5), (1, 1, 5, 4))])
def test_other_sizes_are_refused(sizes):
    with pytest.raises(ShapeError, match="has the wrong shape"):
        temporal_distance(torch.zeros(1, 3, 4, 5), torch.zeros(sizes[0]), torch.zeros(sizes[1]))
