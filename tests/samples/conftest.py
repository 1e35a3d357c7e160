"""Each sample style, drawn once at a small size."""

from __future__ import annotations

import pytest

from impasto.registry import find
from impasto.samples import DRAWINGS, STYLES
from impasto.samples.noise import Pixels

SMALL = (288, 240)


@pytest.fixture(scope="session")
def drawings() -> dict[str, Pixels]:
    return {name: find(DRAWINGS, name, kind="sample style")(SMALL) for name in STYLES}
