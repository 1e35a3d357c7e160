"""Several passes over the frames: what a pass mixes, what it is held to, and that a killed run goes on."""

import itertools

import numpy as np
import pytest
import torch
from PIL import Image

import impasto
from impasto.errors import OutputError, SettingError
from impasto.settings import VideoSettings
from impasto.synthesis.context import Context
from impasto.video import multi_pass, work_folder
from tests.video.scenes import moving_square
from tests.video.test_run import TINY

PASSES = {**TINY, "passes": 3}


@pytest.fixture
def clip(tmp_path):
    for k, frame in enumerate(moving_square(4)):
        Image.fromarray(frame).save(tmp_path / f"in_{k}.png")
    return tmp_path / "in_%d.png"


def shown(tmp_path, name, count=4):
    return [np.asarray(Image.open(tmp_path / f"{name}_{k}.png")).astype(float) for k in range(1, count + 1)]


def painted(clip, painting, name, **options):
    folder = clip.parent
    impasto.stylize_video(clip, painting, folder / f"{name}_%d.png", **{**PASSES, **options})
    return shown(folder, name)


def test_frames_go_backwards_then_forwards(clip, painting, tmp_path):
    steps = impasto.video_steps(clip, painting, tmp_path / "out_%d.png", **PASSES)
    seen = [(step.pass_number, step.frame) for step in steps]
    assert seen == [
        *((1, k) for k in (1, 2, 3, 4)), *((2, k) for k in (4, 3, 2, 1)), *((3, k) for k in (1, 2, 3, 4)),
        *((None, k) for k in (1, 2, 3, 4)),
    ]  # fmt: skip
    assert not list(tmp_path.glob("*.parts"))


def test_passes_take_flicker_out_of_noisy_frames(tmp_path, painting):
    random = np.random.default_rng(0)
    still = moving_square(1)[0].astype(float)
    for k in range(4):
        noisy = (still + random.normal(0, 12, still.shape)).clip(0, 255).astype(np.uint8)
        Image.fromarray(noisy).save(tmp_path / f"in_{k}.png")

    def flicker(passes):
        frames = painted(tmp_path / "in_%d.png", painting, f"p{passes}", passes=passes, temporal_weight=2000)
        return np.mean([np.abs(a - b).mean() for a, b in itertools.pairwise(frames)])

    assert flicker(4) < flicker(2)


def test_a_pass_begins_with_the_mix_of_the_paper(tmp_path, painting, monkeypatch):
    """Equal frames, no steps' worth of change: x <- (x + c x') / (1 + c) with c = 1 in the middle."""
    for k in range(2):
        Image.fromarray(moving_square(1)[0]).save(tmp_path / f"in_{k}.png")
    starts = []
    original = multi_pass.last_canvas

    def spy(job):
        starts.append(job.start(job.scales[-1]) if job.scales[-1].steps == PASSES["frame_steps"] else None)
        return original(job)

    monkeypatch.setattr(multi_pass, "last_canvas", spy)
    monkeypatch.setattr(multi_pass.Store, "canvas", lambda self, number, before=False: _canvas(number))
    painted_of = impasto.video_steps(tmp_path / "in_%d.png", painting, tmp_path / "o_%d.png", **PASSES)
    for step in painted_of:
        if step.pass_number == 2 and step.frame == 1:
            break
    painted_of.close()
    centre = starts[-1][0, :, 20:28, 20:28]
    assert np.allclose(centre.numpy(), 0.5 * (0.2 + 0.6), atol=0.02)


def _canvas(number):
    return torch.full((1, 3, 48, 64), 0.2 if number == 0 else 0.6)


def test_nothing_is_carried_across_a_cut(tmp_path, painting):
    """Frames before a cut are the same whatever comes after it."""
    first, other = moving_square(2), 255 - np.random.default_rng(1).integers(0, 255, (2, 48, 64, 3), np.uint8)
    for name, later in (("a", other), ("b", other[:, ::-1, ::-1])):
        for k, frame in enumerate([*first, *later]):
            Image.fromarray(np.ascontiguousarray(frame)).save(tmp_path / f"{name}_{k}.png")
    results = []
    for name in "ab":
        clip = tmp_path / f"{name}_%d.png"
        impasto.stylize_video(clip, painting, tmp_path / f"out{name}_%d.png", **PASSES, scene_cut=0.3)
        results.append(shown(tmp_path, f"out{name}", 2))
    np.testing.assert_array_equal(results[0], results[1])


