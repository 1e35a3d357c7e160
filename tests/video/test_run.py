"""Videos from the first frame to the file: engines, sound, time stamps, resuming, and what can go wrong."""

import itertools
import json
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest
import torch
from PIL import Image

import impasto
from impasto.errors import CheckpointError, OutputError, SettingError, VideoError
from impasto.optimize.run_to_end import drain
from impasto.video import run, work_folder
from impasto.video.frame_colors import to_bytes
from impasto.video.joining import decoding_times
from impasto.video.reading import open_clip
from impasto.video.writing import check_video_output
from tests.video.scenes import moving_square, write_clip, write_gif

TINY = {"engine": "optimise", "network": "test-net", "style_layers": {"relu1_1": 1, "relu2_1": 1},
        "content_layers": {"relu2_1": 1}, "steps": 2, "scales": 1, "frame_steps": 2, "long_term": (1, 2),
        "strokes_weight": 0.0, "evenness_weight": 0.0}  # fmt: skip


def frames_of(path):
    return [to_bytes(frame.pixels) for frame in open_clip(path).frames()]


def test_a_video_is_painted(tmp_path, painting):
    path = write_clip(tmp_path / "in.mp4", moving_square(5))
    steps = impasto.video_steps(path, painting, tmp_path / "out.mp4")
    seen = []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            result = end.value
            break
    assert [step.frame for step in seen] == [1, 2, 3, 4, 5] and seen[0].frames == 5
    assert seen[-1].snapshot().shape == (1, 3, 48, 64) and seen[-1].seconds_left == 0
    painted = frames_of(tmp_path / "out.mp4")
    assert len(painted) == 5 and painted[0].shape == (48, 64, 3)
    assert np.abs(painted[0].astype(int) - moving_square(1)[0]).mean() > 10
    record = json.loads((tmp_path / "out.json").read_text())
    assert record["task"] == "video" and record["frames"] == 5 == result.frames
    assert record["styles"][0]["sha256"] and record["settings"]["engine"] == "instant"
    assert not (tmp_path / "out.mp4.parts").exists()


def test_steady_video_flickers_less(tmp_path, painting):
    random = np.random.default_rng(0)
    frames = [
        (f + random.normal(0, 6, f.shape)).clip(0, 255).astype(np.uint8) for f in [moving_square(1)[0]] * 6
    ]
    source = tmp_path / "in_%d.png"
    for k, frame in enumerate(frames):
        Image.fromarray(frame).save(tmp_path / f"in_{k}.png")

    def flicker(steady):
        out = tmp_path / f"{steady}_%02d.png"
        impasto.stylize_video(source, painting, out, steady=steady)
        shown = [np.asarray(Image.open(tmp_path / f"{steady}_{k:02}.png")).astype(float) for k in range(1, 7)]
        return np.mean([np.abs(a - b).mean() for a, b in itertools.pairwise(shown)])

    none, some = flicker(0.0), flicker(0.7)
    assert some < none / 2


def test_a_frame_without_time_is_the_still(tmp_path, painting):
    """The first frame of a video by optimisation is the picture that stylize paints."""
    Image.fromarray(moving_square(1)[0]).save(tmp_path / "in_0.png")
    Image.fromarray(moving_square(2)[1]).save(tmp_path / "in_1.png")
    impasto.stylize_video(tmp_path / "in_%d.png", painting, tmp_path / "out_%d.png", **TINY)
    options = {
        name: value for name, value in TINY.items() if name not in ("engine", "frame_steps", "long_term")
    }
    still = impasto.stylize(tmp_path / "in_0.png", painting, size=64, preset="fast", **options)
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "out_1.png")), np.asarray(still.image))


def test_optimised_frames_hold_together(tmp_path, painting):
    for k, frame in enumerate([moving_square(1)[0]] * 4):
        Image.fromarray(frame).save(tmp_path / f"in_{k}.png")

    def change(weight):
        impasto.stylize_video(
            tmp_path / "in_%d.png", painting, tmp_path / "o_%d.png", **TINY, temporal_weight=weight
        )
        shown = [np.asarray(Image.open(tmp_path / f"o_{k}.png")).astype(float) for k in (3, 4)]
        return np.abs(shown[0] - shown[1]).mean()

    assert change(2e3) < change(0.0) / 2


