"""The picture in a sound's file goes over into the result, where the format has a place for it."""

import io

import numpy as np
import pytest
from PIL import Image

from impasto.audio.cover import add_cover, read_cover
from impasto.audio.io import read_sound, write_sound
from impasto.audio.job import SoundJob
from impasto.audio.stylize import job
from impasto.settings.audio import AudioSettings
from impasto.synthesis.context import Context
from tests.audio.sounds import sine


def picture(kind):
    buffer = io.BytesIO()
    Image.new("RGB", (32, 24), "red").save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "kind"), [("a.mp3", "JPEG"), ("a.flac", "PNG"), ("a.ogg", "JPEG"), ("a.m4a", "JPEG")]
)
def test_cover_and_tags_come_back_and_the_sound_is_the_same(tmp_path, name, kind):
    samples, tags = sine(440, 0.6, 44_100), {"title": "A tune", "artist": "Us"}
    write_sound(tmp_path / name, samples, 44_100, tags=tags)
    without = read_sound(tmp_path / name)
    write_sound(tmp_path / name, samples, 44_100, tags=tags, cover=picture(kind))
    sound = read_sound(tmp_path / name)
    assert without.cover is None and sound.cover == picture(kind)
    assert dict(sound.tags) == dict(without.tags) == tags
    count = min(sound.samples.shape[1], without.samples.shape[1])
    assert count > 0.6 * 44_100 - 2500
    assert np.array_equal(sound.samples[:, :count], without.samples[:, :count])
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_wav_has_no_place_for_it(tmp_path):
    write_sound(tmp_path / "a.wav", sine(440), 8000, cover=picture("PNG"))
    assert read_sound(tmp_path / "a.wav").cover is None


@pytest.mark.parametrize("cover", [b"", b"no picture", b"GIF89a"])
def test_what_is_no_cover_is_left_out(tmp_path, cover):
    path = write_sound(tmp_path / "a.flac", sine(440), 8000)
    before = path.read_bytes()
    add_cover(path, ".flac", cover)
    assert path.read_bytes() == before and read_cover(path) is None


def test_the_result_has_the_cover_of_the_content(tmp_path):
    write_sound(tmp_path / "tune.flac", sine(440), 8000, cover=picture("PNG"))
    made = job({"content": tmp_path / "tune.flac", "style": (sine(330), 8000)}, AudioSettings(), Context())
    assert isinstance(made, SoundJob) and made.cover == picture("PNG")
