"""The styles of a run: their scales, and the fine style."""

import numpy as np
import pytest
import torch
from torch.testing import assert_close

import impasto
from impasto.errors import SettingError
from impasto.images import io
from impasto.optimize.schedule import Scale
from impasto.synthesis.styles import Style, colors_of, style_scales
from tests.jobs import stylize_job

TEST = {
    "network": "test-net",
    "style_layers": ("relu1_1", "relu2_1", "relu3_1"),
    "content_layers": ("relu3_1",),
    "fine_layers": ("relu1_1",),
    "size": 64,
    "scales": 1,
    "steps": 4,
    "precision": "float32",
}


def prepared(photo, style, fine=None, **options):
    return stylize_job(photo, style, fine_style=fine, **{**TEST, **options})


def targets(photo, style, fine=None, **options):
    """{term: {layer: {part: tensor}}} of the style terms."""
    styled = prepared(photo, style, fine, **options).terms
    terms = styled.style_terms.terms(styled.style_views(Scale(48, 64, 1)))
    return {term.name: term.target for term in terms}


def test_scales():
    assert style_scales((1.5,), 3) == (1.5, 1.5, 1.5)
    assert style_scales((1.5, 2.0), 2) == (1.5, 2.0)
    assert style_scales((1.5,), 2, fine=True) == (1.5, 1.5, 1.5)
    assert style_scales((1.5, 2.0), 1, fine=True) == (1.5, 2.0)


@pytest.mark.parametrize(
    ("scales", "count", "fine", "text"),
    [
        ((1.0, 2.0), 3, False,
         r"style_scale has 2 values for 3 styles\n  got +1, 2\n  try +one number for all, or one for each$"),
        ((1.0, 2.0), 1, False, "style_scale has 2 values for 1 styles"),
        ((1.0, 2.0), 2, True, r"(?s)2 values for 2 styles and a fine one.*each, the fine style last$"),
    ],
)  # fmt: skip
def test_a_wrong_number_of_scales(scales, count, fine, text):
    with pytest.raises(SettingError, match=text):
        style_scales(scales, count, fine=fine)


def test_each_style_is_seen_at_its_scale(photo, painting, other_painting):
    def sizes(style_scale, fine=None):
        job = prepared(photo, [painting, other_painting], fine, style_scale=style_scale)
        return [tuple(view.shape[2:]) for view in job.terms.style_views(Scale(12, 16, 1))]

    assert sizes((1.0, 2.0)) == [(14, 14), (32, 24)]
    assert sizes((2.0, 1.0)) == [(28, 28), (16, 12)]
    assert sizes((2.0, 1.0, 0.75), painting)[2] == (10, 10)


@pytest.mark.parametrize("palette", [True, False])
def test_fine_layers_come_from_the_fine_style_and_the_others_do_not(photo, painting, other_painting, palette):
    layers = ("relu1_1", "image") if palette else ("relu1_1",)
    both = targets(photo, painting, other_painting, fine_layers=layers)
    coarse = targets(photo, painting)
    recoloured = prepared(photo, painting, other_painting, fine_layers=layers).terms.styles[-1].picture.pixels
    fine = targets(photo, io.to_pil(recoloured) if palette else recoloured[0].permute(1, 2, 0).numpy())
    for layer, target in both["style"].items():
        source, other = (fine, coarse) if layer == "relu1_1" else (coarse, fine)
        for part, value in target.items():
            assert_close(value, source["style"][layer][part])
            assert not torch.allclose(value, other["style"][layer][part], rtol=1e-3, atol=1e-3)
    for part, value in both["palette"]["image"].items():
        assert_close(value, (fine if palette else coarse)["palette"]["image"][part])


def test_it_has_the_colours_of_the_styles(photo, painting, other_painting):
    """Else shallow layers and the palette would pull towards the colours of two paintings at once."""

    def spread(pixels):
        colors = pixels.flatten(2)[0]
        return torch.cat([colors.mean(1), torch.cov(colors).flatten()])

    styles = prepared(photo, painting, other_painting).terms.styles
    before = io.read(other_painting).pixels
    fine, coarse = styles[1].picture.pixels, styles[0].picture.pixels
    assert styles[1].fine and not styles[0].fine
    assert (spread(before) - spread(coarse)).abs().max() > 0.1
    assert_close(spread(fine), spread(coarse), atol=0.02, rtol=0.0)
    own = prepared(photo, painting, other_painting, fine_layers=("relu1_1", "image")).terms.styles[1]
    assert torch.equal(own.picture.pixels, before)


