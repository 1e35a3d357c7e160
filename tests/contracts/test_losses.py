"""What every loss promises: the registered ones, and those that recipes make themselves."""

from functools import partial

import pytest
import torch
from torch.nn import functional as F  # noqa: N812 - its usual name
from torch.testing import assert_close

from impasto.errors import SettingError
from impasto.losses.activation import ActivationLoss, GuidedLoss
from impasto.losses.autocorrelation import AutocorrelationLoss
from impasto.losses.base import PositionSums, merged
from impasto.losses.channel_correlation import ChannelCorrelationLoss
from impasto.losses.matting_laplacian import MattingLaplacianLoss
from impasto.losses.modulation import ModulationLoss
from impasto.losses.quantiles import QuantileLoss
from impasto.losses.regions import by_region
from impasto.losses.semantic_patch import SemanticPatchLoss
from impasto.registry import LOSSES, find

LAYERS = {"a": 0.7, "b": 1.3}
SHAPES = {"a": (3, 6, 5), "b": (4, 5, 6)}

REGISTERED = {name: find(LOSSES, name, kind="loss") for name in LOSSES}
OTHERS = {
    "activation": ActivationLoss,
    "activation of a channel": partial(ActivationLoss, channel=2, power=1),
    "guided": GuidedLoss,
    "content in the units of the paper": partial(REGISTERED["content"], units="paper"),
    "autocorrelation": partial(AutocorrelationLoss, lags=3),
    "channel correlations": ChannelCorrelationLoss,
    "modulation": partial(ModulationLoss, lowest=0.2),
    "quantiles": partial(QuantileLoss, ranks=16),
    "matting laplacian": partial(MattingLaplacianLoss, epsilon=1e-3),
    "semantic patches": SemanticPatchLoss,
    "semantic patches with variety": partial(SemanticPatchLoss, variety=0.5, stride=1),
    **{
        f"regions of {name}": lambda layers, name=name: by_region(REGISTERED[name](layers), (0.25, 0.75))
        for name in ("gram", "wasserstein", "moments", "sliced", "histogram", "nearest")
    },
}
"""Losses that are not in the registry; a new one joins here."""

ALL = {**REGISTERED, **OTHERS}
NO_DISTANCE = ("activation", "activation of a channel", "guided")
NO_TARGET = ("total-variation", "matting laplacian", "activation", "activation of a channel")
DISTANCES = [name for name in ALL if name not in NO_DISTANCE]
WITH_TARGET = [name for name in DISTANCES if name not in NO_TARGET]


def picture(seed, n=1, dtype=torch.float64):
    draw = torch.Generator().manual_seed(seed)
    return {layer: torch.rand(n, *shape, generator=draw, dtype=dtype) for layer, shape in SHAPES.items()}


def guides(dtype=torch.float64):
    """Two regions: left and right, soft between."""
    left = {x: torch.linspace(1, 0, w, dtype=dtype).expand(1, 1, h, w) for x, (_, h, w) in SHAPES.items()}
    return {layer: torch.cat([x, 1 - x], 1) for layer, x in left.items()}


def guides_of(loss):
    """Guides of the regions, and an appearance, as far as the loss reads them; None if it reads neither."""
    maps = [*([guides()] if loss.guided else []), *([picture(9)] if loss.reads_appearance else [])]
    return {x: torch.cat([y[x] for y in maps], 1) for x in loss.layers} if maps else None


def target_of(loss, features):
    """The target of a style, or of a content image."""
    return loss.target(features, guides_of(loss))


def complete(loss, target):
    """A target with what comes of the canvas' guides."""
    return merged(target, loss.spatial_target(read)) if (read := guides_of(loss)) else target


def measured(loss, features, target):
    return loss(features, complete(loss, target))


def tensors(target, path=()):
    """{path: tensor} of a nested target."""
    if isinstance(target, torch.Tensor):
        return {path: target}
    return {key: x for name, part in target.items() for key, x in tensors(part, (*path, name)).items()}


@pytest.mark.parametrize("name", WITH_TARGET)
def test_zero_at_its_own_target(name):
    loss, features = ALL[name](LAYERS), picture(0)
    assert measured(loss, features, target_of(loss, features)).item() < 1e-20


@pytest.mark.parametrize("name", DISTANCES)
def test_positive_elsewhere_and_never_negative(name):
    loss = ALL[name](LAYERS)
    target = target_of(loss, picture(0))
    distances = torch.stack([measured(loss, picture(seed), target) for seed in range(1, 9)])
    assert (distances > 0).all()


