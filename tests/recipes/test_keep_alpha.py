"""Cut-out photos and paintings in the recipes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

import impasto
from impasto.cli import app
from impasto.errors import OutputError
from tests.images.test_clear_part import disc

TINY = {
    "network": "test-net",
    "style_layers": ("relu1_1", "relu2_1"),
    "content_layers": ("relu3_1",),
    "size": 64,
    "steps": 2,
    "scales": 1,
    "strokes_weight": 0.0,
}


def photo() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)


def test_stylize_keeps_alpha_on_request(tmp_path):
    kept = impasto.stylize(disc(), photo(), keep_alpha=True, **TINY)
    assert kept.alpha is not None and kept.alpha.shape == (1, 1, 64, 64)
    assert kept.image.mode == "RGBA" and kept.image.getpixel((0, 0))[3] == 0
    kept.save(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as opened:
        assert opened.mode == "RGBA" and opened.getpixel((32, 32))[3] == 255
    with pytest.raises(OutputError, match="JPEG holds no transparency"):
        kept.save(tmp_path / "a.jpg")
    plain = impasto.stylize(disc(), photo(), **TINY)
    assert plain.alpha is None and plain.image.mode == "RGB"


def test_strokes_at_the_border_do_not_see_white():
    """The part around the cut-out is painted from the photo's own colours."""
    kept = impasto.stylize(disc(), photo(), keep_alpha=True, colors="luminance", **TINY)
    assert kept.pixels[0, 1].max() < 0.6  # green, which the disc lacks and white has


def test_recolor_and_dream_keep_alpha():
    recolored = impasto.recolor(disc(), palette="sunset", keep_alpha=True)
    assert recolored.alpha is not None and recolored.image.mode == "RGBA"
    dreamt = impasto.dream(
        disc(128), network="test-net", layer="relu2_1", size=64, steps=1, octaves=1, keep_alpha=True
    )
    assert dreamt.alpha is not None and dreamt.alpha.shape[2:] == dreamt.pixels.shape[2:]


def test_a_cut_out_painting_gives_no_white():
    """What is clear takes no part in style and palette: the same picture whatever stands there."""
    white, green = (
        impasto.stylize(photo(), disc(background=color), **TINY).pixels for color in ((255,) * 3, (0, 255, 0))
    )
    assert torch.equal(white, green)
    record = impasto.recolor(photo(), palette=disc()).record
    assert "#ffffff" not in str(record["theme"]).lower()


def test_the_command_tells_before_it_paints(tmp_path):
    disc().save(tmp_path / "a.png")
    words = [
        "recolor",
        str(tmp_path / "a.png"),
        "--palette",
        "sunset",
        "--keep-alpha",
        "-o",
        str(tmp_path / "b.jpg"),
    ]
    answer = CliRunner().invoke(app, words)
    assert answer.exit_code == 2 and "JPEG holds no transparency" in answer.output
