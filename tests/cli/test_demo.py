"""``impasto demo``."""

import numpy as np
import pytest
from PIL import Image
from rich.progress import Progress
from typer.testing import CliRunner

from impasto.cli import app


def run(out, *arguments):
    return CliRunner().invoke(app, ["demo", "-o", str(out), "--size", "96", "--steps", "2", *arguments])


@pytest.mark.slow
def test_three_paintings_a_sheet_and_an_animation(tmp_path):
    answer = run(tmp_path / "demo")
    assert answer.exit_code == 0, answer.output
    names = {path.name for path in (tmp_path / "demo").iterdir()}
    assert {"sheet.png", "rocket-swirl.png", "rocket-swirl.json", "rocket-swirl.gif"} <= names
    with Image.open(tmp_path / "demo" / "sheet.png") as sheet:
        assert np.asarray(sheet.convert("RGB")).std() > 30
    assert "s of painting" in answer.stderr.replace("\n", " ")


@pytest.mark.slow
def test_ctrl_c_keeps_the_painting_in_progress(tmp_path, monkeypatch):
    def interrupted(self, *args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(Progress, "update", interrupted)
    answer = run(tmp_path / "demo")
    assert answer.exit_code == 130 and "stopped; the paintings so far are there" in answer.stderr
    names = {path.name for path in (tmp_path / "demo").iterdir()}
    assert "rocket-swirl.png" in names and "sheet.png" not in names


def test_a_folder_that_is_a_file(tmp_path):
    path = tmp_path / "file"
    path.write_text("here")
    answer = run(path)
    assert answer.exit_code == 2 and "cannot be made" in answer.stderr and path.read_text() == "here"
