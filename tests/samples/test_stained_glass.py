from __future__ import annotations

import numpy as np

from impasto.samples.stained_glass import Panes, draw, draw_panes, random_by_pane
from tests.samples.drawing import check


def test_draw():
    check(draw)


def test_lots_are_even_and_always_the_same():
    number = np.arange(5000)
    drawn = random_by_pane(number, salt=3)
    assert 0 <= drawn.min() and drawn.max() < 1
    assert abs(drawn.mean() - 0.5) < 0.02
    assert np.array_equal(drawn, random_by_pane(number, salt=3))
    assert not np.array_equal(drawn, random_by_pane(number, salt=4))


def test_a_shape_gets_numbers_of_its_own():
    panes = Panes(number=np.array([[0, 999]]), color=np.zeros((1, 2, 3)))
    after = panes.cut(np.array([[False, True]]), 7, np.ones(3))
    assert after.number.tolist() == [[0, 1007]]
    assert after.color.tolist() == [[[0, 0, 0], [1, 1, 1]]]
    assert panes.number.tolist() == [[0, 999]]


def test_the_window_has_some_hundreds_of_panes():
    assert 250 < len(np.unique(draw_panes((192, 240)).number)) < 900
