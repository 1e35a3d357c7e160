"""Sharing out rows, with workers that do as they are told."""

from concurrent.futures import Future

import pytest

from impasto.batch import dispatch
from impasto.batch.dispatch import GROWN_BYTES, Dispatcher
from impasto.batch.row import Outcome
from impasto.errors import DeviceError, SettingError


class DeadError(Exception):
    """The worker is gone."""


class FakeWorker:
    """Answers each row by a function of (row, attempt), which may raise; ``DeadError`` ends the worker."""

    def __init__(self, answer=None, start=None):
        self.answer, self.at_start = answer or (lambda row, attempt: {}), start
        self.starts, self.kills, self.rows, self.waiting = 0, 0, [], None

    def start(self):
        self.starts += 1
        return self._future(lambda: self.at_start(self.starts) if self.at_start else {"worker": "fake"})

    def submit(self, row, attempt):
        self.rows.append((row.number, attempt))
        return self._future(lambda: outcome_of(row, attempt, **self.answer(row, attempt)))

    def has_died(self, error):
        return isinstance(error, DeadError)

    def kill(self):
        self.kills += 1
        if self.waiting is not None:
            self.waiting.set_exception(DeadError("killed"))
            self.waiting = None

    def _future(self, make):
        future = Future()
        try:
            future.set_result(make())
        except HangError:
            self.waiting = future
        except Exception as error:
            future.set_exception(error)
        return future


class HangError(Exception):
    """Never answer."""


def outcome_of(row, attempt, **more):
    values = {"status": "done", "seconds": 0.0, "settings_sha256": "s", "stamp": "t", "attempts": attempt}
    return Outcome(row=row.number, output=row.output, task=row.task, **(values | more))


def failing(*times, error=DeadError):
    """Raises at these (row, attempt)."""

    def answer(row, attempt):
        if (row.number, attempt) in times or (row.number, None) in times:
            raise error("gone")
        return {}

    return answer


@pytest.fixture
def rows(row):
    return [row(number) for number in range(1, 6)]


def run(rows, *workers, **options):
    return {one.row: one for one in Dispatcher(workers, **options).run(rows)}


def test_each_row_once_and_all_workers_end(rows):
    workers = [FakeWorker(), FakeWorker()]
    assert sorted(run(rows, *workers)) == [1, 2, 3, 4, 5]
    assert sorted(row for worker in workers for row in worker.rows) == [(n, 1) for n in range(1, 6)]
    assert all(worker.rows and worker.kills for worker in workers)


def test_no_more_workers_are_started_than_there_are_rows(rows):
    workers = [FakeWorker() for _ in range(4)]
    run(rows[:2], *workers)
    assert [worker.starts for worker in workers] == [1, 1, 0, 0]


def test_a_row_whose_worker_dies_is_given_out_again(rows):
    worker = FakeWorker(failing((2, 1), (2, 2)))
    done = run(rows, worker, retries=2)
    assert done[2].status == "done" and done[2].attempts == 3
    assert worker.starts == 3


@pytest.mark.parametrize(("retries", "times"), [(0, "once"), (2, "3 times")])
def test_a_row_that_kills_every_worker_fails_and_the_others_are_painted(rows, retries, times):
    done = run(rows, FakeWorker(failing((2, None))), retries=retries)
    assert [one.row for one in done.values() if one.status == "failed"] == [2] and len(done) == 5
    assert done[2].error_kind == "WorkerDied" and f"the worker died {times} at this row" in done[2].error


def test_an_error_of_ours_fails_the_row_and_the_worker_goes_on(rows):
    worker = FakeWorker(failing((2, 1), error=ZeroDivisionError))
    done = run(rows, worker)
    assert done[2].status == "failed" and done[2].error == "ZeroDivisionError: gone"
    assert done[2].error_kind == "ZeroDivisionError" and worker.starts == 1 and len(done) == 5


def test_a_row_that_cannot_be_written_ends_the_run(rows):
    worker = FakeWorker(lambda row, attempt: {"status": "stopped"} if row.number == 2 else {})
    assert list(run(rows, worker)) == [1, 2]


def test_what_takes_too_long_fails_and_is_not_tried_again(rows, monkeypatch):
    monkeypatch.setattr(dispatch, "POLL_S", 0.01)
    worker = FakeWorker(failing((3, 1), error=HangError))
    done = run(rows, worker, timeout_s=0.05)
    assert done[3].status == "failed" and done[3].error == "it took longer than 0.05 s"
    assert len(done) == 5 and worker.starts == 2


def test_a_worker_that_grows_is_replaced(rows):
    worker = FakeWorker(lambda row, attempt: {"memory_bytes": 1 + row.number * GROWN_BYTES // 2})
    assert len(run(rows, worker)) == 5
    assert worker.starts == 2  # rows 1 to 4: three halves more than after the first


def test_workers_that_never_start(rows):
    def start(_):
        raise DeadError("no")

    worker = FakeWorker(start=start)
    with pytest.raises(DeviceError, match=r"(?s)no worker starts.*5 rows are left"):
        run(rows, worker)
    assert worker.starts == dispatch.STARTS


def test_one_worker_that_starts_is_enough(rows):
    def start(_):
        raise DeadError("no")

    assert len(run(rows, FakeWorker(start=start), FakeWorker())) == 5


def test_patience_has_an_end(rows, monkeypatch):
    monkeypatch.setattr(dispatch, "POLL_S", 0.01)

    def start(_):
        raise HangError

    with pytest.raises(DeviceError, match=r"(?s)none of 1 after 0 s.*fewer CPUs"):
        run(rows, FakeWorker(start=start), patience_s=0.05)


def test_an_error_at_the_start_is_told(rows):
    def start(_):
        raise SettingError("there is no network 'vgg20'")

    with pytest.raises(SettingError, match="vgg20"):
        run(rows, FakeWorker(start=start))


def test_what_a_worker_tells_is_checked(rows):
    def check(about):
        raise SettingError(f"not {about['worker']}")

    worker = FakeWorker()
    with pytest.raises(SettingError, match="not fake"):
        run(rows, worker, check=check)
    assert worker.kills == 1


def test_workers_end_if_nobody_listens_any_more(rows):
    worker = FakeWorker()
    outcomes = Dispatcher([worker]).run(rows)
    next(outcomes)
    outcomes.close()
    assert worker.kills == 1
