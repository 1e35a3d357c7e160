"""What every registered loss promises. Registering is enrolling."""

import pytest
import torch
from torch.nn import functional as F  # noqa: N812 - its usual name
from torch.testing import assert_close

from impasto.losses.base import PositionSums, parts_of
from impasto.registry import LOSSES, find

LAYERS = {"a": 0.7, "b": 1.3}


def make(name):
    return find(LOSSES, name, kind="loss")(LAYERS)


def picture(seed, n=1, dtype=torch.float64):
    draw = torch.Generator().manual_seed(seed)
    return {
        "a": torch.rand(n, 3, 6, 5, generator=draw, dtype=dtype),
        "b": torch.rand(n, 4, 5, 6, generator=draw, dtype=dtype),
    }


HAS_TARGET = [name for name in LOSSES if name != "total-variation"]


@pytest.mark.parametrize("name", HAS_TARGET)
def test_zero_at_its_own_target(name):
    features = picture(0)
    loss = make(name)
    assert loss(features, loss.target(features)).item() < 1e-20


@pytest.mark.parametrize("name", LOSSES)
def test_positive_elsewhere_and_never_negative(name):
    loss = make(name)
    target = loss.target(picture(0))
    distances = torch.stack([loss(picture(seed), target) for seed in range(1, 9)])
    assert (distances > 0).all()


@pytest.mark.parametrize("name", LOSSES)
def test_gradient(name):
    loss = make(name)
    target = loss.target(picture(0))
    features = picture(1)
    leaves = [features[layer].requires_grad_() for layer in LAYERS]
    assert torch.autograd.gradcheck(
        lambda a, b: loss({"a": a, "b": b}, target), leaves, eps=1e-7, atol=1e-4, rtol=1e-3
    )


@pytest.mark.parametrize("name", LOSSES)
def test_a_batch_of_two_is_two_of_one(name):
    loss = make(name)
    target = loss.target(picture(0))
    one, two = picture(1), picture(2)
    both = {layer: torch.cat([one[layer], two[layer]]) for layer in LAYERS}
    assert_close(loss(both, target), torch.cat([loss(one, target), loss(two, target)]))


@pytest.mark.parametrize("name", LOSSES)
def test_a_blend_of_one_is_itself(name):
    loss = make(name)
    target = loss.target(picture(0))
    for key, value in loss.blend([target], [3.0]).items():
        assert_close(value, target[key])


@pytest.mark.parametrize("name", HAS_TARGET)
def test_a_blend_of_equals_is_itself_and_lies_between(name):
    loss = make(name)
    first, second = loss.target(picture(0)), loss.target(picture(1))
    same = loss.blend([first, first], [0.3, 0.7])
    assert loss(picture(0), same).item() < 1e-12
    if loss.pools:
        pool = loss.blend([first, second], [0.5, 0.5])
        assert loss(picture(0), pool).item() < 1e-12
        assert loss(picture(1), pool).item() < 1e-12
        assert loss(picture(0), loss.blend([first, second], [0.1, 0.9])) > 1e-3  # it lent a few rows only
        return
    near, half = loss.blend([first, second], [0.9, 0.1]), loss.blend([first, second], [0.5, 0.5])
    assert loss(picture(0), near) < loss(picture(0), half) < loss(picture(0), second)


@pytest.mark.parametrize("name", LOSSES)
def test_a_finished_target_measures_and_blends_alike(name):
    loss = make(name)
    first, second = loss.target(picture(0)), loss.target(picture(1))
    assert_close(loss(picture(2), loss.finish(first)), loss(picture(2), first))
    assert set(loss.finish(first)) - set(first) == {
        f"{layer}/{part}" for layer in LAYERS for part in loss.derived
    }
    raw = loss.blend([first, second], [1, 2])
    for key, value in loss.blend([loss.finish(first), loss.finish(second)], [1, 2]).items():
        assert_close(value, raw[key])


SUMS = [name for name in LOSSES if issubclass(find(LOSSES, name, kind="loss"), PositionSums)]


