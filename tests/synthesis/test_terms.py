"""The terms of a loss towards the photo and the styles, and the styles' targets out of a cache."""

import math
from dataclasses import replace

import pytest
import torch
from torch.testing import assert_close

from impasto import features
from impasto.images import io
from impasto.losses.by_name import make_loss
from impasto.losses.gram import GramLoss
from impasto.losses.regions import RegionsLoss
from impasto.losses.semantic_patch import SemanticPatchLoss
from impasto.registry import LOSSES, STYLE_LOSSES
from impasto.settings import StylizeSettings
from impasto.synthesis.context import TargetCache
from impasto.synthesis.feature_view import FeatureView
from impasto.synthesis.styles import Style
from impasto.synthesis.terms import EDGE, ExtraTerm, StyleTerms
from tests.conftest import drawn

LAYERS = ("relu1_1", "relu2_1", "relu3_1")
OPTIONS = {
    "network": "test-net",
    "content_layers": ("relu3_1",),
    "style_layers": LAYERS,
    "strokes_weight": 0.0,
    "bands_weight": 0.0,
    "tv_weight": 4.0,
}


@pytest.fixture(scope="module")
def view():
    return FeatureView(features.load("test-net", None, "max"), LAYERS)


def halves(height, width):
    left = torch.zeros(1, 1, height, width)
    left[..., : width // 2] = 1
    return torch.cat([left, 1 - left], 1)


def style(seed=0, **options):
    return Style(io.read(drawn(seed, 40, 56)), **{"share": 1.0, **options})


def made(view, styles, *, regions=(), extra=(), fine_layers=(), cache=None, fingerprint="test", **options):
    settings = StylizeSettings.of({**OPTIONS, **options})
    cache = TargetCache() if cache is None else cache
    return StyleTerms(
        settings,
        tuple(styles),
        view,
        regions,
        extra=extra,
        fine_layers=fine_layers,
        cache=cache,
        network_fingerprint=fingerprint,
    )


def terms_of(terms, tile_px=None, pixels=40 * 48):
    return terms.terms([terms.style_view(style, pixels) for style in terms.styles], tile_px)


def tensors(target, path=()):
    """{path: tensor} of a nested target."""
    if isinstance(target, torch.Tensor):
        return {path: target}
    return {key: x for name, part in target.items() for key, x in tensors(part, (*path, name)).items()}


def expect_equal(terms, others):
    for term, other in zip(terms, others, strict=True):
        assert term.name == other.name
        assert_close(tensors(term.target), tensors(other.target), rtol=0, atol=0)


def test_names_weights_and_order(view):
    extra = ExtraTerm("patches", GramLoss({"relu3_1": 1.0}), 3.0)
    options = {
        "style_loss": ("gram=3", "moments"),
        "style_weight": 2.0,
        "palette_weight": 0.5,
        "tv_weight": 0.25,
    }
    terms = terms_of(made(view, [style()], extra=(extra,), **options))
    assert {term.name: term.weight for term in terms} == {
        "gram": 1.5,
        "moments": 0.5,
        "palette": 0.5,
        "patches": 3.0,
        "variation": 0.25,
    }
    alone = made(view, [style()], style_loss=("gram",), palette_weight=0.0, tv_weight=0.0)
    assert [term.name for term in terms_of(alone)] == ["style"]


def test_strokes_are_held_where_there_are_few_enough_positions(view):
    """test-net has strides of 1, 2 and 4 px: only relu3_1 holds strokes."""
    options = {
        "style_loss": ("gram",),
        "strokes_weight": 0.5,
        "strokes_size": 100,
        "palette_weight": 0.0,
        "tv_weight": 0.0,
    }
    terms = made(view, [style()], **options)
    views = [terms.style_view(style(), 40 * 48)]
    strokes = {
        pixels: [(t.weight, t.loss.layers) for t in terms.terms(views, pixels=pixels) if t.name == "strokes"]
        for pixels in (100**2, 100**2 + 1)
    }
    assert list(strokes.values()) == [[(0.5, {"relu3_1": 1.0})], []]
    assert terms.strokes_px == 100**2
    assert made(view, [style()], strokes_weight=0.0).strokes_px == 0


def test_bands_come_from_the_fine_style_alone(view):
    broad, fine = style(0), style(1, fine=True)
    options = {"bands_weight": 0.5, "fine_layers": ("relu1_1",)}
    bands = {
        name: {t.name: t.target for t in terms_of(made(view, styles, **options))}["bands"]
        for name, styles in {"both": [broad, fine], "fine": [replace(fine, fine=False)]}.items()
    }
    assert_close(bands["both"], bands["fine"])


def test_extra_terms_are_not_divided_into_regions(view):
    extra = ExtraTerm("patches", SemanticPatchLoss({"relu3_1": 1.0}), 3.0)
    terms = terms_of(made(view, [style(guides=halves(40, 56))], regions=(0.5, 0.5), extra=(extra,)))
    kinds = {term.name: type(term.loss) for term in terms}
    assert issubclass(kinds["style"], RegionsLoss) and kinds["patches"] is SemanticPatchLoss


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("normalization", ["relative", "mean", "paper"])
def test_losses_by_name_and_units(name, normalization):
    loss = make_loss(name, {"a": 1.0}, normalization)
    assert getattr(loss, "relative", normalization == "relative") is (normalization == "relative")
    assert getattr(loss, "units", normalization) == normalization


def test_the_target_lies_between_the_styles(view):
    shares = (0.75, 0.25)
    both = made(view, [style(0, share=shares[0]), style(1, share=shares[1])], style_loss=("gram",))
    first, second = (terms_of(made(view, [style(seed)], style_loss=("gram",)))[0] for seed in (0, 1))
    mean = {
        path: shares[0] * x + shares[1] * tensors(second.target)[path]
        for path, x in tensors(first.target).items()
    }
    assert_close(tensors(terms_of(both)[0].target), mean)


def test_fine_layers_come_from_the_fine_style_alone(view):
    broad, fine = style(0), style(1, fine=True)
    target = terms_of(made(view, [broad, fine], fine_layers=("relu1_1",)))[0].target
    of_broad, of_fine = (terms_of(made(view, [replace(x, fine=False)]))[0].target for x in (broad, fine))
    assert target.keys() == set(LAYERS)
    for layer in LAYERS:
        assert_close(target[layer], (of_fine if layer == "relu1_1" else of_broad)[layer])


def test_a_view_has_the_size_of_the_canvas_and_its_guides(view):
    plain, guided = style(), style(guides=halves(40, 56))
    terms = made(view, [plain, guided], regions=(0.5, 0.5))
    assert made(view, [plain]).style_view(plain, 1000).shape == (1, 3, 27, 37)
    seen = terms.style_view(guided, 1000)
    assert seen.shape == (1, 5, 27, 37) and seen[0, 3:, 5, 2].tolist() == pytest.approx([1, 0])
    assert (terms.style_view(plain, 1000)[:, 3:] == 1).all()  # no guides: every region may take all of it
    assert terms.style_view(plain, 10**6).shape == (1, 5, 40, 56)
    assert terms.style_view(replace(plain, scale=0.5), 10**6, reduction=2.0).shape == (1, 5, 10, 14)


def test_spatial_parts_of_regions(view):
    guided = style(guides=halves(40, 56))
    terms = made(view, [guided], regions=(0.5, 0.5), style_loss=("gram", "sliced"))
    scene = torch.cat([torch.rand(1, 3, 48, 40), halves(48, 40)], 1)
    raw = terms_of(terms)
    whole, tiled = (terms.spatial(raw, scene, (1, 2), tiled=tiled) for tiled in (False, True))
    assert [isinstance(term.loss, RegionsLoss) for term in raw] == [True, True, True, False]
    assert [term.scene is scene for term in tiled] == [True, False, False, False]
    assert all(term.scene is None for term in whole)
    for term in (*whole[:3], *tiled[1:3]):  # gram, sliced, palette
        assert all("index" in parts for parts in term.target.values())
        canvas = view.features(scene, term.loss.layers, (1, 2))
        assert term.loss(canvas, term.target).item() > 0
    assert all("index" not in parts for parts in tiled[0].target.values())
    assert whole[3] == raw[3]


def test_a_second_picture_in_the_style_finds_its_targets(view, monkeypatch):
    cache = TargetCache()
    options = {"cache": cache, "style_loss": tuple(STYLE_LOSSES)}
    first = terms_of(made(view, [style(0, share=0.5), style(1, share=0.5)], **options))
    assert cache.hits == 0 and cache.misses == 2 * len(first)
    monkeypatch.setattr(FeatureView, "tile_features", None)  # the network is not run again
    second = terms_of(made(view, [style(0, share=0.5), style(1, share=0.5)], **options))
    assert cache.hits == cache.misses
    expect_equal(first, second)


def test_other_shares_use_the_same_targets(view):
    cache = TargetCache()
    terms_of(made(view, [style(0, share=0.5), style(1, share=0.5)], cache=cache))
    found = terms_of(made(view, [style(0, share=0.9), style(1, share=0.1)], cache=cache))
    assert cache.hits == cache.misses
    expect_equal(found, terms_of(made(view, [style(0, share=0.9), style(1, share=0.1)])))


def test_regions_and_tiles_out_of_the_cache(view):
    cache = TargetCache()
    guided, options = style(guides=halves(40, 56)), {"style_loss": ("gram", "sliced")}
    for tile_px in (None, 16):
        first, again = (
            terms_of(made(view, [guided], regions=shares, cache=cache, **options), tile_px)
            for shares in ((0.5, 0.5), (0.2, 0.8))
        )
        expect_equal(first, again)
    assert (cache.hits, cache.misses) == (4 + 3 + 4, 4 + 1)  # only Gram matrices depend on tiles


CHANGES = {
    "picture": {"styles": [style(1)]},
    "scale": {"styles": [style(scale=0.5)]},
    "guides": {"styles": [style(guides=halves(40, 56).flip(1))]},
    "no guides": {"styles": [style()]},
    "rule": {"rule": "inside"},
    "padding": {"layers": ("relu1_1",)},
    "pooling": {"pooling": "average"},
    "precision": {"dtype": torch.bfloat16},
    "fingerprint": {"fingerprint": "other"},
    "loss": {"style_loss": ("moments",)},
    "units": {"normalization": "paper"},
    "layers": {"style_layers": ("relu1_1",)},
    "tiles": {"tile_px": 16},
    "canvas": {"pixels": 1000},
    "one region": {"regions": (1.0,), "styles": [style(guides=torch.ones(1, 1, 40, 56))]},
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_a_target_is_not_found(change):
    cache, weights = TargetCache(), {"palette_weight": 0.0, "tv_weight": 0.0}

    def terms(pooling="max", dtype=torch.float32, layers=LAYERS, rule="simple", styles=None, tile_px=None,
              pixels=40 * 48, regions=(0.5, 0.5), **options):  # fmt: skip
        network = features.load("test-net", None, pooling).to(dtype)
        view = FeatureView(network, layers, rule)
        styles = styles or [style(guides=halves(40, 56))]
        options = {"style_layers": ("relu1_1", "relu2_1"), "style_loss": ("gram",), **weights, **options}
        made_terms = made(view, styles, cache=cache, regions=regions, **options)
        return terms_of(made_terms, tile_px, pixels)

    expect_equal(terms(), terms())
    assert (cache.hits, cache.misses) == (1, 1)
    terms(**CHANGES[change])
    assert (cache.hits, cache.misses) == (1, 2)


def test_a_term_besides_the_settings_is_cached_by_its_parameters(view):
    cache = TargetCache()
    for relative, misses in ((True, 4), (True, 4), (False, 5)):
        extra = ExtraTerm("extra", GramLoss({"relu1_1": 1.0}, relative=relative), 1.0)
        terms_of(made(view, [style()], extra=(extra,), cache=cache))
        assert cache.misses == misses


def strokes_of(view, **options):
    terms = made(view, [style()], strokes_weight=0.5, strokes_size=100, **options)
    view = terms.style_view(style(), 40 * 48)
    return terms, view, [x for x in terms.terms([view], pixels=40 * 48) if x.name == "strokes"]


def test_places_at_the_edges_of_a_painting_are_not_looked_up(view):
    _, seen, (strokes,) = strokes_of(view)
    height, width = (math.ceil(side / 4) - 2 * EDGE for side in seen.shape[2:])
    assert strokes.target["relu3_1"]["rows"].shape[1] == height * width
    assert strokes.target["relu3_1"]["appearance"].shape == (1, height * width, 4)


@pytest.mark.parametrize("regions", [(), (0.5, 0.5)])
def test_strokes_are_told_what_each_place_should_look_like(view, regions):
    terms, _, found = strokes_of(view, regions=regions)
    scene = torch.cat([torch.zeros(1, 3, 40, 48), *([halves(40, 48)] if regions else [])], 1)
    wanted = torch.rand(1, 4, 40, 48, generator=torch.Generator().manual_seed(0))
    (strokes,) = terms.spatial(found, scene, (0, 0), wanted=wanted)
    target = strokes.target["relu3_1"]
    means = wanted.unfold(2, 4, 4).unfold(3, 4, 4).mean((4, 5))  # (1, 4, 10, 12), of squares of 4 px
    left = (
        target["base"][0]["wanted"]
        if regions
        else target["wanted"].view(1, 10, 12, 4)[:, :, :6].flatten(1, 2)
    )
    assert_close(left, means[..., :6].flatten(2).mT)
    (untold,) = terms.spatial(found, scene, (0, 0))
    assert "wanted" not in untold.target["relu3_1"] and "base" not in untold.target["relu3_1"]
