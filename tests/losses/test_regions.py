"""Style region by region."""

import pytest
import torch
from torch.testing import assert_close

from impasto.losses.base import PositionSums, merged
from impasto.losses.gram import GramLoss
from impasto.losses.palette import PaletteLoss
from impasto.losses.regions import RegionSums, by_region
from impasto.registry import LOSSES, STYLE_LOSSES, find

LAYERS = {"a": 0.7, "b": 1.3}
STYLES = [name for name in STYLE_LOSSES if name != "mrf"]
SUMS = [name for name in STYLES if issubclass(find(LOSSES, name, kind="loss"), PositionSums)]


def make(name):
    return find(LOSSES, name, kind="loss")(LAYERS)


def picture(seed):
    """Features of two layers."""
    draw = torch.Generator().manual_seed(seed)
    return {
        "a": torch.rand(1, 3, 6, 5, generator=draw, dtype=torch.float64),
        "b": torch.rand(1, 4, 5, 6, generator=draw, dtype=torch.float64),
    }


def halves(features):
    """Guides of two regions: the left two columns and the rest."""
    guides = {}
    for layer, x in features.items():
        left = torch.zeros_like(x[:, :1])
        left[..., :2] = 1
        guides[layer] = torch.cat([left, 1 - left], 1)
    return guides


def soft(features):
    """The same, of 3/4 and 1/4."""
    return {layer: 0.25 + 0.5 * guide for layer, guide in halves(features).items()}


def everything(features):
    """Guides of one region that is the whole picture."""
    return {layer: torch.ones_like(x[:, :1]) for layer, x in features.items()}


def complete(loss, target, guides):
    """The target with the places of a canvas' regions."""
    return merged(target, loss.spatial_target(guides))


def distance(loss, canvas, style, guides=halves):
    target = loss.target(style, guides(style))
    return loss(canvas, complete(loss, target, guides(canvas)))


@pytest.mark.parametrize("name", STYLES)
def test_one_region_that_is_everything_changes_nothing(name):
    base, canvas, style = make(name), picture(1), picture(0)
    wanted = base(canvas, base.target(style))
    assert_close(distance(by_region(base, [1.0]), canvas, style, everything), wanted)


def with_appearance(features, guides):
    """The guides with an appearance, which follows from the first channel of the features."""
    return {x: torch.cat([guides[x], features[x][:, :1].expand(-1, 4, -1, -1)], 1) for x in features}


def test_appearance_goes_with_its_region():
    base, canvas, style = make("nearest"), picture(1), picture(0)
    loss = by_region(base, (0.25, 0.75))
    target = loss.target(style, with_appearance(style, halves(style)))
    ours = loss(canvas, complete(loss, target, with_appearance(canvas, halves(canvas))))
    wanted = 0
    for share, part in zip((0.25, 0.75), (slice(0, 2), slice(2, None)), strict=True):
        cut, cut_style = ({x: maps[x][..., part] for x in LAYERS} for maps in (canvas, style))
        wanted_maps, looks = (
            with_appearance(x, {layer: x[layer][:, :0] for layer in x}) for x in (cut, cut_style)
        )
        wanted += share * base(cut, merged(base.target(cut_style, looks), base.spatial_target(wanted_maps)))
    assert_close(ours, wanted)
    assert not torch.allclose(ours, distance(loss, canvas, style))


@pytest.mark.parametrize("name", STYLES)
def test_regions_are_pictures_of_their_own(name):
    base, shares = make(name), (0.25, 0.75)
    canvas, style = picture(1), picture(0)
    wanted = sum(
        share
        * base(
            {layer: canvas[layer][..., part] for layer in LAYERS},
            base.target({layer: style[layer][..., part] for layer in LAYERS}),
        )
        for share, part in zip(shares, (slice(0, 2), slice(2, None)), strict=True)
    )
    assert_close(distance(by_region(base, shares), canvas, style), wanted)


@pytest.mark.parametrize("name", STYLES)
def test_zero_at_its_own_target_and_gradient(name):
    loss = by_region(make(name), (0.5, 0.5))
    style = picture(0)
    assert distance(loss, style, style).item() < 1e-20
    canvas = picture(1)
    target = complete(loss, loss.target(style, halves(style)), halves(canvas))
    leaves = [canvas[layer].requires_grad_() for layer in LAYERS]
    assert torch.autograd.gradcheck(
        lambda a, b: loss({"a": a, "b": b}, target), leaves, eps=1e-7, atol=1e-4, rtol=1e-3
    )


def test_soft_guides_by_hand():
    """The first position belongs to the region wholly, the second by half: products weigh 1 and 1/4."""
    loss = by_region(GramLoss({"a": 1.0}, relative=False), [1.0])
    features = {"a": torch.tensor([[[[1.0, 2.0]], [[0.0, 3.0]]]])}  # (1, 2, 1, 2)
    guides = {"a": torch.tensor([[[[1.0, 0.5]]]])}
    gram = torch.tensor([[[1 + 4 / 4, 6 / 4], [6 / 4, 9 / 4]]]) / 1.25
    assert_close(loss.target(features, guides), {"a": {"regions": {0: {"gram": gram}}}})