def pieces(x, *, margin):
    """A picture in six pieces of different sizes, each with its margin, and where each of them lies."""
    framed = F.pad(x, (0, margin) * 2, mode="replicate")
    for rows in (slice(0, 2), slice(2, 5)):
        for columns in (slice(0, 1), slice(1, 3), slice(3, 5)):
            yield (
                framed[..., rows.start : rows.stop + margin, columns.start : columns.stop + margin],
                (..., rows, columns),
            )


@pytest.mark.parametrize("name", SUMS)
def test_sums_over_tiles_are_those_of_the_whole(name):
    loss = make(name)
    whole, photo = picture(0)["a"][..., :5, :5], picture(1)["a"][..., :5, :5]
    target, lying = loss.layer_target(photo), loss.target_in_place(photo)
    leaf = whole.clone().requires_grad_()
    total = {}
    for piece, place in pieces(leaf, margin=loss.margin):
        own = {part: x[place] if part in lying else x for part, x in target.items()}
        for key, value in loss.sums(piece, own).items():
            total[key] = total.get(key, 0) + value
    tiled = loss.distance(total, target)
    (by_tiles,) = torch.autograd.grad(tiled.sum(), leaf)
    direct = loss.layer_loss(leaf, target)
    (at_once,) = torch.autograd.grad(direct.sum(), leaf)
    assert_close(tiled, direct)
    assert_close(by_tiles, at_once)


@pytest.mark.parametrize("name", LOSSES)
def test_half_precision_is_summed_in_full(name):
    loss = make(name)
    half = {layer: x.bfloat16() for layer, x in picture(1).items()}
    target = loss.target({layer: x.bfloat16() for layer, x in picture(0).items()})
    full = {layer: x.float() for layer, x in half.items()}
    assert loss(half, target).dtype == torch.float32
    assert_close(loss(half, target), loss(full, target), rtol=1e-4, atol=1e-6)
    if name in SUMS:
        sums = loss.sums(half["a"], parts_of(target, "a"))
        assert {value.dtype for value in sums.values()} == {torch.float32}
    leaves = {layer: x.requires_grad_() for layer, x in half.items()}
    loss(leaves, target).sum().backward()
    assert all(x.grad.isfinite().all() for x in leaves.values())


@pytest.mark.parametrize("name", LOSSES)
def test_inputs_are_left_alone(name):
    loss = make(name)
    features, other = picture(0), picture(1)
    before = {layer: x.clone() for layer, x in features.items()}
    target = loss.target(features)
    kept = {key: x.clone() for key, x in target.items()}
    loss(other, target)
    loss.blend([target, loss.target(other)], [1, 1])
    for layer in LAYERS:
        assert_close(features[layer], before[layer], rtol=0, atol=0)
    for key in target:
        assert_close(target[key], kept[key], rtol=0, atol=0)


@pytest.mark.parametrize("name", LOSSES)
def test_layer_weights_scale_the_loss(name):
    kind = find(LOSSES, name, kind="loss")
    single, double = kind({"a": 1.0}), kind({"a": 2.0})
    target = single.target(picture(0))
    assert_close(double(picture(1), target), 2 * single(picture(1), target))


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_pictures_of_one_colour_break_nothing(name, value):
    loss = make(name)
    flat = {layer: torch.full_like(x, value) for layer, x in picture(0).items()}
    target = loss.target(flat)
    features = picture(1)
    leaves = {layer: x.requires_grad_() for layer, x in features.items()}
    distance = loss(leaves, target).sum()
    gradients = torch.autograd.grad(distance, list(leaves.values()), allow_unused=True)
    assert distance.isfinite()
    assert all(g is None or g.isfinite().all() for g in gradients)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cpu_and_gpu_agree(name):
    loss = make(name)
    there = {layer: x.cuda() for layer, x in picture(1).items()}
    target = loss.target(picture(0))
    moved = {key: x.cuda() for key, x in target.items()}
    assert_close(loss(there, moved).cpu(), loss(picture(1), target))


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_needs_a_layer(name):
    with pytest.raises(Exception, match="a loss needs at least one layer"):
        find(LOSSES, name, kind="loss")({})
