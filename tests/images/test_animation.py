"""Animations: how many frames, for how long, again and again."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageSequence

from impasto.errors import OutputError
from impasto.images import animation

from . import crafted


def run(count: int = 5, size: tuple[int, int] = (40, 30)) -> list[Image.Image]:
    red, green, _ = crafted.photo(size[1], size[0]).split()
    start, end = Image.merge("RGB", (red, green, green)), Image.new("RGB", size, (20, 40, 160))
    return [Image.blend(start, end, index / count) for index in range(count)]


@pytest.mark.parametrize("ending", animation.FORMATS)
def test_frames_durations_and_loop(tmp_path, ending):
    path = tmp_path / f"a{ending.upper()}"
    frames = run()
    before = [frame.tobytes() for frame in frames]
    animation.write_animation(path, frames, milliseconds=70, hold_last_ms=1200)
    with Image.open(path) as opened:
        assert opened.n_frames == 5
        assert opened.size == (40, 30)
        assert opened.info["loop"] == 0
        durations, errors = [], []
        for index, frame in enumerate(ImageSequence.Iterator(opened)):
            frame.load()
            durations.append(frame.info["duration"])
            shown = np.asarray(frame.convert("RGB")).astype(int)
            errors.append(np.abs(shown - np.asarray(frames[index])).mean())
    assert durations == [70, 70, 70, 70, 1200]
    assert max(errors) < (12 if ending == ".gif" else 6)
    assert [frame.tobytes() for frame in frames] == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("ending", animation.FORMATS)
def test_one_frame(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    animation.write_animation(path, run(1))
    with Image.open(path) as opened:
        assert opened.n_frames == 1


def test_frames_take_the_size_of_the_last(tmp_path):
    path = tmp_path / "a.gif"
    animation.write_animation(path, [crafted.photo(10, 10), crafted.photo(15, 20), crafted.photo(30, 40)])
    with Image.open(path) as opened:
        assert opened.size == (40, 30)
        assert opened.n_frames == 3


@pytest.mark.parametrize(("ending", "mode", "tolerance"), [("gif", "L", 4), ("webp", "RGBA", 6)])
def test_other_modes(tmp_path, ending, mode, tolerance):
    frames = [frame.convert(mode) for frame in run(3)]
    animation.write_animation(tmp_path / f"a.{ending}", frames)
    with Image.open(tmp_path / f"a.{ending}") as opened:
        for frame, shown in zip(frames, ImageSequence.Iterator(opened), strict=True):
            expected = np.asarray(frame.convert("RGB")).astype(int)
            assert np.abs(np.asarray(shown.convert("RGB")) - expected).mean() < tolerance


def test_what_rests_is_not_stored_twice(tmp_path):
    still = crafted.photo(128, 128)
    moving = [still.copy() for _ in range(10)]
    for index, frame in enumerate(moving):
        frame.paste((255, 0, 0), (120 - index * 8, 120, 128 - index * 8, 128))
    animation.write_animation(tmp_path / "one.gif", [still])
    animation.write_animation(tmp_path / "ten.gif", moving)
    assert (tmp_path / "ten.gif").stat().st_size < 2 * (tmp_path / "one.gif").stat().st_size


def test_gif_dither_keeps_the_mean(tmp_path):
    ramp = Image.linear_gradient("L").convert("RGB")
    colored = Image.merge(
        "RGB", [ramp.getchannel(0), ramp.getchannel(1).rotate(90), ramp.getchannel(2).rotate(180)]
    )
    animation.write_animation(tmp_path / "a.gif", [colored])
    with Image.open(tmp_path / "a.gif") as opened:
        shown = np.asarray(opened.convert("RGB")).reshape(16, 16, 16, 16, 3).mean(axis=(1, 3))
    expected = np.asarray(colored).reshape(16, 16, 16, 16, 3).mean(axis=(1, 3))
    assert np.abs(shown - expected).mean() < 2


def test_no_frames(tmp_path):
    with pytest.raises(OutputError, match=r"needs at least one frame\n  got +0 frames for .*a\.gif"):
        animation.write_animation(tmp_path / "a.gif", [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.mp4", "a.avi", "a.gift"])
def test_unknown_ending(tmp_path, name):
    with pytest.raises(OutputError, match=r"output format '\.\w+' is unknown") as caught:
        animation.write_animation(tmp_path / name, run())
    assert caught.value.expected == ".gif, .webp"
    assert caught.value.attempt == (str(tmp_path / "a.gif") if name != "a.gift" else "did you mean '.gif'?")


def test_failure_leaves_the_old_file(tmp_path, monkeypatch):
    def fail(_picture, file, **_options):
        file.write(b"GIF89a")
        raise OSError("encoder error")

    path = tmp_path / "a.gif"
    path.write_bytes(b"old")
    monkeypatch.setattr("PIL.Image.Image.save", fail)
    with pytest.raises(OutputError, match="encoder error"):
        animation.write_animation(path, run())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
