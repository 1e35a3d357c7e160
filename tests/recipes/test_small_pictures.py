"""Photos of a few pixels."""

from __future__ import annotations

import numpy as np
import pytest

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
    with pytest.raises(
        ShapeError, match=r"got +3 x 3 px\n.*\n  try +--enlarge, which paints it with a long side"
    ):
        impasto.stylize(photo, PAINTING, size=64, **TINY)
    with pytest.raises(ShapeError, match=r"try +--enlarge --size \d+ or larger, or shallower layers"):
        impasto.stylize(np.zeros((1, 100, 3), np.uint8), PAINTING, size=64, enlarge=True, **TINY)


def test_evaluate_does_not_advise_a_size_that_does_not_help():
    small, large = np.zeros((12, 12, 3), np.uint8), PAINTING
    with pytest.raises(ShapeError, match="try +a larger picture, or shallower layers"):
        impasto.evaluate(small, content=small, style=large)
    with pytest.raises(ShapeError, match="try +a larger --size$"):
        impasto.evaluate(large, content=large, style=large, size=8)
