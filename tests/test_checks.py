import numpy as np
import pytest
import torch

from impasto.checks import expect
from impasto.errors import ShapeError


@pytest.mark.parametrize(
    ("shape", "pattern"),
    [((2, 3, 4, 5), "n 3 h w"), ((4, 4), "h h"), ((), ""), ((7,), "n"), ((1, 3, 1, 1), "n 3 h w")],
)
def test_shapes_that_fit(shape, pattern):
    expect(torch.zeros(shape), pattern)
    expect(np.zeros(shape), pattern)


@pytest.mark.parametrize(
    ("shape", "pattern"),
    [
        ((2, 4, 4, 5), "n 3 h w"),
        ((3, 4, 5), "n 3 h w"),
        ((2, 3, 4, 5, 6), "n 3 h w"),
        ((4, 5), "h h"),
        ((0, 3, 4, 5), "n 3 h w"),
        ((2, 3, 4, 0), "n 3 h w"),
        ((1,), ""),
    ],
)
def test_shapes_that_do_not_fit(shape, pattern):
    with pytest.raises(ShapeError):
        expect(torch.zeros(shape), pattern)


def test_the_text_says_what_was_got_and_expected():
    with pytest.raises(ShapeError) as caught:
        expect(torch.zeros(3, 8, 8), "n 3 h w", name="canvas")
    assert str(caught.value) == "canvas has the wrong shape\n  got       (3, 8, 8)\n  expected  (n, 3, h, w)"
    with pytest.raises(ShapeError, match="input has the wrong shape"):
        expect(torch.zeros(3), "n c")
