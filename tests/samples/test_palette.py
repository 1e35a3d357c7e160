from __future__ import annotations

import numpy as np

from impasto.samples.palette import as_pixels, blend, light, ramp, rgb, step


def test_rgb_by_hand():
    assert np.allclose(rgb("#ff3300"), [1.0, 0.2, 0.0])


def test_ramp_by_hand():
    values = np.array([-1.0, 0.25, 0.5, 2.0])
    expected = [[0.0, 0.0, 0.0], [0.5, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 1.0]]
    assert np.allclose(ramp(values, ("#000000", "#ff0000", "#ffffff")), expected)


def test_step_by_hand():
    assert np.allclose(step(np.array([0.0, 1.0, 1.5, 2.0, 9.0]), 1.0, 2.0), [0.0, 0.0, 0.5, 1.0, 1.0])
    assert np.allclose(step(np.array([0.0, 1.25, 3.0]), 2.0, 1.0), [1.0, 0.84375, 0.0])


def test_blend_by_hand():
    under, over = np.zeros((1, 2, 3)), np.array([1.0, 0.5, 0.0])
    assert np.allclose(blend(under, over, np.array([[0.0, 0.5]])), [[[0, 0, 0], [0.5, 0.25, 0.0]]])


def test_light_on_a_flat_surface_is_one_without_shine():
    diffuse, shine = light(np.full((5, 6), 3.0), depth_px=2.0, gloss=1.0)
    assert np.allclose(diffuse, 1.0)
    assert np.allclose(shine, 0.0)


def test_light_comes_from_the_upper_left():
    down, across = np.indices((8, 8))
    toward, _ = light((down + across).astype(float), depth_px=0.3, gloss=0.0)
    away, _ = light(-(down + across).astype(float), depth_px=0.3, gloss=0.0)
    assert toward.min() > 1.0 > away.max()


def test_as_pixels_clips_and_rounds():
    assert as_pixels(np.array([[[-1.0, 0.5, 2.0]]])).tolist() == [[[0, 128, 255]]]
