"""The command from end to end, with the tiny test network."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from impasto.cli import app
from impasto.images import io
from impasto.settings import StylizeSettings

RUNNER = CliRunner()
TEST = ["--network", "test-net", "--style-layers", "relu1_1,relu2_1", "--content-layers", "relu3_1"]
TEST += ["--size", "64", "--steps", "4", "--scales", "1"]


def picture(path):
    """(H, W, 3) and how many frames; the file is closed again."""
    with Image.open(path) as opened:
        return np.asarray(opened.convert("RGB")), getattr(opened, "n_frames", 1)


def run(*arguments):
    return RUNNER.invoke(app, ["stylize", *map(str, arguments), *TEST])


def test_paints_and_says_where(photo, painting, tmp_path):
    out = tmp_path / "out.png"
    answer = run(photo, painting, "-o", out)
    assert answer.exit_code == 0, answer.output
    assert picture(out)[0].shape == (48, 64, 3) and "out.png" in answer.stderr.replace("\n", "")
    assert json.loads(out.with_suffix(".json").read_text())["settings"]["steps"] == 4


def test_the_default_name_is_photo_and_style(photo, painting, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(photo, painting).exit_code == 0
    assert (tmp_path / "photo-painting.png").exists()


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "tiff"])
def test_every_format(photo, painting, tmp_path, ending):
    out = tmp_path / f"out.{ending}"
    assert run(photo, painting, "-o", out, "-q").exit_code == 0
    with Image.open(out) as picture:
        assert picture.size == (64, 48) and picture.info.get("icc_profile")


@pytest.mark.parametrize("ending", ["png", "tiff"])
def test_16_bits_for_print_and_again(photo, painting, tmp_path, ending):
    out = tmp_path / f"print.{ending}"
    answer = run(photo, painting, "-o", out, "--bits", "16", "--dpi", "300")
    assert answer.exit_code == 0, answer.output
    levels = io.read(out).pixels * 65535
    assert (levels - levels.round()).abs().max() < 0.01 and (levels.round() % 257).abs().max() > 0
    with Image.open(out) as opened:
        assert [round(float(value)) for value in opened.info["dpi"]] == [300, 300]
    again = tmp_path / f"again.{ending}"
    answer = RUNNER.invoke(app, ["stylize", "--from", str(out), "-o", str(again), "--bits", "16"])
    assert answer.exit_code == 0, answer.output
    assert torch.equal(io.read(again).pixels, io.read(out).pixels)


@pytest.mark.parametrize(
    ("name", "options", "text"),
    [
        ("out.jpg", ["--bits", "16"], "JPEG holds no more than 8 bits a channel"),
        ("out.webp", ["--bits", "16"], "WEBP holds no more than 8 bits a channel"),
        ("out.png", ["--bits", "12"], "bits must be 8 or 16"),
        ("out.png", ["--dpi", "0"], "dpi is out of range"),
        ("out.webp", ["--dpi", "300"], "does not say how large"),
    ],
)
def test_what_a_file_cannot_hold_is_said_before_painting(photo, painting, tmp_path, name, options, text):
    answer = run(photo, painting, "-o", tmp_path / name, *options)
    assert answer.exit_code == 2 and text in " ".join(answer.stderr.split())
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("ending", ["gif", "webp", "mp4"])
def test_animations(photo, painting, tmp_path, ending):
    film = tmp_path / f"run.{ending}"
    answer = run(photo, painting, "-o", tmp_path / "out.png", "--animate", film)
    assert answer.exit_code == 0, answer.output
    assert film.stat().st_size > 500
    if ending != "mp4":
        assert picture(film)[1] >= 3


def test_json_is_all_there_is_on_stdout(photo, painting, tmp_path):
    answer = run(photo, painting, "-o", tmp_path / "out.png", "--json")
    assert answer.exit_code == 0 and json.loads(answer.stdout)["picture"].endswith("out.png")


def test_quiet_says_nothing(photo, painting, tmp_path):
    answer = run(photo, painting, "-o", tmp_path / "out.png", "--quiet")
    assert (answer.exit_code, answer.output) == (0, "")


def test_several_styles_with_weights(photo, painting, other_painting, tmp_path):
    out = tmp_path / "out.png"
    answer = run(photo, painting, other_painting, "--style-weights", "0.7,0.3", "-o", out)
    assert answer.exit_code == 0, answer.output
    record = json.loads(out.with_suffix(".json").read_text())
    assert record["settings"]["style_weights"] == [0.7, 0.3] and len(record["styles"]) == 2


def test_from_makes_the_same_picture(photo, painting, tmp_path):
    out = tmp_path / "out.png"
    run(photo, painting, "-o", out, "--init", "noise", "--seed", "5")
    answer = RUNNER.invoke(
        app, ["stylize", "--from", str(out.with_suffix(".json")), "-o", str(tmp_path / "again.png")]
    )
    assert answer.exit_code == 0, answer.output
    assert np.array_equal(picture(out)[0], picture(tmp_path / "again.png")[0])


def test_from_a_picture_and_the_default_name(photo, painting, tmp_path):
    out = tmp_path / "out.png"
    run(photo, painting, "-o", out)
    assert RUNNER.invoke(app, ["stylize", "--from", str(out)]).exit_code == 0
    assert np.array_equal(picture(out)[0], picture(tmp_path / "out-again.png")[0])


def test_from_says_when_a_picture_has_changed(photo, painting, tmp_path):
    out = tmp_path / "out.png"
    painting = tmp_path / "only-here.png"  # of a content that no other folder has: it would be found there
    Image.fromarray(np.random.default_rng(77).integers(0, 256, (40, 40, 3), np.uint8)).save(painting)
    run(photo, painting, "-o", out)
    Image.fromarray(picture(painting)[0][::-1]).save(painting)
    answer = RUNNER.invoke(app, ["stylize", "--from", str(out)])
    assert answer.exit_code == 0 and "has changed since the record was written" in answer.stderr.replace(
        "\n", ""
    )


def test_ctrl_c_saves_the_picture_so_far(photo, painting, tmp_path, monkeypatch):
    from rich.progress import Progress

    def interrupted(self, *args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(Progress, "update", interrupted)
    out = tmp_path / "out.png"
    answer = run(photo, painting, "-o", out)
    assert answer.exit_code == 130, answer.output
    assert picture(out)[0].shape == (48, 64, 3)
    assert json.loads(out.with_suffix(".json").read_text())["interrupted"] is True
    assert "the picture so far" in answer.stderr


def test_ctrl_c_before_the_first_step(photo, painting, tmp_path, monkeypatch):
    from impasto.synthesis.job import Job

    def interrupted(self, state=None):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(Job, "steps", interrupted)
    out = tmp_path / "out.png"
    answer = run(photo, painting, "-o", out)
    assert answer.exit_code == 130 and not out.exists()
    assert "nothing was written" in answer.stderr


@pytest.mark.slow
def test_a_real_ctrl_c(photo, painting, tmp_path):
    """The signal itself, sent to a process that paints; its own thread sends it after the third step."""
    out = tmp_path / "out.png"
    script = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in what a shell runs in the background
from impasto.synthesis.job import Job
real = Job.steps
def steps(self, state=None):
    for step in real(self, state):
        if step.step == 3:
            os.kill(os.getpid(), signal.SIGINT)
        yield step
Job.steps = steps
from impasto.cli import main
main()
"""
    arguments = [
        "stylize",
        str(photo),
        str(painting),
        "-o",
        str(out),
        *TEST,
        "--animate",
        str(tmp_path / "run.gif"),
    ]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 130, done.stderr
    assert "Traceback" not in done.stderr
    assert picture(out)[0].shape == (48, 64, 3) and picture(tmp_path / "run.gif")[1] >= 1


def test_help_shows_every_setting_with_its_default():
    text = RUNNER.invoke(app, ["stylize", "--help"], env={"COLUMNS": "300", "TERM": "dumb"}).output
    for name, default in StylizeSettings.defaults().items():
        assert f"--{name.replace('_', '-')}" in text
        if isinstance(default, (int, float, str)) and not isinstance(default, bool):
            assert f"(default: {default})" in " ".join(text.split())


def test_a_run_without_steps_writes_all_that_is_asked_for(photo, painting, tmp_path):
    """One pass: preview and animation have one picture, and there is nothing to resume."""
    files = {name: tmp_path / file for name, file in (("animate", "o.gif"), ("preview", "p.png"))}
    words = ["--preset", "instant", "--size", "64", "-o", tmp_path / "o.png", "--checkpoint", tmp_path / "c"]
    words += [word for name, file in files.items() for word in (f"--{name}", file)]
    answer = RUNNER.invoke(app, ["stylize", *map(str, (photo, painting, *words))])
    assert answer.exit_code == 0, answer.output
    assert all(file.exists() for file in files.values()) and not (tmp_path / "c").exists()
