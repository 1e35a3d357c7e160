import pytest
import torch
from torch.testing import assert_close

from impasto.losses.total_variation import TotalVariationLoss, total_variation


def test_by_hand():
    image = torch.tensor([[[[0.0, 1.0, 1.0], [0.0, 0.0, 2.0]]]])  # across: 1 0 0 4, down: 0 1 1
    assert_close(total_variation(image), torch.tensor([(5 + 2) / 6]))


@pytest.mark.parametrize("shape", [(1, 3, 1, 1), (2, 3, 1, 5), (2, 3, 5, 1)])
def test_a_side_of_one_pixel_adds_nothing(shape):
    assert total_variation(torch.full(shape, 0.3)).tolist() == [0.0] * shape[0]


def test_one_side_only():
    assert_close(total_variation(torch.tensor([[[[0.0, 2.0]]]])), torch.tensor([2.0]))


def test_does_not_grow_with_the_picture():
    column = torch.arange(8.0).view(1, 1, 8, 1)
    assert_close(total_variation(column.expand(1, 1, 8, 3)), total_variation(column.expand(1, 1, 8, 30)))


def test_has_no_target():
    assert TotalVariationLoss({"image": 1.0}).target({"image": torch.rand(1, 3, 4, 4)}) == {"image": {}}
