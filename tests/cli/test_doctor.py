"""``impasto doctor``."""

import json

from typer.testing import CliRunner

from impasto.cli import app


def run(*arguments):
    return CliRunner().invoke(app, ["doctor", *arguments])


def test_json_and_lines_say_the_same():
    facts = json.loads(run("--json").stdout)
    assert {"impasto", "python", "torch", "cpu", "threads", "devices"} <= set(facts)
    assert any("cache" in key for key in facts)
    assert [line.split()[0] for line in run().output.splitlines()] == [key.split()[0] for key in facts]
