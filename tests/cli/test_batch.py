"""The command from end to end; the work itself is tested in tests/batch."""

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from impasto.batch import run as run_module
from impasto.batch.painter import Painter
from impasto.cli import app
from impasto.cli import batch as command
from tests.batch.conftest import QUICK
from tests.conftest import drawn


class HereWorker:
    """Paints in this process, so that the tests of the command are quick."""

    def __init__(self, saving):
        self.painter = Painter(saving)

    def start(self):
        return self._done({"worker": "here"})

    def submit(self, row, attempt):
        return self._done(self.painter.paint(row, attempt=attempt))

    def has_died(self, error):
        return False

    def kill(self):
        pass

    def _done(self, value):
        from concurrent.futures import Future

        future = Future()
        future.set_result(value)
        return future


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working folder: two photos, a painting, a bad file, a manifest of three rows."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("impasto.batch.local.process_workers", lambda saving, **options: [HereWorker(saving)])
    for name, seed in (("a", 0), ("b", 1), ("p", 2)):
        Image.fromarray(drawn(seed)).save(tmp_path / f"{name}.png")
    (tmp_path / "bad.png").write_bytes(b"")
    lines = [{**QUICK, "content": f"{name}.png", "style": "p.png"} for name in ("a", "bad", "b")]
    (tmp_path / "m.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return tmp_path


def run(*words):
    return CliRunner().invoke(app, ["batch", *map(str, words)], env={"COLUMNS": "200"})


def test_a_bad_row_does_not_end_the_batch(folder):
    answer = run("m.jsonl", "-o", "out")
    assert answer.exit_code == 1
    assert "3 rows: 3 to paint -> out, on this machine" in answer.output
    assert "failed line 2: bad-p.png: file is empty" in answer.output
    assert "out: 2 painted, 1 failed" in answer.output
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        "a-p.json", "a-p.png", "b-p.json", "b-p.png", "report.jsonl"]  # fmt: skip


def test_resume_and_retry_failed(folder):
    run("m.jsonl", "-o", "out")
    answer = run("m.jsonl", "-o", "out")
    assert answer.exit_code == 2 and "report of an earlier run" in answer.output
    answer = run("m.jsonl", "-o", "out", "--resume")
    assert answer.exit_code == 1
    assert "0 to paint, 2 there already, 1 failed before (--retry-failed) -> out" in answer.output
    assert "1 to paint, 2 there already" in run("m.jsonl", "-o", "out", "--retry-failed").output
    (folder / "bad.png").write_bytes((folder / "a.png").read_bytes())  # mended, so it is tried again
    answer = run("m.jsonl", "-o", "out", "--resume")
    assert answer.exit_code == 0 and "out: 1 painted, 2 there already" in answer.output
    assert "3 to paint" in run("m.jsonl", "-o", "out", "--force", "--dry-run").output


def test_a_dry_run_paints_nothing_and_tells_of_missing_files(folder):
    (folder / "b.png").unlink()
    answer = run("m.jsonl", "-o", "out", "--dry-run")
    assert answer.exit_code == 0 and not (folder / "out").exists()
    assert f"missing line 3: {folder}/b.png" in answer.output and "1 rows would fail" in answer.output


def test_a_row_alone_is_the_picture_of_the_command(folder):
    run("m.jsonl", "-o", "out", "-q")
    settings = [word for name, value in QUICK.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    CliRunner().invoke(app, ["stylize", "a.png", "p.png", "-o", "alone.png", *settings])
    with Image.open("out/a-p.png") as one, Image.open("alone.png") as other:
        assert np.array_equal(np.asarray(one), np.asarray(other))


def test_columns_for_all_rows_and_other_formats(folder):
    (folder / "m.csv").write_text("content\na.png\nb.png\n")
    words = ["--set", "style=p.png"]
    words += [word for name, value in QUICK.items() for word in ("--set", f"{name}={value}")]
    answer = run("m.csv", "-o", "out", "--suffix", ".tiff", "--bits", "16", "--dpi", "300", *words)
    assert answer.exit_code == 0, answer.output
    with Image.open("out/a-p.tiff") as picture:
        assert round(float(picture.info["dpi"][0])) == 300


def test_json_and_quiet(folder):
    answer = run("m.jsonl", "-o", "out", "--json")
    summary = json.loads(answer.stdout)
    assert (summary["done"], summary["failed"], summary["left"]) == (2, 1, 0)
    answer = run("m.jsonl", "-o", "out", "--resume", "-q")
    assert answer.output == ""


def test_a_full_disk_stops_the_batch_and_resume_goes_on(folder, monkeypatch):
    import errno

    def refuse(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.touch", refuse)
        answer = run("m.jsonl", "-o", "out")
    assert answer.exit_code == 1 and "stopped output could not be written" in answer.output
    assert "No space left on device" in answer.output
    assert "out: 3 left" in answer.output and "--resume paints what is left" in answer.output
    answer = run("m.jsonl", "-o", "out", "--resume")
    assert "3 to paint" in answer.output and "2 painted, 1 failed" in answer.output


def test_a_disk_that_is_too_full_for_the_report(folder, monkeypatch):
    from impasto.batch.report import Report
    from impasto.errors import OutputError

    def refuse(self, outcome):
        raise OutputError("the report cannot be written", got="No space left on device")

    monkeypatch.setattr(Report, "add", refuse)
    answer = run("m.jsonl", "-o", "out")
    assert answer.exit_code == 1 and "1 painted, 2 left" in answer.output
    assert "the report cannot be written" in answer.output


def test_ctrl_c(folder, monkeypatch):
    def interrupted(self):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(run_module.Batch, "outcomes", interrupted)
    answer = run("m.jsonl", "-o", "out")
    assert answer.exit_code == 130 and "3 left; stopped" in answer.output


def test_a_line_a_minute_where_there_is_no_terminal(folder, monkeypatch):
    monkeypatch.setattr(command, "SAY_EVERY_S", -1.0)
    assert "1 painted, 1 failed, 1 left; 0 min left" in run("m.jsonl", "-o", "out").output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "no manifest"),
        (["m.jsonl"], "no folder"),
        (["gone.jsonl", "-o", "out"], "the manifest is missing"),
        (["m.jsonl", "-o", "out", "--set", "size"], "--set takes a column and its value"),
        (["m.jsonl", "-o", "out", "--set", "siez=3"], "did you mean 'size'"),
        (["m.jsonl", "-o", "out", "--suffix", ".jpg", "--bits", "16"], "JPEG holds no more than 8 bits"),
        (["m.jsonl", "-o", "out", "--jobs", "0"], "jobs is too small"),
        (["m.jsonl", "-o", "a.png"], "output folder cannot be made"),
    ],
)
def test_what_cannot_be(folder, words, told):
    answer = run(*words)
    assert answer.exit_code == 2 and told in answer.output, answer.output


def test_in_python(folder):
    import impasto

    seen = []
    rows = [{**QUICK, "content": "a.png", "style": "p.png"}]
    summary = impasto.run_batch(rows, "out", jobs=1, save_options={"bits": 16}, see=seen.append)
    assert summary.is_complete and seen[0].output == "a-p.png"
    assert str(impasto.run_batch(rows, "out", resume=True)) == "1 there already"
    assert str(impasto.run_batch("m.jsonl", "out", resume=True)) == "1 painted, 1 there already, 1 failed"
