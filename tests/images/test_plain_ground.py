"""Plain grounds and grey pictures."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from impasto import samples
from impasto.images.io import to_tensor
from impasto.images.plain_ground import flatten_grounds, is_grey, plain_grounds

from . import crafted


def product(color=(255, 255, 255), *, side: int = 192) -> Image.Image:
    """A photo in the middle of one colour."""
    picture = Image.new("RGB", (side * 3 // 2, side), color)
    picture.paste(samples.photo("coffee").resize((side // 2, side // 2)), (side // 2, side // 4))
    return picture


@pytest.mark.parametrize("color", [(255, 255, 255), (0, 0, 0), (90, 120, 160)])
@pytest.mark.parametrize("quality", [None, 90])
def test_the_ground_is_found_up_to_the_product(color, quality):
    picture = product(color)
    grounds = plain_grounds(to_tensor(picture if quality is None else crafted.as_jpeg(picture, quality, 2)))
    assert grounds is not None and grounds.shape == (1, 1, 192, 288)
    assert grounds[0, 0, :40].min() > 0.99 and grounds[0, 0, 60:130, 110:180].max() < 0.01
    assert 0.7 < grounds.mean() < 0.84  # the product takes a sixth


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee", "rocket"])
def test_photos_have_none(name):
    assert plain_grounds(to_tensor(samples.photo(name))) is None


def test_neither_sky_nor_blank_paper_is_a_ground():
    sky = np.tile(np.linspace(120, 180, 200)[:, None, None], (1, 200, 3)).astype(np.uint8)
    blank = np.full((200, 200, 3), 240, np.uint8)
    for picture in (sky, blank, blank[:1, :1], blank[:3]):
        assert plain_grounds(to_tensor(Image.fromarray(picture))) is None


def test_a_ground_becomes_one_color_and_the_rest_stays():
    image = to_tensor(product())
    grounds = plain_grounds(image)
    canvas = torch.rand(1, 3, 96, 144)
    before = canvas.clone()
    flat = flatten_grounds(canvas, grounds)
    assert flat[..., :15, :].std(dim=(2, 3)).max() < 1e-3
    assert torch.equal(canvas, before)
    assert (flat[..., 32:64, 55:90] - canvas[..., 32:64, 55:90]).abs().max() < 0.02


def test_grey():
    grey = samples.photo("chelsea").convert("L")
    assert is_grey(to_tensor(grey)) and is_grey(to_tensor(crafted.as_jpeg(grey.convert("RGB"), 80, 2)))
    assert not is_grey(to_tensor(samples.photo("chelsea")))
    tinted = np.asarray(grey.convert("RGB")).astype(float) * (1.0, 0.95, 0.85)
    assert not is_grey(to_tensor(Image.fromarray(tinted.astype(np.uint8))))
