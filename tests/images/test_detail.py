"""Where a picture has detail."""

import pytest
import torch
from torch.testing import assert_close

from impasto.errors import ShapeError
from impasto.images.detail import CONTRAST, detail_map


def test_half_detail_is_a_standard_deviation_of_contrast():
    """Stripes of one pixel, far narrower than the window: the deviation is half their difference."""
    stripes = torch.full((1, 3, 300, 400), 0.5)
    stripes[..., ::2] += 2 * CONTRAST
    assert_close(
        detail_map(stripes)[..., 100:200, 100:300], torch.full((1, 1, 100, 200), 0.5), rtol=0.01, atol=0
    )


def test_one_colour_and_slow_gradients_are_plain():
    assert detail_map(torch.full((1, 3, 40, 50), 0.3)).max() < 1e-3
    slope = torch.linspace(0, 1, 500).expand(1, 3, 400, 500)
    assert detail_map(slope).max() < 0.07


def test_an_edge_is_detail_as_far_as_the_window_reaches():
    edge = torch.zeros(1, 3, 300, 400)
    edge[..., 200:] = 1
    row = detail_map(edge)[0, 0, 150]
    assert row[199] > 0.95 and row[190:210].min() > 0.8
    assert row[:170].max() < 0.01 and row[230:].max() < 0.01


def test_a_large_picture_has_the_detail_of_the_small_one():
    small = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(0))
    small = torch.nn.functional.interpolate(small, size=(300, 450), mode="bicubic").clamp(0, 1)
    large = torch.nn.functional.interpolate(small, scale_factor=4, mode="bilinear")
    ratio = torch.nn.functional.interpolate(detail_map(large), size=(300, 450), mode="area") / detail_map(
        small
    )
    assert 0.85 < ratio.quantile(0.05) and ratio.quantile(0.95) < 1.15


def test_a_picture_without_a_batch_is_refused():
    with pytest.raises(ShapeError, match="images"):
        detail_map(torch.zeros(3, 8, 8))
