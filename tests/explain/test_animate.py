"""Frames, small GIFs and WebP animations for the page."""

import io

import numpy as np
import pytest
from PIL import Image

from impasto.errors import OutputError
from impasto.explain.animate import (
    DIM_TEXT,
    LAST_MS,
    TEXT,
    run_frames,
    shown_steps,
    side_by_side,
    webp_animation,
    write_gif,
)
from impasto.explain.context import RecordedRun


def noise(count, side=96):
    rng = np.random.default_rng(0)
    return [Image.fromarray(rng.integers(0, 256, (side, side, 3), dtype=np.uint8)) for _ in range(count)]


@pytest.mark.slow
def test_a_gif_stays_below_its_limit(tmp_path):
    path = write_gif(tmp_path / "noise.gif", noise(30), limit_bytes=60_000)
    assert path.stat().st_size <= 60_000
    with Image.open(path) as gif:
        assert gif.n_frames == 16 and gif.size[0] < 96  # every other one and the last, and smaller


def test_a_small_gif_is_left_alone(tmp_path):
    path = write_gif(tmp_path / "flat.gif", [Image.new("RGB", (40, 30), color) for color in ("red", "blue")])
    with Image.open(path) as gif:
        assert gif.n_frames == 2 and gif.size == (40, 30)


def test_no_frames(tmp_path):
    with pytest.raises(OutputError, match="at least one frame"):
        write_gif(tmp_path / "none.gif", [])


def test_webp_keeps_all_frames_and_times_and_nearly_all_colours():
    rng = np.random.default_rng(1)
    frames = [
        Image.fromarray(np.full((40, 60, 3), color, np.uint8)) for color in rng.integers(0, 256, (30, 3))
    ]
    times = []
    with Image.open(io.BytesIO(webp_animation(frames, milliseconds=140))) as made:
        assert (made.format, made.size, made.n_frames, made.info["loop"]) == ("WEBP", (60, 40), 30, 0)
        for index, frame in enumerate(frames):
            made.seek(index)
            made.load()
            times.append(made.info["duration"])
            assert np.abs(np.asarray(made.convert("RGB"), int) - np.asarray(frame, int)).mean() < 4
    assert times == [140] * 29 + [LAST_MS]


def test_early_steps_are_shown_more_closely():
    steps = shown_steps(100, 12)
    assert steps[0] == 0 and steps[-1] == 99 and len(steps) <= 12
    gaps = np.diff(steps)
    assert gaps[0] <= gaps[-1] and (gaps > 0).all()
    assert shown_steps(3, 12) == [0, 1, 2] and shown_steps(1, 12) == [0]


def test_runs_are_shown_at_the_same_steps():
    """As many frames as the shorter run has; each line of text belongs to its run and step."""
    runs = [RecordedRun([], [], noise(count), None, None) for count in (3, 5)]

    def lines(run, step):
        return [(f"run {run} step {step}", TEXT)]

    frames = run_frames(runs, lines, most=9)
    assert len(frames) == 3
    for step, frame in enumerate(frames):
        wanted = side_by_side([run.frames[step] for run in runs], [lines(0, step), lines(1, step)])
        assert frame.tobytes() == wanted.tobytes()
    assert len(run_frames(runs, lines, most=2)) == 2


@pytest.mark.parametrize("size", [(64, 48), (30, 90), (256, 171)])
def test_frames_have_one_size_for_all_canvas_sizes(size):
    frames = [
        side_by_side([Image.new("RGB", (size[0] * k, size[1] * k))] * 2, [[("from noise", TEXT)]] * 2)
        for k in (1, 2)
    ]
    assert frames[0].size == frames[1].size


def test_long_lines_are_written_smaller():
    """Text of the left picture never reaches the right one."""
    picture = Image.new("RGB", (30, 90), "black")
    text = "a very long line of text that does not fit at all"
    frame = side_by_side([picture] * 2, [[(text, TEXT)], [("", DIM_TEXT)]])
    right = np.asarray(frame.convert("L"))[-26:, frame.width // 2 + 4 :]
    assert right.max() < 60
