"""``impasto explain``, end to end."""

import sys

import pytest
from PIL import Image
from typer.testing import CliRunner

from impasto.cli import app
from impasto.explain.page import PageStep

TEST = ["--network", "test-net", "--layers", "relu1_1,relu2_1", "--content-layer", "relu2_1", "--size", "48",
        "--steps", "2"]  # fmt: skip


def run(*arguments):
    return CliRunner().invoke(app, ["explain", *map(str, arguments)], env={"COLUMNS": "200"})


def test_a_page_and_a_line_a_figure(photo, painting, tmp_path):
    out = tmp_path / "page"
    answer = run(photo, painting, "-o", out, "--figures", "feature-maps,receptive-field", *TEST)
    assert answer.exit_code == 0, answer.output
    assert (out / "index.html").exists() and (out / "receptive-fields.png").exists()
    lines = answer.stderr.splitlines()
    assert lines[0].startswith("feature-maps (1 of 2) after ") and lines[0].endswith(" left")
    assert lines[1].startswith("receptive-field (2 of 2) after ") and "left" not in lines[1]
    assert lines[2] == f"page {out / 'index.html'}"


def test_quiet(photo, painting, tmp_path):
    answer = run(photo, painting, "-o", tmp_path / "page", "--figures", "feature-maps", "--quiet", *TEST)
    assert answer.exit_code == 0 and answer.output == ""


@pytest.mark.parametrize("drawn", [0, 1])
def test_ctrl_c_keeps_what_is_drawn(drawn, photo, painting, tmp_path, monkeypatch):
    def steps(*_, **__):
        for number in range(1, drawn + 1):
            yield PageStep("feature-maps", number, 2, (), 1.0, 1.0)
        raise KeyboardInterrupt

    monkeypatch.setattr("impasto.explain.page_steps", steps)
    answer = run(photo, painting, "-o", tmp_path / "page", *TEST)
    assert answer.exit_code == 130 and "Traceback" not in answer.output
    said = " ".join(answer.stderr.split())
    assert ("the page so far is" in said) == bool(drawn) and "stopped" in said


CASES = {
    "nothing": ([], "got no photo"),
    "no painting": (["{photo}"], "got no painting"),
    "missing file": (["{photo}", "{dir}/nowhere.png"], "nowhere.png"),
    "unknown figure": (["{photo}", "{photo}", "--figures", "gram-matrx"], "did you mean 'gram-matrix'"),
    "unknown layer": (["{photo}", "{photo}", "--layers", "relu9_1"], "no layer 'relu9_1'"),
    "a folder that is a file": (["{photo}", "{photo}", "-o", "{photo}", *TEST], "folder cannot be made"),
    "too small a size": (["{photo}", "{photo}", "--size", "3"], "32"),
    "a picture too small": (["{dir}/thin.png", "{photo}", "-o", "{dir}/page"], "too small"),
    "no such folder": (
        ["{photo}", "{photo}", "--figures", "preferences", "--pictures", "{dir}/none", "-o", "{dir}/page",
         *TEST], "none"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_bad_input(case, photo, tmp_path):
    arguments, text = CASES[case]
    Image.new("RGB", (64, 8)).save(tmp_path / "thin.png")
    answer = run(*(a.format(photo=photo, dir=tmp_path) for a in arguments))
    assert answer.exit_code == 2, answer.output
    assert text in " ".join(answer.stderr.split()), answer.stderr
    assert "Traceback" not in answer.output


def test_without_matplotlib(photo, painting, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    answer = run(photo, painting, "-o", tmp_path / "page", *TEST)
    assert answer.exit_code == 2 and "impasto[explain]" in answer.stderr and not (tmp_path / "page").exists()