@pytest.mark.parametrize("name", ALL)
def test_gradient(name):
    loss, features = ALL[name](LAYERS), picture(1)
    target = complete(loss, target_of(loss, picture(0)))
    leaves = [features[layer].requires_grad_() for layer in LAYERS]
    assert torch.autograd.gradcheck(
        lambda a, b: loss({"a": a, "b": b}, target), leaves, eps=1e-7, atol=1e-4, rtol=1e-3
    )


@pytest.mark.parametrize("name", ALL)
def test_a_batch_of_two_is_two_of_one(name):
    loss = ALL[name](LAYERS)
    target = complete(loss, target_of(loss, picture(0)))
    one, two = picture(1), picture(2)
    both = {layer: torch.cat([one[layer], two[layer]]) for layer in LAYERS}
    assert_close(loss(both, target), torch.cat([loss(one, target), loss(two, target)]))


@pytest.mark.parametrize("name", ALL)
def test_a_blend_of_one_is_itself(name):
    loss = ALL[name](LAYERS)
    target = target_of(loss, picture(0))
    blend = loss.blend([target], [3.0])
    assert blend.keys() == target.keys() == LAYERS.keys()
    assert_close(tensors(blend), tensors(target))
    assert_close(measured(loss, picture(1), blend), measured(loss, picture(1), target))


@pytest.mark.parametrize("name", WITH_TARGET)
def test_a_blend_of_equals_is_itself_and_lies_between(name):
    loss = ALL[name](LAYERS)
    first, second = target_of(loss, picture(0)), target_of(loss, picture(1))
    same = loss.blend([first, first], [0.3, 0.7])
    assert measured(loss, picture(0), same).item() < 1e-12
    if getattr(loss, "base", loss).pools:
        pool = loss.blend([first, second], [0.5, 0.5])
        assert measured(loss, picture(0), pool).item() < 1e-12
        assert measured(loss, picture(1), pool).item() < 1e-12
        lighter = loss.blend([first, second], [0.1, 0.9])  # it gave a few rows only
        assert measured(loss, picture(0), lighter) > 1e-3
        return
    near, half = loss.blend([first, second], [0.9, 0.1]), loss.blend([first, second], [0.5, 0.5])
    distances = [measured(loss, picture(0), target).item() for target in (near, half, second)]
    assert distances == sorted(distances)


@pytest.mark.parametrize("name", ALL)
def test_a_finished_target_measures_and_blends_alike(name):
    loss = ALL[name](LAYERS)
    first, second = target_of(loss, picture(0)), target_of(loss, picture(1))
    finished = loss.finish(first)
    assert_close(measured(loss, picture(2), finished), measured(loss, picture(2), first))
    added = {path[-1] for path in tensors(finished).keys() - tensors(first).keys()}
    assert added == set(getattr(loss, "base", loss).derived)
    raw = loss.blend([first, second], [1, 2])
    assert_close(tensors(loss.blend([finished, loss.finish(second)], [1, 2])), tensors(raw))


SUMS = [name for name, kind in ALL.items() if isinstance(kind(LAYERS), PositionSums)]


def pieces(x, *, margin):
    """A picture in six pieces of different sizes, each with its margin, and where each of them lies."""
    padded = F.pad(x, (0, margin) * 2, mode="replicate")
    for rows in (slice(0, 2), slice(2, 5)):
        for columns in (slice(0, 1), slice(1, 3), slice(3, 5)):
            yield (
                padded[..., rows.start : rows.stop + margin, columns.start : columns.stop + margin],
                (..., rows, columns),
            )


@pytest.mark.parametrize("name", SUMS)
def test_sums_over_tiles_are_those_of_the_whole(name):
    loss = ALL[name](LAYERS)
    whole, photo, guide = (
        picture(0)["a"][..., :5, :5],
        picture(1)["a"][..., :5, :5],
        guides()["a"][..., :5, :5],
    )
    target = {} if name in NO_TARGET else loss.layer_target(photo, guide)
    source = guide if loss.guided else photo
    leaf = whole.clone().requires_grad_()
    total = {}
    for piece, place in pieces(leaf, margin=loss.margin):
        for key, value in loss.sums(piece, {**target, **loss.layer_spatial(source[place])}).items():
            total[key] = total.get(key, 0) + value
    tiled = loss.distance(total, target)
    (by_tiles,) = torch.autograd.grad(tiled.sum(), leaf)
    direct = loss.layer_loss(leaf, {**target, **loss.layer_spatial(source)})
    (at_once,) = torch.autograd.grad(direct.sum(), leaf)
    assert_close(tiled, direct)
    assert_close(by_tiles, at_once)


