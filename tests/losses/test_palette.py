import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from impasto.losses.palette import QUANTILES, PaletteLoss, palette_distance, palette_quantiles
from impasto.losses.sliced import directions, sorted_projections


@given(st.integers(0, 2**31))
def test_palette_ignores_position(seed):
    draw = torch.Generator().manual_seed(seed)
    image = torch.rand(1, 3, 8, 8, generator=draw, dtype=torch.float64)
    shuffled = image.flatten(2)[:, :, torch.randperm(64, generator=draw)].view_as(image)
    loss = PaletteLoss({"image": 1.0})
    assert loss({"image": shuffled}, loss.target({"image": image})).item() < 1e-20


def test_distance_of_two_single_colours_by_hand():
    """Between points, the sliced distance is the squared distance along each direction, averaged."""
    black, colour = torch.zeros(1, 3, 4, 4), torch.tensor([0.2, 0.4, 0.1]).view(1, 3, 1, 1).expand(1, 3, 4, 4)
    loss = PaletteLoss({"image": 1.0})
    expected = (directions(12, 3).float() @ torch.tensor([0.2, 0.4, 0.1])).square().mean() / 1e-4
    assert_close(loss({"image": colour}, loss.target({"image": black}))[0], expected)


def test_matches_the_exact_distance_in_one_direction():
    """Against scipy's Wasserstein distance of order 1 after a shift, where all orders agree."""
    from scipy.stats import wasserstein_distance

    image = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    views = [sorted_projections(x, directions(1, 3))[0, 0] for x in (image, image + 0.125)]
    ours = (views[0] - views[1]).square().mean().sqrt().item()
    flat = [(directions(1, 3)[0] @ x.flatten(2)[0]).numpy() for x in (image, image + 0.125)]
    assert abs(ours - wasserstein_distance(*flat)) < 1e-9


def test_large_pictures_are_averaged_down_first():
    loss = PaletteLoss({"image": 1.0}, positions=64)
    image = torch.rand(1, 3, 16, 16)
    pooled = torch.nn.functional.avg_pool2d(image, 2)
    assert_close(loss.target({"image": image}), loss.target({"image": pooled}))


def test_quantiles_and_distance_by_hand():
    image = torch.tensor([0.0, 1.0]).view(1, 1, 1, 2).expand(1, 3, 1, 2)
    quantiles = palette_quantiles(image, directions_count=2)
    assert quantiles.shape == (1, 2, QUANTILES)
    ends = directions(2, 3).float().sum(1)  # of white along each direction
    assert_close(quantiles[0, :, [0, -1]].sort(1).values, torch.stack([ends * 0, ends], 1).sort(1).values)
    distance = palette_distance(torch.ones(1, 1, 4), torch.zeros(1, 1, 4), torch.tensor(0.5))
    assert distance.item() == pytest.approx(1 / 0.5, rel=1e-3)
