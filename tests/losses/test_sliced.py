import pytest
import torch
from scipy.stats import wasserstein_distance
from torch.testing import assert_close

from impasto.errors import ShapeError
from impasto.losses.sliced import (
    SlicedWassersteinLoss,
    at_ranks,
    directions,
    quantile_distance,
    sorted_projections,
)


def picture(seed, channels=4, height=8, width=8):
    draw = torch.Generator().manual_seed(seed)
    return torch.rand(1, channels, height, width, generator=draw, dtype=torch.float64)


def test_directions_are_unit_vectors_spread_over_a_half_sphere():
    axes = directions(12, 3)
    assert_close(axes.norm(dim=1), torch.ones(12, dtype=torch.float64))
    cosines = (axes @ axes.mT).abs().fill_diagonal_(0)
    assert cosines.max() < 0.95  # no two views are nearly the same
    spread = axes.mT @ axes / 12
    assert_close(spread, torch.eye(3, dtype=torch.float64) / 3, rtol=0, atol=0.06)  # no side is favoured


@pytest.mark.parametrize(("count", "channels"), [(5, 5), (12, 5), (3, 8)])
def test_directions_in_other_dimensions_stand_at_right_angles(count, channels):
    axes = directions(count, channels)
    assert axes.shape == (count, channels)
    first = axes[:channels]
    assert_close(first @ first.mT, torch.eye(len(first), dtype=torch.float64))
    assert_close(axes.norm(dim=1), torch.ones(count, dtype=torch.float64))


def test_matches_the_exact_distance_on_a_line():
    """Against scipy, after a shift, where the distances of all orders agree; one picture is larger."""
    x = picture(0, channels=1)
    loss = SlicedWassersteinLoss({"x": 1.0}, ranks=64, relative=False)
    y = torch.cat([x, x], 3) + 0.125
    ours = loss({"x": y}, loss.target({"x": x})).sqrt().item()
    assert ours == pytest.approx(wasserstein_distance(x.flatten(), y.flatten()), abs=1e-9)


def test_two_points_by_hand():
    """As many directions as channels are a turned set of axes: the squares add up to the distance."""
    a, b = torch.tensor([0.2, 0.4, 0.1, 0.0, 0.5]), torch.tensor([0.0, 0.1, 0.1, 0.3, 0.5])
    x, y = (v.view(1, 5, 1, 1).expand(1, 5, 3, 3) for v in (a, b))
    loss = SlicedWassersteinLoss({"x": 1.0}, relative=False)
    assert_close(loss({"x": x}, loss.target({"x": y}))[0], (a - b).square().mean())


def test_order_of_positions_does_not_matter():
    x = picture(0)
    shuffled = x.flatten(2)[:, :, torch.randperm(64)].view_as(x)
    loss = SlicedWassersteinLoss({"x": 1.0})
    assert loss({"x": shuffled}, loss.target({"x": x})).item() < 1e-20


def test_sees_what_moments_do_not():
    """Two clouds of the same mean and covariance, one of two points, one of three."""
    two = torch.tensor([-1.0, -1, -1, 1, 1, 1]).view(1, 1, 2, 3).double()
    three = torch.tensor([-(1.5**0.5), -(1.5**0.5), 0, 0, 1.5**0.5, 1.5**0.5]).view(1, 1, 2, 3).double()
    assert_close(two.var(correction=0), three.var(correction=0))
    loss = SlicedWassersteinLoss({"x": 1.0})
    assert loss({"x": two}, loss.target({"x": three})).item() > 0.3


def test_ranks_by_hand():
    ordered = torch.tensor([[[0.0, 1.0, 4.0, 5.0]]])
    assert_close(at_ranks(ordered, 2), torch.tensor([[[0.5, 4.5]]]))
    assert_close(at_ranks(ordered, 7), torch.tensor([[[0.0, 0.5, 1.0, 2.5, 4.0, 4.5, 5.0]]]))


def test_every_activation_of_a_large_picture_is_felt():
    x = picture(0, height=16, width=16).requires_grad_()
    loss = SlicedWassersteinLoss({"x": 1.0}, ranks=10)
    (gradient,) = torch.autograd.grad(loss({"x": x}, loss.target({"x": picture(1)})).sum(), x)
    assert (gradient != 0).all()


def test_relative_distance_by_hand():
    views, target = torch.zeros(1, 2, 3), torch.ones(1, 2, 3)
    assert_close(quantile_distance(3 * target, target, relative=True), torch.tensor([2.0]), rtol=1e-2, atol=0)
    assert_close(quantile_distance(views, target, relative=True), torch.tensor([1.0]), rtol=1e-2, atol=0)
    assert_close(quantile_distance(3 * target, target, relative=False), torch.tensor([4.0]))


def test_axes_must_fit_the_layer():
    with pytest.raises(ShapeError, match=r"(?s)features has the wrong shape.*\(1, 4, 8, 8\).*\(n, 5, h, w\)"):
        sorted_projections(picture(0), directions(2, 5))
