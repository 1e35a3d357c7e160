"""Two pairs of channels, added up row by row."""

import numpy as np
import pytest

from impasto.explain import co_activation_animation
from impasto.explain.channel_pairs import contrasting_pairs, shown_layer
from impasto.explain.co_activation import draw_co_activation, partial_entry
from impasto.explain.figure_style import CURVE_COLORS


@pytest.fixture
def pairs(context):
    layer = shown_layer(context.settings)
    return contrasting_pairs(context.view.features(context.style.pixels, [layer])[layer])


def test_the_sum_grows_to_the_entry_of_the_matrix(pairs):
    for pair in pairs:
        rows = len(pair.product)
        sums = [partial_entry(pair, counted) for counted in range(rows + 1)]
        assert sums[0] == 0 and sums[-1] == pytest.approx(pair.gram_entry, rel=1e-5)
        assert sums[1] == pytest.approx(np.mean(pair.product[0]) / rows, rel=1e-5)


def test_the_longer_bar_is_that_of_the_pair_that_is_active_together(context, pairs):
    entries = [pair.gram_entry for pair in pairs]
    assert entries[0] > entries[1]
    last = np.asarray(draw_co_activation(context.view, context.style.pixels)[-1])
    colors = [tuple(bytes.fromhex(color[1:])) for color in CURVE_COLORS[:2]]
    lengths = [(last == np.array(color)).all(2).sum(1).max() for color in colors]
    assert lengths[0] > lengths[1]
    assert lengths[1] / lengths[0] == pytest.approx(entries[1] / entries[0], abs=0.02)


def test_the_animation_ends_with_the_whole_sum(pictures, tiny):
    frames = co_activation_animation(pictures[1], **tiny)
    assert len({frame.size for frame in frames}) == 1
    assert frames[-1].tobytes() == frames[-10].tobytes() != frames[0].tobytes()
