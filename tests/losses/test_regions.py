"""Style region by region."""

import pytest
import torch
from torch.testing import assert_close

from impasto.losses.base import PositionSums, parts_of
from impasto.losses.gather_positions import rows_of, split
from impasto.losses.gram import GramLoss
from impasto.losses.palette import PaletteLoss
from impasto.losses.regions import RegionSums, by_region
from impasto.registry import LOSSES, STYLE_LOSSES, find

LAYERS = {"a": 0.7, "b": 1.3}
STYLES = [name for name in STYLE_LOSSES if name != "mrf"]
SUMS = [name for name in STYLES if issubclass(find(LOSSES, name, kind="loss"), PositionSums)]


def make(name):
    return find(LOSSES, name, kind="loss")(LAYERS)


def picture(seed, guides=None):
    """Features of two layers, with guides of two regions: the left two columns and the rest."""
    draw = torch.Generator().manual_seed(seed)
    found = {
        "a": torch.rand(1, 3, 6, 5, generator=draw, dtype=torch.float64),
        "b": torch.rand(1, 4, 5, 6, generator=draw, dtype=torch.float64),
    }
    for layer in LAYERS:
        left = torch.zeros_like(found[layer][:, :1])
        left[..., :2] = 1
        found[f"guide/{layer}"] = torch.cat([left, 1 - left], 1) if guides is None else guides(left)
    return found


def placed(loss, features, target):
    """The target with the places of a canvas' regions."""
    found = {f"{layer}/{k}": x for layer in LAYERS for k, x in loss.placed(features, layer).items()}
    return target | found


def distance(loss, canvas, style):
    return loss(canvas, placed(loss, canvas, loss.target(style)))


@pytest.mark.parametrize("name", STYLES)
def test_one_region_that_is_everything_changes_nothing(name):
    base, everything = make(name), lambda left: torch.ones_like(left)
    canvas, style = picture(1, everything), picture(0, everything)
    assert_close(distance(by_region(base, [1.0]), canvas, style), base(canvas, base.target(style)))


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
    target = placed(loss, canvas, loss.target(style))
    leaves = [canvas[layer].requires_grad_() for layer in LAYERS]
    assert torch.autograd.gradcheck(
        lambda a, b: loss({**canvas, "a": a, "b": b}, target), leaves, eps=1e-7, atol=1e-4, rtol=1e-3
    )


def soft(left):
    return torch.cat([0.25 + 0.5 * left, 0.75 - 0.5 * left], 1)


def test_soft_guides_by_hand():
    """The first position belongs to the region wholly, the second by half: products weigh 1 and 1/4."""
    loss = by_region(GramLoss({"a": 1.0}, relative=False), [1.0])
    features = {
        "a": torch.tensor([[[[1.0, 2.0]], [[0.0, 3.0]]]]),  # (1, 2, 1, 2)
        "guide/a": torch.tensor([[[[1.0, 0.5]]]]),
    }
    gram = torch.tensor([[[1 + 4 / 4, 6 / 4], [6 / 4, 9 / 4]]]) / 1.25
    assert_close(loss.target(features), {"a/0/gram": gram})


@pytest.mark.parametrize("name", SUMS)
def test_soft_guides_have_the_right_gradient(name):
    loss = by_region(make(name), (0.5, 0.5))
    style, canvas = picture(0, soft), picture(1, soft)
    target = loss.finish(placed(loss, canvas, loss.target(style)))
    leaves = [canvas[layer].requires_grad_() for layer in LAYERS]
    assert torch.autograd.gradcheck(
        lambda a, b: loss({**canvas, "a": a, "b": b}, target), leaves, eps=1e-7, atol=1e-4, rtol=1e-3
    )


