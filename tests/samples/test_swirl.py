from __future__ import annotations

import numpy as np

from impasto.samples.swirl import MOON, compose, draw, plan, wind
from tests.samples.drawing import check


def test_draw():
    check(draw)


def test_wind_turns_round_the_moon():
    cx, cy, radius = MOON
    turn = np.linspace(0.0, 2.0 * np.pi, 12, endpoint=False)
    x, y = cx + 0.5 * radius * np.cos(turn), cy + 0.5 * radius * np.sin(turn)
    angle = wind(x[None], y[None], np.full((1, 12), 0.5))
    outward = np.cos(angle[0] - turn)
    assert np.abs(outward).max() < 0.35


def test_plan_keeps_to_the_detail():
    scene = compose((100, 80), rng=np.random.default_rng(0))
    rng = np.random.default_rng(1)
    strokes = plan(scene, count=500, width_px=4.0, length_px=9.0, detail=0.5, rng=rng)
    found = scene.detail[strokes.y.astype(int), strokes.x.astype(int)]
    assert 0 < len(strokes) < 500
    assert found.min() >= 0.35
    assert len(plan(scene, count=500, width_px=4.0, length_px=9.0, detail=0.0, rng=rng)) == 500
