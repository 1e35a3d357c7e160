"""Two filters that fire together, counted row by row."""

import numpy as np
import pytest

from impasto.explain.co_activation import counted, draw_fire_together
from impasto.explain.pairs import pairs, shown_layer


@pytest.fixture
def both(scene):
    layer = shown_layer(scene.settings)
    return pairs(scene.lens.look(scene.style.pixels, [layer])[layer])


def test_the_sum_grows_to_the_entry_of_the_matrix(both):
    for found in both:
        rows = len(found.product)
        sums = [counted(found, seen) for seen in range(rows + 1)]
        assert sums[0] == 0 and sums[-1] == pytest.approx(found.number, rel=1e-5)
        assert sums[1] == pytest.approx(np.mean(found.product[0]) / rows, rel=1e-5)


def test_the_longer_bar_is_that_of_the_pair_that_fires_together(scene, both):
    assert both[0].number > both[1].number
    last = np.asarray(draw_fire_together(scene.lens, scene.style.pixels)[-1])
    colors = [tuple(bytes.fromhex(color[1:])) for color in bars()]
    lengths = [(last == np.array(color)).all(2).sum(1).max() for color in colors]
    assert lengths[0] > lengths[1]
    assert lengths[1] / lengths[0] == pytest.approx(both[1].number / both[0].number, abs=0.02)


def bars():
    from impasto.explain.figure_style import LINES

    return LINES[:2]
