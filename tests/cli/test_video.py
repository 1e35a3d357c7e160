"""The commands ``video`` and ``deflicker``, end to end."""

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from impasto.cli import app
from impasto.settings import VideoSettings
from impasto.settings.values import text_of
from tests.video.scenes import moving_square, write_clip


def call(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_video_from_the_command_line(tmp_path, painting, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_clip(tmp_path / "in.mp4", moving_square(3))
    answer = call("video", "in.mp4", painting, "--preview", "now.png", "--every-frame", "f%d.png")
    assert answer.exit_code == 0, answer.output
    assert (tmp_path / "in-painting.mp4").exists() and (tmp_path / "in-painting.json").exists()
    assert "3 frames" in answer.stderr
    assert np.asarray(Image.open(tmp_path / "now.png")).shape == (48, 64, 3)
    answer = call("video", "in.mp4", painting, "-o", "again.mp4", "--every-frame", "new/folder/%02d.png")
    assert answer.exit_code == 0 and (tmp_path / "new" / "folder" / "03.png").exists()
    answer = call("deflicker", "in-painting.mp4", "in.mp4", "--json", "-o", "calm.gif")
    assert answer.exit_code == 0, answer.output
    record = json.loads(answer.stdout)
    assert record["frames"] == 3 and record["settings"]["steady"] == 0.7


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["video"], "video needs a video and a style"),
        (["video", "no.mp4", "STYLE"], "the video is missing"),
        (["video", "STYLE", "STYLE"], "this is a picture, not a video"),
        (["video", "in.mp4", "no.jpg"], "picture is missing"),
        (["video", "in.mp4", "STYLE", "--steady", "2"], "steady is too large"),
        (["video", "in.mp4", "STYLE", "--every-frame", "same.png"], "has no place for its number"),
        (["deflicker", "in.mp4"], "deflicker needs a painted video and an original"),
        (["deflicker", "in.mp4", "no.mp4"], "the video is missing"),
    ],
)
def test_errors_are_one_message(tmp_path, painting, monkeypatch, words, text):
    monkeypatch.chdir(tmp_path)
    write_clip(tmp_path / "in.mp4", moving_square(2))
    answer = call(*[painting if word == "STYLE" else word for word in words])
    assert answer.exit_code == 2
    assert text in answer.stderr and "Traceback" not in answer.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.mp4", "painting.png"]


def test_help_names_every_setting():
    text = call("video", "--help").output
    for name, info in VideoSettings.info().items():
        assert f"--{name.replace('_', '-')}"[:14] in text.replace("\n", "")
        assert text_of(info.default) is not None
