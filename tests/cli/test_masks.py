"""Masks and colours on the command line."""

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from impasto.cli import app
from tests.conftest import drawn

TEST = [
    "--network", "test-net", "--content-layers", "relu3_1", "--style-layers", "relu1_1", "--size", "64",
    "--steps", "3", "--scales", "1",
]  # fmt: skip


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)], env={"COLUMNS": "200"})


@pytest.fixture
def mask(tmp_path):
    """Black on the left, white on the right."""
    path = tmp_path / "mask.png"
    half = np.zeros((48, 64), np.uint8)
    half[:, 32:] = 255
    Image.fromarray(half).save(path)
    return path


def pixels(path):
    return np.asarray(Image.open(path).convert("RGB")).astype(int)


def test_keep(tmp_path, photo, painting, mask):
    out = tmp_path / "out.png"
    answer = run("stylize", photo, painting, "--keep", mask, "-o", out, *TEST)
    assert answer.exit_code == 0, answer.output
    change = np.abs(pixels(out) - pixels(photo)).max(2)
    assert change[:, 33:].max() == 0 and change[:, :31].mean() > 2


def test_a_style_each_and_the_same_again(tmp_path, photo, painting, other_painting, mask):
    out = tmp_path / "out.png"
    masks = ["--content-mask", mask, "--style-mask", "white", "--style-mask", "#000000"]
    answer = run("stylize", photo, painting, other_painting, *masks, "-o", out, *TEST)
    assert answer.exit_code == 0, answer.output
    record = json.loads(out.with_suffix(".json").read_text())
    assert [entry["path"] for entry in record["controls"]["style_mask"]] == ["white", "#000000"]
    answer = run("stylize", "--from", out.with_suffix(".json"), "-o", tmp_path / "again.png")
    assert answer.exit_code == 0, answer.output
    assert "has changed" not in answer.stderr
    assert np.array_equal(pixels(tmp_path / "again.png"), pixels(out))


def test_a_fine_style_and_its_record(tmp_path, photo, painting, other_painting):
    out = tmp_path / "out.png"
    fine = ["--fine-style", other_painting, "--fine-layers", "relu1_1"]
    assert run("stylize", photo, painting, *fine, "-o", out, *TEST).exit_code == 0
    assert run("stylize", photo, painting, "-o", tmp_path / "plain.png", *TEST).exit_code == 0
    assert not np.array_equal(pixels(out), pixels(tmp_path / "plain.png"))
    assert run("stylize", "--from", out, "-o", tmp_path / "again.png").exit_code == 0
    assert np.array_equal(pixels(tmp_path / "again.png"), pixels(out))


def test_colours(tmp_path, photo, painting):
    for mode in ("match", "luminance"):
        answer = run("stylize", photo, painting, "--colors", mode, "-o", tmp_path / f"{mode}.png", *TEST)
        assert answer.exit_code == 0, answer.output
    assert not np.array_equal(pixels(tmp_path / "match.png"), pixels(tmp_path / "luminance.png"))


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--content-mask", "mask.png"], "a content mask needs to know"),
        (
            ["--content-mask", "mask.png", "--style-mask", "mask.png", "--style-mask", "white"],
            "2 style masks",
        ),
        (["--content-mask", "mask.png", "--style-mask", "red"], "no style has a region for black, white"),
        (["--content-mask", "photo.png", "--style-mask", "red"], "looks like a photo"),
        (["--keep", "none.png"], "picture is missing"),
        (["--style-mask", "crimsn", "--content-mask", "mask.png"], "did you mean 'crimson'"),
        (["--fine-style", "none.png"], "picture is missing"),
        (["--colors", "chroma"], "colors has no such choice"),
        (["--style-mask", "mask.png", "--style-loss", "mrf"], "mrf compares patches and knows no masks"),
        (["--keep", "mask.png", "-o", "mask.png"], "would replace a picture it is painted from"),
    ],
)
def test_what_cannot_be(tmp_path, monkeypatch, photo, painting, mask, arguments, text):
    Image.fromarray(drawn(5)).save(tmp_path / "photo.png")
    monkeypatch.chdir(tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())
    answer = run("stylize", photo, painting, *TEST, *arguments)
    assert answer.exit_code == 2 and text in answer.stderr and "Traceback" not in answer.output
    assert sorted(path.name for path in tmp_path.iterdir()) == before
