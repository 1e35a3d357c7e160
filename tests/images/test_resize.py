"""Sizes and resampling."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torch.testing import assert_close

from impasto.errors import SettingError, ShapeError
from impasto.images import io
from impasto.images.resize import cover, fit, mirror_pad, resize, shrink_to

from . import crafted

SIDE = st.integers(1, 5000)


@pytest.mark.parametrize(
    ("given_shape", "size", "expected"),
    [
        ((600, 800), 400, (300, 400)),
        ((800, 600), 400, (400, 300)),
        ((333, 1000), 100, (33, 100)),
        ((300, 400), 512, (300, 400)),
        ((1, 5000), 512, (1, 512)),
        ((5000, 1), 1, (1, 1)),
    ],
)
def test_fit_by_hand(given_shape, size, expected):
    assert fit(*given_shape, size) == expected


def test_fit_enlarges_when_asked():
    assert fit(300, 400, 512, enlarge=True) == (384, 512)


@given(SIDE, SIDE, SIDE, st.booleans())
def test_fit_keeps_the_proportions(height, width, size, enlarge):
    h, w = fit(height, width, size, enlarge=enlarge)
    assert 1 <= h
    assert 1 <= w
    assert max(h, w) == (size if enlarge else min(size, max(height, width)))
    scale = max(h, w) / max(height, width)
    assert abs(h - max(1, height * scale)) <= 0.5 + 1e-6
    assert abs(w - max(1, width * scale)) <= 0.5 + 1e-6


@pytest.mark.parametrize("size", [0, -5])
def test_fit_wants_a_size(size):
    with pytest.raises(SettingError, match=rf"size must be at least 1 px\n  got +{size}\n"):
        fit(10, 10, size)


def test_same_shape_is_the_same_picture():
    image = torch.rand(1, 3, 5, 6)
    assert resize(image, (5, 6)) is image


@pytest.mark.parametrize("shape", [(12, 18), (7, 5), (48, 80), (1, 1)])
def test_resize_agrees_with_pillow(shape):
    photo = crafted.photo()
    ours = resize(io.to_tensor(photo), shape)
    for channel, band in zip(ours[0], photo.split(), strict=True):
        theirs = band.convert("F").resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
        assert_close(channel, torch.from_numpy(np.clip(np.asarray(theirs) / 255, 0, 1)), atol=1e-4, rtol=0)


def test_resize_stays_in_range():
    steps = torch.zeros(1, 1, 8, 8)
    steps[..., 4:] = 1
    before = steps.clone()
    larger = resize(steps, (29, 31))
    assert larger.min() == 0
    assert larger.max() == 1
    assert_close(steps, before)


def test_shrinking_averages_what_is_finer_than_a_pixel():
    checks = (torch.arange(64)[:, None] + torch.arange(64)) % 2
    assert_close(
        resize(checks.float()[None, None], (16, 16)), torch.full((1, 1, 16, 16), 0.5), atol=0.02, rtol=0
    )


def test_resize_wants_a_batch():
    with pytest.raises(ShapeError, match=r"image has the wrong shape\n  got +\(3, 4, 4\)"):
        resize(torch.zeros(3, 4, 4), (2, 2))


def test_cover_cuts_evenly():
    image = torch.arange(6.0).expand(1, 1, 2, 6) / 5
    assert_close(cover(image, (2, 2)), image[:, :, :, 2:4])
    assert_close(cover(image.mT, (2, 2)), image.mT[:, :, 2:4])


@given(
    SIDE.map(lambda side: side % 40 + 1),
    SIDE.map(lambda side: side % 40 + 1),
    st.integers(1, 40),
    st.integers(1, 40),
)
def test_cover_fills_the_shape(height, width, tall, wide):
    assert cover(torch.full((1, 1, height, width), 0.5), (tall, wide)).shape == (1, 1, tall, wide)


def test_cover_wants_a_batch():
    with pytest.raises(ShapeError, match="image has the wrong shape"):
        cover(torch.zeros(3, 4, 4), (2, 2))


def test_mirror_pad_by_hand():
    image = torch.arange(6.0).view(1, 1, 2, 3) / 10
    padded = mirror_pad(image, top=1, left=0, multiple=4)
    expected = torch.tensor([[3, 4, 5, 4], [0, 1, 2, 1], [3, 4, 5, 4], [0, 1, 2, 1]]) / 10
    torch.testing.assert_close(padded[0, 0], expected)


def test_mirror_pad_of_a_fitting_picture_is_itself():
    image = torch.rand(1, 3, 16, 32)
    assert torch.equal(mirror_pad(image, top=0, left=0, multiple=16), image)


def test_mirror_pad_of_a_sliver_repeats_its_edge():
    image = torch.rand(1, 3, 2, 3)
    padded = mirror_pad(image, top=0, left=0, multiple=16)
    assert padded.shape == (1, 3, 16, 16)
    assert torch.equal(padded[..., 5, 2], image[..., 1, 2])


def test_mirror_pad_needs_four_dimensions():
    with pytest.raises(ShapeError, match="image has the wrong shape"):
        mirror_pad(torch.zeros(3, 4, 4), top=0, left=0, multiple=4)


@pytest.mark.parametrize(
    ("pixels", "options", "expected"),
    [
        (50 * 50, {}, (35, 71)),  # root of 2500 / 5000 pixels
        (50 * 50, {"ratio": 0.5}, (18, 35)),
        (500 * 500, {}, (50, 100)),  # never enlarged
        (50 * 50, {"ratio": 20.0}, (50, 100)),
        (10 * 10, {"smallest_px": 32}, (32, 64)),
        (10 * 10, {"smallest_px": 75}, (75, 150)),  # but for what a network needs
    ],
)
def test_styles_shrink_to_the_pixels_of_a_canvas(pixels, options, expected):
    assert tuple(shrink_to(torch.rand(1, 3, 50, 100), pixels, **options).shape[2:]) == expected


def test_a_style_that_fits_stays_as_it_is():
    image = torch.rand(1, 3, 50, 100)
    assert shrink_to(image, 5000) is image
    with pytest.raises(ShapeError, match="image has the wrong shape"):
        shrink_to(image[0], 5000)