def test_sound_stays_in_step_at_30000_1001(tmp_path, painting):
    """A click in the sound and a flash in the picture come at the same time before and after."""
    rate, count, flash = Fraction(30000, 1001), 40, 31
    frames = [np.full((48, 64, 3), 250 if k == flash else 20, np.uint8) for k in range(count)]
    sound = np.zeros(int(48000 * count / rate), np.float32)
    click = int(48000 * flash / rate)
    sound[click : click + 200] = 0.8
    path = write_clip(tmp_path / "in.mp4", frames, rate=rate, sound=sound)
    impasto.stylize_video(path, painting, tmp_path / "out.mp4", scene_cut=1.0, steady=0.0)

    def times(file):
        with av.open(str(file)) as container:
            light = [(f.time, f.to_ndarray(format="gray").mean()) for f in container.decode(video=0)]
        with av.open(str(file)) as container:
            heard = [(f.time, f.to_ndarray()) for f in container.decode(audio=0)]
        loud = [(t + int(np.argmax(np.abs(x[0]) > 0.2)) / 48000) for t, x in heard if np.abs(x).max() > 0.2]
        stamps = [t for t, _ in light]
        return stamps, max(light, key=lambda pair: pair[1])[0], loud[0]

    before, after = times(path), times(tmp_path / "out.mp4")
    np.testing.assert_allclose(after[0], before[0], atol=1e-4)
    assert after[1] == pytest.approx(flash / rate, abs=1e-3)
    assert after[2] == pytest.approx(before[2], abs=1e-4)
    assert after[1] - after[2] == pytest.approx(before[1] - before[2], abs=1e-4)


def test_variable_frame_rate_and_tracks_are_copied(tmp_path, painting):
    stamps = [0, 40, 120, 160, 400, 440, 441 + 39]
    sound = np.sin(np.arange(24000) / 20).astype(np.float32) / 4
    path = write_clip(
        tmp_path / "in.mkv", moving_square(7), stamps=stamps, time_base=Fraction(1, 1000), sound=sound
    )
    impasto.stylize_video(path, painting, tmp_path / "out.mkv")
    with av.open(str(path)) as a, av.open(str(tmp_path / "out.mkv")) as b:
        packets = [[bytes(p) for p in c.demux(audio=0) if p.size] for c in (a, b)]
        assert packets[0] == packets[1] and len(packets[0]) > 10
    shown = [round(1000 * f.pts * open_clip(tmp_path / "out.mkv").info.time_base)
             for f in open_clip(tmp_path / "out.mkv").frames()]  # fmt: skip
    assert shown == stamps


def test_a_part_with_its_sound(tmp_path, painting):
    sound = np.zeros(48000, np.float32)
    sound[24000:24200] = 0.8
    path = write_clip(tmp_path / "in.mp4", moving_square(10), rate=Fraction(10), sound=sound)
    result = impasto.stylize_video(path, painting, tmp_path / "out.mp4", start=0.3, end=0.8)
    assert result.frames == 5
    with av.open(str(tmp_path / "out.mp4")) as container:
        heard = [(f.time, f.to_ndarray()) for f in container.decode(audio=0)]
        loud = [t + int(np.argmax(np.abs(x[0]) > 0.2)) / 48000 for t, x in heard if np.abs(x).max() > 0.2]
    assert loud[0] == pytest.approx(0.2, abs=0.03)
    assert next(iter(open_clip(tmp_path / "out.mp4").frames())).pts == 0