@pytest.mark.parametrize("name", SUMS)
def test_soft_guides_have_the_right_gradient(name):
    loss = by_region(make(name), (0.5, 0.5))
    style, canvas = picture(0), picture(1)
    target = loss.finish(complete(loss, loss.target(style, soft(style)), soft(canvas)))
    leaves = [canvas[layer].requires_grad_() for layer in LAYERS]
    assert torch.autograd.gradcheck(
        lambda a, b: loss({"a": a, "b": b}, target), leaves, eps=1e-7, atol=1e-4, rtol=1e-3
    )


@pytest.mark.parametrize("name", SUMS)
@pytest.mark.parametrize("guides", [halves, soft])
def test_sums_over_tiles_are_those_of_the_whole(name, guides):
    """In five tiles of a column each; the first region has no position in the last three."""
    loss = by_region(make(name), (0.5, 0.5))
    assert isinstance(loss, RegionSums)
    style, canvas = picture(0), picture(1)
    target = loss.finish(loss.target(style, guides(style)))["a"]
    guide = guides(canvas)["a"]
    total = {}
    for column in range(5):
        tile = (..., slice(column, column + 1))
        spatial = loss.layer_spatial(guide[tile])
        for key, value in loss.sums(canvas["a"][tile], {**target, **spatial}).items():
            total[key] = total.get(key, 0) + value
    whole = loss.layer_loss(canvas["a"], {**target, **loss.layer_spatial(guide)})
    assert_close(loss.distance(total, target), whole)


@pytest.mark.parametrize("name", STYLES)
def test_a_region_comes_from_the_style_that_has_it(name):
    base = make(name)
    loss = by_region(base, (0.5, 0.5))
    first, second, canvas = picture(0), picture(2), picture(1)
    left, right = halves(first), halves(second)
    for layer in LAYERS:
        left[layer][:, 1] = 0
        right[layer][:, 0] = 0
    targets = [loss.target(first, left), loss.target(second, right)]
    between = loss.finish(loss.blend(targets, [0.9, 0.1]))
    patchwork = {layer: torch.cat([first[layer][..., :2], second[layer][..., 2:]], 3) for layer in LAYERS}
    assert_close(loss(canvas, complete(loss, between, halves(canvas))), distance(loss, canvas, patchwork))


@pytest.mark.parametrize("name", STYLES)
def test_what_neither_has_is_not_compared(name):
    loss = by_region(make(name), (0.5, 0.5))
    style, canvas = picture(0), picture(1)
    guides = halves(style)
    for layer in LAYERS:
        guides[layer][:, 1] = 0  # the style has no right part
        canvas[layer].requires_grad_()
    target = complete(loss, loss.target(style, guides), halves(picture(1)))
    loss(canvas, target).sum().backward()
    for layer in LAYERS:
        assert canvas[layer].grad[..., :2].abs().sum() > 0
        assert canvas[layer].grad[..., 2:].abs().sum() == 0


def test_a_layer_without_any_region():
    loss = by_region(GramLoss(LAYERS), (0.5, 0.5))
    canvas, style = picture(1), picture(0)
    nothing = {layer: 0 * guide for layer, guide in halves(style).items()}
    target = loss.target(style, nothing)
    assert target == loss.spatial_target(nothing) == loss.blend([target], [1.0]) == {"a": {}, "b": {}}
    assert loss(canvas, complete(loss, loss.finish(target), halves(canvas))).item() == 0
    assert loss.sums(canvas["a"], {}) == loss.target_sums(style["a"], nothing["a"]) == {}


@pytest.mark.parametrize("name", STYLES)
def test_without_guides_every_region_is_the_whole_picture(name):
    loss, style = by_region(make(name), (0.5, 0.5)), picture(0)
    whole = loss.target(style, {layer: torch.ones(1, 2, *x.shape[2:]) for layer, x in style.items()})
    assert_close(loss.target(style), whole)


def test_a_layer_without_any_region_stays_on_its_device():
    loss = by_region(GramLoss({"a": 1.0}), (0.5, 0.5))
    assert loss.layer_loss(torch.zeros(1, 3, 4, 4, device="meta"), {}).device.type == "meta"


def test_palettes_are_taken_apart_after_they_were_made_smaller():
    """Two flat halves: the palette of each is one colour, and a canvas with the halves swapped is far off."""
    base = PaletteLoss({"image": 1.0}, positions=64)
    image = torch.zeros(1, 3, 32, 32)
    image[:, 0, :, :16], image[:, 2, :, 16:] = 1, 1
    left = torch.zeros(1, 1, 32, 32)
    left[..., :16] = 1
    both, guides = {"image": image}, {"image": torch.cat([left, 1 - left], 1)}
    loss = by_region(base, (0.5, 0.5))
    target = complete(loss, loss.target(both, guides), guides)
    assert loss(both, target).item() < 1e-8
    assert loss({"image": image.flip(3)}, target).item() > 1
    assert base({"image": image.flip(3)}, base.target(both)).item() < 1e-8  # without regions it is the same
