import json

import numpy as np
import pytest
import torch
from PIL import Image
from torch.testing import assert_close

import impasto
from impasto.errors import CheckpointError, PictureError, SettingError, ShapeError
from impasto.images import io
from impasto.images.io import Picture
from impasto.optimize.schedule import Scale
from impasto.recipes.texture import scatter_pixels
from impasto.registry import STYLE_LOSSES
from impasto.settings import TextureSettings
from impasto.synthesis.styles import Style
from tests.conftest import drawn
from tests.jobs import texture_job

TEST = {
    "network": "test-net",
    "style_layers": ("relu1_1", "relu2_1", "relu3_1"),
    "size": "64x48",
    "scales": 1,
    "steps": 40,
    "precision": "float32",
}


def make(style, **options):
    return impasto.texture(style, **{**TEST, **options})


def error_of(result, style, **options):
    """The style term of the picture itself, which is a mean of canvases."""
    job = texture_job(style, **{**TEST, **options})
    height, width = result.pixels.shape[2:]
    with torch.no_grad():
        return job.objectives.loss_at(Scale(height, width, 1))(result.pixels, 0)[1]["style"].item()


def seams(pixels):
    """Differences across the edge, of rows and of columns: as multiples of the mean of those between
    neighbours inside, and in how many of their standard deviations off it."""
    ratios, deviations = [], []
    for axis in (2, 3):
        apart = (pixels - pixels.roll(1, axis)).abs().mean((0, 1, 5 - axis))
        edge, inside = apart[0], apart[1:]
        ratios.append((edge / inside.mean()).item())
        deviations.append(((edge - inside.mean()) / inside.std()).item())
    return ratios, deviations


@pytest.fixture
def mosaic(sample_files):
    picture = Image.open(sample_files / "mosaic.png")
    picture.thumbnail((256, 256))
    return picture


@pytest.mark.slow
def test_statistics_come_near_and_the_edges_meet(mosaic):
    """The acceptance numbers, with the defaults at a small size."""
    tile, plain = (impasto.texture(mosaic, size=192, tile=tile) for tile in (True, False))
    assert tile.losses["style"] <= 0.06 and plain.losses["style"] <= 0.07  # measured: at most 0.061
    ratios, deviations = seams(tile.pixels)
    # One row differs from its neighbour by some 12 % more or less than the next; so may the edge.
    assert sum(ratios) / 2 == pytest.approx(1, abs=0.15) and max(map(abs, deviations)) < 2.5
    ratios, deviations = seams(plain.pixels)
    assert min(ratios) > 1.5 and min(deviations) > 5
    for result in (tile, plain):
        assert_close(result.pixels.std((2, 3)), io.to_tensor(mosaic).std((2, 3)), rtol=0.1, atol=0)


def test_the_style_term_falls_and_forms_are_new(painting):
    result = make(painting)
    assert result.image.size == (64, 48) and set(result.losses) == {
        "style",
        "palette",
        "bands",
        "variation",
        "total",
    }
    assert result.losses["style"] < 0.4 * result.history[0]["style"]
    assert error_of(result, painting) < 0.1


@pytest.mark.parametrize("tile", [False, True])
@pytest.mark.parametrize("size", ["67x41", "32", "32x90", "41x200"])
def test_odd_and_small_sizes(painting, size, tile):
    width, _, height = size.partition("x")
    result = make(painting, size=size, tile=tile, steps=2, scales=3, scale_factor=1.3)
    assert result.image.size == (int(width), int(height or width))
    assert result.record["size"] == [int(width), int(height or width)]


@pytest.mark.parametrize("style_loss", STYLE_LOSSES)
def test_every_style_loss_paints_a_tile(painting, style_loss):
    history = make(painting, style_loss=style_loss, tile=True, steps=15, size="48").history
    assert history[-1]["loss"] < 0.9 * history[0]["loss"]


def test_lbfgs_paints_too(painting):
    history = make(painting, optimizer="lbfgs", rate=1.0, average=0.0, steps=15).history
    assert history[-1]["loss"] < 0.5 * history[0]["loss"]


def test_tiles_in_little_memory_are_the_same(painting):
    """A torus that is looked at in tiles."""
    options = {"size": "150", "steps": 3, "tile": True, "average": 0.0}
    whole = make(painting, **options)
    tiled = make(painting, memory="1MB", **options)
    assert (whole.pixels - tiled.pixels).abs().mean() < 1e-3


def test_a_seed_repeats_and_another_is_another_picture(painting):
    first, again, other = (make(painting, steps=5, seed=seed).pixels for seed in (3, 3, 4))
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_coarse_sizes_end_where_the_exemplar_would_vanish():
    def sizes(side, **options):
        options = {**TEST, "scales": 6, "size": "512", **options}
        return [scale.width for scale in texture_job(drawn(1, side, side), **options).scales]

    assert sizes(512) == [64, 128, 256, 512]
    assert sizes(256) == [128, 256, 512]
    assert sizes(64) == [512]
    assert sizes(512, style_scale=0.5) == [128, 256, 512]


def test_the_exemplar_shrinks_along_and_is_never_enlarged():
    styled = texture_job(drawn(1, 120, 80), **{**TEST, "size": "400x200"}).terms
    shapes = [tuple(styled.style_views(Scale(h, 2 * h, 1))[0].shape[2:]) for h in (200, 100, 50)]
    assert shapes == [(120, 80), (60, 40), (30, 20)]


