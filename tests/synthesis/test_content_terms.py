"""The content terms of a canvas."""

import pytest
import torch
from torch.testing import assert_close

from impasto import features
from impasto.losses.content import ContentLoss, gatys_content_distance
from impasto.settings import StylizeSettings
from impasto.synthesis.content_terms import content_terms
from impasto.synthesis.feature_view import FeatureView

OPTIONS = {"network": "test-net", "content_layers": ("relu1_1", "relu3_1=2"), "content_weight": 0.5}


@pytest.fixture(scope="module")
def view():
    return FeatureView(features.load("test-net", None, "max"), ("relu1_1", "relu3_1"))


def scene(seed=0):
    return torch.rand(1, 5, 30, 41, generator=torch.Generator().manual_seed(seed))


def made(view, tile_px=None, normalization="relative", **options):
    settings = StylizeSettings.of({**OPTIONS, **options})
    return content_terms(settings, view, scene(), (1, 2), tile_px, normalization=normalization)


def test_no_weight_no_term(view):
    assert made(view, content_weight=0.0) == []


@pytest.mark.parametrize("name", ["content", "correlation", "self-similarity"])
def test_the_scene_is_at_no_distance(view, name):
    (term,) = made(view, content_loss=name)
    assert (term.name, term.weight, term.scene) == ("content", 0.5, None)
    assert term.loss(view.features(scene(), term.loss.layers, (1, 2)), term.target).item() < 1e-8
    assert term.loss(view.features(scene(1), term.loss.layers, (1, 2)), term.target).item() > 1e-2


def test_the_units_of_the_paper_are_equation_1(view):
    """For every layer half the squared difference, in the unit that the target gives."""
    (term,) = made(view, content_loss="content", normalization="paper")
    canvas, target = (view.features(scene(seed), term.loss.layers, (1, 2)) for seed in (1, 0))
    by_hand = sum(
        weight * gatys_content_distance(canvas[layer], target[layer])[0]
        for layer, weight in term.loss.layers.items()
    )
    assert_close(term.loss(canvas, term.target)[0], by_hand)


@pytest.mark.parametrize("name", ["content", "correlation"])
def test_in_tiles_the_term_names_its_scene(view, name):
    (whole,), (tiled,) = made(view, content_loss=name), made(view, 16, content_loss=name)
    assert torch.equal(tiled.scene, scene()) and whole.scene is None
    for layer, parts in tiled.target.items():
        assert whole.target[layer].keys() - parts.keys() == {"activations"}
        assert_close(parts, {part: whole.target[layer][part] for part in parts}, rtol=1e-4, atol=1e-5)


def test_a_loss_that_needs_the_whole_is_complete_in_tiles(view):
    (term,) = made(view, 16, content_loss="self-similarity")
    assert term.scene is None and term.target["relu3_1"].keys() == {"similarity", "floor"}


def test_loss_and_units(view):
    (term,) = made(view, content_loss="content", normalization="mean")
    assert isinstance(term.loss, ContentLoss) and term.loss.units == "mean"
