"""A task with its functions, and a run out of its record."""

import json

import numpy as np
import pytest
from PIL import Image

import impasto
from impasto.errors import PictureError, SettingError
from impasto.recipes.stylize import RECIPE
from impasto.result import read_record
from impasto.settings.doodle import TASK as DOODLE
from impasto.settings.stylize import TASK
from impasto.synthesis.context import Context
from impasto.synthesis.recipe import Recipe, describe_controls, find_recipe, from_record, recorded_input
from impasto.synthesis.run import drain
from tests.conftest import drawn

QUICK = {
    "network": "test-net",
    "content_layers": ("relu3_1",),
    "style_layers": ("relu1_1",),
    "size": 48,
    "steps": 2,
    "scales": 1,
}


@pytest.fixture
def saved(photo, painting, tmp_path):
    """A picture with a record."""
    return impasto.stylize(photo, painting, **QUICK).save(tmp_path / "out.png")


def test_a_name():
    assert find_recipe("stylize") is RECIPE
    with pytest.raises(SettingError, match=r"(?s)there is no task 'stilize'.*did you mean 'stylize'"):
        find_recipe("stilize")


def test_steps_are_those_of_the_job_unless_given(photo, painting):
    assert Recipe.of(TASK, steps=print).job is None
    made = []

    def job(inputs, settings, context):
        made.append(inputs)
        return RECIPE.job(inputs, settings, context)

    inputs = {"content": photo, "style": painting}
    result = drain(Recipe.of(TASK, job=job).steps(inputs, TASK.settings.of(QUICK), Context()))
    assert made == [inputs] and np.array_equal(result.image, impasto.stylize(photo, painting, **QUICK).image)


def test_a_record_of_another_task(saved):
    for record in (saved, saved.with_suffix(".json")):
        with pytest.raises(SettingError) as caught:
            from_record(record, task="texture")
        assert "the record is of another command" in str(caught.value)
        assert f"impasto stylize --from {record}" in str(caught.value)


def test_a_record_as_a_mapping(saved):
    record = read_record(saved)
    recipe, inputs, settings = from_record(record)
    assert recipe is RECIPE and sorted(inputs) == ["content", "style"] and settings.steps == 2
    with pytest.raises(SettingError, match=r"(?s)the record, made by impasto stylize.*--from FILE"):
        from_record(record, task="dream")


def test_the_first_records_do_not_name_their_task(saved):
    record = {name: value for name, value in json.loads(saved.with_suffix(".json").read_text()).items()
              if name != "task"}  # fmt: skip
    assert from_record(record)[0] is RECIPE


def test_pictures_in_memory_cannot_be_read_again(photo, tmp_path):
    result = impasto.stylize(photo, drawn(1), **QUICK)
    with pytest.raises(PictureError, match=r"(?s)given in memory, not as files.*style 1.*impasto.stylize"):
        from_record(result.record)


def test_what_has_changed_is_logged(saved, painting, caplog):
    record = read_record(saved)
    from_record(record)
    assert not caplog.records
    Image.fromarray(drawn(9)).save(painting)
    from_record({**record, "versions": {**record["versions"], "torch": "0.1"}, "interrupted": True})
    assert [message.getMessage() for message in caplog.records] == [
        f"{painting} has changed since the record was written",
        "made with another version of torch: pixels may differ",
        "the record is of a run that was stopped; this one goes on to its end",
    ]


def test_a_folder_with_other_pictures_is_logged(photo, painting, tmp_path, caplog):
    folder = tmp_path / "painter"
    folder.mkdir()
    painting.rename(folder / "one.png")
    result = impasto.stylize(photo, folder, **QUICK)
    Image.fromarray(drawn(3)).save(folder / "two.png")
    _, inputs, _ = from_record(result.record)
    assert inputs["style"] == [folder]
    assert f"{folder} has other pictures than when the record was written" in caplog.text


def test_controls_are_kept_under_the_keys_of_their_rows(photo):
    inputs = {"style": photo, "style_map": photo, "doodle": photo, "content": None}
    controls = describe_controls(DOODLE.inputs, inputs)
    assert sorted(controls) == ["content_mask", "style_mask"]
    rows = {row.name: row for row in DOODLE.inputs}
    record = {"content": None, "styles": [controls["style_mask"]], "controls": controls}
    assert recorded_input(record, rows["doodle"]) == recorded_input(record, rows["style"]) == photo
    assert recorded_input(record, rows["content"]) is None


def test_several_masks_are_a_list_with_colours_and_none(photo):
    rows = {row.name: row for row in TASK.inputs}
    controls = describe_controls(TASK.inputs, {"style_mask": [photo, "red", None]})
    assert [entry and entry["name"] for entry in controls["style_mask"]] == ["photo", "red", None]
    assert recorded_input({"controls": controls}, rows["style_mask"]) == [photo, "red", None]
