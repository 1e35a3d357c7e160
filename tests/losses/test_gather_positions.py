import torch
from torch.testing import assert_close

from impasto.losses.gather_positions import rows_of, split


def test_rows_by_hand():
    """Of five positions the second is in both sets and the last in none."""
    rows = rows_of([torch.tensor([0, 1]), torch.tensor([1, 2, 3])], 5)
    assert rows["rows"].tolist() == [0, 2, 3, 4, 5]
    assert rows["again"].tolist() == [1] and rows["again_at"].tolist() == [1]


def test_split_gives_back_every_gradient():
    features = torch.rand(2, 3, 2, 3, dtype=torch.float64).requires_grad_()
    indices = [torch.tensor([0, 1, 5]), torch.tensor([1, 2])]
    assert torch.autograd.gradcheck(lambda x: split(x, indices, rows_of(indices, 6)), [features])
    first, second = split(features, indices, rows_of(indices, 6))
    assert_close(first[:, :, 0], features.flatten(2)[:, :, indices[0]])
    assert_close(second[:, :, 0], features.flatten(2)[:, :, indices[1]])


def test_no_sets_are_no_pieces():
    assert split(torch.rand(1, 2, 3, 3), [], {}) == ()
