"""Files: what is written comes back, what is broken is refused in one message."""

import importlib
import sys

import numpy as np
import pytest
import soundfile
from PIL import Image

from impasto.audio.io import read_sound, write_sound
from impasto.errors import OutputError, SoundError
from tests.audio.sounds import noise, sine


def stereo(seconds=0.6, rate_hz=22_050):
    return np.concatenate([sine(440, seconds, rate_hz), sine(330, seconds, rate_hz)])


@pytest.mark.parametrize(
    ("name", "bits", "error"),
    [
        ("a.wav", 16, 1e-4), ("a.wav", 24, 1e-6), ("a.wav", 32, 1e-7), ("a.wav", 0, 1e-7),
        ("a.flac", 16, 1e-4), ("a.flac", 24, 1e-6), ("a.ogg", 16, 0.05), ("a.mp3", 16, 0.05),
    ],
)  # fmt: skip
def test_a_sound_comes_back(tmp_path, name, bits, error):
    samples = stereo()
    write_sound(tmp_path / name, samples, 22_050, bits=bits, tags={"title": "A tune", "artist": "Us"})
    sound = read_sound(tmp_path / name)
    assert sound.rate_hz == 22_050 and sound.name == "a" and len(sound.sha256) == 64
    count = min(sound.samples.shape[1], samples.shape[1])
    difference = np.abs(sound.samples[:, 2000 : count - 2000] - samples[:, 2000 : count - 2000])
    assert difference.max() < error and count > 13_000
    assert (sound.tags["title"], sound.tags["artist"]) == ("A tune", "Us")


def test_m4a_comes_back(tmp_path):
    write_sound(tmp_path / "a.m4a", stereo(rate_hz=44_100), 44_100, tags={"title": "A tune"})
    sound = read_sound(tmp_path / "a.m4a")
    assert sound.rate_hz == 44_100 and len(sound.samples) == 2 and sound.tags["title"] == "A tune"
    spectrum = np.abs(np.fft.rfft(sound.samples[0]))
    assert spectrum.argmax() * 44_100 / sound.samples.shape[1] == pytest.approx(440, abs=3)


def test_an_mp3_named_wav_is_read(tmp_path):
    write_sound(tmp_path / "a.mp3", stereo(), 22_050)
    (tmp_path / "a.mp3").rename(tmp_path / "a.wav")
    assert read_sound(tmp_path / "a.wav").rate_hz == 22_050


def test_a_truncated_file_gives_what_is_there(tmp_path):
    path = write_sound(tmp_path / "a.wav", stereo(2.0), 22_050)
    path.write_bytes(path.read_bytes()[:100_000])
    sound = read_sound(path)
    assert sound.seconds == pytest.approx(100_000 / 4 / 22_050, abs=0.01)
    assert sound.notes == ("it ends early: 76444 of 176400 bytes are missing",)


def test_a_wav_from_a_pipe_does_not_end_early(tmp_path):
    """Programs that write into a pipe put 2^32 - 1 where the length belongs."""
    path = write_sound(tmp_path / "a.wav", stereo(2.0), 22_050)
    content = path.read_bytes()
    place = content.index(b"data") + 4
    path.write_bytes(content[:4] + b"\xff" * 4 + content[8:place] + b"\xff" * 4 + content[place + 4 :])
    assert read_sound(path).notes == ()


def test_a_damaged_flac_is_read_as_far_as_it_goes(tmp_path):
    path = write_sound(tmp_path / "a.flac", noise(0, 2.0, 22_050), 22_050)
    path.write_bytes(path.read_bytes()[:60_000])
    sound = read_sound(path)
    assert 0.5 < sound.seconds < 2.0
    assert "it is damaged" in sound.notes[0] or "it ends early" in sound.notes[0]
    assert "Errno" not in sound.notes[0]


