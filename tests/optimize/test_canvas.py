import pytest
import torch
from torch.testing import assert_close

from impasto.optimize.canvas import Average, leaf


def test_average_by_hand():
    average = Average(0.5)
    for value in (0.0, 1.0):
        average.update(torch.full((1, 3, 2, 2), value))
    assert_close(average.image(), torch.full((1, 3, 2, 2), 2 / 3))  # (0.25 * 0 + 0.5 * 1) / (1 - 0.5^2)


def test_average_of_one_canvas_is_that_canvas():
    canvas = torch.rand(1, 3, 4, 4)
    average = Average(0.99)
    average.update(canvas)
    assert_close(average.image(), canvas)


def test_without_memory_the_last_canvas_is_the_picture():
    average = Average(0.0)
    for value in (0.9, 0.2):
        average.update(torch.full((1, 3, 2, 2), value))
    assert_close(average.image(), torch.full((1, 3, 2, 2), 0.2))


def test_average_of_nothing():
    with pytest.raises(RuntimeError, match="the mean of no canvas"):
        Average(0.5).image()


def test_leaf_is_fresh_memory_of_the_size_asked_for():
    image = torch.rand(1, 3, 8, 8)
    canvas = leaf(image, 8, 8)
    assert canvas.requires_grad and canvas.is_leaf and canvas.data_ptr() != image.data_ptr()
    assert leaf(image, 4, 6).shape == (1, 3, 4, 6)
