"""What registered losses promise (tests/contracts), of a loss that needs guides; and what labels do."""

import pytest
import torch
from torch.testing import assert_close

from impasto.errors import SettingError, ShapeError
from impasto.losses import nearest
from impasto.losses.mrf import PatchLoss
from impasto.losses.regions import GUIDE
from impasto.losses.semantic_patch import SemanticPatchLoss, label_patches

SHAPES = {"a": (3, 6, 5), "b": (4, 5, 6)}
LAYERS = {"a": 0.7, "b": 1.3}


def picture(seed, n=1, dtype=torch.float64):
    """Features with guides of two regions, left and right, soft between."""
    draw = torch.Generator().manual_seed(seed)
    found = {
        layer: torch.rand(n, *shape, generator=draw, dtype=torch.float64) for layer, shape in SHAPES.items()
    }
    found |= {GUIDE + layer: guides(shape[1], shape[2]) for layer, shape in SHAPES.items()}
    return {name: x.to(dtype) for name, x in found.items()}


def guides(height, width):
    left = torch.linspace(1, 0, width, dtype=torch.float64).expand(1, 1, height, width)
    return torch.cat([left, 1 - left], 1)


def measured(loss, canvas, target):
    """The loss as ``recipes.terms`` calls it: with what comes of the canvas' guides."""
    places = {f"{layer}/{k}": x for layer in loss.layers for k, x in loss.placed(canvas, layer).items()}
    return loss(canvas, target | places)


@pytest.mark.parametrize("options", [{}, {"variety": 0.5}, {"stride": 1}, {"relative": False}])
def test_zero_at_its_own_target_and_positive_elsewhere(options):
    loss = SemanticPatchLoss(LAYERS, **options)
    target = loss.target(picture(0))
    assert measured(loss, picture(0), target).item() < 1e-20
    assert all(measured(loss, picture(seed), target) > 0 for seed in range(1, 6))


def test_matches_loops_over_patches():
    """Equations 2 to 4 of Champandard, patch by patch; sides fit the stride."""
    canvas, style = picture(0), picture(1)
    gamma, stride = 3.0, 1

    def cut(features):
        x, guide = features["a"][0], features[GUIDE + "a"][0]
        for i in range(0, 4, stride):
            for j in range(0, 3, stride):
                yield x[:, i : i + 3, j : j + 3], guide[:, i : i + 3, j : j + 3]

    def score(p, s):
        look = (p[0] * s[0]).sum() / (p[0].norm() * s[0].norm())
        labels = torch.cosine_similarity(p[1], s[1], dim=0).mean()
        return float(look + gamma * labels)

    candidates = list(cut(style))
    squares = [
        (p[0] - max(candidates, key=lambda s, p=p: score(p, s))[0]).square().sum() for p in cut(canvas)
    ]
    loss = SemanticPatchLoss({"a": 1.0}, semantic_weight=gamma, stride=stride, relative=False)
    assert_close(measured(loss, canvas, loss.target(style))[0], torch.stack(squares).mean())


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("relative", [True, False])
def test_without_weight_labels_do_nothing(stride, relative):
    blind = SemanticPatchLoss(LAYERS, semantic_weight=0.0, stride=stride, relative=relative)
    plain = PatchLoss(LAYERS, stride=stride, relative=relative)
    canvas, style = picture(0), picture(1)
    assert_close(measured(blind, canvas, blind.target(style)), plain(canvas, plain.target(style)))


def test_a_swapped_label_changes_the_match():
    """Two flat halves of the style: each half of the canvas wants the one of its label, whatever it shows."""
    style = torch.zeros(1, 2, 6, 12, dtype=torch.float64)
    style[:, 0, :, :6], style[:, 1, :, 6:] = 1, 2
    left = torch.zeros(1, 2, 6, 12, dtype=torch.float64)
    left[:, 0, :, :6] = left[:, 1, :, 6:] = 1
    loss = SemanticPatchLoss({"x": 1.0}, relative=False)
    target = loss.target({"x": style, GUIDE + "x": left})
    swapped = torch.cat([style[..., 6:], style[..., :6]], 3)
    straight = measured(loss, {"x": style, GUIDE + "x": left}, target)
    crossed = measured(loss, {"x": style, GUIDE + "x": left.flip(1)}, target)
    moved = measured(loss, {"x": swapped, GUIDE + "x": left.flip(1)}, target)
    assert straight < 1e-20 and moved < crossed / 3
    leaf = style.clone().requires_grad_()
    measured(loss, {"x": leaf, GUIDE + "x": left.flip(1)}, target).sum().backward()
    assert (leaf.grad[0, 1, :, :4] < 0).all()  # the left half is to become what the right half is
    assert (leaf.grad[0, 0, :, 8:] < 0).all()


def test_labels_by_hand():
    guide = torch.tensor([[[[1.0, 1.0, 0.5]], [[0.0, 0.0, 0.5]]]])  # (1, 2, 1, 3), one patch
    other = torch.tensor([[[[1.0, 0.0, 0.5]], [[0.0, 1.0, 0.5]]]])
    one, two = label_patches(guide, stride=1)[0], label_patches(other, stride=1)[0]
    assert_close((one @ one.mT).item(), 1.0)
    assert_close((one @ two.mT).item(), 2 / 3)
    nothing = label_patches(torch.zeros(1, 2, 3, 3), stride=1)
    assert nothing.eq(0).all()  # a place that no region of the canvas is painted after


