import json

import pytest
from PIL import Image

from impasto.errors import OutputError, SettingError
from impasto.result import Result, read_record, record_path

ENTRY = {"name": "a", "path": None, "sha256": None}
RECORD = {"impasto_format": 1, "settings": {}, "versions": {}, "content": ENTRY, "styles": [ENTRY]}


def result():
    return Result(Image.new("RGB", (4, 3), (200, 100, 50)), {"total": 1.0}, RECORD)


def test_the_record_lies_beside_the_picture_and_in_it(tmp_path):
    path = result().save(tmp_path / "out.png")
    assert record_path(path) == tmp_path / "out.json"
    assert read_record(path) == read_record(tmp_path / "out.json") == {**RECORD, "picture": "out.png"}


def test_nothing_is_written_to_a_missing_folder(tmp_path):
    with pytest.raises(OutputError, match="output folder is missing"):
        result().save(tmp_path / "none" / "out.png")
    assert list(tmp_path.iterdir()) == []


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
