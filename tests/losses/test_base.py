import pytest
import torch
from torch.testing import assert_close

from impasto.errors import SettingError
from impasto.losses.base import normalised
from impasto.losses.gram import GramLoss


def test_normalised():
    assert normalised([1, 3]) == [0.25, 0.75]


def test_weights_of_nothing():
    with pytest.raises(SettingError, match=r"(?s)the weights are all zero.*\[0, 0\]"):
        normalised([0, 0])


def test_by_layer_adds_up():
    loss = GramLoss({"a": 0.25, "b": 2.0})
    draw = torch.Generator().manual_seed(0)
    x, y = ({k: torch.rand(1, 3, 4, 4, generator=draw) for k in "ab"} for _ in range(2))
    target = loss.target(y)
    assert_close(sum(loss.by_layer(x, target).values()), loss(x, target))


def test_blend_of_gram_matrices_is_their_mean():
    loss = GramLoss({"a": 1.0})
    first, second = {"a/gram": torch.zeros(1, 2, 2)}, {"a/gram": torch.ones(1, 2, 2)}
    assert_close(loss.blend([first, second], [1, 3])["a/gram"], torch.full((1, 2, 2), 0.75))