@pytest.mark.parametrize("name", ["out.webm", "out.gif", "out.webp", "out.png", "out.mov", "out.mkv"])
def test_every_format(tmp_path, painting, name):
    delays = [40, 120, 70]
    path = write_gif(tmp_path / "in.gif", moving_square(3), delays)
    impasto.stylize_video(path, painting, tmp_path / name, every_frame=tmp_path / "f_%d.png")
    frames = list(open_clip(tmp_path / name).frames())
    assert len(frames) == 3
    for k, frame in enumerate(frames, 1):
        expected = np.asarray(Image.open(tmp_path / f"f_{k}.png")).astype(int)
        assert np.abs(to_bytes(frame.pixels) - expected).mean() < 20
    if name.endswith(("gif", "webp", "png")):
        assert [frame.duration for frame in frames] == delays


def test_a_cut_is_found_and_nothing_is_carried_over(tmp_path, painting):
    random = np.random.default_rng(3)
    other = np.kron(random.integers(0, 255, (12, 16, 3)), np.ones((4, 4, 1))).astype(np.uint8)
    for k, frame in enumerate([*moving_square(3), *[np.roll(other, k, 1) for k in range(3)]]):
        Image.fromarray(frame).save(tmp_path / f"in_{k}.png")
    result = impasto.stylize_video(tmp_path / "in_%d.png", painting, tmp_path / "a_%d.png", steady=0.9)
    assert result.cuts == (4,)
    for k in range(3):
        (tmp_path / f"in_{k}.png").unlink()
    impasto.stylize_video(tmp_path / "in_%d.png", painting, tmp_path / "b_%d.png", steady=0.9)
    np.testing.assert_array_equal(Image.open(tmp_path / "a_4.png"), Image.open(tmp_path / "b_1.png"))


@pytest.mark.parametrize("options", [{"steady": 0.7}, TINY], ids=["instant", "optimise"])
def test_a_killed_run_goes_on_with_the_same_frames(tmp_path, painting, monkeypatch, options):
    monkeypatch.setattr(work_folder, "PART_FRAMES", 4)
    monkeypatch.setattr(run, "PART_FRAMES", 4)
    path = write_clip(tmp_path / "in.mp4", moving_square(7))
    whole = tmp_path / "whole_%02d.png"
    impasto.stylize_video(path, painting, whole, **options)
    for stop in (1, 2, 4, 5, 6) if "steady" in options else (3,):
        out = tmp_path / f"s{stop}_%02d.png"
        steps = impasto.video_steps(path, painting, out, **options)
        for _ in range(stop):
            next(steps)
        steps.close()
        rest = impasto.video_steps(path, painting, out, resume=True, **options)
        drain(rest)
        for k in range(1, 8):
            a, b = (np.asarray(Image.open(tmp_path / f"{n}_{k:02}.png")) for n in ("whole", f"s{stop}"))
            np.testing.assert_array_equal(a, b)


def test_resuming_another_run_is_refused(tmp_path, painting):
    path = write_clip(tmp_path / "in.mp4", moving_square(4))
    steps = impasto.video_steps(path, painting, tmp_path / "out.mp4")
    next(steps)
    steps.close()
    with pytest.raises(CheckpointError, match="the checkpoint is of another painting"):
        impasto.stylize_video(path, painting, tmp_path / "out.mp4", resume=True, strength=0.5)
    impasto.stylize_video(path, painting, tmp_path / "out.mp4")  # begins anew
    (tmp_path / "b.mp4.parts").mkdir()
    (tmp_path / "b.mp4.parts" / "mine.txt").write_text("keep me")
    with pytest.raises(CheckpointError, match="the folder for the frames holds something else"):
        impasto.stylize_video(path, painting, tmp_path / "b.mp4")


def test_a_loop_closes(tmp_path, painting):
    """The first frame of a loop is near the last one, which it follows."""
    frames = [np.roll(moving_square(1)[0], k, 1) for k in (0, 2, 4, 5, 3, 1)]
    path = write_gif(tmp_path / "in.gif", frames, 80)
    result = impasto.stylize_video(path, painting, tmp_path / "out_%d.png", loop=True, steady=0.9)
    assert result.frames == 6
    impasto.stylize_video(path, painting, tmp_path / "open_%d.png", steady=0.9)
    first, plain = (np.asarray(Image.open(tmp_path / f"{n}_1.png")).astype(int) for n in ("out", "open"))
    assert np.abs(first - plain).max() > 0


