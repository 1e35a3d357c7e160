"""Pictures a few rows at a time."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from impasto.images import strips as module
from impasto.images.strips import level_strips, strips


@given(st.integers(1, 3000), st.integers(1, 600_000))
def test_strips_are_all_the_rows_once(height, width):
    rows = [row for strip in strips(height, width) for row in range(height)[strip]]
    assert rows == list(range(height))


@pytest.mark.parametrize(("bits", "kind", "highest"), [(8, np.uint8, 255), (16, np.uint16, 65535)])
def test_levels_by_hand(bits, kind, highest):
    image = torch.tensor([-0.5, 0.0, 0.4 / highest, 0.6 / highest, 1.0, 7.0]).expand(1, 3, 1, 6)
    ((rows, levels),) = level_strips(image, bits=bits)
    assert (rows, levels.dtype, levels.shape) == (slice(0, 1), kind, (1, 6, 3))
    assert levels[0, :, 1].tolist() == [0, 0, 0, 1, highest, highest]


def test_the_size_of_a_strip_changes_nothing(monkeypatch):
    image = torch.rand(1, 3, 7, 5) * 1.2 - 0.1
    before = image.clone()
    ((_, whole),) = level_strips(image, bits=16)
    monkeypatch.setattr(module, "STRIP_PIXELS", 10)
    pieces = [levels for _, levels in level_strips(image, bits=16)]
    assert len(pieces) == 4 and np.array_equal(np.concatenate(pieces), whole)
    assert torch.equal(image, before)
