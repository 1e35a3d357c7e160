"""A run as a video: as long as the sound, with the sound, from the first spectrogram to the last."""

import sys

import av
import numpy as np
import pytest
import torch
from PIL import Image

from impasto.audio.animation import (
    HEADING_PX,
    SPECTROGRAMS,
    SpectrogramRecorder,
    check_animation_output,
    with_line,
)
from impasto.errors import OutputError
from impasto.optimize.loop import Step
from tests.audio.sounds import noise, sine


def step(number, count, samples):
    return Step(
        1, 1, number, count, 1, samples.shape[1], 0.5, {}, float(number), float(count - number),
        snapshot=lambda: torch.from_numpy(samples)[None, :, None],
    )  # fmt: skip


def test_the_video_has_the_sound_and_its_length(tmp_path):
    recorder, result = SpectrogramRecorder(8000), sine(440, 1.2, 8000)
    for number in range(1, 5):
        recorder.see(step(number, 4, noise(number)))
    assert 2 <= len(recorder.pictures) <= 4
    path = recorder.write(tmp_path / "run.mp4", result)
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]
    with av.open(str(path)) as container:
        heard = np.concatenate([f.to_ndarray()[0] for f in container.decode(audio=0)])
        rate_hz = container.streams.audio[0].rate
    assert len(frames) == 30 and abs(len(heard) / rate_hz - 1.2) < 0.05
    spectrum = np.abs(np.fft.rfft(heard))
    assert spectrum.argmax() * rate_hz / len(heard) == pytest.approx(440, abs=3)
    # Noise fills the first spectrogram, one line the last.
    bright = [(frame[HEADING_PX + 20 :].sum(2) > 400).mean() for frame in (frames[0], frames[-1])]
    assert bright[0] > 3 * bright[1] > 0


def test_not_more_than_enough_is_kept():
    recorder = SpectrogramRecorder(8000)
    for number in range(1, 3 * SPECTROGRAMS):
        recorder.see(step(number, 3 * SPECTROGRAMS, sine(440, 0.1, 8000)))
    assert SPECTROGRAMS / 2 < len(recorder.pictures) < SPECTROGRAMS


def test_the_run_is_over_before_the_sound():
    recorder = SpectrogramRecorder(8000)
    recorder.pictures = [Image.new("RGB", (4, 4), (k, 0, 0)) for k in range(3)]
    shown = [recorder.picture_at(share).getpixel((0, 0))[0] for share in (0.0, 0.29, 0.31, 0.6, 1.0)]
    assert shown == [0, 0, 1, 2, 2]


def test_the_line_moves_from_left_to_right():
    black = Image.new("RGB", (100, 60))
    places = [np.asarray(with_line(black, share)).sum((0, 2)).argmax() for share in (0.0, 0.5, 1.0)]
    assert places[0] < 2 and abs(places[1] - 50) <= 1 and places[2] > 97
    assert np.asarray(black).max() == 0


def test_what_cannot_be_written_is_told_first(tmp_path, monkeypatch):
    with pytest.raises(OutputError, match=r"output format '\.gif' is unknown"):
        check_animation_output(tmp_path / "a.gif")
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(OutputError, match=r"writing \.mp4 needs PyAV"):
        check_animation_output(tmp_path / "a.mp4")