def test_colours_of_several_styles_are_chosen_by_their_shares():
    black, white = (io.read(np.full((300, 300, 3), level, np.uint8)) for level in (0, 255))
    colors = colors_of([Style(black, 0.75), Style(white, 0.25)])
    assert colors.shape == (1, 3, 1, 65536) and colors.mean() == pytest.approx(0.25)
    only = colors_of([Style(black, 0.0), Style(white, 1.0)])
    assert only.min() == 1
    tall = io.read(np.linspace(0, 255, 4, dtype=np.uint8)[:, None, None].repeat(3, 2))
    assert sorted(set(colors_of([Style(tall, 1.0)])[0, 0, 0].tolist())) == pytest.approx([0, 1 / 3, 2 / 3, 1])


def test_the_strokes_come_nearer_to_the_fine_style(photo, painting, other_painting):
    options = {"steps": 30, "content_weight": 0.05, "style_loss": ("gram",)}
    (expected,) = targets(photo, painting, other_painting, **options)["style"]["relu1_1"].values()

    def distance(fine):
        painted = impasto.stylize(photo, painting, fine_style=fine, **{**TEST, **options}).image
        (target,) = targets(photo, painted, **options)["style"]["relu1_1"].values()
        return (target - expected).norm() / expected.norm()

    assert distance(other_painting) < 0.7 * distance(None)


def test_the_record_names_it_and_a_checkpoint_knows_it(photo, painting, other_painting):
    job = prepared(photo, painting, other_painting)
    assert job.record["controls"]["fine_style"]["path"] == str(other_painting)
    assert job.identity() != prepared(photo, painting).identity()
    others = prepared(photo, painting, other_painting, fine_layers=("relu2_1",))
    assert job.identity() != others.identity()


@pytest.mark.parametrize(
    ("layers", "got"), [(("relu1_1", "relu4_1"), "relu4_1"), (("relu9",), "relu9"), ((), "none")]
)
def test_layers_that_are_not_looked_at(photo, painting, other_painting, layers, got):
    text = (
        rf"(?s)fine layers are not among the style layers\n  got +{got}\n.*relu1_1, relu2_1, relu3_1, image"
    )
    with pytest.raises(SettingError, match=text):
        prepared(photo, painting, other_painting, fine_layers=layers)
    styles = prepared(photo, painting, fine_layers=layers).terms.styles
    assert styles[0].share == 1  # no matter without a fine style


def test_all_of_the_painting_leaves_the_styles_alone(photo, painting):
    styles = prepared(photo, painting).terms.styles
    assert [style.share for style in styles] == [1.0]


@pytest.mark.parametrize("regions", [False, True])
def test_strength_0_asks_for_the_photos_own_statistics(photo, painting, regions):
    """At the photo itself every term is at its least, so there is nothing to repaint."""
    masks = {}
    if regions:
        left = np.zeros(io.read(photo).pixels.shape[2:], np.uint8)
        left[:, : left.shape[1] // 2] = 255
        style_left = np.zeros(io.read(painting).pixels.shape[2:], np.uint8)
        style_left[:, : style_left.shape[1] // 2] = 255
        masks = {"content_mask": left, "style_mask": style_left}
    job = stylize_job(photo, painting, **{**TEST, **masks, "strength": 0.0, "jitter": False})
    scale = job.scales[-1]
    canvas = job.loop.resize(job.start(scale), (scale.height, scale.width))
    total, parts = job.objectives.loss_at(scale)(canvas)
    assert total.item() < 0.02, parts
    whole, _ = stylize_job(photo, painting, **{**TEST, **masks, "jitter": False}).objectives.loss_at(scale)(
        canvas
    )
    assert whole > 10 * total


def test_strength_is_the_share_of_the_painting(photo, painting, other_painting):
    terms = prepared(photo, [painting, other_painting], style_weights=(3, 1), strength=0.4).terms
    assert [style.share for style in terms.styles] == pytest.approx([0.3, 0.1, 0.6])
    assert torch.equal(terms.styles[-1].picture.pixels, io.read(photo).pixels)


def test_a_fine_style_is_weakened_as_the_others(photo, painting, other_painting):
    styles = prepared(photo, painting, other_painting, strength=0.25).terms.styles
    assert [(style.share, style.fine) for style in styles] == [
        (0.25, False),
        (0.25, True),
        (0.75, False),
        (0.75, True),
    ]


def test_the_photos_own_positions_are_not_among_the_strokes(photo, painting):
    """Among them every place of the photo would be its own nearest; so strokes weigh less instead."""
    options = {"style_layers": ("relu1_1", "relu3_1"), "style_loss": ("gram",)}

    def strokes(strength):
        terms = prepared(photo, painting, strength=strength, **options).terms
        made = terms.style_terms.terms(terms.style_views(Scale(48, 64, 1)), pixels=48 * 64)
        return next(term for term in made if term.name == "strokes")

    half, whole = strokes(0.5), strokes(1.0)
    assert (half.weight, whole.weight) == (0.5, 1.0)
    assert_close(half.target, whole.target)
