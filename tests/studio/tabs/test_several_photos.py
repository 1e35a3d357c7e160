"""The tab of sets, without a server."""

import json
from zipfile import ZipFile

import pytest
from PIL import Image

import impasto
from impasto.errors import PictureError, SettingError
from impasto.images import io
from impasto.settings import StudioSettings
from impasto.studio.limits import check_count
from impasto.studio.tabs.several_photos import PHOTOS, TAB, read
from tests.conftest import drawn
from tests.studio.tabs.test_media_tabs import events

QUICK = {
    "network": "test-net",
    "style_layers": ["relu1_1", "relu2_1"],
    "content_layers": ["relu2_1"],
    "size": 64,
    "scales": 1,
    "steps": 3,
}


@pytest.fixture
def photos(tmp_path):
    """Three photos; two have the same name, in two folders."""
    paths = [tmp_path / name for name in ("a/sea.png", "b/sea.png", "a/hill.png")]
    for seed, path in enumerate(paths):
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(drawn(seed, 40 + 8 * seed, 56)).save(path)
    return paths


def test_a_set_in_one_zip(tmp_path, photos, painting):
    progress, made = events(TAB, tmp_path, {"content": photos, "style": [painting]}, QUICK)
    assert [one.where for one in progress][::3] == [
        "photo 1 of 3: sea.png",
        "photo 2 of 3: sea.png",
        "photo 3 of 3: hill.png",
    ]
    assert progress[0].picture.size == (64, 46)
    archive, record = made.files
    with ZipFile(archive) as files:
        names = files.namelist()
        assert names[:2] == ["sea.png", "sea.json"]
        assert {"sea-2.png", "hill.png", "contact-sheet.jpg", "set.json"} < set(names)
        with files.open("hill.png") as file:
            picture = io.read(file).pixels
    alone = impasto.stylize(photos[2], painting, **QUICK).pixels
    assert (picture - alone).abs().max() <= 0.51 / 255  # as stylize paints it, in 8 bits
    told = json.loads(record.read_text())
    assert [row["picture"] for row in told["photos"]] == ["sea.png", "sea-2.png", "hill.png"]
    assert told["settings"]["steps"] == 3
    assert str(tmp_path) not in record.read_text()
    assert "Contact sheet of 3 paintings" in made.shown


def test_a_damaged_photo_is_left_out(tmp_path, photos, painting):
    photos[1].write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    _, made = events(TAB, tmp_path, {"content": photos, "style": [painting]}, QUICK)
    assert len(made.notes) == 1
    assert made.notes[0].startswith("sea.png was left out: ")
    with ZipFile(made.files[0]) as files:
        assert sum(name.endswith(".png") for name in files.namelist()) == 2
    with pytest.raises(PictureError):
        events(TAB, tmp_path, {"content": [photos[1]], "style": [painting]}, QUICK)


def test_a_set_that_is_stopped_is_what_is_finished(tmp_path, photos, painting):
    inputs = {"content": photos, "style": [painting]}
    _, made = events(TAB, tmp_path, inputs, QUICK, stop_after=4)
    assert made.interrupted
    with ZipFile(made.files[0]) as files:
        assert [name for name in files.namelist() if name.endswith(".png")] == ["sea.png"]
    _, made = events(TAB, tmp_path, inputs, QUICK, stop_after=1)
    assert made.interrupted
    assert not made.files


def test_limits_of_a_set(photos):
    limits = StudioSettings(max_photos=2)
    with pytest.raises(SettingError, match=r"(?s)content: more than this studio allows.*--max-photos"):
        check_count({"content": photos}, limits)
    check_count({"content": photos[:2]}, limits)
    assert TAB.needed == "at least one photo and at least one style"
    assert PHOTOS.is_plural


def test_what_was_sent():
    sent = {
        "content": [{"image": {"path": "/a.png"}}, {"image": {"path": "/b.png"}}],
        "style": [{"image": {"path": "/c.png"}}, {"image": {"path": "/d.png"}}],
        "weight_0": 1,
        "weight_1": 0.5,
    }
    inputs, settings = read(sent)
    assert [path.name for path in inputs["content"]] == ["a.png", "b.png"]
    assert settings == {"style_weights": (1.0, 0.5)}
