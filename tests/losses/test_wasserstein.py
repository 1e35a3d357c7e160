import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm
from torch.testing import assert_close

from impasto.losses.wasserstein import WassersteinLoss, bures_distance, covariance_matrix, symmetric_root


def cloud(seed, channels=5, side=8, dtype=torch.float64):
    draw = torch.Generator().manual_seed(seed)
    mix = torch.randn(channels, channels, generator=draw, dtype=dtype)
    flat = mix @ torch.rand(channels, side * side, generator=draw, dtype=dtype) + 0.3
    return {"x": flat.view(1, channels, side, side)}


def by_scipy(x, y, *, ridge):
    """Crowson's formula for W^2 / C with numpy's moments and scipy's matrix root."""
    x, y = x.flatten(2)[0].numpy(), y.flatten(2)[0].numpy()
    c, a = (np.cov(z, bias=True) + ridge * np.eye(len(z)) for z in (x, y))
    root = sqrtm(a)
    diagonal = np.diagonal(a + c - 2 * sqrtm(root @ c @ root)).real
    return ((x.mean(1) - y.mean(1)) ** 2).mean() + diagonal.mean()


@pytest.mark.parametrize("side", [2, 8])  # fewer positions than channels, and more
def test_paper_form_matches_scipy(side):
    x, y = cloud(0, side=side), cloud(1)
    loss = WassersteinLoss({"x": 1.0}, relative=False)
    assert loss(x, loss.target(y)).item() == pytest.approx(by_scipy(x["x"], y["x"], ridge=1e-4), rel=1e-6)


def test_relative_form_is_the_distance_as_a_share_of_the_targets_size():
    x, y = cloud(0), cloud(1)
    loss = WassersteinLoss({"x": 1.0})
    square = 5 * by_scipy(x["x"], y["x"], ridge=0)
    size = y["x"].square().sum(1).mean()
    assert loss(x, loss.target(y)).item() == pytest.approx((square / size.item()) ** 0.5, rel=2e-3)


def test_one_channel_by_hand():
    """On a line: the difference of the means, and of the standard deviations, squared."""
    x = torch.tensor([1.0, 3.0]).view(1, 1, 1, 2).double()  # mean 2, deviation 1
    y = torch.tensor([2.0, 8.0]).view(1, 1, 1, 2).double()  # mean 5, deviation 3
    loss = WassersteinLoss({"x": 1.0}, relative=False)
    assert loss({"x": x}, loss.target({"x": y})).item() == pytest.approx(9 + 4, rel=1e-4)


def test_covariances_that_commute_by_hand():
    a, c = torch.diag(torch.tensor([4.0, 9.0, 1.0])).double()[None], torch.eye(3).double()[None]
    root = symmetric_root(a, low=torch.tensor(1e-12))
    assert_close(bures_distance(c, root), torch.tensor([1.0 + 4.0 + 0.0]).double())


def test_covariance_out_of_raw_moments():
    x = cloud(0)["x"].flatten(2)
    matrix = covariance_matrix(x.mean(2), x @ x.mT / x.shape[2])
    assert_close(matrix[0].numpy(), np.cov(x[0].numpy(), bias=True))


@pytest.mark.parametrize("canvas", [1, 2])
def test_gradient_where_eigenvalues_coincide_and_where_they_are_none(canvas):
    """An identity has one eigenvalue only, and a canvas of few positions has many that are 0."""
    root = torch.eye(4, dtype=torch.float64)[None]
    draw = torch.Generator().manual_seed(0)
    x = torch.rand(canvas, 4, 2, generator=draw, dtype=torch.float64, requires_grad=True)
    bures_distance(x @ x.mT, root).sum().backward()
    assert x.grad.isfinite().all()
    even = torch.eye(4, dtype=torch.float64)[None].requires_grad_()
    bures_distance(4 * even, root).sum().backward()
    assert_close(even.grad, 4 * (1 - 1 / 2) * torch.eye(4, dtype=torch.float64)[None])


