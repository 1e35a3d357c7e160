"""The small commands."""

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from impasto import __version__
from impasto.cli import app


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)], env={"COLUMNS": "200"})


def test_version():
    assert run("--version").output == f"impasto {__version__}\n"


def test_networks():
    cards = {(card["name"], card["weights"]): card for card in json.loads(run("networks", "--json").stdout)}
    assert cards["compact", ""]["cached"] and 0 < cards["compact", ""]["size_bytes"] <= 2_500_000
    assert "relu5_1" in cards["compact", ""]["layers"] and ("vgg19", "caffe") in cards
    text = run("networks").output
    assert all(name in text for name in ("compact", "vgg19", "vgg16", "CC-BY-4.0", "MB"))


def test_doctor():
    found = json.loads(run("doctor", "--json").stdout)
    assert {"impasto", "python", "torch", "cpu", "threads", "devices"} <= set(found)
    assert any("cache" in key for key in found)
    text = run("doctor").output
    assert all(key in text for key in found)


def test_samples(sample_files):
    names = {path.stem for path in sample_files.glob("*.png")}
    assert {"chelsea", "swirl", "mosaic", "woodcut", "watercolour", "pointillism", "stained-glass",
            "swirl-map", "swirl-doodle", "coffee-mask"} <= names  # fmt: skip


def test_samples_into_a_file(tmp_path):
    path = tmp_path / "file"
    path.write_text("here")
    answer = run("samples", path)
    assert answer.exit_code == 2 and "cannot be made" in answer.stderr and path.read_text() == "here"


@pytest.mark.slow
def test_demo(tmp_path):
    answer = run("demo", "-o", tmp_path / "demo", "--size", "96", "--steps", "2")
    assert answer.exit_code == 0, answer.output
    names = {path.name for path in (tmp_path / "demo").iterdir()}
    assert {"sheet.png", "rocket-swirl.png", "rocket-swirl.json", "rocket-swirl.gif"} <= names
    with Image.open(tmp_path / "demo" / "sheet.png") as sheet:
        assert np.asarray(sheet.convert("RGB")).std() > 30
    assert "s of painting" in answer.stderr.replace("\n", " ")
