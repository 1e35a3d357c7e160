import pytest
import torch
from scipy.stats import wasserstein_distance

from impasto.losses.palette import directions
from impasto.metrics.sliced_wasserstein import relative_sliced_wasserstein


def test_one_channel_against_scipy_where_all_orders_agree():
    target = torch.rand(1, 1, 20, 20, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    moved = target.flip(2) + 0.25
    exact = wasserstein_distance(moved.flatten().numpy(), target.flatten().numpy())
    found = relative_sliced_wasserstein(moved, target, count=1) * target.var(correction=0)
    assert found.sqrt().item() == pytest.approx(exact, rel=0.01)


def test_two_points_by_hand():
    """Single values have no variance: the mean squared projection of their difference, over EPSILON."""
    difference = torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64)
    points = [torch.zeros(1, 3, 2, 2, dtype=torch.float64), difference.view(1, 3, 1, 1).expand(1, 3, 2, 2)]
    expected = (directions(7, 3) @ difference).square().mean() / 1e-6
    assert relative_sliced_wasserstein(*points, count=7).item() == pytest.approx(expected.item())
