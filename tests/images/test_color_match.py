"""Colours matched by linear maps and by distribution."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from torch.testing import assert_close

from impasto.errors import SettingError, ShapeError
from impasto.images import io
from impasto.images.color_match import (
    LINEAR_MAPS,
    METHODS,
    map_colors,
    match_colors,
    monge_kantorovich,
)

from .crafted import as_jpeg

SEEDS = st.integers(0, 10_000)


def painting(seed, height=40, width=52, *, chroma=1.0):
    """Smooth forms with grain; channels that belong together, as in pictures."""
    rng = torch.Generator().manual_seed(seed)
    coarse = torch.rand(1, 3, 5, 6, generator=rng)
    forms = torch.nn.functional.interpolate(coarse, size=(height, width), mode="bilinear")
    light = forms.mean(1, keepdim=True)
    grain = 0.02 * torch.randn(1, 3, height, width, generator=rng)
    return (light + chroma * (forms - light + grain)).clamp(0, 1)


def moments(picture):
    colors = picture[0].flatten(1).double()
    centred = colors - colors.mean(1, keepdim=True)
    return colors.mean(1), centred @ centred.mT / colors.shape[1]


def chroma_deviation(picture):
    """How far the colours of pixels are from the line that suits them best."""
    return torch.linalg.eigvalsh(moments(picture)[1])[:2].sum().clamp(min=0).sqrt()


def covariance(seed):
    mix = torch.randn(3, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return mix @ mix.mT + 0.01 * torch.eye(3)


@pytest.mark.parametrize("method", LINEAR_MAPS)
@given(SEEDS, SEEDS)
@settings(max_examples=25, deadline=None)
def test_maps_reach_the_covariance(method, one, two):
    source, target = covariance(one), covariance(two)
    matrix = LINEAR_MAPS[method](source, target)
    assert_close(matrix @ source @ matrix.mT, target, atol=1e-8, rtol=1e-8)
    assert_close(LINEAR_MAPS[method](source, source), torch.eye(3).double(), atol=1e-7, rtol=0)


@given(SEEDS, SEEDS)
@settings(max_examples=25, deadline=None)
def test_monge_kantorovich_is_symmetric_and_positive(one, two):
    matrix = monge_kantorovich(covariance(one), covariance(two))
    assert_close(matrix, matrix.mT, atol=1e-9, rtol=1e-9)
    assert torch.linalg.eigvalsh(matrix).min() > 0


@pytest.mark.parametrize("method", LINEAR_MAPS)
def test_maps_by_hand(method):
    """Where the channels have nothing to do with each other, each is stretched by itself."""
    source, target = (
        torch.tensor([1.0, 4.0, 9.0]).double().diag(),
        torch.tensor([4.0, 4.0, 1.0]).double().diag(),
    )
    assert_close(LINEAR_MAPS[method](source, target), torch.tensor([2.0, 1.0, 1 / 3]).double().diag())


def test_monge_kantorovich_moves_colors_least():
    source, target = covariance(1), covariance(2)

    def way(matrix):
        step = matrix - torch.eye(3)
        return (step @ source @ step.mT).trace()

    least = way(monge_kantorovich(source, target))
    assert all(least < way(LINEAR_MAPS[name](source, target)) for name in ("cholesky", "pca"))


@pytest.mark.parametrize("method", LINEAR_MAPS)
@given(SEEDS, SEEDS, st.booleans())
@settings(max_examples=25, deadline=None)
def test_mean_and_covariance_are_those_of_the_other(method, one, two, random):
    if random:
        picture, like = torch.rand(1, 3, 9, 11), torch.rand(1, 3, 8, 10)
    else:
        picture, like = painting(one), painting(two, 30, 31)
    before = picture.clone(), like.clone()
    mapped = map_colors(picture, like, method=method)
    assert mapped.dtype == torch.float64
    for ours, theirs in zip(moments(mapped), moments(like), strict=True):
        assert_close(ours, theirs, atol=1e-4, rtol=0)
    assert_close((picture, like), before, rtol=0, atol=0)


def test_histogram_keeps_mean_and_covariance_too():
    like = painting(2) ** 2
    mapped = map_colors(painting(1), like, method="histogram")
    for ours, theirs in zip(moments(mapped), moments(like), strict=True):
        assert_close(ours, theirs, atol=1e-4, rtol=0)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("chroma", [0.0, 0.05, 1.0])
def test_a_picture_matches_itself(method, chroma):
    picture = painting(3, chroma=chroma)
    assert_close(match_colors(picture, picture, method=method), picture, atol=2e-4, rtol=0)


@pytest.mark.parametrize("method", METHODS)
def test_results_are_pictures(method):
    result = match_colors(painting(1), painting(2).round(), method=method)
    assert result.dtype == torch.float32
    assert result.shape == (1, 3, 40, 52)
    assert result.min() >= 0
    assert result.max() <= 1
    assert_close(result, match_colors(painting(1), painting(2).round(), method=method), rtol=0, atol=0)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("quality", [None, 90, 40])
def test_noise_of_a_grey_painting_does_not_become_confetti(method, quality):
    """JPEG in colour leaves 1 or 2 levels of chroma; stretched to the photo's chroma they would be 20."""
    grey = painting(4, chroma=0.0)
    if quality:
        toned = (grey + 0.004 * torch.randn(grey.shape, generator=torch.Generator().manual_seed(0))).clamp(
            0, 1
        )
        grey = io.to_tensor(as_jpeg(io.to_pil(toned), quality, 0))
    photo = painting(5)
    result = match_colors(grey, photo, method=method)
    assert chroma_deviation(photo) > 0.08
    assert chroma_deviation(result) < 0.03
    assert_close(result.mean((2, 3)), photo.mean((2, 3)), atol=0.02, rtol=0)


