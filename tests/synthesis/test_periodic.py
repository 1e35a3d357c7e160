"""A canvas whose edges meet."""

import pytest
import torch
from torch.testing import assert_close

from impasto.images.resize import resize
from impasto.synthesis.feature_view import R2_STEP
from impasto.synthesis.periodic import resize_periodic, roll_to


def test_roll_to_by_hand():
    canvas = torch.arange(12.0).reshape(1, 1, 3, 4).expand(1, 3, 3, 4)
    assert_close(roll_to(canvas, 0), canvas)
    # 0.7549 * 3 = 2.26 rows down, 0.5698 * 4 = 2.28 columns to the right.
    by_hand = torch.tensor([[6.0, 7, 4, 5], [10, 11, 8, 9], [2, 3, 0, 1]])
    assert_close(roll_to(canvas, 1)[0, 0], by_hand)


def test_neighbours_across_the_edge_are_neighbours():
    """Differences between neighbours on the torus are those of the plane, but for where it is cut."""
    canvas = torch.rand(1, 3, 7, 5, generator=torch.Generator().manual_seed(0))
    opened = roll_to(canvas, 3)
    assert_close(opened.flatten().sort().values, canvas.flatten().sort().values)
    around = (canvas - canvas.roll(1, 2)).abs().sum() - (opened[:, :, 0] - opened[:, :, -1]).abs().sum()
    assert_close(opened.diff(dim=2).abs().sum(), around)


def test_the_gradient_reaches_every_pixel_once():
    canvas = torch.rand(1, 3, 6, 8, requires_grad=True)
    weights = torch.rand(1, 3, 6, 8, generator=torch.Generator().manual_seed(1))
    (roll_to(canvas, 5) * weights).sum().backward()
    rows, columns = (int(5 * step % 1 * side) for step, side in zip(R2_STEP, (6, 8), strict=True))
    assert_close(canvas.grad, weights.roll((-rows, -columns), (2, 3)))


def test_the_cut_visits_every_place_alike():
    cuts = torch.tensor([[int(evaluation * step % 1 * 8) for step in R2_STEP] for evaluation in range(64)])
    for axis in cuts.T:
        counts = torch.bincount(axis, minlength=8)
        assert counts.min() >= 6 and counts.max() <= 10


@pytest.mark.parametrize("shape", [(24, 20), (23, 17), (12, 30), (6, 5), (13, 11), (200, 3)])
def test_resized_as_in_the_middle_of_many_copies(shape):
    image = torch.rand(1, 3, 12, 10, generator=torch.Generator().manual_seed(0))
    height, width = shape
    many = resize(image.repeat(1, 1, 3, 3), (3 * height, 3 * width))
    middle = many[:, :, height : 2 * height, width : 2 * width]
    assert_close(resize_periodic(image, shape), middle, atol=1e-5, rtol=0)


def test_the_same_size_is_the_same_picture():
    image = torch.rand(1, 3, 4, 5)
    assert resize_periodic(image, (4, 5)) is image
