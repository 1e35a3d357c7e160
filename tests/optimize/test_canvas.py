import math

import pytest
import torch
from torch.testing import assert_close

from impasto.images.resize import resize
from impasto.optimize.canvas import RunningMean, make_canvas, resample


def test_mean_by_hand():
    mean = RunningMean(0.5)
    for value in (0.0, 1.0):
        mean.update(torch.full((1, 3, 2, 2), value))
    assert_close(mean.value(), torch.full((1, 3, 2, 2), 2 / 3))  # (0.25 * 0 + 0.5 * 1) / (1 - 0.5^2)


def test_the_mean_of_one_canvas_is_that_canvas():
    canvas = torch.rand(1, 3, 4, 4)
    mean = RunningMean(0.99)
    assert mean.empty
    mean.update(canvas)
    assert not mean.empty
    assert_close(mean.value(), canvas)


def test_without_decay_the_last_canvas_is_the_mean():
    mean = RunningMean(0.0)
    for value in (0.9, 0.2):
        mean.update(torch.full((1, 3, 2, 2), value))
    assert_close(mean.value(), torch.full((1, 3, 2, 2), 0.2))


def test_the_mean_is_clamped_to_the_bounds_and_the_sum_is_not():
    canvas = torch.tensor([-3.0, 0.5, 7.0]).reshape(1, 1, 1, 3)
    free, unit, wide = (RunningMean(0.9, bounds=bounds) for bounds in (None, (0.0, 1.0), (-2.0, 9.0)))
    for mean in (free, unit, wide):
        mean.update(canvas)
        assert_close(mean.accumulated()[0], canvas * 0.1)
    assert_close(free.value().flatten().tolist(), [-3.0, 0.5, 7.0])
    assert_close(unit.value().flatten().tolist(), [0.0, 0.5, 1.0])
    assert_close(wide.value().flatten().tolist(), [-2.0, 0.5, 7.0])


def test_a_mean_is_continued():
    canvases = torch.rand(4, 1, 3, 2, 2)
    whole, first = RunningMean(0.7), RunningMean(0.7)
    for canvas in canvases:
        whole.update(canvas)
    for canvas in canvases[:2]:
        first.update(canvas)
    rest = RunningMean(0.7, accumulated=first.accumulated())
    for canvas in canvases[2:]:
        rest.update(canvas)
    assert torch.equal(rest.value(), whole.value()) and rest.accumulated()[1] == 4


def test_the_mean_of_nothing():
    with pytest.raises(RuntimeError, match="the running mean has no canvas yet"):
        RunningMean(0.5).value()


def test_resampling_agrees_with_that_of_pictures_within_their_range():
    image = 0.3 + 0.4 * torch.rand(1, 3, 12, 16, generator=torch.Generator().manual_seed(0))
    for shape in ((6, 8), (20, 23)):
        assert_close(resample(image, shape), resize(image, shape))
    assert resample(image, (12, 16)) is image


def test_resampling_a_signal_keeps_its_range_and_its_mean():
    wave = 5 * torch.sin(torch.arange(64) / 64 * 4 * math.pi).reshape(1, 1, 1, 64) - 100
    for count in (32, 128):
        expected = 5 * torch.sin((torch.arange(count) + 0.5) / count * 4 * math.pi - math.pi / 32) - 100
        assert_close(resample(wave, (1, count)).flatten()[4:-4], expected[4:-4], rtol=0, atol=0.05)


def test_a_canvas_is_new_memory_of_the_size_asked_for():
    image = torch.rand(1, 3, 8, 8)
    canvas = make_canvas(image, 8, 8)
    assert canvas.requires_grad and canvas.is_leaf and canvas.data_ptr() != image.data_ptr()
    assert torch.equal(canvas, image)
    assert make_canvas(image, 4, 6).shape == (1, 3, 4, 6)


def test_a_canvas_is_clamped_to_the_bounds_and_the_start_is_not():
    start = torch.tensor([-3.0, 0.5, 7.0]).reshape(1, 1, 1, 3)
    assert make_canvas(start, 1, 3, bounds=(0.0, 1.0)).flatten().tolist() == [0.0, 0.5, 1.0]
    assert make_canvas(start, 1, 3).flatten().tolist() == start.flatten().tolist() == [-3.0, 0.5, 7.0]


def test_a_canvas_may_be_brought_to_its_size_in_another_way():
    asked = []

    def black(image, shape):
        asked.append(shape)
        return torch.zeros(1, 3, *shape)

    assert make_canvas(torch.ones(1, 3, 8, 8), 4, 6, resize=black).max() == 0 and asked == [(4, 6)]
