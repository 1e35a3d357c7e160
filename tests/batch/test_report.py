"""The report: written a line at a time, read whatever happened to it."""

import json
import logging

import pytest

from impasto.batch.report import Report, read_report
from impasto.batch.row import Outcome
from impasto.errors import OutputError, SettingError


def outcome(number, status="done", **more):
    values = {"task": "stylize", "seconds": 1.0, "settings_sha256": "s", "stamp": "t", "inputs_sha256": "i"}
    return Outcome(row=number, output=f"{number}.png", status=status, **(values | more))


def test_what_was_written_is_read_and_the_last_line_counts(tmp_path):
    with Report(tmp_path) as report:
        report.write({"run": {"rows": 2}})
        report.add(outcome(1, "failed", error="no \u6ce2 picture"))
        report.add(outcome(2))
        report.add(outcome(1))
    entries = read_report(tmp_path / "report.jsonl")
    assert {name: entry.status for name, entry in entries.items()} == {"1.png": "done", "2.png": "done"}
    lines = (tmp_path / "report.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[1])["error"] == "no \u6ce2 picture"


def test_a_line_that_was_cut_is_passed_over(tmp_path, caplog):
    with Report(tmp_path) as report:
        report.add(outcome(1))
        report.add(outcome(2))
    path = tmp_path / "report.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    with Report(tmp_path) as report:
        report.add(outcome(3))
    with caplog.at_level(logging.WARNING):
        assert sorted(read_report(path)) == ["1.png", "3.png"]
    assert "1 lines cannot be read" in caplog.text


def test_there_need_be_no_report(tmp_path):
    assert read_report(tmp_path / "report.jsonl") == {}


def test_two_batches_in_one_folder(tmp_path):
    with Report(tmp_path), pytest.raises(SettingError, match="another batch is at work in this folder"):
        Report(tmp_path)
    Report(tmp_path).__exit__(None, None, None)


def test_a_full_disk(tmp_path):
    (tmp_path / "report.jsonl").symlink_to("/dev/full")
    with Report(tmp_path) as report, pytest.raises(OutputError, match=r"(?s)report cannot be written.*space"):
        report.add(outcome(1))


def test_a_folder_that_is_gone(tmp_path):
    with pytest.raises(OutputError, match="the report cannot be written"):
        Report(tmp_path / "gone")


def test_a_report_that_is_a_folder(tmp_path):
    (tmp_path / "report.jsonl").mkdir()
    with pytest.raises(OutputError, match="the report cannot be read"):
        read_report(tmp_path / "report.jsonl")


def test_clear(tmp_path):
    with Report(tmp_path) as report:
        report.add(outcome(1))
        report.clear()
        report.add(outcome(2))
    assert list(read_report(tmp_path / "report.jsonl")) == ["2.png"]
