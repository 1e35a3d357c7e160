"""The sound of a video in the style of another: its place in time, and videos without one."""

import json
import logging
from fractions import Fraction

import av
import numpy as np
import pytest

import impasto
from impasto.audio.io import write_sound
from impasto.audio.result import SoundResult
from impasto.errors import SoundError
from impasto.video import sound_style
from tests.video.scenes import moving_square, write_clip


@pytest.fixture
def restyled(monkeypatch):
    """What would be restyled; the "result" is the sound itself with its sign changed, as that is quick."""
    given = []

    def stylize_audio(content, style, **options):
        given.append((content, style, options))
        return SoundResult(-content[0], content[1], {}, {})

    monkeypatch.setattr(sound_style, "stylize_audio", stylize_audio)
    return given


@pytest.fixture
def clip(tmp_path):
    """One second of 10 frames, with a click in the middle."""
    sound = np.zeros(48000, np.float32)
    sound[24000:24200] = 0.8
    rain = np.random.default_rng(0).normal(0, 0.1, (1, 8000)).astype(np.float32)
    write_sound(tmp_path / "rain.wav", rain, 8000)
    return write_clip(tmp_path / "in.mp4", moving_square(10), rate=Fraction(10), sound=sound)


def click(path):
    """When the click is heard, and the sign of its first half."""
    with av.open(str(path)) as container:
        heard = [(f.time, f.to_ndarray(format="fltp") if f.format.name != "fltp" else f.to_ndarray())
                 for f in container.decode(audio=0)]  # fmt: skip
    times = [
        (t + int(np.argmax(np.abs(x[0]) > 0.2)) / 48000, x[0]) for t, x in heard if np.abs(x).max() > 0.2
    ]
    return times[0][0], np.sign(times[0][1][np.argmax(np.abs(times[0][1]) > 0.2)])


@pytest.mark.parametrize(
    ("name", "part", "time_s"), [("a.mp4", {}, 0.5), ("a.webm", {"start": 0.2, "end": 0.9}, 0.3)]
)
def test_the_sound_is_restyled_and_stays_in_step(tmp_path, clip, painting, restyled, name, part, time_s):
    rain = str(tmp_path / "rain.wav")
    result = impasto.stylize_video(clip, painting, tmp_path / name, sound_style=rain, **part)
    ((samples, rate_hz), style, options) = restyled[0]
    assert len(restyled) == 1 and style == rain and rate_hz == 48000 and options["max_minutes"] == 600
    assert samples.shape[1] == pytest.approx(result.frames * 4800, abs=1100)
    heard, sign = click(tmp_path / name)
    assert heard == pytest.approx(time_s, abs=0.005) and sign == -1
    record = json.loads((tmp_path / name).with_suffix(".json").read_text())
    assert record["settings"]["sound_style"].endswith("rain.wav")


def test_where_there_is_no_sound_a_note_says_so(tmp_path, clip, painting, restyled, caplog):
    silent = write_clip(tmp_path / "silent.mp4", moving_square(2), rate=Fraction(10))
    rain = str(tmp_path / "rain.wav")
    with caplog.at_level(logging.WARNING):
        impasto.stylize_video(silent, painting, tmp_path / "a.mp4", sound_style=rain)
        impasto.stylize_video(clip, painting, tmp_path / "b.gif", sound_style=rain, end=0.2)
    assert "silent.mp4 has no sound to restyle" in caplog.text and "b.gif has no sound" in caplog.text
    assert not restyled


def test_a_missing_style_is_told_before_any_frame(tmp_path, clip, painting):
    with pytest.raises(SoundError, match="the sound is missing"):
        next(impasto.video_steps(clip, painting, tmp_path / "a.mp4", sound_style="no.wav"))


def test_a_video_without_sound_has_no_track(tmp_path):
    silent = write_clip(tmp_path / "silent.mp4", moving_square(2), rate=Fraction(10), sound=None)
    assert sound_style.track_start_s(silent) is None
    write_sound(tmp_path / "a.wav", np.full((1, 8000), 0.1, np.float32), 8000)
    assert sound_style.track_start_s(tmp_path / "a.wav") == 0
    (tmp_path / "b.mp4").write_bytes(b"nothing")
    assert sound_style.track_start_s(tmp_path / "b.mp4") is None


def test_a_silent_track_stays_and_the_frames_are_kept(tmp_path, painting, caplog):
    rain = np.random.default_rng(0).normal(0, 0.1, (1, 8000)).astype(np.float32)
    write_sound(tmp_path / "rain.wav", rain, 8000)
    silence = np.zeros(24000, np.float32)
    mute = write_clip(tmp_path / "mute.mp4", moving_square(5), rate=Fraction(10), sound=silence)
    with caplog.at_level(logging.WARNING):
        result = impasto.stylize_video(
            mute, painting, tmp_path / "a.mp4", sound_style=str(tmp_path / "rain.wav")
        )
    assert result.frames == 5
    assert "the sound stays as it is: " in caplog.text
    with av.open(str(tmp_path / "a.mp4")) as container:
        assert len(container.streams.audio) == 1
