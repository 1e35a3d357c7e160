"""Luminance and chroma."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from torch.testing import assert_close

from impasto.errors import ShapeError
from impasto.images import io
from impasto.images.color import (
    grey,
    luminance,
    match_luminance,
    rgb_to_yuv,
    with_chroma_of,
    with_luminance_of,
    yuv_to_rgb,
)

from . import crafted


def random_picture(seed, height=8, width=9):
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


def test_luminance_by_hand():
    picture = torch.tensor([[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]])[None, :, None]
    assert_close(luminance(picture), torch.tensor([[[[0.299, 0.587, 0.114, 1.0]]]]))


def test_luminance_agrees_with_pillow():
    photo = crafted.photo()
    theirs = torch.from_numpy(np.array(photo.convert("L"))).float()[None, None] / 255
    assert_close(luminance(io.to_tensor(photo)), theirs, atol=0.51 / 255, rtol=0)


def test_yuv_by_hand():
    red = torch.tensor([1.0, 0.0, 0.0]).view(1, 3, 1, 1)
    assert_close(rgb_to_yuv(red).flatten(), torch.tensor([0.299, -0.147, 0.615]))


@given(st.integers(0, 999))
@settings(deadline=None)
def test_there_and_back(seed):
    picture = random_picture(seed)
    before = picture.clone()
    assert_close(yuv_to_rgb(rgb_to_yuv(picture)), picture, atol=1e-6, rtol=0)
    assert_close(picture, before, rtol=0, atol=0)


def test_inverse_is_that_of_the_paper():
    """Their rows, rounded: R = Y + 1.139 V, G = Y - 0.395 U - 0.580 V, B = Y + 2.03 U."""
    columns = yuv_to_rgb(torch.eye(3)[None, :, :, None]).squeeze()
    theirs = torch.tensor([[1.0, 0, 1.139], [1, -0.395, -0.580], [1, 2.03, 0]])
    assert_close(columns, theirs, atol=5e-3, rtol=0)


def test_a_photo_s_own_luminance_gives_it_back():
    photo = random_picture(1)
    assert_close(with_chroma_of(grey(luminance(photo)), photo), photo, atol=1e-6, rtol=0)
    assert_close(with_luminance_of(photo, photo), photo, atol=1e-6, rtol=0)


@given(st.integers(0, 999))
@settings(deadline=None)
def test_chroma_is_the_photo_s_where_nothing_is_clipped(seed):
    painted, photo = random_picture(seed), random_picture(seed + 1000)
    result = with_chroma_of(painted, photo)
    inside = ((result > 0) & (result < 1)).all(1)
    assert 0 <= result.min()
    assert result.max() <= 1
    ours, theirs = rgb_to_yuv(result), rgb_to_yuv(photo)
    assert_close(ours[:, 1:].movedim(1, -1)[inside], theirs[:, 1:].movedim(1, -1)[inside], atol=1e-5, rtol=0)
    assert_close(ours[:, 0][inside], painted.mean(1)[inside], atol=1e-5, rtol=0)


def test_a_grey_photo_makes_a_grey_picture():
    photo = grey(torch.rand(1, 1, 6, 6))
    result = with_chroma_of(random_picture(2, 6, 6), photo)
    assert (result.amax(1) - result.amin(1)).max() < 3e-3  # the paper's row of U sums to 0.001, not to 0


def test_a_quick_swap_keeps_the_luminance():
    painted, photo = random_picture(3) * 0.2 + 0.4, random_picture(4) * 0.2 + 0.4
    assert_close(luminance(with_luminance_of(painted, photo)), luminance(painted), atol=1e-5, rtol=0)


def test_match_luminance_by_hand():
    style = torch.tensor([0.2, 0.4]).view(1, 1, 1, 2)
    content = torch.tensor([0.3, 0.7]).view(1, 1, 2, 1)
    assert_close(match_luminance(style, content).flatten(), torch.tensor([0.3, 0.7]))


@given(st.integers(0, 999))
@settings(deadline=None)
def test_match_luminance_gives_mean_and_deviation(seed):
    style, content = luminance(random_picture(seed)), 0.3 + 0.4 * luminance(random_picture(seed + 1000, 5, 7))
    matched = match_luminance(style, content)
    assert_close(matched.mean(), content.mean(), atol=1e-4, rtol=0)
    assert_close(matched.std(correction=0), content.std(correction=0), atol=1e-4, rtol=0)
    assert_close(match_luminance(style, style), style)


@pytest.mark.parametrize("noise", [0.0, 0.5 / 255])
def test_a_style_of_one_grey_takes_the_mean_alone(noise):
    style = 0.9 + noise * torch.randn(1, 1, 8, 8)
    content = luminance(random_picture(5))
    matched = match_luminance(style, content)
    assert_close(matched, content.mean().expand_as(matched), atol=0.01, rtol=0)


def test_match_luminance_clips():
    content = torch.tensor([0.0, 0.0, 0.0, 1.0]).view(1, 1, 2, 2)
    style = torch.tensor([0.0, 0.5, 0.5, 0.5]).view(1, 1, 2, 2)
    matched = match_luminance(style, content)
    assert matched.min() == 0
    assert matched.max() <= 1


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda x: luminance(x[0]), "image"),
        (lambda x: rgb_to_yuv(x[0]), "image"),
        (lambda x: yuv_to_rgb(x[0]), "yuv"),
        (grey, "luminance"),
        (lambda x: with_chroma_of(x[0], x), "painted"),
        (lambda x: with_chroma_of(x, x[..., 1:]), "photo"),
        (lambda x: with_luminance_of(x, x[..., 1:]), "photo"),
        (lambda x: match_luminance(x, x[:, :1]), "luminance of the style"),
        (lambda x: match_luminance(x[:, :1], x), "luminance of the content"),
    ],
)
def test_other_shapes_are_refused(call, name):
    with pytest.raises(ShapeError, match=f"^{name} has the wrong shape\n  got "):
        call(random_picture(0))


def test_swap_on_a_photo_looks_like_its_colors():
    """Hue stays: the photo's reds are red under any painting."""
    photo = io.to_tensor(Image.new("RGB", (4, 4), (200, 60, 60)))
    result = with_chroma_of(grey(torch.linspace(0.2, 0.6, 16).view(1, 1, 4, 4)), photo)
    assert (result[:, 0] > result[:, 1] + 0.3).all()