def test_what_no_region_is_painted_after_is_never_chosen():
    canvas = {"x": torch.ones(1, 1, 3, 3), GUIDE + "x": torch.ones(1, 1, 3, 3)}
    style = torch.ones(1, 1, 3, 12)
    style[..., :6] = 5.0  # its like in look, and of no region
    style[..., 6:] = torch.tensor([[1.0, 0.0] * 3])
    where = torch.cat([torch.zeros(1, 1, 3, 6), torch.ones(1, 1, 3, 6)], 3)
    for variety in (0.0, 1.0):
        loss = SemanticPatchLoss({"x": 1.0}, variety=variety, stride=3, relative=False)
        found = measured(loss, canvas, loss.target({"x": style, GUIDE + "x": where}))
        assert found.item() == pytest.approx(3.0)  # one or two columns of nothing where there is one


def test_variety_takes_what_was_not_taken():
    """Two patches of the style; all of the canvas is like the first, some of it nearly like the second."""
    style = torch.tensor([[[[1.0, 1.0, 1.0, 1.0, 1.0, 1.0]] * 3, [[0.0, 0.0, 0.0, 1.2, 1.2, 1.2]] * 3]])
    canvas = torch.tensor([[[[1.0, 1.0, 1.0, 1.0, 1.0, 1.0]] * 3, [[0.0, 0.0, 0.0, 0.4, 0.4, 0.4]] * 3]])
    both = {GUIDE + "x": torch.ones(1, 1, 3, 6)}
    pull = {}
    for variety in (0.0, 1.0):
        loss = SemanticPatchLoss({"x": 1.0}, variety=variety, stride=3, relative=False)
        leaf = canvas.clone().requires_grad_()
        measured(loss, {"x": leaf, **both}, loss.target({"x": style, **both})).sum().backward()
        pull[variety] = leaf.grad[0, 1, 1, 4].item()
    assert pull[0.0] > 0 > pull[1.0]


@pytest.mark.parametrize("options", [{}, {"variety": 0.5, "stride": 1}])
def test_gradient(options):
    loss = SemanticPatchLoss(LAYERS, **options)
    target, canvas = loss.target(picture(0)), picture(1)
    leaves = [canvas[layer].requires_grad_() for layer in LAYERS]
    assert torch.autograd.gradcheck(
        lambda a, b: measured(loss, {**canvas, "a": a, "b": b}, target),
        leaves,
        eps=1e-7,
        atol=1e-4,
        rtol=1e-3,
    )


def test_a_batch_of_two_is_two_of_one():
    loss = SemanticPatchLoss(LAYERS)
    target = loss.target(picture(0))
    one, two = picture(1), picture(2)
    both = {**one, **{layer: torch.cat([one[layer], two[layer]]) for layer in LAYERS}}
    apart = torch.cat([measured(loss, one, target), measured(loss, two, target)])
    assert_close(measured(loss, both, target), apart)


def test_blends_pool():
    loss = SemanticPatchLoss(LAYERS)
    first, second = loss.target(picture(0)), loss.target(picture(1))
    for key, value in loss.blend([first], [3.0]).items():
        assert_close(value, first[key])
    pool = loss.blend([first, second], [0.5, 0.5])
    assert measured(loss, picture(0), pool).item() < 1e-12
    assert measured(loss, picture(1), pool).item() < 1e-12


def test_half_precision_is_reckoned_in_full():
    loss = SemanticPatchLoss(LAYERS)
    half = {name: x if name.startswith(GUIDE) else x.bfloat16()
            for name, x in picture(1, dtype=torch.float32).items()}  # fmt: skip
    full = {name: x.float() for name, x in half.items()}
    target = loss.target(picture(0, dtype=torch.float32))
    assert measured(loss, half, target).dtype == torch.float32
    assert_close(measured(loss, half, target), measured(loss, full, target))


def test_inputs_are_left_alone():
    loss = SemanticPatchLoss(LAYERS, variety=0.3)
    canvas, style = picture(0), picture(1)
    before = [x.clone() for x in (*canvas.values(), *style.values())]
    target = loss.target(style)
    kept = {key: x.clone() for key, x in target.items()}
    measured(loss, canvas, target)
    for x, y in zip((*canvas.values(), *style.values()), before, strict=True):
        assert x.equal(y)
    assert all(target[key].equal(x) for key, x in kept.items())


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_pictures_of_one_colour_break_nothing(value):
    loss = SemanticPatchLoss(LAYERS, variety=0.2)
    flat = {name: x if name.startswith(GUIDE) else torch.full_like(x, value)
            for name, x in picture(0).items()}  # fmt: skip
    canvas = picture(1)
    for layer in LAYERS:
        canvas[layer].requires_grad_()
    distance = measured(loss, canvas, loss.target(flat)).sum()
    distance.backward()
    assert distance.isfinite() and all(canvas[layer].grad.isfinite().all() for layer in LAYERS)


def test_small_blocks_change_nothing(monkeypatch):
    loss = SemanticPatchLoss(LAYERS, variety=0.5)
    target = loss.target(picture(1))
    whole = measured(loss, picture(0), target)
    monkeypatch.setattr(nearest, "CHUNK", 1)
    assert_close(measured(loss, picture(0), target), whole)


def test_layer_weights_scale_the_loss():
    single, double = SemanticPatchLoss({"a": 1.0}), SemanticPatchLoss({"a": 2.0})
    target = single.target(picture(0))
    assert_close(measured(double, picture(1), target), 2 * measured(single, picture(1), target))


def test_a_layer_alone_has_no_labels():
    with pytest.raises(NotImplementedError, match="labels need guides: call target"):
        SemanticPatchLoss(LAYERS).layer_target(picture(0)["a"])


def test_it_needs_layers_and_positions():
    with pytest.raises(SettingError, match="a loss needs at least one layer"):
        SemanticPatchLoss({})
    with pytest.raises(ShapeError, match="features has the wrong shape"):
        label_patches(torch.ones(1, 2, 0, 3), stride=1)
