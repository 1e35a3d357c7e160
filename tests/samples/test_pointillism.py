from __future__ import annotations

import numpy as np

from impasto.samples.pointillism import add_dots, draw, to_pure_colors
from tests.samples.drawing import check


def test_draw():
    check(draw)


def test_later_dots_lie_on_top():
    bare = np.full((20, 20), -1.0, np.float32)
    x, y, radius = np.array([8.0, 11.0]), np.array([10.0, 10.0]), np.array([4.0, 4.0])
    owner = add_dots(bare, x, y, radius, np.zeros(2), first=5)
    assert set(np.unique(owner)) == {-1.0, 5.0, 6.0}
    assert owner[10, 11] == 6 and owner[10, 10] == 6 and owner[10, 5] == 5
    assert (bare == -1).all()


def test_a_dot_has_the_area_of_its_ellipse():
    owner = add_dots(
        np.full((80, 80), -1.0),
        np.array([40.3]),
        np.array([39.8]),
        np.array([20.0]),
        np.array([0.7]),
        first=0,
    )
    assert abs((owner == 0).sum() / (np.pi * 400) - 1) < 0.02


def test_dots_mix_to_about_what_was_meant_in_purer_colors():
    meant = np.tile(np.array([[0.45, 0.60, 0.35]], np.float32), (4000, 1))
    dots = to_pure_colors(meant, rng=np.random.default_rng(0))
    assert np.abs(dots.mean(axis=0) - meant[0]).max() < 0.12
    assert np.ptp(dots, axis=1).mean() > 1.15 * np.ptp(meant, axis=1).mean()
