import pytest
import torch
from skimage.exposure import match_histograms
from torch.testing import assert_close

from impasto.errors import ShapeError
from impasto.losses.histogram import HistogramLoss, channel_quantiles


def picture(seed, channels=3):
    return torch.rand(1, channels, 8, 8, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_value_and_gradient_are_the_papers():
    """|F - R(F)|^2 with R by scikit-image, and 2 (F - R(F)), both as means."""
    x, y = picture(0), picture(1)
    matched = torch.from_numpy(match_histograms(x[0].numpy(), y[0].numpy(), channel_axis=0))[None]
    loss = HistogramLoss({"x": 1.0}, ranks=64, relative=False)
    leaf = x.clone().requires_grad_()
    distance = loss({"x": leaf}, loss.target({"x": y}))
    assert_close(distance[0], (x - matched).square().mean())
    (gradient,) = torch.autograd.grad(distance.sum(), leaf)
    assert_close(gradient, 2 * (x - matched) / x.numel())


def test_by_hand():
    x, y = (torch.tensor(v).view(1, 1, 1, 3) for v in ([3.0, 1.0, 2.0], [4.0, 4.0, 1.0]))
    loss = HistogramLoss({"x": 1.0}, ranks=3, relative=False)  # 1 2 3 against 1 4 4
    assert_close(loss({"x": x}, loss.target({"x": y})), torch.tensor([(0 + 4 + 1) / 3]))


def test_each_channel_stands_alone():
    x = picture(0)
    apart = torch.stack([channel.flatten()[torch.randperm(64)] for channel in x[0]]).view_as(x)
    loss = HistogramLoss({"x": 1.0})
    assert loss({"x": apart}, loss.target({"x": x})).item() < 1e-20


def test_relative_distance_ignores_the_unit_of_activation():
    loss = HistogramLoss({"x": 1.0})
    small, large = (loss({"x": k * picture(0)}, loss.target({"x": k * picture(1)})) for k in (1, 1000))
    assert_close(small, large)


def test_channels_must_agree():
    loss = HistogramLoss({"x": 1.0})
    with pytest.raises(ShapeError, match=r"(?s)features has the wrong shape.*\(1, 2, 8, 8\).*\(n, 3, h, w\)"):
        loss({"x": picture(0, channels=2)}, loss.target({"x": picture(1)}))


def test_quantiles_by_hand():
    x = torch.tensor([4.0, 1.0, 3.0, 2.0]).view(1, 1, 2, 2)
    assert channel_quantiles(x, ranks=4).tolist() == [[[1, 2, 3, 4]]]
    assert channel_quantiles(x, ranks=2).tolist() == [[[1.5, 3.5]]]