def test_what_cannot_be(tmp_path, painting):
    path = write_clip(tmp_path / "in.mp4", moving_square(2))
    small = write_clip(tmp_path / "small.mp4", moving_square(2, 24, 32))
    large = write_clip(tmp_path / "large.mp4", moving_square(2, 80, 96))
    cases = [
        ((path, painting, path / "out.mp4"), {}, OutputError, "output folder is a file"),
        ((path, painting, tmp_path / "out.xyz"), {}, OutputError, "output format '.xyz' is unknown"),
        ((path, painting, path), {}, SettingError, "the result would replace the video"),
        ((tmp_path / "no.mp4", painting, tmp_path / "o.mp4"), {}, VideoError, "the video is missing"),
        ((small, painting, tmp_path / "o.mp4"), {}, SettingError, "too small to be painted"),
        (
            (large, painting, tmp_path / "o.mp4"),
            {"max_megapixels": 0.005},
            SettingError,
            "frames are too large",
        ),
        ((path, painting, tmp_path / "o.mp4"), {"flow_files": "no"}, SettingError, "folder of flow files"),
        ((path, painting, tmp_path / "o.mp4"), {"engine": "x"}, SettingError, "engine has no such choice"),
        ((path, path, tmp_path / "o.mp4"), {}, impasto.ImpastoError, "not a picture|cannot be read|damaged"),
    ]
    for arguments, options, kind, text in cases:
        with pytest.raises(kind, match=text):
            impasto.stylize_video(*arguments, **options)
    assert not list(tmp_path.glob("*.parts"))


def test_decoding_times_by_hand():
    assert decoding_times([0, 4, 2, 1, 3]) == [-2, -1, 0, 1, 2]
    assert decoding_times([5, 6, 7]) == [5, 6, 7]
    assert decoding_times([9]) == [9]


def test_an_encoder_that_is_missing(tmp_path, monkeypatch):
    from impasto.video import writing

    monkeypatch.setattr(writing, "H264", replace(writing.H264, codec="no-such-encoder"))
    with pytest.raises(OutputError, match="this FFmpeg has no encoder no-such-encoder"):
        check_video_output(tmp_path / "a.mp4")


def test_deflicker_uses_the_original(tmp_path):
    random = np.random.default_rng(2)
    original = [moving_square(1)[0]] * 6
    painted = [
        (255 - f * 0.5 + random.normal(0, 20, (1, 1, 3))).clip(0, 255).astype(np.uint8) for f in original
    ]
    for name, frames in (("p", painted), ("o", original)):
        for k, frame in enumerate(frames):
            Image.fromarray(frame).save(tmp_path / f"{name}_{k}.png")
    names = [tmp_path / f"{n}_%d.png" for n in ("p", "o")]
    impasto.deflicker(*names, tmp_path / "out_%d.png", steady=0.9)
    shown = [np.asarray(Image.open(tmp_path / f"out_{k}.png")).astype(float) for k in range(1, 7)]
    jumps = [np.mean([np.abs(a - b).mean() for a, b in itertools.pairwise(x)])
             for x in (shown, [p.astype(float) for p in painted])]  # fmt: skip
    assert jumps[0] < jumps[1] / 3
    (tmp_path / "p_5.png").unlink()
    with pytest.raises(VideoError, match="the painted video is shorter than the original"):
        impasto.deflicker(*names, tmp_path / "b_%d.png")
    with pytest.raises(SettingError, match="the result would replace a video"):
        impasto.deflicker(names[0], names[1], names[0])


def test_without_packages(monkeypatch):
    import importlib
    import sys

    from impasto.video.optional_imports import load

    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(VideoError, match="videos need OpenCV, which is not installed"):
        load("cv2")
    assert importlib.import_module("torch") is torch
