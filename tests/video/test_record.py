"""A video made again from its record: the same frames, also on another machine."""

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

import impasto
from impasto.cli import app
from impasto.errors import PictureError, SettingError, VideoError
from impasto.video.record import again_path, from_video_record
from tests.video.scenes import moving_square, write_clip
from tests.video.test_run import frames_of


def call(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def made(tmp_path, painting):
    clip = write_clip(tmp_path / "in.mp4", moving_square(3))
    impasto.stylize_video(clip, painting, tmp_path / "out.mp4", steady=0.3, size=96, keep=_mask(tmp_path))
    return tmp_path / "out.json"


def _mask(folder):
    path = folder / "mask.png"
    Image.fromarray(np.eye(48, 64, dtype=np.uint8) * 255).save(path)
    return path


def test_the_same_video_again(made, tmp_path):
    answer = call("video", "--from", made)
    assert answer.exit_code == 0, answer.output
    np.testing.assert_array_equal(frames_of(tmp_path / "out-again.mp4"), frames_of(tmp_path / "out.mp4"))
    first, again = (json.loads((tmp_path / f"{name}.json").read_text()) for name in ("out", "out-again"))
    assert first["settings"] == again["settings"] and first["controls"] == again["controls"]
    assert str(tmp_path) not in made.read_text()


def test_options_and_inputs_are_given_anew(made, tmp_path, other_painting):
    inputs, settings = from_video_record(tmp_path / "out.mp4", given={"style": [other_painting]})
    assert inputs["content"] == tmp_path / "in.mp4" and inputs["style"] == [other_painting]
    assert inputs["keep"] == tmp_path / "mask.png"
    assert settings.steady == 0.3 and settings.size == 96 and settings.engine == "instant"
    answer = call("video", "--from", made, "--size", "64", "-o", tmp_path / "small.mp4")
    assert answer.exit_code == 0, answer.output
    assert frames_of(tmp_path / "small.mp4")[0].shape == (48, 64, 3)


def test_in_another_folder(made, tmp_path, monkeypatch):
    """The record finds its files beside it, or where it is told."""
    there, here = tmp_path / "there", tmp_path / "here"
    there.mkdir(), here.mkdir()
    for name in ("in.mp4", "painting.png", "mask.png"):
        (tmp_path / name).rename(there / name)
    record = made.rename(here / "out.json")
    monkeypatch.chdir(here)
    with pytest.raises(PictureError, match="not found"):
        from_video_record(record)
    inputs, _ = from_video_record(record, look_in=there)
    assert inputs["content"] == there / "in.mp4" and inputs["style"] == [there / "painting.png"]


def test_frames_in_a_folder_and_by_a_pattern(tmp_path, painting, monkeypatch):
    frames = tmp_path / "frames"
    frames.mkdir()
    for k, frame in enumerate(moving_square(2)):
        Image.fromarray(frame).save(frames / f"f_{k}.png")
    for name, source in (("a", frames), ("b", frames / "f_%d.png")):
        impasto.stylize_video(source, painting, tmp_path / f"{name}.gif")
        inputs, _ = from_video_record(tmp_path / f"{name}.json")
        assert inputs["content"] == source
    for file in frames.iterdir():
        file.unlink()
    monkeypatch.chdir(frames)
    for name in "ab":
        with pytest.raises(VideoError, match="frames that the record names"):
            from_video_record(tmp_path / f"{name}.json")


def test_the_record_of_a_video_beside_a_picture_of_its_name(tmp_path, painting):
    """d.json is of d.png; the video's record is d.gif.json. The video again is a .gif, too."""
    clip = write_clip(tmp_path / "in.mp4", moving_square(2))
    impasto.stylize(painting, painting, size=32, steps=1, scales=1).save(tmp_path / "d.png")
    impasto.stylize_video(clip, painting, tmp_path / "d.gif")
    inputs, _ = from_video_record(tmp_path / "d.gif")
    assert inputs["content"] == clip
    answer = call("video", "--from", tmp_path / "d.gif")
    assert answer.exit_code == 0, answer.output
    assert (tmp_path / "d-again.gif").exists()
    impasto.stylize_video(clip, painting, tmp_path / "f_%02d.png")
    inputs, _ = from_video_record(tmp_path / "f_%02d.png")
    assert inputs["content"] == clip and again_path(tmp_path / "frames.json").name == "again-f_%02d.png"


def test_flow_files_are_found_again_or_worked_out(tmp_path, painting, caplog, monkeypatch):
    monkeypatch.chdir(tmp_path)
    clip = write_clip(tmp_path / "in.mp4", moving_square(2))
    folder = tmp_path / "deep" / "flows"
    folder.mkdir(parents=True)
    impasto.stylize_video(clip, painting, tmp_path / "out.gif", flow_files="deep/flows")
    assert "deep" not in (tmp_path / "out.json").read_text()
    assert from_video_record(tmp_path / "out.json")[1].flow_files == str(folder)
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    assert from_video_record(tmp_path / "out.json")[1].flow_files is None
    assert "flow is worked out" in caplog.text


def test_a_record_without_a_video_is_refused(made, tmp_path):
    said = json.loads(made.read_text())
    made.write_text(json.dumps({**said, "content": None}))
    with pytest.raises(SettingError, match="does not tell how"):
        from_video_record(made)


def test_what_cannot_be(made, painting):
    answer = call("video", "in.mp4", "--from", made)
    assert answer.exit_code == 2 and "--from brings its own video" in answer.stderr
    impasto.stylize(painting, painting, size=32, steps=1, scales=1).save(made.parent / "still.png")
    with pytest.raises(SettingError, match="of another command"):
        from_video_record(made.parent / "still.json")
    with pytest.raises(SettingError, match="record is missing"):
        from_video_record(made.parent / "in.mp4")