def test_a_mask_takes_a_part(tmp_path):
    """Left red, right blue: of the white half only."""
    halves = np.zeros((48, 64, 3), np.uint8)
    levels = np.random.default_rng(0).integers(140, 250, (48, 32))
    halves[:, :32, 0], halves[:, 32:, 2] = levels, levels
    mask = np.zeros((48, 64, 3), np.uint8)
    mask[:, :32] = 255
    result = make(halves, style_mask=mask, steps=20)
    red, _, blue = result.pixels.mean((0, 2, 3)).tolist()
    assert red > 0.6 and blue < 0.1
    both = make(halves, steps=20).pixels.mean((0, 2, 3)).tolist()
    assert min(both[0], both[2]) > 0.25


def test_a_blend_lies_between_its_exemplars(painting, other_painting):
    pictures = [painting, other_painting]
    means = [
        make(pictures, style_weights=weights).pixels.mean().item()
        for weights in ((1.0, 0.0), (0.5, 0.5), (0.0, 1.0))
    ]
    assert means == sorted(means) or means == sorted(means, reverse=True)
    assert abs(means[0] - means[2]) > 0.1


def test_a_folder_is_one_exemplar(tmp_path, painting, other_painting):
    result = make(tmp_path, steps=2)
    assert [one["name"] for one in result.record["styles"][0]["pictures"]] == ["other", "painting"]


def test_scattered_pixels_are_the_exemplars():
    """By share, and only what the guides show."""
    red, blue = torch.zeros(1, 3, 4, 4), torch.zeros(1, 3, 4, 4)
    red[:, 0], blue[:, 2], blue[:, 1, :2] = 1.0, 1.0, 1.0
    guides = torch.zeros(1, 1, 4, 4)
    guides[:, :, 2:] = 1.0
    styles = [
        Style(Picture(pixels=red, name="red"), 0.75),
        Style(Picture(pixels=blue, name="blue"), 0.25, guides=guides),
    ]
    start = scatter_pixels(styles, (40, 50), seed=1)
    assert start.shape == (1, 3, 40, 50)
    assert_close(start[0, 0] + start[0, 2], torch.ones(40, 50))
    assert start[0, 0].mean().item() == pytest.approx(0.75, abs=0.03) and start[0, 1].max() == 0
    assert torch.equal(start, scatter_pixels(styles, (40, 50), seed=1))
    assert not torch.equal(start, scatter_pixels(styles, (40, 50), seed=2))


def test_it_starts_from_what_is_asked(painting, photo):
    def start(init):
        return make(painting, init=init, steps=1, rate=1e-6, average=0.0).pixels

    assert_close(start("style").mean(), io.read(painting).pixels.mean(), atol=0.02, rtol=0)
    assert_close(start(str(photo)), io.read(photo).pixels, atol=1e-3, rtol=0)
    assert start("noise").mean().item() == pytest.approx(0.5, abs=0.02)
    scattered = start("pixels")
    assert_close(scattered.mean((2, 3)), io.read(painting).pixels.mean((2, 3)), atol=0.02, rtol=0)


def test_a_run_that_was_stopped_goes_on(tmp_path):
    style, path = drawn(1, 96, 96), tmp_path / "run.checkpoint"
    options = {**TEST, "steps": 6, "scales": 2, "size": "96", "tile": True}
    whole = impasto.texture(style, **options)

    def stop(count):
        steps = impasto.texture_steps(style, checkpoint=path, **options)
        for _ in range(count):
            next(steps)
        steps.close()

    for count in (2, 10):  # at the coarse size, and at the full one
        stop(count)
        again = impasto.texture(style, checkpoint=path, resume=True, **options)
        assert torch.equal(again.pixels, whole.pixels) and len(again.history) == len(whole.history) == 14
    stop(2)
    with pytest.raises(CheckpointError, match=r"(?s)of another painting.*got +tile False"):
        impasto.texture(style, checkpoint=path, resume=True, **{**options, "tile": False})


def test_the_record_tells_the_settings_of_a_texture(painting):
    record = make(painting, steps=2, tile=True).record
    assert record["task"] == "texture" and record["content"] is None
    assert record["settings"] == {**TextureSettings.of({**TEST, "steps": 2, "tile": True}).to_dict()}
    assert json.loads(json.dumps(record))["settings"]["init"] == "pixels"


def test_what_cannot_be(painting, other_painting, tmp_path):
    with pytest.raises(SettingError, match=r"(?s)there is no such start.*content.*pixels, noise, style, or"):
        make(painting, init="content")
    with pytest.raises(SettingError, match=r"(?s)texture needs an exemplar.*no exemplar"):
        make([])
    with pytest.raises(SettingError, match="style_weights has 3 values for 2 styles"):
        make([painting, other_painting], style_weights=(1.0, 1.0, 1.0))
    with pytest.raises(SettingError, match="every weight is 0"):
        make(painting, style_weight=0.0, palette_weight=0.0, bands_weight=0.0, tv_weight=0.0)
    with pytest.raises(SettingError, match="2 style masks do not go with 1 styles"):
        make(painting, style_mask=[painting, painting])
    with pytest.raises(PictureError, match="the style mask leaves nothing of the style"):
        make(painting, style_mask=Image.new("L", (8, 8)))
    with pytest.raises(PictureError, match="the folder has no picture"):
        (tmp_path / "empty").mkdir()
        make(tmp_path / "empty")
    with pytest.raises(ShapeError, match="too small for the layers asked for"):
        make(np.zeros((2, 2, 3), np.uint8))
    with pytest.raises(SettingError, match="there is no checkpoint to resume"):
        make(painting, resume=True)
