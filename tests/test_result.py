import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from impasto.errors import OutputError, SettingError
from impasto.images import io
from impasto.result import Result, part_paths, read_record, record_path

ENTRY = {"name": "a", "path": None, "sha256": None}
RECORD = {"impasto_format": 1, "settings": {}, "versions": {}, "content": ENTRY, "styles": [ENTRY]}


def result():
    pixels = torch.tensor([200.25, 100.0, 50.0]).view(1, 3, 1, 1).expand(1, 3, 3, 4) / 255
    return Result(pixels, {"total": 1.0}, RECORD)


def test_the_record_lies_beside_the_picture_and_in_it(tmp_path):
    path = result().save(tmp_path / "out.png")
    assert record_path(path) == tmp_path / "out.json"
    expected = {**RECORD, "task": "stylize", "picture": "out.png"}  # records of 0.1 do not name this task
    assert read_record(path) == read_record(tmp_path / "out.json") == expected


def test_the_picture_of_8_bits_is_made_when_asked_for(tmp_path):
    painted = result()
    painted.save(tmp_path / "out.png")
    assert "image" not in vars(painted)
    assert painted.image is painted.image and painted.image.getpixel((3, 2)) == (200, 100, 50)
    with Image.open(tmp_path / "out.png") as opened:
        assert np.array_equal(opened, painted.image)


def test_notes_are_those_of_photo_and_styles():
    styles = [{"name": "a", "notes": ["rotated"]}, {"name": "b"}]
    record = {"content": {"name": "photo", "notes": ["turned upright"]}, "styles": styles}
    assert replace(result(), record=record).notes == ("photo: turned upright", "a: rotated")
    assert replace(result(), record={**record, "content": None}).notes == ("a: rotated",)
    assert replace(result(), record={}).notes == ()


@pytest.mark.parametrize("ending", ["png", "tif", "tiff"])
def test_16_bits_keep_what_8_bits_round_off(tmp_path, ending):
    path = result().save(tmp_path / f"out.{ending}", bits=16, dpi=300)
    assert (io.read(path).pixels - result().pixels).abs().max() < 0.5 / 65535
    expected = {**RECORD, "task": "stylize", "picture": path.name}
    assert read_record(path) == read_record(record_path(path)) == expected


def test_the_parts_of_a_series_are_written_beside_their_sheet(tmp_path):
    series = replace(result(), parts=(result(), result()))
    path = series.save(tmp_path / "out.png")
    names = ["out", "out-1", "out-2"]
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(
        f"{name}.{ending}" for name in names for ending in ("json", "png")
    )
    assert read_record(tmp_path / "out-2.png")["picture"] == "out-2.png"
    assert [file.name for file in part_paths(path, 10)][::9] == ["out-01.png", "out-10.png"]


def test_what_a_format_cannot_hold_is_not_begun(tmp_path):
    with pytest.raises(OutputError, match="JPEG holds no more than 8 bits"):
        result().save(tmp_path / "out.jpg", bits=16)
    with pytest.raises(SettingError, match="dpi is out of range"):
        result().save(tmp_path / "out.jpg", dpi=0)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_made(tmp_path):
    path = result().save(tmp_path / "a" / "b" / "out.png")
    assert path.exists() and record_path(path).exists()
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="output folder is a file"):
        result().save(tmp_path / "file" / "out.png")


@pytest.mark.parametrize("missing", ["settings", "versions", "content", "styles", "impasto_format"])
def test_a_record_without_a_part(tmp_path, missing):
    path = tmp_path / "out.json"
    path.write_text(json.dumps({key: value for key, value in RECORD.items() if key != missing}))
    with pytest.raises(SettingError, match="does not tell how a picture was made"):
        read_record(path)


@pytest.mark.parametrize("change", [{"styles": []}, {"styles": 3}, {"content": []}, {"settings": []}])
def test_a_record_with_a_wrong_part(tmp_path, change):
    path = tmp_path / "out.json"
    path.write_text(json.dumps({**RECORD, **change}))
    with pytest.raises(SettingError, match="does not tell how a picture was made"):
        read_record(path)
