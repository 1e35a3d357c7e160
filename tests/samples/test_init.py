from __future__ import annotations

import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import skimage

from impasto.errors import SettingError
from impasto.samples import DRAWINGS, PHOTOS, STYLES, photo, style
from impasto.samples.noise import Pixels
from tests.samples.drawing import statistics


def test_names():
    assert STYLES == ("swirl", "mosaic", "woodcut", "watercolour", "pointillism", "stained-glass")
    assert PHOTOS == ("astronaut", "chelsea", "coffee", "rocket")


def test_style_is_the_drawing_at_full_size():
    from impasto.samples.woodcut import draw

    picture = style("woodcut")
    assert picture.mode == "RGB"
    assert picture.size == (960, 768)
    assert np.array_equal(np.asarray(picture), draw())


@pytest.mark.parametrize("name", STYLES)
def test_full_size_is_768_or_more(name: str):
    from inspect import signature

    from impasto.registry import find

    assert min(signature(find(DRAWINGS, name, kind="style")).parameters["size"].default) >= 768


@pytest.mark.parametrize("name", PHOTOS)
def test_photos_are_inside_the_package(name: str):
    picture = photo(name)
    assert picture.mode == "RGB"
    assert min(picture.size) >= 300
    assert np.asarray(picture).std() > 20
    folder = Path(skimage.__file__).parent / "data"
    assert list(folder.glob(f"{name}.*")), f"{name} would have to be fetched"


@pytest.mark.parametrize("name", STYLES)
def test_styles_are_rich(name: str, drawings: dict[str, Pixels]):
    values = statistics(drawings[name])
    assert values[3:6].max() > 0.13  # spread of the colours
    assert values[6] > 0.03  # marks of the medium: mean slope of lightness between neighbours
    assert len(np.unique(drawings[name].reshape(-1, 3) // 16, axis=0)) > 150


def test_styles_differ(drawings: dict[str, Pixels]):
    for one, other in combinations(STYLES, 2):
        gap = np.abs(statistics(drawings[one]) - statistics(drawings[other])).max()
        assert gap > 0.08, (one, other)


def test_unknown_style():
    with pytest.raises(SettingError) as error:
        style("mosaik")
    text = str(error.value)
    assert text.startswith("there is no sample style 'mosaik'")
    assert "one of swirl, mosaic, woodcut, watercolour, pointillism, stained-glass" in text
    assert "did you mean 'mosaic'?" in text


def test_unknown_photo():
    with pytest.raises(SettingError) as error:
        photo("astronut")
    text = str(error.value)
    assert text.startswith("there is no sample photo 'astronut'")
    assert "one of astronaut, chelsea, coffee, rocket" in text
    assert "did you mean 'astronaut'?" in text


def test_import_is_light():
    heavy = "('numpy', 'PIL', 'skimage', 'torch')"
    code = f"import sys, impasto.samples; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
