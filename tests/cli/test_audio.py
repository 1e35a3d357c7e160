"""``impasto audio`` from end to end."""

import json

import pytest
from PIL import Image
from typer.testing import CliRunner

from impasto.audio.io import read_sound, write_sound
from impasto.cli import app
from tests.audio.sounds import beats, noise, sine

QUICK = ["--steps", "2", "--scales", "1"]


def run(*words):
    return CliRunner().invoke(app, ["audio", *map(str, words)])


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_sound(tmp_path / "tune.wav", sine(440), 8000, tags={"title": "A tune"})
    write_sound(tmp_path / "beat.wav", beats(), 8000)
    write_sound(tmp_path / "hiss.wav", noise(0), 8000)
    return tmp_path


def test_a_sound_its_record_its_picture_and_its_preview(files):
    answer = run(
        "tune.wav", "beat.wav", "-o", "out.flac", "--spectrogram", "out.png", "--preview", "now.wav",
        "--animate", "run.mp4", *QUICK,
    )  # fmt: skip
    assert answer.exit_code == 0, answer.output
    assert "out.flac" in answer.stderr and read_sound(files / "out.flac").tags["title"] == "A tune"
    assert json.loads((files / "out.json").read_text())["task"] == "audio"
    with Image.open(files / "out.png") as picture:
        assert picture.height > 900
    assert read_sound(files / "now.wav").seconds == 1.0
    assert read_sound(files / "run.mp4").seconds == pytest.approx(1.0, abs=0.05)
    again = run("--from", "out.json", "-o", "again.flac", "--json")
    assert again.exit_code == 0 and json.loads(again.stdout)["steps"] == 2
    assert (files / "again.flac").read_bytes() == (files / "out.flac").read_bytes()


def test_a_texture_of_two(files):
    answer = run(
        "--texture",
        "beat.wav",
        "--texture",
        "hiss.wav",
        "--length",
        "0:01",
        "--loop",
        "--style-weights",
        "1,3",
        *QUICK,
    )
    assert answer.exit_code == 0, answer.output
    assert read_sound(files / "beat-hiss-audio.wav").seconds == 1.0


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["tune.wav"], "audio needs a content and a style"),
        ([], "audio needs a content and a style"),
        (["tune.wav", "no.wav"], "the sound is missing"),
        (["tune.wav", "beat.wav", "--texture", "hiss.wav"], "--texture brings its own sounds"),
        (["tune.wav", "--from", "out.json"], "--from brings its own sounds"),
        (["--texture", "beat.wav", "--from", "out.json"], "--from brings its own sounds"),
        (["tune.wav", "beat.wav", "-o", "tune.wav"], "would replace"),
        (["tune.wav", "beat.wav", "-o", "a.png"], "output format '.png' is unknown"),
        (["tune.wav", "beat.wav", "--preset", "ulianov"], "did you mean 'ulyanov'?"),
        (["tune.wav", "beat.wav", "--bits", "20"], "cannot hold samples of 20 bits"),
        (["tune.wav", "beat.wav", "--animate", "a.gif"], "output format '.gif' is unknown"),
        (["--texture", "beat.wav", "--length", "1:75"], "length is not a number"),
    ],
)
def test_one_message_and_exit_2(files, words, text):
    answer = run(*words)
    assert answer.exit_code == 2 and text in answer.stderr and "Traceback" not in answer.stderr
    assert sorted(path.name for path in files.iterdir()) == ["beat.wav", "hiss.wav", "tune.wav"]


def test_ctrl_c_keeps_the_sound_so_far(files, monkeypatch):
    from impasto.audio.job import SoundJob

    whole = SoundJob.steps

    def stopped(self, state=None):
        yield next(whole(self, state))
        raise KeyboardInterrupt

    monkeypatch.setattr(SoundJob, "steps", stopped)
    answer = run("tune.wav", "beat.wav", "-o", "out.wav", "--checkpoint", "run.checkpoint", *QUICK)
    assert answer.exit_code == 130 and "stopped; the sound so far is out.wav" in answer.stderr
    assert json.loads((files / "out.json").read_text())["interrupted"]
    monkeypatch.setattr(SoundJob, "steps", whole)
    answer = run(
        "tune.wav", "beat.wav", "-o", "out.wav", "--checkpoint", "run.checkpoint", "--resume", *QUICK
    )
    assert answer.exit_code == 0 and not (files / "run.checkpoint").exists()


def test_ctrl_c_before_the_first_step(files, monkeypatch):
    from impasto.audio.job import SoundJob

    def stopped(self, state=None):
        raise KeyboardInterrupt

    monkeypatch.setattr(SoundJob, "steps", stopped)
    answer = run("tune.wav", "beat.wav", "-o", "out.wav", *QUICK)
    assert answer.exit_code == 130 and not (files / "out.wav").exists()