def broken(folder, kind):
    path = folder / f"{kind}.wav"
    if kind == "picture":
        Image.new("RGB", (8, 8)).save(folder / "p.png")
        (folder / "p.png").rename(path)
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "header":
        soundfile.write(path, np.zeros((0, 1)), 8000)
    elif kind == "nan":
        soundfile.write(path, np.full(8000, np.nan), 8000, subtype="FLOAT")
    elif kind == "noise":
        path.write_bytes(np.random.default_rng(0).bytes(4000))
    elif kind == "raw":
        path = folder / "raw.raw"
        path.write_bytes(bytes(4000))
    return path


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("picture", "picture.wav is no sound that can be read"),
        ("empty", "empty.wav is no sound that can be read"),
        ("noise", "noise.wav is no sound that can be read"),
        ("raw", "raw.raw is no sound that can be read"),
        ("header", "header has no sound in it"),
        ("nan", "nan has samples that are no numbers"),
        ("missing", "the sound is missing"),
    ],
)
def test_what_is_no_sound_is_refused(tmp_path, kind, text):
    with pytest.raises(SoundError) as caught:
        read_sound(broken(tmp_path, kind))
    assert str(caught.value).startswith(text)


def test_an_hour_is_refused_by_its_header(tmp_path):
    soundfile.write(tmp_path / "hour.flac", np.zeros(3600 * 1000), 1000)
    with pytest.raises(SoundError, match=r"hour is too long\n  got       60.0 minutes"):
        read_sound(tmp_path / "hour.flac", max_minutes=10)


def test_a_too_long_file_is_not_read(tmp_path, monkeypatch):
    soundfile.write(tmp_path / "long.flac", np.zeros(8000), 1000)
    monkeypatch.setattr(soundfile.SoundFile, "read", lambda *_, **__: pytest.fail("it was read"))
    with pytest.raises(SoundError, match="long is too long"):
        read_sound(tmp_path / "long.flac", max_minutes=0.1)


def test_a_folder_is_no_sound(tmp_path):
    with pytest.raises(SoundError, match="a folder is no sound"):
        read_sound(tmp_path)


def test_samples_come_with_their_rate():
    sound = read_sound((noise(0)[0], 8000), "mine")
    assert sound.samples.shape == (1, 8000) and sound.name == "mine"
    with pytest.raises(SoundError, match=r"\(samples, rate in Hz\)"):
        read_sound((noise(0), 8000, 1), "mine")


def test_nothing_is_clipped(tmp_path):
    with pytest.raises(OutputError, match="beyond full scale"):
        write_sound(tmp_path / "a.wav", sine(440, level=1.5), 8000)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "bits", "text"),
    [
        ("a.wma", 16, "output format '.wma' is unknown"),
        ("a.flac", 32, ".flac cannot hold samples of 32 bits"),
    ],
)
def test_what_cannot_be_written_is_told_first(tmp_path, name, bits, text):
    with pytest.raises(OutputError) as caught:
        write_sound(tmp_path / name, sine(440), 8000, bits=bits)
    assert text in str(caught.value)


def test_an_encoder_that_refuses(tmp_path):
    with pytest.raises(OutputError, match="the sound could not be encoded") as caught:
        write_sound(tmp_path / "a.mp3", noise(0, channels=3), 8000)
    assert "a.mp3" in str(caught.value) and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "rate_hz", "written_hz"),
    [
        ("a.mp3", 10_000, 11_025),
        ("a.m4a", 44_101, 48_000),
        ("a.mp3", 96_000, 48_000),
        ("a.wav", 44_101, 44_101),
    ],
)
def test_a_rate_that_the_format_does_not_hold_becomes_the_next(tmp_path, caplog, name, rate_hz, written_hz):
    write_sound(tmp_path / name, sine(440, 1.0, rate_hz, level=0.9), rate_hz)
    sound = read_sound(tmp_path / name)
    spectrum = np.abs(np.fft.rfft(sound.samples[0]))
    assert sound.rate_hz == written_hz
    assert spectrum.argmax() * written_hz / sound.samples.shape[1] == pytest.approx(440, abs=3)
    assert (f"does not hold {rate_hz} Hz" in caplog.text) == (rate_hz != written_hz)


def test_without_soundfile_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(SoundError, match=r'pip install "impasto\[audio\]"'):
        importlib.import_module("impasto.audio.io").load_soundfile()


def test_without_pyav_m4a_is_refused(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(OutputError, match=r"writing \.m4a needs PyAV"):
        write_sound(tmp_path / "a.m4a", sine(440), 8000)
    (tmp_path / "b.wav").write_bytes(b"nothing")
    with pytest.raises(SoundError, match="no sound that can be read"):
        read_sound(tmp_path / "b.wav")
