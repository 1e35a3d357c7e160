"""The example that is the 2016 paper: short, and the same loss as the preset at its first steps."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import impasto
from impasto import features
from impasto.images import io
from tests.conftest import drawn

EXAMPLE = Path(__file__).parents[2] / "examples" / "gatys.py"


def example():
    return runpy.run_path(str(EXAMPLE))


def test_it_is_short():
    assert len(EXAMPLE.read_text().splitlines()) <= 60 and "._" not in EXAMPLE.read_text()


@pytest.mark.parametrize("alpha", [1e-3, 1e-1])
def test_its_loss_is_that_of_the_preset(alpha):
    photo, painting = drawn(0, 64, 96), drawn(1, 80, 64)
    network = features.load("compact", None, "average")
    pixels = [io.read(picture).pixels for picture in (photo, painting)]
    losses = [loss for loss, _ in example()["optimise"](*pixels, network, alpha=alpha, steps=32, seed=3)]
    options = {"network": "compact", "content_weight": alpha, "size": 96, "steps": 32, "seed": 3}
    result = impasto.stylize(photo, painting, preset="gatys", **options)
    history = [row["loss"] for row in result.history]
    assert history[:9] == pytest.approx(losses[:9], rel=5e-3)  # later L-BFGS makes rounding errors grow
    assert max(losses[-1], history[-1]) < 0.5 * losses[0]


@pytest.mark.slow
def test_it_runs_as_a_script(tmp_path):
    Image.fromarray(drawn(0)).save(tmp_path / "photo.png")
    Image.fromarray(drawn(1)).save(tmp_path / "painting.png")
    command = [sys.executable, EXAMPLE, "photo.png", "painting.png", "out.png", "--steps", "2"]
    subprocess.run(command, check=True, cwd=tmp_path)
    with Image.open(tmp_path / "out.png") as picture:
        assert picture.size == (64, 48)
