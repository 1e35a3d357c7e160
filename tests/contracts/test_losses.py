"""What every registered loss promises. Registering is enrolling."""

import pytest
import torch
from torch.testing import assert_close

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
    near, half = loss.blend([first, second], [0.9, 0.1]), loss.blend([first, second], [0.5, 0.5])
    assert loss(picture(0), near) < loss(picture(0), half) < loss(picture(0), second)


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