@pytest.mark.parametrize("method", METHODS)
def test_a_painting_in_the_colors_of_a_grey_photo_is_grey(method):
    result = match_colors(painting(6), painting(7, chroma=0.0), method=method)
    assert (result.amax(1) - result.amin(1)).max() < 1e-3
    assert result.std() > 0.05


@pytest.mark.parametrize("method", METHODS)
def test_a_picture_of_one_color_takes_the_mean(method):
    flat = torch.tensor([0.9, 0.1, 0.4]).view(1, 3, 1, 1).expand(1, 3, 8, 9)
    photo = painting(8)
    result = match_colors(flat, photo, method=method)
    assert_close(result, photo.mean((2, 3), keepdim=True).expand_as(flat), atol=1e-4, rtol=0)
    assert_close(
        match_colors(photo, flat, method=method), flat[..., :1, :1].expand_as(photo), atol=1e-4, rtol=0
    )


@pytest.mark.parametrize("method", METHODS)
def test_one_pixel(method):
    one, other = torch.rand(1, 3, 1, 1), torch.rand(1, 3, 1, 1)
    assert_close(match_colors(one, other, method=method), other, atol=1e-4, rtol=0)
    photo = painting(8)
    assert_close(match_colors(one, photo, method=method), photo.mean((2, 3), keepdim=True), atol=1e-4, rtol=0)


@pytest.mark.parametrize("method", METHODS)
def test_two_colors_stay_two(method):
    picture = io.to_tensor(Image.new("RGB", (16, 8), (10, 20, 120)))
    picture[..., 6:] = torch.tensor([0.9, 0.8, 0.2]).view(1, 3, 1, 1)
    result = match_colors(picture, painting(9), method=method)
    left, right = result[..., 0, 0], result[..., 0, 15]
    assert result.isfinite().all()
    assert (left - right).abs().max() > 0.1
    if method != "histogram":
        assert_close(result[..., :6], left[..., None, None].expand(1, 3, 8, 6))


def test_histogram_comes_closer_than_any_linear_map():
    picture = painting(10, 64, 64)
    like = painting(11, 64, 64) ** 3  # far from a normal distribution

    def far(result):
        ours, theirs = (p[0].flatten(1).double().sort(1).values for p in (result, like))
        return (ours - theirs).square().mean().sqrt()

    ways = {method: far(map_colors(picture, like, method=method)) for method in METHODS}
    assert ways["histogram"] == min(ways.values())
    assert ways["histogram"] < 0.7 * ways["monge-kantorovich"]


def test_histogram_leaves_grain_as_it_is():
    """Half the picture is a plain with faint grain; the other's colours are spread evenly."""
    plain = painting(12, 64, 64)
    plain[..., :32] = 0.4 + 0.004 * torch.randn(1, 3, 64, 32, generator=torch.Generator().manual_seed(0))
    result = match_colors(plain, torch.rand(1, 3, 64, 64), method="histogram")
    assert (result[..., 4:24] - result[..., 5:25]).std() < 4 * (plain[..., 4:24] - plain[..., 5:25]).std()


def test_large_pictures_are_smoothed_on_a_small_one():
    picture, like = painting(13, 300, 600), painting(14)
    small = torch.nn.functional.avg_pool2d(picture, 2)
    result = match_colors(picture, like, method="histogram")
    assert_close(
        torch.nn.functional.avg_pool2d(result, 2),
        match_colors(small, like, method="histogram"),
        atol=0.06,
        rtol=0,
    )


def test_unknown_method():
    with pytest.raises(
        SettingError, match=r"there is no way to match colours 'pcs'(.|\n)*did you mean 'pca'\?"
    ):
        match_colors(painting(1), painting(2), method="pcs")


@pytest.mark.parametrize("method", METHODS)
def test_other_shapes_are_refused(method):
    with pytest.raises(ShapeError, match=r"^picture has the wrong shape"):
        match_colors(painting(1)[0], painting(2), method=method)
    with pytest.raises(ShapeError, match=r"^picture to match has the wrong shape"):
        match_colors(painting(1), painting(2)[0], method=method)
