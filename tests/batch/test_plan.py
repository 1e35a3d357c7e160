"""Which rows are painted again."""

import os

import pytest

from impasto.batch.plan import plan
from impasto.batch.report import Entry
from impasto.errors import SettingError
from impasto.settings import StylizeSettings


def entry(row, status):
    return Entry(status, row.settings_sha256, row.inputs_sha256(), row.stamp())


@pytest.fixture
def rows(row, tmp_path):
    """Four rows: done, failed, stopped, never begun; and the report about them."""
    rows = [row(number) for number in (1, 2, 3, 4)]
    (tmp_path / "1.png").write_bytes(b"x")
    entries = {
        r.output: entry(r, status) for r, status in zip(rows, ("done", "failed", "stopped"), strict=False)
    }
    return rows, entries


def numbers(rows):
    return [row.number for row in rows]


def test_without_a_report_all_are_painted(rows, tmp_path):
    assert numbers(plan(rows[0], {}, tmp_path).todo) == [1, 2, 3, 4]


def test_a_report_asks_what_to_do(rows, tmp_path):
    with pytest.raises(SettingError, match=r"(?s)report of an earlier run.*3 rows.*--resume.*--retry-failed"):
        plan(*rows, tmp_path)


def test_resume_paints_what_was_stopped_or_never_begun(rows, tmp_path):
    made = plan(*rows, tmp_path, resume=True)
    assert (numbers(made.todo), numbers(made.done), numbers(made.failed)) == ([3, 4], [1], [2])


def test_retry_failed_paints_what_failed_too(rows, tmp_path):
    made = plan(*rows, tmp_path, retry_failed=True)
    assert (numbers(made.todo), numbers(made.done), numbers(made.failed)) == ([2, 3, 4], [1], [])


def test_force_paints_all(rows, tmp_path):
    assert numbers(plan(*rows, tmp_path, force=True).todo) == [1, 2, 3, 4]


def test_a_result_that_is_gone_is_painted_again(rows, tmp_path):
    (tmp_path / "1.png").unlink()
    assert numbers(plan(*rows, tmp_path, resume=True).todo) == [1, 3, 4]


def test_a_changed_input_is_painted_again_even_if_it_failed(rows, photos, tmp_path):
    photos[0].write_bytes(photos[1].read_bytes())
    assert numbers(plan(*rows, tmp_path, resume=True).todo) == [1, 2, 3, 4]


def test_a_touched_input_is_not(rows, photos, tmp_path):
    os.utime(photos[0], ns=(1, 1))
    assert numbers(plan(*rows, tmp_path, resume=True).done) == [1]


def test_a_missing_input_is_painted_again_so_that_it_is_told(rows, photos, tmp_path):
    photos[0].unlink()
    assert numbers(plan(*rows, tmp_path, resume=True).todo) == [1, 2, 3, 4]


def test_changed_settings_are_painted_again(rows, row, tmp_path):
    others = [row(number, settings=StylizeSettings.of({"size": 49})) for number in (1, 2)]
    assert numbers(plan(others, rows[1], tmp_path, resume=True).todo) == [1, 2]