def test_one_step_along_the_gradient_reaches_the_target():
    """The gradient at a point is twice the vector to where the map sends it, over the number of points."""
    x = cloud(0)["x"].requires_grad_()
    loss = WassersteinLoss({"x": 1.0}, relative=False)
    target = loss.target(cloud(1))
    (gradient,) = torch.autograd.grad(5 * loss({"x": x}, target).sum(), x)
    mapped = x.detach() - gradient * 64 / 2
    assert loss({"x": mapped}, target).item() < 1e-6  # the ridge stays


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_low_precision_with_more_channels_than_positions(dtype):
    draw = torch.Generator().manual_seed(0)
    features = torch.rand(1, 96, 6, 6, generator=draw).relu().to(dtype)
    loss = WassersteinLoss({"x": 1.0})
    target = loss.target({"x": features})
    assert loss({"x": features}, target).dtype == torch.float32
    assert loss({"x": features}, target).item() < 1e-5
    other = torch.rand(1, 96, 6, 6, generator=draw).relu().to(dtype)
    exact = loss({"x": other.double()}, loss.target({"x": features.double()}))
    assert loss({"x": other}, target).item() == pytest.approx(exact.item(), rel=1e-3)


def test_blend_is_the_cloud_of_both_pictures_together():
    """Raw moments average; covariances formed afterwards hold the distance of the two means as well."""
    x, y = cloud(0)["x"], cloud(1)["x"]
    loss = WassersteinLoss({"x": 1.0})
    both = loss.target({"x": torch.cat([x, y], 3)})
    assert both["x"].keys() == {"mean", "products"}
    assert_close(loss.blend([loss.target({"x": x}), loss.target({"x": y})], [1, 1]), both)


def test_a_grey_picture_is_at_distance_one():
    loss = WassersteinLoss({"x": 1.0})
    blank = {"x": torch.zeros(1, 5, 8, 8, dtype=torch.float64)}
    assert loss(blank, loss.target(cloud(0))).item() == pytest.approx(1, abs=0.01)


def test_the_ridge_by_hand():
    """Four channels of variance 1 against none: each deviation is (1 + r)^(1/2) - r^(1/2), r = 1e-4."""
    target = {"x": {"mean": torch.zeros(1, 4), "products": torch.eye(4)[None]}}
    loss = WassersteinLoss({"x": 1.0})
    assert loss({"x": torch.zeros(1, 4, 3, 3)}, target).item() == pytest.approx(0.98905, abs=1e-4)


def test_relative_distance_ignores_the_unit_of_activation():
    x, y = cloud(0)["x"], cloud(1)["x"]
    loss = WassersteinLoss({"x": 1.0})
    small, large = (loss({"x": k * x}, loss.target({"x": k * y})) for k in (1, 1000))
    assert_close(small, large, rtol=1e-6, atol=0)


def test_the_way_between_two_clouds_is_no_mixture():
    """Between two narrow clouds far apart lies a narrow cloud; a mixture is as wide as their distance."""
    generator = torch.Generator().manual_seed(5)
    near, far = (
        spread * torch.randn(1, 2, 40, 40, generator=generator, dtype=torch.float64) + place
        for spread, place in ((1.0, 0.0), (3.0, 20.0))
    )
    loss = WassersteinLoss({"x": 1.0})
    start, end = (loss.target({"x": cloud}) for cloud in (near, far))
    middle = loss.interpolate(start, end, 0.5)["x"]
    covariance = covariance_matrix(middle["mean"], middle["products"])[0]
    assert_close(middle["mean"], torch.full((1, 2), 10.0, dtype=torch.float64), atol=0.2, rtol=0)
    assert_close(covariance, 4 * torch.eye(2, dtype=torch.float64), atol=0.3, rtol=0)  # (1 + 3) / 2, squared
    blend = loss.blend([start, end], [0.5, 0.5])["x"]
    assert covariance_matrix(blend["mean"], blend["products"])[0, 0, 0] > 100
    for share, cloud in ((0.0, near), (1.0, far)):
        assert loss({"x": cloud}, loss.finish(loss.interpolate(start, end, share))).item() < 1e-3


@pytest.mark.parametrize("spreads", [(1.0, 30.0), (30.0, 1.0)])
def test_the_way_between_two_clouds_begins_and_ends_at_them(spreads):
    """Also where one is a thousand times as wide as the other."""
    loss = WassersteinLoss({"x": 1.0})
    ends = [loss.target({"x": spread * cloud(seed)["x"]}) for seed, spread in enumerate(spreads)]
    for share, end in zip((0.0, 1.0), ends, strict=True):
        found = loss.interpolate(*ends, share)["x"]
        assert_close(found["mean"], end["x"]["mean"])
        size = end["x"]["products"].diagonal(dim1=1, dim2=2).mean().item()
        assert_close(found["products"], end["x"]["products"], rtol=0, atol=1e-6 * size)
