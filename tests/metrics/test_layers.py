import pytest
import torch

from impasto.errors import LayerError, ShapeError
from impasto.metrics.layers import mean_over_layers


def mean_difference(x, target):
    return (x - target).mean()


def test_mean_by_hand():
    features = {"a": torch.ones(1, 2, 3, 3), "b": torch.full((1, 1, 2, 2), 4.0)}
    target = {"b": torch.ones(1, 1, 2, 2), "a": torch.zeros(1, 2, 3, 3)}
    assert mean_over_layers(mean_difference, features, target) == 2.0


def test_half_precision_is_computed_in_full_and_without_gradients():
    def checked(x, target):
        assert x.dtype == target.dtype == torch.float32 and not x.requires_grad
        return mean_difference(x, target)

    half = torch.ones(1, 2, 3, 3, dtype=torch.bfloat16, requires_grad=True)
    assert mean_over_layers(checked, {"a": half}, {"a": half}) == 0


@pytest.mark.parametrize(("names", "target_names"), [({}, {}), ("a", "b"), ("ab", "a")])
def test_other_layers(names, target_names):
    features, target = ({layer: torch.rand(1, 2, 3, 3) for layer in x} for x in (names, target_names))
    with pytest.raises(LayerError, match=r"(?s)compared by the same layers.*the same names, one or more"):
        mean_over_layers(mean_difference, features, target)


def test_other_channels_and_batches():
    with pytest.raises(ShapeError, match=r"(?s)a has the wrong shape.*\(1, 2, 3, 3\).*\(1, 4, h, w\)"):
        mean_over_layers(mean_difference, {"a": torch.rand(1, 2, 3, 3)}, {"a": torch.rand(1, 4, 3, 3)})
    with pytest.raises(ShapeError, match="a of the target has the wrong shape"):
        mean_over_layers(mean_difference, {"a": torch.rand(2, 2, 3, 3)}, {"a": torch.rand(2, 2, 3, 3)})
