"""Whose colours a result has."""

import numpy as np
import pytest
import torch
from torch.testing import assert_close

import impasto
from impasto.images.color import luminance, rgb_to_yuv
from impasto.settings.colors import COLOR_MAPS, COLORS
from tests.conftest import drawn
from tests.jobs import stylize_job

TEST = {
    "network": "test-net",
    "content_layers": ("relu3_1",),
    "style_layers": ("relu1_1", "relu2_1"),
    "size": 64,
    "steps": 6,
    "scales": 1,
    "precision": "float32",
}


def paint(**options):
    return impasto.stylize(drawn(0), coloured(), **{**TEST, **options})


def coloured():
    """A painting in warm colours that the photo has not."""
    painting = drawn(1, 56, 56).astype(float)
    return (painting * [1, 0.55, 0.2]).astype(np.uint8)


def photo():
    return torch.from_numpy(drawn(0)).permute(2, 0, 1)[None] / 255


def prepared(**options):
    return stylize_job(drawn(0), coloured(), **{**TEST, **options}).terms


def test_the_style_is_matched_before_the_transfer():
    """Means come out as the photo's, but for clipping."""
    wanted = photo().mean((0, 2, 3))
    before = prepared().styles[0].picture.pixels.mean((0, 2, 3))
    assert (before - wanted).abs().max() > 0.1
    for options in (*({"colors": "match", "color_map": m} for m in COLOR_MAPS), {"colors": "histogram"}):
        seen = prepared(**options).styles[0].picture.pixels
        assert_close(seen.mean((0, 2, 3)), wanted, atol=0.02, rtol=0)


def test_luminance_is_painted_in_grey():
    job = prepared(colors="luminance")
    seen, wanted = job.styles[0].picture.pixels, luminance(photo())
    for grey in (seen, job.photo):
        assert_close(grey[:, :1].expand_as(grey), grey)
    assert seen[:, 0].mean().item() == pytest.approx(wanted.mean().item(), abs=0.01)
    assert seen[:, 0].std().item() == pytest.approx(wanted.std().item(), abs=0.02)


@pytest.mark.parametrize("colors", ["luminance", "luminance-after"])
def test_chroma_is_the_photos_wherever_nothing_is_clipped(colors):
    pixels = paint(colors=colors).pixels
    inside = ((pixels > 0) & (pixels < 1)).all(1, keepdim=True)
    assert inside.float().mean() > 0.5
    chroma = (rgb_to_yuv(pixels) - rgb_to_yuv(photo()))[:, 1:].abs() * inside
    assert chroma.max() < 1e-5
    assert (luminance(pixels) - luminance(photo())).abs().mean() > 0.01  # and yet it was painted


@pytest.mark.parametrize("colors", [mode for mode in COLORS if mode != "style"])
def test_every_mode_comes_nearer_to_the_photos_colours(colors):
    def hue(pixels):
        return rgb_to_yuv(pixels)[:, 1:].mean((0, 2, 3))

    plain, kept = ((hue(paint(colors=c).pixels) - hue(photo())).norm() for c in ("style", colors))
    assert kept < 0.6 * plain


@pytest.mark.parametrize("colors", COLORS)
@pytest.mark.parametrize("flat", ["photo", "style", "both"])
def test_grey_and_flat_pictures_break_nothing(colors, flat):
    grey = np.full((48, 64, 3), 128, np.uint8)
    content = grey if flat != "style" else drawn(0)
    style = grey if flat != "photo" else coloured()
    result = impasto.stylize(content, style, **{**TEST, "colors": colors, "steps": 2})
    assert result.pixels.isfinite().all()


def test_steps_show_what_the_result_will_be():
    *_, last = impasto.stylize_steps(drawn(0), coloured(), **{**TEST, "colors": "luminance"})
    assert_close(last.snapshot(), paint(colors="luminance").pixels)


def test_a_record_makes_the_same_colours_again():
    first = paint(colors="match")
    assert first.record["settings"]["colors"] == "match"
    assert_close(
        paint(**{k: first.record["settings"][k] for k in ("colors", "color_map")}).pixels, first.pixels
    )


def test_what_is_kept_is_the_photo_bit_for_bit():
    mask = np.zeros((48, 64), np.uint8)
    mask[10:30, 20:50] = 255
    pixels = paint(keep=mask).pixels
    part = (..., slice(10, 30), slice(20, 50))
    assert_close(pixels[part], photo()[part], rtol=0, atol=1e-7)
    outside = (pixels - photo()).abs()[..., 32:, :]
    assert outside.mean() > 0.02


def test_colours_of_what_is_kept_are_not_matched():
    """The kept half is pure magenta; the painting goes to the colours of the other half."""
    photo = drawn(0)
    photo[:, :32] = (255, 0, 255)
    keep = np.zeros((48, 64), np.uint8)
    keep[:, :32] = 255
    styled = stylize_job(photo, coloured(), keep=keep, colors="match", **TEST).terms
    wanted = torch.from_numpy(photo[:, 32:] / 255).float().mean((0, 1))
    assert_close(styled.styles[0].picture.pixels.mean((0, 2, 3)), wanted, atol=0.02, rtol=0)
