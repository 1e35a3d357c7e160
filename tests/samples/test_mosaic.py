from __future__ import annotations

import numpy as np

from impasto.samples.mosaic import Cartoon, contours, draw, place_stones
from tests.samples.drawing import check


def plain(size: int, side: float) -> Cartoon:
    shape = (size, size)
    return Cartoon(
        region=np.zeros(shape, np.int32),
        color=np.zeros((*shape, 3), np.float32),
        gold=np.zeros(shape, np.float32),
        stone_px=(side,),
    )


def test_draw():
    check(draw)


def test_contours_of_a_slope():
    field = np.tile(np.arange(6.0), (4, 1))
    (line,) = contours(field, 2.5)
    assert np.allclose(line[:, 1], 2.5)


def test_stones_fill_the_ground():
    stones = place_stones(plain(100, 10.0), rng=np.random.default_rng(0))
    assert 70 < len(stones.x) < 130  # 100 stones would leave no grout
    assert stones.x.min() >= 0 and stones.x.max() <= 99


def test_rows_follow_the_edge():
    stones = place_stones(plain(100, 10.0), rng=np.random.default_rng(0))
    top = (stones.y < 8) & (stones.x > 15) & (stones.x < 85)
    assert top.sum() >= 5
    assert np.abs(np.sin(stones.angle[top])).max() < 0.1
