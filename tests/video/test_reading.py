"""Every kind of video is read, upright and with square pixels, and errors say what is wrong."""

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from impasto.errors import PictureError, SettingError, VideoError
from impasto.video.frame_colors import to_bytes
from impasto.video.pictures_clip import files_of, is_pattern
from impasto.video.reading import open_clip, selected
from tests.video.scenes import moving_square, write_clip, write_gif


def near(frame, expected, most=6):
    assert np.abs(to_bytes(frame.pixels).astype(int) - expected).mean() < most


def test_a_video_is_read(tmp_path):
    frames = moving_square()
    clip = open_clip(write_clip(tmp_path / "a.mp4", frames))
    assert (clip.info.width, clip.info.height, clip.info.rate, clip.info.count) == (64, 48, 25, 6)
    found = list(clip.frames())
    assert [frame.number for frame in found] == list(range(6))
    for frame, expected in zip(found, frames, strict=True):
        near(frame, expected)
    assert len({frame.pts for frame in found}) == 6


@pytest.mark.parametrize("size", [(49, 65), (48, 65), (37, 64)])
def test_odd_sizes_are_kept(tmp_path, size):
    clip = open_clip(write_clip(tmp_path / "a.mp4", moving_square(2, *size)))
    assert (clip.info.height, clip.info.width) == size == tuple(next(iter(clip.frames())).pixels.shape[2:])


@pytest.mark.parametrize(("rotation", "turns"), [(90, 1), (180, 2), (-90, 3)])
def test_rotation_is_applied(tmp_path, rotation, turns):
    frames = moving_square(2)
    clip = open_clip(write_clip(tmp_path / "a.mp4", frames, rotation=rotation))
    upright = np.rot90(frames[0], turns)
    assert (clip.info.height, clip.info.width) == upright.shape[:2]
    near(next(iter(clip.frames())), upright)
    assert "upright" in clip.info.notes[0]


def test_pixels_become_square(tmp_path):
    clip = open_clip(write_clip(tmp_path / "a.mp4", moving_square(2), ratio=Fraction(4, 3)))
    assert (clip.info.width, clip.info.height) == (85, 48)
    assert next(iter(clip.frames())).pixels.shape[2:] == (48, 85)


def test_gif_delays_are_read(tmp_path):
    delays = [40, 120, 70, 500, 40, 90]
    clip = open_clip(write_gif(tmp_path / "a.gif", moving_square(), delays))
    frames = list(clip.frames())
    assert [frame.duration for frame in frames] == delays
    assert [frame.pts for frame in frames] == [0, 40, 160, 230, 730, 770]
    assert clip.info.time_base == Fraction(1, 1000)


@pytest.mark.parametrize("name", ["a.webp", "a.png"])
def test_other_animations_are_read(tmp_path, name):
    options = {"lossless": True} if name.endswith("webp") else {}
    first, *rest = map(Image.fromarray, moving_square(3))
    first.save(tmp_path / name, save_all=True, append_images=rest, duration=[100, 200, 300], **options)
    clip = open_clip(tmp_path / name)
    frames = list(clip.frames())
    assert [frame.duration for frame in frames] == [100, 200, 300]
    np.testing.assert_array_equal(to_bytes(frames[2].pixels), moving_square(3)[2])


def test_series_are_read_in_the_order_of_their_numbers(tmp_path):
    for number, frame in zip((9, 10, 11), moving_square(3), strict=True):
        Image.fromarray(frame).save(tmp_path / f"frame_{number}.png")
    (tmp_path / "notes.txt").write_text("no frame")
    for source in (tmp_path, tmp_path / "frame_%d.png"):
        frames = list(open_clip(source).frames())
        for frame, expected in zip(frames, moving_square(3), strict=True):
            np.testing.assert_array_equal(to_bytes(frame.pixels), expected)
    assert is_pattern(tmp_path / "x_%05d.png") and not is_pattern(tmp_path / "50%.png")
    assert files_of(tmp_path / "a.mp4") is None


