import numpy as np
import pytest
from PIL import Image

from impasto.errors import SettingError
from impasto.settings import DoodleSettings
from impasto.studio.tabs import doodle
from impasto.studio.uploads import brushed
from tests.studio.test_uploads import LIMITS, layer


def test_label_maps_have_the_palette_and_nothing_else(tmp_path):
    strokes = brushed({"layers": [layer(tmp_path, color="#3fb34a")]}, LIMITS)
    with_rest = np.asarray(doodle.labels(strokes, rest=True))
    assert {tuple(c) for c in with_rest.reshape(-1, 3)} == {(128, 128, 128), (60, 180, 75)}
    assert {tuple(c) for c in np.asarray(doodle.labels(strokes, rest=False)).reshape(-1, 3)} == {
        (60, 180, 75)
    }
    assert doodle.unbrushed(strokes) == pytest.approx(1 - 200 / 1200)
    assert doodle.unbrushed(None) == 1.0
    with pytest.raises(SettingError, match="nothing was drawn"):
        doodle.labels(None, rest=True)


def test_strokes_over_a_map_from_a_file(tmp_path):
    """Where nothing was brushed the map shows, and strokes take the nearest of its colours."""
    ground = Image.new("RGB", (80, 60), "#0000ff")
    colors = ("#0000ff", "#ffff00")
    strokes = brushed({"layers": [layer(tmp_path, color="#eeee10")]}, LIMITS)
    found = np.asarray(doodle.labels(strokes, rest=False, colors=colors, ground=ground))
    assert found.shape == (30, 40, 3)
    assert tuple(found[15, 20]) == (255, 255, 0)
    assert tuple(found[0, 0]) == (0, 0, 255)
    assert doodle.labels(None, rest=False, ground=ground).size == (80, 60)
    ground.paste("#ff0000", (0, 0, 40, 60))
    ground.save(tmp_path / "map.png")
    assert set(doodle.palette(tmp_path / "map.png", LIMITS)) == {"#ff0000", "#0000ff"}
    assert doodle.palette(None, LIMITS) == doodle.COLORS
    assert doodle.opened(None, LIMITS) is None
    assert doodle.opened(tmp_path / "map.png", LIMITS).size == (80, 60)


def test_a_painting_is_missed_before_a_map():
    names = ("style", "content", "style_map", "map_file", "doodle", "doodle_file")
    assert doodle.read_inputs(dict.fromkeys(names), LIMITS) == {"style": None, "content": None}
    with pytest.raises(SettingError, match="nothing was drawn"):
        doodle.read_inputs({**dict.fromkeys(names), "style": {"path": "/a.png"}}, LIMITS)


def test_strokes_become_maps(tmp_path):
    names = ("content", "map_file", "doodle_file")
    sent = {**dict.fromkeys(names), "style": {"path": "/a.png"}}
    sent |= {"style_map": {"layers": [layer(tmp_path)]}, "doodle": {"layers": [layer(tmp_path)]}}
    inputs = doodle.read_inputs(sent, LIMITS)
    assert len(inputs["style_map"].getcolors()) == 2  # the brush's colour and the rest
    assert str(inputs["style"]) == "/a.png"


def test_a_sketch_is_small_and_quick():
    small = doodle.sketch(DoodleSettings(size=512))
    assert (small.size, small.method, small.steps) == (160, "statistics", 5)
