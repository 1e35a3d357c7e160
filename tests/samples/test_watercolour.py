from __future__ import annotations

import numpy as np
import pytest

from impasto.samples.noise import Pixels
from impasto.samples.washes import clean_sheet
from impasto.samples.watercolour import draw, leaf_shape
from tests.samples.drawing import check


def test_draw():
    check(draw)


@pytest.mark.slow
def test_the_margin_is_bare_paper(drawings: dict[str, Pixels]):
    corner = drawings["watercolour"][:4, :4]
    assert corner.min() > 200


def test_a_leaf_is_as_long_as_asked():
    sheet = clean_sheet((200, 200), rng=np.random.default_rng(0))
    into, along = leaf_shape(sheet, (0.2, 0.5), 0.0, 0.6, 0.08)
    columns = np.nonzero((into > 0).any(axis=0))[0] / 200
    assert 0.13 < columns.min() < 0.30
    assert 0.70 < columns.max() < 0.87
    assert along[into > 0].min() >= 0 and along[into > 0].max() <= 1
