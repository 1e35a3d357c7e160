import pytest
import torch
from torch.testing import assert_close

from impasto.errors import SettingError
from impasto.losses.base import merged, normalised
from impasto.losses.content import ContentLoss
from impasto.losses.gram import GramLoss
from impasto.losses.regions import by_region


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
    first, second = {"a": {"gram": torch.zeros(1, 2, 2)}}, {"a": {"gram": torch.ones(1, 2, 2)}}
    assert_close(loss.blend([first, second], [1, 3]), {"a": {"gram": torch.full((1, 2, 2), 0.75)}})


def test_merged_joins_parts_layer_by_layer():
    assert merged({"a": {"x": 1}, "b": {}}, {"a": {"y": 2}, "c": {"z": 3}}) == {
        "a": {"x": 1, "y": 2},
        "b": {},
        "c": {"z": 3},
    }


def test_spatial_parts_are_those_of_the_target():
    """Of a content loss: the target of a picture is its sums and its spatial parts."""
    features = {"a": torch.rand(1, 3, 4, 4)}
    loss = ContentLoss({"a": 1.0})
    assert_close(loss.spatial_target(features), {"a": {"activations": features["a"]}})
    assert loss.target(features)["a"].keys() == {"activations", "unit"}


def test_a_cache_key_tells_parameters_apart():
    plain, relative = GramLoss({"a": 1.0}, relative=False), GramLoss({"a": 1.0})
    assert plain.cache_key != relative.cache_key
    assert by_region(plain, (0.5, 0.5)).cache_key != by_region(relative, (0.5, 0.5)).cache_key


def test_a_cache_key_does_not_depend_on_the_weights_of_regions():
    """Targets do not, and the weights change from canvas to canvas."""
    loss = GramLoss({"a": 1.0})
    assert by_region(loss, (0.5, 0.5)).cache_key == by_region(loss, (0.1, 0.9)).cache_key
    assert by_region(loss, (0.5, 0.5)).cache_key != by_region(loss, (1.0,)).cache_key
