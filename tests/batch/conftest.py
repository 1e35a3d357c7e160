"""Rows that paint in a moment."""

import pytest
from PIL import Image

from impasto.batch.row import Row
from impasto.settings import StylizeSettings
from tests.conftest import drawn

QUICK = {
    "network": "test-net",
    "content_layers": "relu3_1",
    "style_layers": "relu1_1,relu2_1",
    "size": 48,
    "steps": 2,
    "scales": 1,
    "device": "cpu",
    "precision": "float32",
}
"""Settings of rows that paint in a moment; the same for all."""


@pytest.fixture
def photos(tmp_path):
    """Three photos."""
    paths = [tmp_path / "in" / f"{name}.png" for name in "abc"]
    (tmp_path / "in").mkdir()
    for number, path in enumerate(paths):
        Image.fromarray(drawn(number)).save(path)
    return paths


@pytest.fixture
def row(photos, painting):
    """Makes a row of the first photo; what is given replaces its attributes."""

    def make(number=1, **changes):
        values = {
            "task": "stylize",
            "inputs": {"content": str(photos[0]), "style": [str(painting)]},
            "settings": StylizeSettings.of(QUICK),
            "output": f"{number}.png",
        }
        return Row(number=number, **(values | changes))

    return make
