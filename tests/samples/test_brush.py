from __future__ import annotations

import numpy as np
import pytest

from impasto.samples.brush import Stamps, Strokes, bristle_stamps, paint, reach


@pytest.fixture
def stamps() -> Stamps:
    return bristle_stamps(3, rng=np.random.default_rng(0))


def strokes(x: float, y: float, *, angle: float = 0.0, bend: float = 0.0) -> Strokes:
    one = np.ones(1, np.float32)
    return Strokes(
        x=x * one,
        y=y * one,
        angle=angle * one,
        bend=bend * one,
        length_px=30 * one,
        width_px=10 * one,
        color=np.array([[1.0, 0.0, 0.0]], np.float32),
    )


def test_stamps_have_empty_borders(stamps: Stamps):
    for marks in (stamps.cover, stamps.height):
        marks = marks.reshape(3, *stamps.shape)
        border = [marks[:, [0, -1]], marks[:, :, [0, -1]]]
        assert all(not part.any() for part in border)
        assert marks.max() > 0.5


def test_reach_by_hand():
    assert np.allclose(reach(strokes(0, 0)), [[15.0, 5.0]])
    assert np.allclose(reach(strokes(0, 0, angle=np.pi / 2)), [[5.0, 15.0]], atol=1e-5)
    assert np.allclose(reach(strokes(0, 0, bend=0.08)), [[15.0, 14.0]], atol=1e-5)


def test_paint_stays_in_its_box_and_spares_its_inputs(stamps: Stamps):
    ground, thickness = np.zeros((40, 60, 3), np.float32), np.zeros((40, 60), np.float32)
    rng = np.random.default_rng(1)
    color, relief = paint(ground, thickness, strokes(30, 20), stamps=stamps, rng=rng, tint=0.0)
    assert not ground.any() and not thickness.any()
    assert color[18:23, 25:33, 0].mean() > 0.7
    assert not color[..., 1:].any()
    assert relief[18:23, 25:33].mean() > 0.2
    outside = np.ones((40, 60), bool)
    outside[14:27, 14:47] = False
    assert not color[outside].any() and not relief[outside].any()


def test_paint_off_the_picture_leaves_it(stamps: Stamps):
    ground, thickness = np.full((20, 20, 3), 0.5, np.float32), np.zeros((20, 20), np.float32)
    color, relief = paint(ground, thickness, strokes(-99, 5), stamps=stamps, rng=np.random.default_rng(2))
    assert np.array_equal(color, ground) and np.array_equal(relief, thickness)


def test_paint_without_opacity_leaves_it(stamps: Stamps):
    ground, thickness = np.full((20, 40, 3), 0.5, np.float32), np.zeros((20, 40), np.float32)
    rng = np.random.default_rng(3)
    color, _ = paint(ground, thickness, strokes(20, 10), stamps=stamps, rng=rng, opacity=0.0)
    assert np.array_equal(color, ground)
