"""A command out of a task's row."""

import inspect
import json

import pytest
from typer.testing import CliRunner

import impasto
from impasto.cli import app
from impasto.cli.recipe_command import Extra, check_files, plan, recipe_command
from impasto.errors import PictureError, SettingError
from impasto.settings import StylizeSettings
from impasto.settings.dream import TASK as DREAM
from impasto.settings.recolor import TASK as RECOLOR
from impasto.settings.stylize import TASK

QUICK = {
    "network": "test-net",
    "style_layers": ("relu1_1",),
    "content_layers": ("relu3_1",),
    "size": 48,
    "steps": 2,
    "scales": 1,
}


def test_inputs_come_first_then_files_then_settings():
    command = recipe_command("stylize")
    names = list(inspect.signature(command).parameters)
    assert names[:8] == [
        "content",
        "style",
        "content_mask",
        "style_mask",
        "keep",
        "fine_style",
        "strength_mask",
        "from_record",
    ]
    assert names[8] == "out" and names[-len(StylizeSettings.info()) :] == list(StylizeSettings.info())
    assert command.__name__ == "stylize" and command.__doc__.startswith(TASK.summary)


def test_ctrl_c_is_explained_where_there_are_steps():
    assert "Ctrl-C" in recipe_command("stylize").__doc__ and "Ctrl-C" not in recipe_command("recolor").__doc__


def test_a_missing_input():
    with pytest.raises(SettingError, match="stylize needs a photo and a style"):
        plan(TASK, {"content": None, "style": None}, None, {})


@pytest.fixture
def saved(photo, painting, tmp_path):
    return impasto.stylize(photo, painting, seed=3, **QUICK).save(tmp_path / "out.png")


def test_settings_and_inputs_of_a_record_unless_given_anew(saved, photo, painting):
    recipe, inputs, settings = plan(TASK, {}, saved, {"seed": 5})
    assert recipe.name == "stylize" and inputs == {"content": photo, "style": [painting]}
    assert (settings.seed, settings.steps, settings.size) == (5, 2, 48)
    assert plan(TASK, {"keep": photo}, saved, {})[1]["keep"] == photo


@pytest.mark.parametrize("name", ["content", "style"])
def test_a_record_brings_its_own_pictures(saved, photo, name):
    with pytest.raises(SettingError, match=f"(?s)--from brings its own pictures.*{photo} as well"):
        plan(TASK, {name: [photo] if name == "style" else photo}, saved, {})


@pytest.mark.parametrize(
    ("before", "given", "options", "expected"),
    [
        ({"palette": "sunset"}, {}, {"emotion": "cold"}, (False, "cold")),
        ({"emotion": "cold"}, {"palette": "sunset"}, {}, (True, None)),
        ({"emotion": "cold"}, {}, {}, (False, "cold")),
    ],
)
def test_one_of_two_alternatives_replaces_the_other(photo, tmp_path, before, given, options, expected):
    out = impasto.recolor(photo, **before).save(tmp_path / "out.png")
    _, inputs, settings = plan(RECOLOR, given, out, options)
    assert ("palette" in inputs, settings.emotion) == expected


def test_the_result_of_a_record_lies_beside_it(saved, tmp_path):
    assert CliRunner().invoke(app, ["stylize", "--from", str(saved)]).exit_code == 0
    record = json.loads((tmp_path / "out-again.json").read_text())
    assert record["picture"] == "out-again.png" and record["settings"]["seed"] == 3


@pytest.mark.parametrize(("given", "runs"), [([], 0), (["--count", "0"], 1), (["--count", "2"], 1)])
def test_an_extra_option_counts_if_it_is_given(given, runs, photo, painting):
    """The value 0 is given too."""
    import typer

    calls = []
    option = inspect.Parameter("count", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=int | None)
    extra = Extra(option, run_call=lambda value, call: calls.append(value))
    one = typer.Typer()
    one.command()(recipe_command("stylize", extras=(extra,), run=lambda call: None))
    answer = CliRunner().invoke(one, [str(photo), str(painting), *given])
    assert answer.exit_code == 0, answer.output
    assert len(calls) == runs


def test_files_are_looked_for_before_anything_is_loaded(photo, painting, tmp_path):
    check_files(TASK, {"content": photo, "style": [painting, tmp_path], "style_mask": ["red", "no.png"]})
    with pytest.raises(PictureError, match=r"picture is missing\n  got .*none.png"):
        check_files(TASK, {"content": photo, "style": [painting, tmp_path / "none.png"]})
    with pytest.raises(PictureError, match=r"picture is missing\n  got .*none.png"):
        check_files(TASK, {"content": photo, "style": [painting], "keep": tmp_path / "none.png"})
    with pytest.raises(PictureError, match="picture is a folder"):
        check_files(TASK, {"content": tmp_path, "style": [painting]})
    check_files(RECOLOR, {"content": photo, "palette": "sunset"})


def test_names_of_results(tmp_path):
    photo, guide = tmp_path / "photo.png", tmp_path / "guide.png"
    dream = DREAM.settings()
    assert DREAM.stem({"content": photo}, dream) == "photo-dream"
    assert DREAM.stem({"content": photo, "guide": guide}, dream) == "photo-guide-dream"
    assert TASK.stem({"content": photo, "style": [guide, photo]}, TASK.settings()) == "photo-guide-photo"
