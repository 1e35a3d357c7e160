from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from impasto.errors import PictureError, SettingError
from impasto.settings import StudioSettings
from impasto.studio.shares import MOST_STYLES, shares_of, shown_shares
from impasto.studio.tabs import doodle, stylize, texture
from impasto.studio.uploads import brushed, mask_of, path_of, paths_of

LIMITS = StudioSettings(max_megapixels=0.01)


def layer(tmp_path, box=(10, 10, 30, 20), color="#3cb44b", size=(40, 30)):
    picture = Image.new("RGBA", size)
    picture.paste(color, box)
    path = tmp_path / "layer.png"
    picture.save(path)
    return {"path": str(path)}


def test_paths(tmp_path):
    assert path_of(None) is None
    assert str(path_of({"path": "/a/b.png"})) == "/a/b.png"
    assert paths_of(None) == []
    assert [p.name for p in paths_of([{"image": {"path": "/a.png"}}, {"video": {"path": "/b.mp4"}}])] == [
        "a.png", "b.mp4",
    ]  # fmt: skip


def test_what_was_brushed(tmp_path):
    assert brushed(None, LIMITS) is None
    assert brushed({"layers": []}, LIMITS) is None
    assert brushed({"layers": [layer(tmp_path, box=(0, 0, 0, 0))]}, LIMITS) is None
    mask = np.asarray(mask_of(brushed({"layers": [layer(tmp_path)]}, LIMITS)))
    assert mask[15, 20] == 255
    assert mask.sum() == 255 * 20 * 10


def test_a_layer_that_is_none(tmp_path):
    with pytest.raises(PictureError, match=r"(?s)brushed layer is too large.*at most 0.01"):
        brushed({"layers": [layer(tmp_path, size=(200, 200))]}, LIMITS)
    with pytest.raises(PictureError, match=r"(?s)more than one brushed layer.*2.*one"):
        brushed({"layers": [layer(tmp_path), layer(tmp_path)]}, LIMITS)
    with pytest.raises(PictureError, match="the brushed layer is no picture"):
        brushed({"layers": [{"url": "data:image/png;base64,!"}]}, LIMITS)


def written(format):  # Pillow's word
    file = BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, format)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"no",
        written("EPS"),  # Pillow would start Ghostscript for it
        written("JPEG"),
        written("PNG")[:-30],
        written("PNG").replace(b"IHDR", b"IHDX"),
        written("PNG")[:40] + b"\xff" * 20,
    ],
)
def test_files_that_are_no_layer(tmp_path, data):
    file = tmp_path / "layer.png"
    file.write_bytes(data)
    with pytest.raises(PictureError, match="the brushed layer is no picture") as caught:
        brushed({"layers": [{"path": str(file)}]}, LIMITS)
    assert str(tmp_path) not in str(caught.value)


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


def test_shares():
    assert shares_of({"share_0": 1, "share_1": 0.5}, 2) == {"style_weights": (1.0, 0.5)}
    assert shares_of({"share_0": 1}, 1) == {}
    assert shown_shares((0.7, 0.3), 3) == {"share_0": 0.7, "share_1": 0.3, "share_2": 1.0}
    assert shown_shares((4, 2), 2) == {"share_0": 1.0, "share_1": 0.5}
    assert shown_shares(None, 1) == {"share_0": 1.0}
    assert MOST_STYLES == StudioSettings.info()["max_styles"].high


def test_masks_of_the_stylize_tab(tmp_path):
    mask = Image.new("L", (4, 4))
    assert stylize.controls({}).keep is None
    assert stylize.controls({"mask": mask}).keep is mask
    two = stylize.controls({"mask": mask, "brushed": stylize.SECOND, "styles": [1, 2]})
    assert two.content_mask is mask
    with pytest.raises(SettingError, match=r"(?s)second painting.*1 paintings"):
        stylize.controls({"mask": mask, "brushed": stylize.SECOND, "styles": [1]})


def test_what_is_missing():
    with pytest.raises(SettingError, match=r"(?s)a photo and at least one painting.*no photo"):
        stylize.job({"styles": ["a"]}, None)
    with pytest.raises(SettingError, match="no painting"):
        stylize.job({"content": "a", "styles": []}, None)
    with pytest.raises(SettingError, match="at least one painting is needed"):
        texture.job({"styles": []}, None)
    with pytest.raises(SettingError, match="a painting is needed"):
        doodle.job({}, None)