def test_a_part_is_selected(tmp_path):
    clip = open_clip(write_clip(tmp_path / "a.mp4", moving_square(10), rate=Fraction(10)))
    info, frames = selected(clip, start_s=0.3, end_s=0.7)
    chosen = list(frames)
    assert [frame.number for frame in chosen] == [0, 1, 2, 3] and info.count == 4
    near(chosen[0], moving_square(10)[3])


def test_another_rate(tmp_path):
    clip = open_clip(write_clip(tmp_path / "a.mp4", moving_square(10), rate=Fraction(10)))
    info, frames = selected(clip, rate=5)
    chosen = list(frames)
    assert info.rate == 5 and [frame.pts for frame in chosen] == [0, 1, 2, 3, 4]
    for frame, k in zip(chosen, (0, 2, 4, 6, 8), strict=True):
        near(frame, moving_square(10)[k])
    faster = list(selected(clip, rate=20)[1])
    assert len(faster) == 20
    near(faster[5], moving_square(10)[2])


@pytest.mark.parametrize(("options", "text"), [
    ({"start_s": 2.0, "end_s": 1.0}, "the part ends before it starts"),
])  # fmt: skip
def test_a_part_that_cannot_be(tmp_path, options, text):
    clip = open_clip(write_clip(tmp_path / "a.mp4", moving_square(3)))
    with pytest.raises(SettingError, match=text):
        selected(clip, **options)


def test_a_part_after_the_end(tmp_path):
    clip = open_clip(write_clip(tmp_path / "a.mp4", moving_square(3)))
    with pytest.raises(VideoError, match="there is no frame in that part"):
        list(selected(clip, start_s=5.0)[1])


def test_what_is_no_video(tmp_path):
    Image.new("RGB", (40, 40)).save(tmp_path / "one.gif")
    Image.new("RGB", (40, 40)).save(tmp_path / "one.jpg")
    (tmp_path / "text.mp4").write_text("no video at all")
    (tmp_path / "text.gif").write_text("no animation at all")
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "none").mkdir()
    texts = {
        "one.gif": "this is a picture, not a video",
        "one.jpg": "this is a picture, not a video",
        "text.mp4": "the video cannot be read",
        "text.gif": "the animation cannot be read",
        "empty.mp4": "the video is an empty file",
        "missing.mp4": "the video is missing",
        "none": "there are no pictures there",
        "none/%d.png": "there are no pictures there",
    }
    for name, text in texts.items():
        with pytest.raises((VideoError, PictureError), match=text):
            open_clip(tmp_path / name)
    with pytest.raises(SettingError, match="this cannot be used as a video"):
        open_clip(3)


def test_sound_alone_is_no_video(tmp_path):
    av = pytest.importorskip("av")
    with av.open(str(tmp_path / "a.mp4"), "w") as container:
        voice = container.add_stream("aac", rate=48000, layout="mono")
        samples = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        samples.sample_rate = 48000
        container.mux(voice.encode(samples))
        container.mux(voice.encode(None))
    with pytest.raises(VideoError, match="the file has no video"):
        open_clip(tmp_path / "a.mp4")


def test_a_cut_file_is_read_up_to_the_break(tmp_path, caplog):
    path = write_clip(tmp_path / "a.mkv", moving_square(40))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    frames = list(open_clip(path).frames())
    assert 1 <= len(frames) < 40
    near(frames[0], moving_square(40)[0])


def test_series_with_a_frame_of_another_size(tmp_path):
    Image.new("RGB", (64, 48)).save(tmp_path / "1.png")
    Image.new("RGB", (64, 40)).save(tmp_path / "2.png")
    with pytest.raises(VideoError, match="frame 1 has another size than the first"):
        list(open_clip(tmp_path).frames())
    (tmp_path / "2.png").write_text("no picture")
    with pytest.raises(VideoError, match="frame 1 cannot be read"):
        list(open_clip(tmp_path).frames())
    (tmp_path / "1.png").write_text("no picture")
    with pytest.raises(VideoError, match="frame 0 cannot be read"):
        open_clip(tmp_path)
