import numpy as np
import pytest
import torch
from torch.testing import assert_close

from impasto.losses.moments import MomentsLoss, deviation, moments_distance
from impasto.losses.wasserstein import WassersteinLoss


def picture(seed, channels=4):
    return torch.rand(1, channels, 6, 7, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_by_hand():
    x = torch.tensor([[[[1.0, 3.0]], [[0.0, 0.0]]]])  # means 2 and 0, deviations 1 and 0
    y = torch.tensor([[[[2.0, 8.0]], [[1.0, 1.0]]]])  # means 5 and 1, deviations 3 and 0
    loss = MomentsLoss({"x": 1.0}, relative=False)
    assert_close(
        loss({"x": x}, loss.target({"x": y})), torch.tensor([(9 + 4 + 1 + 0) / 2]), rtol=1e-4, atol=0
    )
    size = (4 + 64) / 2 + 1
    relative = MomentsLoss({"x": 1.0})
    assert relative({"x": x}, relative.target({"x": y})).item() == pytest.approx((14 / size) ** 0.5, rel=0.02)


def test_deviation_matches_numpy():
    x = picture(0).flatten(2)
    ours = deviation(x.mean(2), x.square().mean(2), ridge=0)
    assert_close(ours[0].numpy(), np.std(x[0].numpy(), axis=1))


def test_of_one_channel_it_is_the_distance_of_gaussians():
    x, y = {"x": picture(0, 1)}, {"x": picture(1, 1)}
    ours, gaussian = MomentsLoss({"x": 1.0}), WassersteinLoss({"x": 1.0})
    assert_close(ours(x, ours.target(y)), gaussian(x, gaussian.target(y)))


def test_blend_is_that_of_both_pictures_together():
    """Squares average; variances do not, as the two means differ."""
    x, y = picture(0), 2 + picture(1)
    loss = MomentsLoss({"x": 1.0})
    blend = loss.blend([loss.target({"x": x}), loss.target({"x": y})], [1, 1])
    assert loss({"x": torch.cat([x, y], 3)}, blend).item() < 1e-20


def test_blind_to_how_channels_vary_together():
    x = picture(0)
    apart = torch.stack([channel.flatten()[torch.randperm(42)] for channel in x[0]]).view_as(x)
    loss = MomentsLoss({"x": 1.0})
    assert loss({"x": apart}, loss.target({"x": x})).item() < 1e-12


def test_plain_distance_by_hand():
    """Means 2 and 5, standard deviations 1 and 3."""
    moments, target = (
        (torch.tensor([[m]]), torch.tensor([[m * m + s * s]])) for m, s in ((2.0, 1.0), (5.0, 3.0))
    )
    plain = moments_distance(moments, target, relative=False)
    assert plain.item() == pytest.approx(9 + 4, rel=1e-4)
    relative = moments_distance(moments, target, relative=True)
    assert relative.item() == pytest.approx((13 / 34) ** 0.5, rel=1e-2)
