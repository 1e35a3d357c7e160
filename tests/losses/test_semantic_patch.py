"""What labels do; what every loss promises is tested in tests/contracts."""

import pytest
import torch
from torch.testing import assert_close

from impasto.errors import ShapeError
from impasto.losses import nearest
from impasto.losses.base import merged
from impasto.losses.mrf import MrfLoss
from impasto.losses.semantic_patch import SemanticPatchLoss, label_patches

SHAPES = {"a": (3, 6, 5), "b": (4, 5, 6)}
LAYERS = {"a": 0.7, "b": 1.3}


def picture(seed):
    draw = torch.Generator().manual_seed(seed)
    return {
        layer: torch.rand(1, *shape, generator=draw, dtype=torch.float64) for layer, shape in SHAPES.items()
    }


def guides(height, width):
    """Two regions, left and right, soft between."""
    left = torch.linspace(1, 0, width, dtype=torch.float64).expand(1, 1, height, width)
    return torch.cat([left, 1 - left], 1)


GUIDES = {layer: guides(*shape[1:]) for layer, shape in SHAPES.items()}


def measured(loss, canvas, target, guides=GUIDES):
    """The loss with what comes of the canvas' guides."""
    labels = loss.spatial_target({layer: guides[layer] for layer in loss.layers})
    return loss(canvas, merged(target, labels))


@pytest.mark.parametrize("options", [{}, {"variety": 0.5}, {"stride": 1}, {"relative": False}])
def test_zero_at_its_own_target_and_positive_elsewhere(options):
    loss = SemanticPatchLoss(LAYERS, **options)
    target = loss.target(picture(0), GUIDES)
    assert measured(loss, picture(0), target).item() < 1e-20
    assert all(measured(loss, picture(seed), target) > 0 for seed in range(1, 6))


def test_matches_loops_over_patches():
    """Equations 2 to 4 of Champandard, patch by patch; sides fit the stride."""
    canvas, style = picture(0), picture(1)
    gamma, stride = 3.0, 1

    def cut(features):
        x, guide = features["a"][0], GUIDES["a"][0]
        for i in range(0, 4, stride):
            for j in range(0, 3, stride):
                yield x[:, i : i + 3, j : j + 3], guide[:, i : i + 3, j : j + 3]

    def score(p, s):
        features = (p[0] * s[0]).sum() / (p[0].norm() * s[0].norm())
        labels = torch.cosine_similarity(p[1], s[1], dim=0).mean()
        return float(features + gamma * labels)

    candidates = list(cut(style))
    squares = [
        (p[0] - max(candidates, key=lambda s, p=p: score(p, s))[0]).square().sum() for p in cut(canvas)
    ]
    loss = SemanticPatchLoss({"a": 1.0}, semantic_weight=gamma, stride=stride, relative=False)
    assert_close(measured(loss, canvas, loss.target(style, GUIDES))[0], torch.stack(squares).mean())


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("relative", [True, False])
def test_without_weight_labels_do_nothing(stride, relative):
    blind = SemanticPatchLoss(LAYERS, semantic_weight=0.0, stride=stride, relative=relative)
    plain = MrfLoss(LAYERS, stride=stride, relative=relative)
    canvas, style = picture(0), picture(1)
    wanted = plain(canvas, plain.target(style))
    assert_close(measured(blind, canvas, blind.target(style, GUIDES)), wanted)


def test_without_guides_all_is_one_region():
    loss, plain = SemanticPatchLoss(LAYERS), MrfLoss(LAYERS)
    canvas, style = picture(0), picture(1)
    one = {layer: torch.ones(1, 1, *x.shape[2:]) for layer, x in canvas.items()}
    wanted = plain(canvas, plain.target(style))
    assert_close(measured(loss, canvas, loss.target(style), one), wanted)


def test_a_swapped_label_changes_the_match():
    """Two flat halves of the style: each half of the canvas wants the one of its label, whatever it shows."""
    style = torch.zeros(1, 2, 6, 12, dtype=torch.float64)
    style[:, 0, :, :6], style[:, 1, :, 6:] = 1, 2
    left = torch.zeros(1, 2, 6, 12, dtype=torch.float64)
    left[:, 0, :, :6] = left[:, 1, :, 6:] = 1
    loss = SemanticPatchLoss({"x": 1.0}, relative=False)
    straight, crossed = {"x": left}, {"x": left.flip(1)}
    target = loss.target({"x": style}, straight)
    swapped = torch.cat([style[..., 6:], style[..., :6]], 3)
    assert measured(loss, {"x": style}, target, straight) < 1e-20
    distance = measured(loss, {"x": style}, target, crossed)
    assert measured(loss, {"x": swapped}, target, crossed) < distance / 3
    leaf = style.clone().requires_grad_()
    measured(loss, {"x": leaf}, target, crossed).sum().backward()
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
    canvas, guide = {"x": torch.ones(1, 1, 3, 3)}, {"x": torch.ones(1, 1, 3, 3)}
    style = torch.ones(1, 1, 3, 12)
    style[..., :6] = 5.0  # the same forms, and of no region
    style[..., 6:] = torch.tensor([[1.0, 0.0] * 3])
    where = torch.cat([torch.zeros(1, 1, 3, 6), torch.ones(1, 1, 3, 6)], 3)
    for variety in (0.0, 1.0):
        loss = SemanticPatchLoss({"x": 1.0}, variety=variety, stride=3, relative=False)
        distance = measured(loss, canvas, loss.target({"x": style}, {"x": where}), guide)
        assert distance.item() == pytest.approx(3.0)  # one or two columns of nothing where there is one


def test_variety_takes_what_was_not_taken():
    """Two patches of the style; all of the canvas is like the first, some of it nearly like the second."""
    style = torch.tensor([[[[1.0, 1.0, 1.0, 1.0, 1.0, 1.0]] * 3, [[0.0, 0.0, 0.0, 1.2, 1.2, 1.2]] * 3]])
    canvas = torch.tensor([[[[1.0, 1.0, 1.0, 1.0, 1.0, 1.0]] * 3, [[0.0, 0.0, 0.0, 0.4, 0.4, 0.4]] * 3]])
    guide = {"x": torch.ones(1, 1, 3, 6)}
    gradient = {}
    for variety in (0.0, 1.0):
        loss = SemanticPatchLoss({"x": 1.0}, variety=variety, stride=3, relative=False)
        leaf = canvas.clone().requires_grad_()
        measured(loss, {"x": leaf}, loss.target({"x": style}, guide), guide).sum().backward()
        gradient[variety] = leaf.grad[0, 1, 1, 4].item()
    assert gradient[0.0] > 0 > gradient[1.0]


def test_small_blocks_change_nothing(monkeypatch):
    loss = SemanticPatchLoss(LAYERS, variety=0.5)
    target = loss.target(picture(1), GUIDES)
    whole = measured(loss, picture(0), target)
    monkeypatch.setattr(nearest, "CHUNK", 1)
    assert_close(measured(loss, picture(0), target), whole)


def test_labels_need_positions():
    with pytest.raises(ShapeError, match="features has the wrong shape"):
        label_patches(torch.ones(1, 2, 0, 3), stride=1)
