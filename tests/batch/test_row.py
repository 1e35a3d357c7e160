"""What tells one row from another."""

import os

import pytest
from PIL import Image

from impasto.batch.row import Outcome
from impasto.settings import StylizeSettings
from tests.conftest import drawn


def test_the_hash_of_inputs_is_of_their_contents(row, photos, painting, tmp_path):
    first = row().inputs_sha256()
    moved = tmp_path / "elsewhere.png"
    moved.write_bytes(photos[0].read_bytes())
    assert row(inputs={"content": str(moved), "style": [str(painting)]}).inputs_sha256() == first
    assert row(inputs={"content": str(photos[1]), "style": [str(painting)]}).inputs_sha256() != first
    assert row(inputs={"content": str(painting), "style": [str(photos[0])]}).inputs_sha256() != first


def test_a_changed_file_is_noticed_by_hash_and_stamp(row, photos):
    before = row().inputs_sha256(), row().stamp()
    Image.fromarray(drawn(9)).save(photos[0])
    os.utime(photos[0], ns=(1, 1))
    after = row().inputs_sha256(), row().stamp()
    assert before[0] != after[0] and before[1] != after[1]


def test_a_touched_file_has_another_stamp_and_the_same_hash(row, photos):
    before = row().inputs_sha256(), row().stamp()
    os.utime(photos[0], ns=(1, 1))
    assert row().inputs_sha256() == before[0] and row().stamp() != before[1]


def test_a_folder_counts_by_its_pictures(row, photos, painting):
    inputs = {"content": str(painting), "style": [str(photos[0].parent)]}
    first = row(inputs=inputs).inputs_sha256()
    (photos[0].parent / "._a.png").write_bytes(b"x")
    assert row(inputs=inputs).inputs_sha256() == first
    photos[2].unlink()
    assert row(inputs=inputs).inputs_sha256() != first


def test_the_start_counts_as_an_input(row, photos):
    by_photo = StylizeSettings.of({"init": str(photos[1])})
    first = row(settings=by_photo).inputs_sha256()
    assert first != row().inputs_sha256()
    photos[1].write_bytes(photos[2].read_bytes())
    assert row(settings=by_photo).inputs_sha256() != first


def test_the_hash_of_settings_is_of_task_and_all_values(row):
    first = row().settings_sha256
    assert row(settings=StylizeSettings.of({"size": 49})).settings_sha256 != first
    assert row(task="background").settings_sha256 != first
    assert row(number=7).settings_sha256 == first and len(first) == 64


def test_missing_files(row, tmp_path):
    gone = str(tmp_path / "gone.png")
    assert row().missing() == []
    assert row(inputs={"content": gone, "style": ["navy"]}).missing() == [gone]
    assert row(inputs={"content": gone}).stamp() == row(inputs={"content": gone}).stamp()
    with pytest.raises(OSError):
        row(inputs={"content": gone}).inputs_sha256()


def test_an_outcome_leaves_out_what_is_empty():
    outcome = Outcome(
        row=1, output="a.png", task="stylize", status="done", seconds=1.0, settings_sha256="s", stamp="t"
    )
    assert "error" not in outcome.to_dict() and outcome.to_dict()["memory_bytes"] == 0
