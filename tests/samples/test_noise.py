from __future__ import annotations

import numpy as np

from impasto.samples.noise import bent, cloud, enlarge, streaks


def test_cloud_fills_its_range_and_is_smooth():
    field = cloud((90, 60), cell_px=30, rng=np.random.default_rng(0), octaves=1)
    assert field.shape == (60, 90)
    assert (field.min(), field.max()) == (0.0, 1.0)
    assert np.abs(np.diff(field, axis=1)).max() < 0.15


def test_cloud_with_a_pair_makes_streaks():
    field = cloud((128, 128), cell_px=(64, 4), rng=np.random.default_rng(1), octaves=1)
    assert np.abs(np.diff(field, axis=0)).mean() > 5 * np.abs(np.diff(field, axis=1)).mean()


def test_enlarge_keeps_a_flat_grid_flat():
    assert np.allclose(enlarge(np.full((3, 4), 0.25), (40, 30)), 0.25)


def test_bent_by_whole_pixels_is_a_shift():
    field = np.random.default_rng(2).random((12, 15)).astype(np.float32)
    moved = bent(field, np.full(field.shape, 2.0), np.full(field.shape, 1.0))
    assert np.allclose(moved[:-1, :-2], field[1:, 2:])


def test_streaks_follow_the_flow_and_use_each_value_alike():
    noise = np.random.default_rng(3).random((64, 64)).astype(np.float32)
    field = streaks(noise, np.zeros((64, 64), np.float32), reach_px=10)
    assert np.allclose(np.sort(field.ravel()), np.linspace(0, 1, 64 * 64), atol=1e-6)
    assert np.abs(np.diff(field, axis=0)).mean() > 2 * np.abs(np.diff(field, axis=1)).mean()
