import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.metrics.style_distance import gram_distance, sliced_distance


def shuffled(x, draw):
    return x.flatten(2)[:, :, torch.randperm(x[0, 0].numel(), generator=draw)].view_as(x)


def test_gram_distance_by_hand():
    """Gram matrices diag(1, 1) and diag(0, 2): |G - A| = root of 2, |A| = 2; and one layer at its target."""
    own = torch.tensor([[[[2**0.5, 0.0]], [[0.0, 2**0.5]]]])  # (1, 2, 1, 2)
    style = torch.tensor([[[[0.0, 0.0]], [[2**0.5, 2**0.5]]]])
    features, target = {"a": own, "b": style}, {"a": style, "b": style}
    assert gram_distance(features, target) == pytest.approx(2**0.5 / 2 / 2, rel=1e-5)


@given(st.integers(0, 2**31))
@settings(deadline=None)
def test_nothing_for_the_style_itself_wherever_things_stand(seed):
    draw = torch.Generator().manual_seed(seed)
    style = {"a": torch.randn(1, 4, 6, 7, generator=draw), "b": torch.rand(1, 3, 5, 5, generator=draw)}
    moved = {layer: shuffled(x, draw) for layer, x in style.items()}
    assert gram_distance(moved, style) < 1e-5
    assert sliced_distance(moved, style) < 1e-5


def test_silence_is_a_gram_distance_of_one():
    style = torch.rand(1, 3, 5, 5)
    assert gram_distance({"a": torch.zeros(1, 3, 2, 2)}, {"a": style}) == pytest.approx(1, rel=1e-5)


def test_sliced_distance_of_a_shift_by_hand():
    """One channel moved by 3 of its standard deviations, whatever the directions: they are all +1 or -1."""
    style = torch.randn(1, 1, 40, 40, generator=torch.Generator().manual_seed(0)).double()
    deviation = style.std(correction=0)
    assert sliced_distance({"a": style + 3 * deviation}, {"a": style}) == pytest.approx(3, rel=0.01)


def test_sliced_distance_sees_what_gram_matrices_do_not():
    """Same second moments, other distribution: plus and minus 1 against a normal distribution."""
    draw = torch.Generator().manual_seed(0)
    normal = torch.randn(1, 1, 100, 100, generator=draw)
    normal = normal / normal.square().mean().sqrt()
    signs = {"a": torch.randn(1, 1, 100, 100, generator=draw).sign()}
    assert gram_distance(signs, {"a": normal}) < 1e-5 < 0.3 < sliced_distance(signs, {"a": normal})


def test_sizes_may_differ_and_half_precision_is_summed_in_full():
    style = {"a": torch.rand(1, 3, 32, 32)}
    tiled = {"a": style["a"].repeat(1, 1, 3, 2)}
    assert gram_distance(tiled, style) < 1e-5
    assert gram_distance({"a": tiled["a"].bfloat16()}, {"a": style["a"].bfloat16()}) < 1e-5


def test_features_are_not_changed():
    features, target = {"a": torch.rand(1, 2, 4, 4)}, {"a": torch.rand(1, 2, 4, 4)}
    before = features["a"].clone(), target["a"].clone()
    gram_distance(features, target), sliced_distance(features, target)
    assert torch.equal(features["a"], before[0]) and torch.equal(target["a"], before[1])
