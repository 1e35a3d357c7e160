"""Doodles, painted with the tiny test network."""

import json
import logging

import numpy as np
import pytest
import torch
from PIL import Image

import impasto
from impasto import features, samples
from impasto.errors import LayerError, PictureError, SettingError, ShapeError
from impasto.images.masks import resize_guides
from impasto.metrics.region_distance import region_distances
from impasto.synthesis.feature_view import FeatureView
from impasto.synthesis.guides import read_guides
from impasto.synthesis.read import read_styles
from tests.conftest import drawn
from tests.jobs import doodle_job

TEST = {
    "network": "test-net",
    "style_layers": ("relu1_1", "relu2_1"),
    "content_layers": ("relu3_1",),
    "patch_layers": ("relu3_1",),
    "size": 64,
    "scales": 1,
    "steps": 6,
    "precision": "float32",
}
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
LAYERS = ("relu1_1", "relu2_1", "relu3_1")


def labels(*columns, height=48, width=72):
    """Stripes of labels, from left to right."""
    row = np.repeat(np.array(columns, np.uint8), width // len(columns), axis=0)
    return np.broadcast_to(row, (height, *row.shape)).copy()


def textures(height=72, width=96):
    """Three textures side by side: lines, checks and a wave, with their map."""
    y, x = np.mgrid[0:height, 0:width]
    lines = np.stack([0.9 * (y // 2 % 2), 0.2 + 0 * y, 0.1 + 0 * y], 2)
    checks = np.stack([0.1 + 0 * y, (y // 4 + x // 4) % 2, 0.5 * ((y // 4 + x // 4) % 2)], 2)
    wave = np.stack([0.2 + 0 * y, 0.3 + 0 * y, 0.5 + 0.5 * np.sin(x / 1.5)], 2)
    third = width // 3
    picture = np.where((x < third)[..., None], lines, np.where((x < 2 * third)[..., None], checks, wave))
    noise = np.random.default_rng(0).normal(0, 0.03, picture.shape)
    return (np.clip(picture + noise, 0, 1) * 255).astype(np.uint8), labels(
        RED, GREEN, BLUE, height=height, width=width
    )


STYLE, MAP = textures()
DOODLE = labels(BLUE, RED, GREEN)


def paint(doodle=DOODLE, **options):
    given = {"style_map": MAP, "content": None, **TEST, **options}
    return impasto.doodle(given.pop("style", STYLE), doodle=doodle, **given)


def judged(picture, style, style_map, doodle, *, network):
    """(R, R) distances of the regions of a picture from those of the style, by another network."""
    view = FeatureView(features.load(network, None, "max"), LAYERS)
    styles = read_styles([style], max_megapixels=1.0)
    guides = read_guides(None, styles, content_mask=doodle, style_mask=[style_map], max_megapixels=1.0)
    scenes = [
        torch.cat([picture, resize_guides(guides.canvas, tuple(picture.shape[2:]))], 1),
        torch.cat([styles.pictures[0].pixels, guides.styles[0]], 1),
    ]
    with torch.no_grad():
        ours, theirs = (view.features(x, LAYERS) for x in scenes)
        canvas_guides, style_guides = (view.guides(x, LAYERS) for x in scenes)
    return region_distances(ours, theirs, guides=canvas_guides, style_guides=style_guides, layers=LAYERS)


@pytest.mark.parametrize("method", ["patches", "statistics"])
def test_textures_move_with_their_labels(method):
    """In every region the right texture is nearer than every wrong one, as another network judges."""
    swapped = labels(RED, BLUE, GREEN)
    for doodle in (DOODLE, swapped):
        picture = paint(doodle, method=method, steps=20).pixels
        found = judged(picture, STYLE, MAP, doodle, network="compact")
        wrong = found.clone().fill_diagonal_(torch.inf)
        assert (found.diagonal() < 0.85 * wrong.min(1).values).all(), found


@pytest.mark.slow
def test_a_painting_follows_its_doodle():
    """The sample painting, with the network that users paint with, and two regions swapped."""
    style, style_map = samples.style("swirl").resize((320, 256)), samples.label_map("swirl-map")
    style_map = style_map.resize((320, 256), Image.Resampling.NEAREST)
    doodle = np.asarray(samples.label_map("swirl-doodle").resize((240, 160), Image.Resampling.NEAREST))
    swapped = doodle.copy()
    hills, water = (0, 150, 0), (0, 255, 255)
    swapped[(doodle == hills).all(2)], swapped[(doodle == water).all(2)] = water, hills
    for asked in (doodle, swapped):
        result = impasto.doodle(style, style_map=style_map, doodle=asked, size=192, steps=8)
        found = judged(result.pixels, style, style_map, asked, network="test-net")
        wrong = found.clone().fill_diagonal_(torch.inf)
        assert (found.diagonal() < wrong.min(1).values).all(), found


def test_it_has_the_doodles_proportions():
    assert paint(labels(RED, GREEN, BLUE, height=30, width=90), size=60, steps=1).image.size == (60, 20)
    assert paint(labels(RED, GREEN, height=80, width=40), size=60, steps=1).image.size == (30, 60)


def test_a_photo_is_held():
    photo = drawn(3, 60, 48)
    loose = paint(content=photo, content_weight=0.01, steps=15)
    strict = paint(content=photo, content_weight=20.0, steps=15)
    assert strict.image.size == (51, 64)  # the photo's proportions
    assert strict.losses["content"] / 20.0 < 0.5 * loose.losses["content"] / 0.01
    assert "content" not in paint(steps=1).losses


def test_the_record_and_what_is_painted():
    result = paint(semantic_weight=12.0)
    assert result.record["task"] == "doodle" and result.record["settings"]["semantic_weight"] == 12.0
    assert result.record["settings"]["init"] == "pieces" and result.record["content"] is None
    assert set(result.record["controls"]) == {"content_mask", "style_mask"}
    assert set(result.losses) == {"style", "palette", "patches", "bands", "total"}
    assert "patches" not in paint(method="statistics").losses
    json.dumps(result.record)


def test_the_seed_decides():
    one, same, other = (paint(steps=2, seed=seed).pixels for seed in (1, 1, 2))
    assert one.equal(same) and not one.equal(other)


@pytest.mark.parametrize("init", ["pieces", "noise", "style", "file"])
def test_starts(init, photo):
    assert paint(init=str(photo) if init == "file" else init, steps=1).pixels.isfinite().all()


def test_there_is_no_such_start():
    with pytest.raises(SettingError, match=r"(?s)no such start.*pieces, noise, style, content, or"):
        paint(init="peices")


def test_there_is_no_content_to_start_from():
    with pytest.raises(SettingError, match="there is no content to start from"):
        paint(init="content")


def test_steps_can_be_stopped_and_resumed(tmp_path):
    maps = {"style_map": MAP, "doodle": DOODLE}
    whole = paint().pixels
    steps = impasto.doodle_steps(STYLE, **maps, checkpoint=tmp_path / "run", **TEST)
    for _ in range(3):
        next(steps)
    steps.close()
    with pytest.raises(Exception, match=r"(?s)another painting.*semantic_weight"):
        paint(checkpoint=tmp_path / "run", resume=True, semantic_weight=3.0)
    assert paint(checkpoint=tmp_path / "run", resume=True).pixels.equal(whole)


def test_a_map_of_another_size_is_resized_with_a_notice(caplog):
    with caplog.at_level(logging.WARNING, "impasto"):
        paint(style_map=labels(RED, GREEN, BLUE, height=36, width=48), steps=1)
        paint(content=drawn(0, 40, 72), steps=1)
    assert "style map: resized from 48 x 36 to the picture's 96 x 72 px" in caplog.messages
    assert "doodle: resized from 72 x 48 to the picture's 72 x 40 px" in caplog.messages


def test_patches_need_the_picture_whole():
    job = doodle_job(STYLE, style_map=MAP, doodle_map=DOODLE, **TEST)
    assert not job.objectives.tileable and job.budget.whole_losses == ("patches",)
    by_statistics = doodle_job(STYLE, style_map=MAP, doodle_map=DOODLE, **TEST, method="statistics")
    assert by_statistics.objectives.tileable


def test_colours_that_do_not_match_are_listed():
    with pytest.raises(PictureError) as caught:
        paint(labels(RED, (255, 255, 0), BLUE))
    assert str(caught.value) == (
        "the style map has no region for #ffff00 (yellow)\n"
        "  got       #0000ff (blue), #ff0000 (red), #ffff00 (yellow) in the doodle; "
        "#0000ff (blue), #ff0000 (red), #00ff00 (green) in the style map\n"
        "  expected  each colour of the doodle in the style map\n"
        "  try       paint #ffff00 (yellow) over in the doodle with a colour that the style map has, "
        "or paint it in the style map"
    )


@pytest.mark.parametrize(
    ("options", "kind", "text"),
    [
        ({"doodle": drawn(0)}, PictureError, "doodle looks like a photo"),
        ({"style_map": drawn(0)}, PictureError, "style map looks like a photo"),
        ({"doodle": "none.png"}, PictureError, "picture is missing"),
        ({"patch_layers": ("relu9_1",)}, LayerError, "has no layer 'relu9_1'"),
        ({"style_loss": ("mrf",)}, SettingError, "compares patches and knows no masks"),
        ({"style": np.zeros((2, 2, 3), np.uint8)}, ShapeError, "too small for the layers"),
        ({"size": 3}, SettingError, "size is too small"),
    ],
)
def test_bad_input(options, kind, text):
    given = {"doodle": DOODLE, **options}
    with pytest.raises(kind, match=text):
        paint(given.pop("doodle"), **given)
