"""All commands together; those of tasks are tested in ``tests/contracts/test_recipes.py`` too."""

import re

import pytest
import typer
from typer.testing import CliRunner

from impasto import __version__
from impasto.cli import EXTRAS, RUNS, app
from impasto.registry import TASKS

COMMANDS = typer.main.get_command(app).commands


def test_version():
    assert CliRunner().invoke(app, ["--version"]).output == f"impasto {__version__}\n"


def test_tasks_come_first_and_in_their_order():
    assert list(COMMANDS)[: len(TASKS)] == list(TASKS)
    assert {"demo", "evaluate", "explain", "samples", "studio", "networks", "doctor"} <= set(COMMANDS)
    assert {*EXTRAS, *RUNS} <= set(TASKS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_there_and_every_option_has_a_sentence(name):
    answer = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert answer.exit_code == 0 and COMMANDS[name].help.splitlines()[0] in " ".join(answer.output.split())
    for parameter in COMMANDS[name].params:
        assert re.search(r"[.)]$", parameter.help or ""), parameter.name


def test_without_a_command_the_help_is_shown():
    answer = CliRunner().invoke(app, [])
    assert "Usage" in answer.output and "stylize" in answer.output