def test_with_loop_the_ends_meet(clip, painting):
    """The first frame of a loop is held to the last one, too."""
    plain, around = painted(clip, painting, "plain"), painted(clip, painting, "around", loop=True)
    ends = [np.abs(frames[0] - frames[-1]).mean() for frames in (plain, around)]
    assert not np.array_equal(plain[0], around[0]) and ends[1] < ends[0]


@pytest.mark.parametrize("after", [1, 3, 5, 9, 12, 13])
def test_a_stopped_run_goes_on_alike(clip, painting, tmp_path, after):
    whole = painted(clip, painting, "whole")
    steps = impasto.video_steps(clip, painting, tmp_path / "cut_%d.png", **PASSES)
    for _ in range(after):
        next(steps)
    steps.close()
    impasto.stylize_video(clip, painting, tmp_path / "cut_%d.png", **PASSES, resume=True)
    np.testing.assert_array_equal(shown(tmp_path, "cut"), whole)


@pytest.mark.parametrize("after", [2, 5, 11])
def test_a_stopped_loop_with_two_styles_goes_on_alike(tmp_path, painting, other_painting, after):
    """Frames whose sides are no whole strides of the network, in a loop, with styles one after the other."""
    for k, frame in enumerate(moving_square(4)):
        Image.fromarray(np.ascontiguousarray(frame[:45, :61])).save(tmp_path / f"in_{k}.png")
    clip, styles = tmp_path / "in_%d.png", [painting, other_painting]
    options = {**PASSES, "loop": True, "style_times": (0.0, 0.1), "steady": 0.3}
    impasto.stylize_video(clip, styles, tmp_path / "whole_%d.png", **options)
    steps = impasto.video_steps(clip, styles, tmp_path / "cut_%d.png", **options)
    for _ in range(after):
        next(steps)
    steps.close()
    impasto.stylize_video(clip, styles, tmp_path / "cut_%d.png", **options, resume=True)
    np.testing.assert_array_equal(shown(tmp_path, "cut"), shown(tmp_path, "whole"))


def test_a_steady_loop_begins_with_its_end(clip, painting):
    """With ``steady``, the first frame is held to the last one, also where passes paint."""
    plain = painted(clip, painting, "plain", loop=True, steady=0.0)
    steady = painted(clip, painting, "steady", loop=True, steady=0.8)
    assert np.abs(plain[0] - steady[0]).mean() > 0.5


def test_the_fraction_only_grows(clip, painting, tmp_path):
    steps = list(impasto.video_steps(clip, painting, tmp_path / "out_%d.png", **PASSES))
    passes = [step.fraction for step in steps if step.pass_number is not None]
    assert passes == pytest.approx([k / 12 for k in range(1, 13)])
    assert all(step.seconds_left >= 0 for step in steps)


def test_painting_comes_after_the_passes():
    settings = VideoSettings.of(PASSES)
    engine = multi_pass.MultiPassEngine(settings, still=None, context=Context(), flows=None)
    with pytest.raises(RuntimeError, match="prepare comes first"):
        engine.paint(0, torch.zeros(1, 3, 48, 64), (), {})


def test_a_run_killed_between_two_files_goes_on_alike(clip, painting, tmp_path, monkeypatch):
    """The canvas of a pass is written, and what says so is not."""
    whole = painted(clip, painting, "whole")
    steps = impasto.video_steps(clip, painting, tmp_path / "cut_%d.png", **PASSES)
    for _ in range(6):
        next(steps)
    with monkeypatch.context() as patch:
        patch.setattr(multi_pass.Store, "_write", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            next(steps)
    impasto.stylize_video(clip, painting, tmp_path / "cut_%d.png", **PASSES, resume=True)
    np.testing.assert_array_equal(shown(tmp_path, "cut"), whole)


def test_a_full_disk_is_told_by_frame(clip, painting, tmp_path, monkeypatch):
    def full(path, write):
        if path.name.startswith("canvas-00000002"):
            raise OSError(28, "No space left on device")
        work_folder.save(path, write)

    monkeypatch.setattr(multi_pass, "save", full)
    with pytest.raises(OutputError, match="frame 3 could not be kept"):
        impasto.stylize_video(clip, painting, tmp_path / "out_%d.png", **PASSES)


def test_passes_are_for_optimise(clip, painting, tmp_path):
    with pytest.raises(SettingError, match="engine optimise"):
        impasto.stylize_video(clip, painting, tmp_path / "out_%d.png", passes=2)
