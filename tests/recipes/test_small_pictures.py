"""Photos of a few pixels."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import impasto
from impasto.errors import ShapeError

TINY = {
    "network": "test-net",
    "style_layers": ("relu1_1", "relu2_1"),
    "content_layers": ("relu3_1",),
    "steps": 2,
    "scales": 1,
    "strokes_weight": 0.0,
}
PAINTING = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 2), (5, 3), (12, 12)])
def test_enlarged_and_painted(height, width):
    photo = np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype=np.uint8)
    result = impasto.stylize(photo, PAINTING, size=64, enlarge=True, **TINY)
    assert max(result.pixels.shape[2:]) == 64 and result.pixels.isfinite().all()


def test_the_error_names_what_helps():
    photo = np.zeros((3, 3, 3), np.uint8)
    with pytest.raises(ShapeError, match=r"got +3 x 3 px\n.*\n +try +--enlarge, which paints it with a long"):
        impasto.stylize(photo, PAINTING, size=64, enlarge=False)
    with pytest.raises(ShapeError, match=r"try +--enlarge --size \d+ or larger, or shallower layers"):
        impasto.stylize(np.zeros((1, 100, 3), np.uint8), PAINTING, size=64, enlarge=True)


def test_evaluate_does_not_advise_a_size_that_does_not_help():
    small, wide = np.zeros((12, 12, 3), np.uint8), np.zeros((40, 80, 3), np.uint8)
    with pytest.raises(ShapeError, match=r"try +a larger picture, or shallower layers"):
        impasto.evaluate(small, content=small, style=PAINTING)
    with pytest.raises(ShapeError, match=r"try +a larger --size$"):
        impasto.evaluate(wide, content=wide, style=PAINTING, size=32)


def test_a_grey_photo_in_a_grey_painting_is_grey():
    photo = np.random.default_rng(1).integers(0, 255, (64, 64), dtype=np.uint8)
    pixels = impasto.stylize(photo, PAINTING[..., 0], **TINY).pixels
    assert torch.equal(pixels[:, 0], pixels[:, 1]) and torch.equal(pixels[:, 0], pixels[:, 2])
    colored = impasto.stylize(photo, PAINTING, **TINY).pixels
    assert not torch.equal(colored[:, 0], colored[:, 1])


def test_the_ground_of_a_product_stays_plain_unless_it_is_to_be_painted():
    photo = np.full((64, 96, 3), 255, np.uint8)
    photo[20:44, 34:62] = PAINTING[:24, :28]
    plain = impasto.stylize(photo, PAINTING, **TINY).pixels
    painted = impasto.stylize(photo, PAINTING, plain_ground=False, **TINY).pixels
    assert plain[..., :10, :].std(dim=(2, 3)).max() < 1e-3 < painted[..., :10, :].std(dim=(2, 3)).min()
