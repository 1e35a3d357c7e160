from __future__ import annotations

import numpy as np
import pytest

from impasto.samples.woodcut import Block, carve, draw, hatch, rounded
from tests.samples.drawing import check


def test_draw():
    check(draw)


@pytest.mark.parametrize("tone", [0.2, 0.5, 0.8])
def test_lines_are_as_wide_as_the_tone(tone: float):
    phase = np.tile(np.arange(200) / 20.0, (3, 1))
    assert hatch(phase, np.full((3, 200), tone)).mean() == pytest.approx(tone, abs=0.01)


def test_no_tone_no_ink():
    phase = np.tile(np.arange(50) / 10.0, (3, 1))
    assert not hatch(phase, np.zeros((3, 50))).any()
    assert hatch(phase, np.full((3, 50), 1.2)).all()


def test_carve_changes_only_the_inside():
    still = np.zeros((10, 40), np.float32)
    block = Block(ink=still + 0.5, ragged=still, swell=still)
    inside = np.tile(np.arange(40.0) - 20.0, (10, 1))
    after = carve(block, inside, inside / 8.0, still, outline_px=2.0)
    assert np.allclose(after.ink[:, :20], 0.5)
    assert np.allclose(after.ink[:, 21], 1.0)
    assert not after.ink[:, 24:].any()
    assert np.allclose(block.ink, 0.5)


def test_rounded_corners_stay_inside_the_square():
    line = np.array(rounded([(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]))
    assert len(line) == 16
    assert np.allclose(line.mean(axis=0), 2.0)
    assert np.hypot(*(line - 2.0).T).max() < 2.3  # the corners were at 2.83
