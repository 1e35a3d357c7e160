"""What every command of a task can write."""

import inspect
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from impasto.cli import app
from impasto.cli.outputs import ONLY_WITH_STEPS, Outputs, check, parameters
from impasto.errors import OutputError, SettingError
from impasto.result import Result


def test_defaults_of_the_file_are_those_of_python():
    saved = inspect.signature(Result.save).parameters
    assert {name: getattr(Outputs(), name) for name in ("bits", "dpi")} == {
        name: saved[name].default for name in ("bits", "dpi")
    }


def test_a_task_without_steps_has_nothing_to_watch_or_resume():
    every = [parameter.name for parameter in parameters()]
    few = [parameter.name for parameter in parameters(has_steps=False)]
    assert every == list(vars(Outputs()))
    assert [name for name in every if name not in few] == list(ONLY_WITH_STEPS)


def test_json_is_said_alone():
    assert Outputs(json=True).silent and Outputs(quiet=True).silent and not Outputs().silent


@pytest.mark.parametrize(
    ("outputs", "error", "text"),
    [
        ({"preview": "out.png"}, SettingError, "picture and preview have the same name"),
        ({"animate": "out.json"}, SettingError, "record and animation have the same name"),
        ({"checkpoint": "photo.png"}, SettingError, "the checkpoint would replace a picture"),
        ({"checkpoint": "x" * 300}, OutputError, "the name of the output is too long"),
        ({"bits": 12}, SettingError, "bits must be 8 or 16"),
    ],
)
def test_what_cannot_be_written(tmp_path, outputs, error, text):
    given = {name: tmp_path / value if isinstance(value, str) else value for name, value in outputs.items()}
    with pytest.raises(error, match=text):
        check(Outputs(**given), tmp_path / "out.png", [tmp_path / "photo.png"])
    assert not list(tmp_path.iterdir())


def test_names_are_compared_by_their_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingError, match="the picture would replace a picture it is painted from"):
        check(Outputs(), Path("photo.png"), [tmp_path / "photo.png"])


def test_brackets_in_a_name_are_no_markup(photo, tmp_path):
    out = tmp_path / "[bold]out.png"
    arguments = ["recolor", str(photo), "--palette", "sepia", "-o", str(out)]
    answer = CliRunner().invoke(app, arguments, env={"COLUMNS": "300"})
    assert answer.exit_code == 0 and str(out) in answer.stderr
    record = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)
    assert record["picture"] == str(out)