@pytest.mark.parametrize("name", SUMS)
@pytest.mark.parametrize("guides", [None, soft])
def test_sums_over_tiles_are_those_of_the_whole(name, guides):
    """In five tiles of a column each; the first region has no position in the last three."""
    loss = by_region(make(name), (0.5, 0.5))
    assert isinstance(loss, RegionSums)
    style, canvas = picture(0, guides), picture(1, guides)
    target = parts_of(loss.finish(loss.target(style)), "a")
    total = {}
    for column in range(5):
        tile = {key: x[..., column : column + 1] for key, x in canvas.items()}
        for key, value in loss.sums(tile["a"], target | loss.placed(tile, "a")).items():
            total[key] = total.get(key, 0) + value
    whole = loss.layer_loss(canvas["a"], target | loss.placed(canvas, "a"))
    assert_close(loss.distance(total, target), whole)


@pytest.mark.parametrize("name", STYLES)
def test_a_region_comes_from_the_style_that_has_it(name):
    base = make(name)
    loss = by_region(base, (0.5, 0.5))
    first, second, canvas = picture(0), picture(2), picture(1)
    for layer in LAYERS:
        first[f"guide/{layer}"][:, 1] = 0
        second[f"guide/{layer}"][:, 0] = 0
    between = loss.finish(loss.blend([loss.target(first), loss.target(second)], [0.9, 0.1]))
    patchwork = {layer: torch.cat([first[layer][..., :2], second[layer][..., 2:]], 3) for layer in LAYERS}
    patchwork |= {key: x for key, x in picture(0).items() if key.startswith("guide/")}
    assert_close(loss(canvas, placed(loss, canvas, between)), distance(loss, canvas, patchwork))


@pytest.mark.parametrize("name", STYLES)
def test_what_neither_has_is_not_compared(name):
    loss = by_region(make(name), (0.5, 0.5))
    style, canvas = picture(0), picture(1)
    for layer in LAYERS:
        style[f"guide/{layer}"][:, 1] = 0  # the style has no right part
        canvas[layer].requires_grad_()
    distance(loss, canvas, style).sum().backward()
    for layer in LAYERS:
        assert canvas[layer].grad[..., :2].abs().sum() > 0
        assert canvas[layer].grad[..., 2:].abs().sum() == 0


def test_a_layer_without_any_region():
    loss = by_region(GramLoss(LAYERS), (0.5, 0.5))
    nothing = picture(0, lambda left: torch.zeros_like(left).expand(1, 2, -1, -1))
    assert loss.target(nothing) == {} and loss.placed(nothing, "a") == {}
    assert loss(picture(1), placed(loss, picture(1), {})).item() == 0


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
    both = {"image": image, "guide/image": torch.cat([left, 1 - left], 1)}
    loss = by_region(base, (0.5, 0.5))
    target = loss.target(both) | {f"image/{k}": x for k, x in loss.placed(both, "image").items()}
    assert loss(both, target).item() < 1e-8
    assert loss({"image": image.flip(3)}, target).item() > 1
    assert base({"image": image.flip(3)}, base.target(both)).item() < 1e-8  # without regions it is the same


def test_rows_by_hand():
    """Of five positions the second is in both sets and the last in none."""
    found = rows_of([torch.tensor([0, 1]), torch.tensor([1, 2, 3])], 5)
    assert found["rows"].tolist() == [0, 2, 3, 4, 5]
    assert found["again"].tolist() == [1] and found["again_at"].tolist() == [1]


def test_split_gives_back_every_gradient():
    features = torch.rand(2, 3, 2, 3, dtype=torch.float64).requires_grad_()
    indices = [torch.tensor([0, 1, 5]), torch.tensor([1, 2])]
    assert torch.autograd.gradcheck(lambda x: split(x, indices, rows_of(indices, 6)), [features])
    first, second = split(features, indices, rows_of(indices, 6))
    assert_close(first[:, :, 0], features.flatten(2)[:, :, indices[0]])
    assert_close(second[:, :, 0], features.flatten(2)[:, :, indices[1]])


def test_a_layer_alone_has_no_regions():
    with pytest.raises(NotImplementedError, match="regions need guides: call target"):
        by_region(GramLoss(LAYERS), [1.0]).layer_target(torch.rand(1, 3, 2, 2))
