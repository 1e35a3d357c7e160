"""A task as data."""

from pathlib import Path

import pytest

from impasto.errors import SettingError
from impasto.registry import TASKS, find
from impasto.settings import StylizeSettings
from impasto.settings.task import PHOTO, STYLES, Input, Task, as_list, is_missing

ORNAMENT = Input(
    name="wall_ornament", kind="mask", label="Ornament", help="A mask.", metavar="MASK", positional=False
)
MAP = Input(name="map", kind="masks", label="Map", help="Maps.", required=False)


def task(*inputs, **more):
    return Task(name="frame", summary="Frame a photo.", settings=StylizeSettings, inputs=inputs, **more)


def test_missing_inputs_are_named_with_the_command():
    with pytest.raises(SettingError) as caught:
        task(PHOTO, STYLES, ORNAMENT, MAP).check_inputs({"style": "a.png"})
    assert str(caught.value).splitlines() == [
        "frame needs a photo and a style and an ornament",
        "  got       no photo, no ornament",
        "  expected  impasto frame PHOTO STYLE --wall-ornament MASK",
        "  try       impasto samples samples/  (writes some to play with)",
    ]


@pytest.mark.parametrize("nothing", [None, [], ()])
def test_an_input_that_is_none_or_an_empty_list_is_missing(nothing):
    assert is_missing(nothing)
    with pytest.raises(SettingError, match=r"got +no style\n"):
        task(PHOTO, STYLES).check_inputs({"content": "a.png", "style": nothing})


def test_inputs_that_suffice():
    task(PHOTO, STYLES, MAP).check_inputs({"content": "a.png", "style": ["b.png"]})
    task(PHOTO).check_inputs({"content": 0})  # whether it is a picture is not checked here
    assert not is_missing(0) and not is_missing([None]) and not is_missing("")


@pytest.mark.parametrize("name", TASKS)
def test_a_task_without_inputs_says_how_to_call_its_command(name):
    with pytest.raises(SettingError, match=f"(?s)^{name} needs an? .*expected  impasto {name} "):
        find(TASKS, name, kind="task").check_inputs({})


def test_usage_and_flag():
    assert (PHOTO.usage, STYLES.usage) == ("PHOTO", "STYLE")
    assert (ORNAMENT.flag, ORNAMENT.usage) == ("--wall-ornament", "--wall-ornament MASK")
    assert MAP.usage == "--map FILE"


@pytest.mark.parametrize(
    ("kind", "plural"),
    [
        ("picture", False),
        ("pictures", True),
        ("mask", False),
        ("masks", True),
        ("text", False),
        ("video", False),
        ("sound", False),
    ],
)
def test_plural_kinds(kind, plural):
    assert Input(name="x", kind=kind, label="X", help="X.").is_plural is plural


def test_paths_are_those_of_files_in_the_order_of_the_rows():
    inputs = {
        "map": ["m.png", None],
        "style": [Path("b.png"), ["folder/c.png", object()]],
        "content": "a.png",
        "unknown": "d.png",
    }
    row = task(PHOTO, STYLES, MAP)
    assert row.paths(inputs) == [Path("a.png"), Path("b.png"), Path("folder/c.png"), Path("m.png")]
    assert row.paths(inputs, "style") == [Path("b.png"), Path("folder/c.png")]
    assert row.paths(inputs, "style", "content") == [Path("a.png"), Path("b.png"), Path("folder/c.png")]
    assert row.paths({}) == []


def test_the_stem_is_that_of_the_positional_inputs():
    inputs = {"content": "in/cat.png", "style": ["wave.jpg", Path("in/scream.tif")], "map": ["m.png"]}
    assert task(PHOTO, STYLES, MAP).stem(inputs, StylizeSettings()) == "cat-wave-scream"


def test_the_stem_of_one_input_has_the_tasks_name():
    assert task(PHOTO, MAP).stem({"content": "cat.png"}, StylizeSettings()) == "cat-frame"
    assert task(STYLES).stem({"style": ["a.png", "b.png"]}, StylizeSettings()) == "a-b-frame"


def test_the_stem_may_be_of_other_inputs_or_made_by_a_function():
    inputs = {"content": "cat.png", "style": ["wave.jpg"], "map": ["m.png"]}
    assert task(PHOTO, STYLES, MAP, stem_inputs=("map", "content")).stem(inputs, StylizeSettings()) == "m-cat"
    by_size = task(PHOTO, result_stem=lambda inputs, settings: f"{inputs['content']}-{settings.size}")
    assert by_size.stem({"content": "cat"}, StylizeSettings(size=64)) == "cat-64"


def test_as_list():
    assert as_list([1, 2]) == as_list((1, 2)) == [1, 2]
    assert as_list("ab") == ["ab"] and as_list(None) == [None] and as_list({1: 2}) == [{1: 2}]
    given = [1]
    assert as_list(given) is not given