@pytest.mark.parametrize("name", [name for name in SUMS if name != "guided"])  # keeps positions, not sums
def test_targets_out_of_sums_are_those_of_the_whole(name):
    loss, photo, guide = ALL[name](LAYERS), picture(0)["a"], guides()["a"]
    total = {}
    for columns in (slice(0, 1), slice(1, 3), slice(3, 5)):
        for key, value in loss.target_sums(photo[..., columns], guide[..., columns]).items():
            total[key] = total.get(key, 0) + value
    spatial = {} if loss.guided else loss.layer_spatial(photo)
    whole = tensors(loss.layer_target(photo, guide))
    assert_close(tensors({**loss.target_of_sums(total), **spatial}), whole)


@pytest.mark.parametrize("name", ALL)
def test_half_precision_is_summed_in_full(name):
    loss = ALL[name](LAYERS)
    half = {layer: x.bfloat16() for layer, x in picture(1).items()}
    full = {layer: x.float() for layer, x in half.items()}
    style = {layer: x.bfloat16() for layer, x in picture(0).items()}
    low = guides(torch.float32)
    target = loss.target(style, low)
    if loss.guided:
        target = merged(target, loss.spatial_target(low))
    assert loss(half, target).dtype == torch.float32
    assert_close(loss(half, target), loss(full, target), rtol=1e-4, atol=1e-6)
    if name in SUMS:
        sums = loss.sums(half["a"], target["a"])
        assert {value.dtype for value in sums.values()} == {torch.float32}
    leaves = {layer: x.requires_grad_() for layer, x in half.items()}
    loss(leaves, target).sum().backward()
    assert all(x.grad.isfinite().all() for x in leaves.values())


@pytest.mark.parametrize("name", ALL)
def test_inputs_are_left_alone(name):
    loss = ALL[name](LAYERS)
    features, other = picture(0), picture(1)
    before = {layer: x.clone() for layer, x in features.items()}
    target = target_of(loss, features)
    kept = {path: x.clone() for path, x in tensors(target).items()}
    measured(loss, other, target)
    loss.finish(target)
    loss.blend([target, target_of(loss, other)], [1, 1])
    assert_close(features, before, rtol=0, atol=0)
    assert_close(tensors(target), kept, rtol=0, atol=0)


@pytest.mark.parametrize("name", ALL)
def test_targets_have_no_gradients(name):
    loss = ALL[name](LAYERS)
    features = {layer: x.requires_grad_() for layer, x in picture(0).items()}
    target = loss.finish(complete(loss, target_of(loss, features)))
    assert not any(x.requires_grad for x in tensors(target).values())


@pytest.mark.parametrize("name", ALL)
def test_layer_weights_scale_the_loss(name):
    single, double = ALL[name]({"a": 1.0}), ALL[name]({"a": 2.0})
    target = target_of(single, picture(0))
    assert_close(measured(double, picture(1), target), 2 * measured(single, picture(1), target))


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_pictures_of_one_colour_break_nothing(name, value):
    loss = ALL[name](LAYERS)
    flat = {layer: torch.full_like(x, value) for layer, x in picture(0).items()}
    leaves = {layer: x.requires_grad_() for layer, x in picture(1).items()}
    distance = measured(loss, leaves, target_of(loss, flat)).sum()
    gradients = torch.autograd.grad(distance, list(leaves.values()), allow_unused=True)
    assert distance.isfinite()
    assert all(g is None or g.isfinite().all() for g in gradients)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cpu_and_gpu_agree(name):
    loss = ALL[name](LAYERS)
    on_gpu = {layer: x.cuda() for layer, x in picture(1).items()}
    target = complete(loss, target_of(loss, picture(0)))
    assert_close(loss(on_gpu, to_gpu(target)).cpu(), loss(picture(1), target))


def to_gpu(target):
    if isinstance(target, torch.Tensor):
        return target.cuda()
    return {name: to_gpu(part) for name, part in target.items()}


@pytest.mark.parametrize("name", ALL)
def test_a_loss_needs_a_layer(name):
    with pytest.raises(SettingError, match="a loss needs at least one layer"):
        ALL[name]({})


@pytest.mark.parametrize("name", ALL)
def test_the_cache_key_is_that_of_class_layers_and_parameters(name):
    loss = ALL[name](LAYERS)
    assert loss.cache_key == ALL[name](dict(LAYERS)).cache_key and hash(loss.cache_key)
    assert loss.cache_key != ALL[name]({"a": 0.7}).cache_key
    assert [other for other in ALL if ALL[other](LAYERS).cache_key == loss.cache_key] == [name]
