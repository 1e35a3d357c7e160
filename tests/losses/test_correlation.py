import numpy as np
import pytest
import torch
from torch.testing import assert_close

from impasto.errors import ShapeError
from impasto.losses.correlation import CorrelationLoss


def picture(seed, channels=5, height=6, width=7):
    draw = torch.Generator().manual_seed(seed)
    return torch.rand(1, channels, height, width, generator=draw, dtype=torch.float64)


def distance(canvas, photo):
    loss = CorrelationLoss({"x": 1.0})
    return loss({"x": canvas}, loss.target({"x": photo})).item()


def test_matches_numpys_correlation():
    canvas, photo = picture(0), picture(1)
    rows = zip(canvas.flatten(2)[0].numpy(), photo.flatten(2)[0].numpy(), strict=True)
    wanted = np.mean([1 - np.corrcoef(a, b)[0, 1] for a, b in rows])
    assert distance(canvas, photo) == pytest.approx(wanted, rel=2e-3)


def test_by_hand():
    """Two positions: the same pattern, and the opposite one."""
    photo = torch.tensor([[[[0.0, 1.0]]]], dtype=torch.float64)
    assert distance(torch.tensor([[[[3.0, 9.0]]]], dtype=torch.float64), photo) == pytest.approx(0, abs=1e-6)
    assert distance(1 - photo, photo) == pytest.approx(2, rel=2e-3)


def test_blind_to_every_channels_mean_and_spread():
    photo = picture(0)
    gains, shifts = torch.rand(2, 1, 5, 1, 1, dtype=torch.float64) + 1
    assert distance(gains * photo + shifts, photo) < 1e-6


def test_a_picture_without_pattern_is_at_a_half():
    photo = picture(0)
    assert distance(photo.mean((2, 3), keepdim=True).expand_as(photo), photo) == pytest.approx(0.5, rel=2e-3)
    assert distance(torch.zeros_like(photo), photo) == pytest.approx(0.5, rel=2e-3)


def test_sees_where_things_are():
    photo = picture(0)
    assert distance(photo.flip(3), photo) > 0.5


def test_the_gradient_with_a_focus():
    photo, focus = picture(0), torch.rand(1, 1, 6, 7, dtype=torch.float64)
    loss = CorrelationLoss({"x": 1.0})
    target = {**loss.layer_target(photo), **loss.layer_spatial(photo, focus)}
    assert torch.autograd.gradcheck(lambda x: loss.layer_loss(x, target), [picture(1).requires_grad_()])


@pytest.mark.parametrize("unit", [1e-2, 1e2])
def test_the_unit_of_activation_does_not_matter(unit):
    canvas, photo = picture(0), picture(1)
    assert distance(unit * canvas, unit * photo) == pytest.approx(distance(canvas, photo), rel=1e-3)


def test_float32_is_close_to_float64_near_the_photo():
    photo = picture(0, height=60, width=70)
    canvas = photo + 1e-3 * picture(1, height=60, width=70)
    assert distance(canvas.float(), photo.float()) == pytest.approx(distance(canvas, photo), rel=1e-3)


def test_a_gradient_step_brings_the_pattern_nearer():
    canvas, photo = picture(0).requires_grad_(), picture(1)
    loss = CorrelationLoss({"x": 1.0})
    target = loss.target({"x": photo})
    before = loss({"x": canvas}, target)
    (gradient,) = torch.autograd.grad(before.sum(), canvas)
    assert loss({"x": canvas - 0.1 * gradient}, target) < before
    assert_close(gradient.sum((2, 3)), torch.zeros(1, 5, dtype=torch.float64))  # a mean has no gradient


def test_sizes_must_agree():
    loss = CorrelationLoss({"x": 1.0})
    with pytest.raises(ShapeError, match=r"(?s)features has the wrong shape.*\(1, 5, 6, 8\).*\(n, 5, 6, 7\)"):
        loss({"x": picture(0, width=8)}, loss.target({"x": picture(1)}))
