"""The terms towards the photo."""

import pytest
import torch
from torch.testing import assert_close

from impasto import features
from impasto.losses.content import ContentLoss, gatys_content_distance
from impasto.settings import StylizeSettings
from impasto.synthesis.content_terms import content_scene, content_terms, photo_terms
from impasto.synthesis.feature_view import FeatureView

LAYERS = ("relu1_1", "relu2_1", "relu3_1")


@pytest.fixture(scope="module")
def view():
    return FeatureView(features.load("test-net", None, "max"), LAYERS)


CONTENT = {
    "network": "test-net",
    "content_layers": ("relu1_1", "relu3_1=2"),
    "content_weight": 0.5,
    "order_weight": 0.0,
    "evenness_weight": 0.0,
}


def scene(seed=0):
    return torch.rand(1, 5, 30, 41, generator=torch.Generator().manual_seed(seed))


def content(view, tile_px=None, normalization="relative", **options):
    settings = StylizeSettings.of({**CONTENT, **options})
    photo = content_scene(settings, scene())
    return content_terms(settings, view, photo, (1, 2), tile_px, normalization=normalization)


def test_order_and_evenness_are_held_to_the_scene():
    settings = StylizeSettings.of({**CONTENT, "order_weight": 0.75, "evenness_weight": 1.5})
    order, evenness = photo_terms(settings, scene())
    assert (order.name, order.weight) == ("order", 0.75)
    assert order.loss({"image": scene()[:, :3]}, order.target).item() == 0
    assert order.loss({"image": 1 - scene()[:, :3]}, order.target).item() > 1
    assert (evenness.name, evenness.weight) == ("evenness", 1.5)
    values = [evenness.loss({"image": scene(seed)[:, :3]}, evenness.target).item() for seed in (0, 1)]
    assert values[0] == 0 and values[1] > 0.05
    assert photo_terms(StylizeSettings.of(CONTENT), scene()) == []


def test_no_weight_no_term(view):
    assert content(view, content_weight=0.0) == []


@pytest.mark.parametrize("name", ["content", "correlation", "self-similarity"])
def test_the_scene_is_at_no_distance(view, name):
    (term,) = content(view, content_loss=name)
    assert (term.name, term.weight, term.scene) == ("content", 0.5, None)
    assert term.loss(view.features(scene(), term.loss.layers, (1, 2)), term.target).item() < 1e-8
    assert term.loss(view.features(scene(1), term.loss.layers, (1, 2)), term.target).item() > 1e-2


def test_the_units_of_the_paper_are_equation_1(view):
    """For every layer half the squared difference, in the unit that the target gives."""
    (term,) = content(view, content_loss="content", normalization="paper")
    canvas, target = (view.features(scene(seed), term.loss.layers, (1, 2)) for seed in (1, 0))
    by_hand = sum(
        weight * gatys_content_distance(canvas[layer], target[layer])[0]
        for layer, weight in term.loss.layers.items()
    )
    assert_close(term.loss(canvas, term.target)[0], by_hand)


@pytest.mark.parametrize("name", ["content", "correlation"])
def test_in_tiles_the_term_names_its_scene(view, name):
    (whole,), (tiled,) = content(view, content_loss=name), content(view, 16, content_loss=name)
    assert torch.equal(tiled.scene, scene()[:, :3]) and whole.scene is None
    for layer, parts in tiled.target.items():
        assert whole.target[layer].keys() - parts.keys() == {"activations"}
        assert_close(parts, {part: whole.target[layer][part] for part in parts}, rtol=1e-4, atol=1e-5)


def test_a_loss_that_needs_the_whole_is_complete_in_tiles(view):
    (term,) = content(view, 16, content_loss="self-similarity")
    assert term.scene is None and term.target["relu3_1"].keys() == {"similarity", "floor"}


def test_loss_and_units(view):
    (term,) = content(view, content_loss="content", normalization="mean")
    assert isinstance(term.loss, ContentLoss) and term.loss.units == "mean"


def half_plain():
    """Grey on the left, noise on the right: (1, 3, 32, 64)."""
    photo = torch.full((1, 3, 32, 64), 0.5)
    photo[..., 32:] = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    return photo


def test_the_focus_lies_on_detail():
    settings = StylizeSettings.of({**CONTENT, "content_focus": 0.75})
    photo = content_scene(settings, half_plain())
    assert photo.shape == (1, 4, 32, 64) and torch.equal(photo[:, :3], half_plain())
    assert_close(photo[..., 3, :, :28], torch.full((1, 32, 28), 0.25))  # 1 - focus where it is plain
    assert photo[:, 3, :, 36:].min() > 0.8
    assert content_scene(StylizeSettings.of(CONTENT), half_plain()).shape[1] == 3
    assert content_scene(StylizeSettings.of({**CONTENT, "content_weight": 0.0}), scene()).shape[1] == 3


@pytest.mark.parametrize("name", ["content", "correlation"])
def test_a_change_of_a_plain_area_costs_less(view, name):
    """Changed on the plain side, the loss falls with the square of the focus; on the other side hardly."""
    left, right = half_plain(), half_plain()
    left[..., :20], right[..., 44:] = left[..., :20] + 0.1, right[..., 44:] + 0.1
    layer = {"content_layers": ("relu1_1",), "content_loss": name}
    losses = []
    for focus in (0.0, 0.75):
        settings = StylizeSettings.of({**CONTENT, **layer, "content_focus": focus})
        photo = content_scene(settings, half_plain())
        (term,) = content_terms(settings, view, photo, normalization="relative")
        losses.append([term.loss(view.features(x, ["relu1_1"]), term.target).item() for x in (left, right)])
    assert losses[1][0] == pytest.approx(losses[0][0] / 16, rel=0.1)
    assert 0.7 * losses[0][1] < losses[1][1] < losses[0][1]
