import pytest
import torch

from impasto.errors import ShapeError
from impasto.metrics.palette_distance import palette_distance


def test_a_shift_by_the_deviation_is_a_hundred():
    """Every colour moved along all axes: directions d with mean d d' = 1/3 see a third of its square."""
    style = torch.rand(1, 3, 60, 60, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    variance = style.var((2, 3), correction=0).mean()  # what directions see of independent channels
    shift = torch.tensor([variance.sqrt()] * 3).view(1, 3, 1, 1)
    assert palette_distance(style + shift, style) == pytest.approx(100, rel=0.1)


def test_colors_may_stand_anywhere_and_in_any_number():
    style = torch.rand(1, 3, 20, 30, generator=torch.Generator().manual_seed(0))
    turned = style.flip(3).transpose(2, 3)
    assert palette_distance(turned, style) < 1e-9
    assert palette_distance(turned.repeat(1, 1, 2, 2), style) < 0.01
    assert palette_distance(1 - style * 0.5, style) > 50


def test_another_shape():
    with pytest.raises(ShapeError, match=r"(?s)style has the wrong shape.*\(1, 3, h, w\)"):
        palette_distance(torch.rand(1, 3, 4, 4), torch.rand(3, 4, 4))
    with pytest.raises(ShapeError, match="image has the wrong shape"):
        palette_distance(torch.rand(1, 1, 4, 4), torch.rand(1, 3, 4, 4))
