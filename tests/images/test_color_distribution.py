"""Distributions of colours carried over."""

from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from impasto.errors import ShapeError
from impasto.images.color_distribution import transfer_distribution


def evenly(seed, power=1.0):
    """A picture whose colours are spread evenly, then bent, in forms larger than the filter's window."""
    coarse = torch.rand(1, 3, 6, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.interpolate(coarse, size=(60, 60), mode="bicubic").clamp(0, 1) ** power


def quantiles(picture):
    return torch.quantile(picture[0].flatten(1), torch.linspace(0.05, 0.95, 19).double(), dim=1)


def test_quantiles_come_near():
    picture, like = evenly(1), evenly(2, 3.0)
    before = picture.clone(), like.clone()
    moved = transfer_distribution(picture, like)
    far = (quantiles(picture) - quantiles(like)).abs().mean()
    assert (quantiles(moved) - quantiles(like)).abs().mean() < 0.15 * far
    assert_close((picture, like), before, rtol=0, atol=0)


def test_more_steps_come_nearer():
    picture, like = evenly(1), evenly(2, 3.0)
    far = [
        (quantiles(transfer_distribution(picture, like, steps=steps)) - quantiles(like)).abs().mean()
        for steps in (0, 1, 20)
    ]
    assert far[0] > far[1] > far[2]


def test_a_picture_like_itself_stays():
    picture = evenly(3)
    assert_close(transfer_distribution(picture, picture), picture, atol=1e-9, rtol=0)


def test_the_seed_decides():
    picture, like = evenly(1), evenly(2, 3.0)
    once = transfer_distribution(picture, like, seed=1)
    assert_close(transfer_distribution(picture, like, seed=1), once, rtol=0, atol=0)
    assert not torch.equal(transfer_distribution(picture, like, seed=2), once)


def test_other_shapes_are_refused():
    with pytest.raises(ShapeError, match=r"^picture has the wrong shape"):
        transfer_distribution(evenly(1)[0], evenly(2))
    with pytest.raises(ShapeError, match=r"^picture to match has the wrong shape"):
        transfer_distribution(evenly(1), evenly(2)[:, :2])
