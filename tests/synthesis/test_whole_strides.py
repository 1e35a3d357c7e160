"""Canvases that end where the network's grid ends."""

import numpy as np
import pytest
import torch

import impasto
from impasto.images.resize import resize
from impasto.synthesis.whole_strides import on_whole_strides
from tests.conftest import drawn
from tests.jobs import stylize_job, texture_job
from tests.synthesis.test_styles import TEST

STILL = {**TEST, "size": 63, "optimizer": "lbfgs"}
"""The grid never moves, and the stride of the deepest layer is 4 px."""


@pytest.fixture
def odd():
    """A photo of 63 x 45 px."""
    return drawn(3, 45, 63)


def test_the_canvas_is_larger_and_the_result_is_not(odd, painting):
    job = stylize_job(odd, painting, **STILL)
    assert job.shape == (48, 64)
    canvas = torch.rand(1, 3, *job.shape)
    assert torch.equal(job.finish(canvas), canvas[:, :, :45, :63])
    assert job.finish(torch.rand(1, 3, 24, 32)).shape[2:] == (22, 32)  # the preview of a coarser size


def test_the_photo_keeps_its_place(odd, painting):
    job = stylize_job(odd, painting, **STILL)
    scale = job.scales[-1]
    start = job.loop.resize(job.start(scale), job.shape)
    expected = torch.from_numpy(odd).permute(2, 0, 1)[None] / 255
    assert (job.finish(start) - expected).abs().max() < 1e-6


@pytest.mark.parametrize(
    "options", [{"size": 64}, {"optimizer": "adam", "jitter": True}], ids=["whole", "moves"]
)
def test_other_canvases_are_as_large_as_the_result(odd, photo, painting, options):
    picture = photo if "size" in options else odd
    styled = stylize_job(picture, painting, **{**STILL, **options}).terms
    assert on_whole_strides(styled) is styled


def test_an_enlarged_photo_keeps_its_place(painting):
    """A whole pixel of a small photo is many of the canvas."""
    small = drawn(4, 12, 16)
    options = {**STILL, "optimizer": "pyramid", "size": 125, "enlarge": True, "jitter": False}
    job = stylize_job(small, painting, **options)
    assert job.shape == (96, 128)
    start = job.finish(job.loop.resize(job.start(job.scales[-1]), job.shape))
    expected = resize(torch.from_numpy(small).permute(2, 0, 1)[None] / 255, (94, 125))
    assert (start - expected).abs().max() < 1e-5


def test_masks_are_extended_with_the_photo(odd, painting):
    mask = np.zeros(odd.shape[:2], np.uint8)
    mask[:, 32:] = 255
    job = stylize_job(odd, painting, keep=mask, **STILL)
    guides = job.terms.guides.canvas
    assert guides.shape[2:] == job.terms.photo.shape[2:]
    assert guides[0, 0, :, -1].max() < 0.5 < guides[0, 0, :, 0].min()


def test_textures(painting):
    settings = {name: STILL[name] for name in ("network", "style_layers", "scales", "steps", "optimizer")}
    job = texture_job(painting, size="63x45", **settings)
    assert job.shape == (48, 64)
    assert job.finish(torch.rand(1, 3, 48, 64)).shape[2:] == (45, 63)


def test_the_result_has_the_size_of_the_photo(odd, painting):
    result = impasto.stylize(odd, painting, **{**STILL, "steps": 2})
    assert result.image.size == (63, 45)
    assert result.record["size"] == [63, 45]
