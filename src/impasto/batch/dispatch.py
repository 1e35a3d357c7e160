"""Share rows out to workers: one row at a time each, again to another worker if one dies."""

from __future__ import annotations

import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Any, Protocol

from impasto.batch.row import Outcome, Row
from impasto.errors import DeviceError

STARTS = 3
"""How often a worker may die while it starts, in a row, before it is given up."""

GROWN_BYTES = 1 << 30
"""A worker that holds so much more memory than after its first row is replaced."""

POLL_S = 1.0
"""Time between two looks at what takes too long."""

PATIENCE_S = 600.0
"""Time to wait for the first worker."""


def accept(about: dict[str, Any]) -> None:
    """Take a worker whatever it tells about itself."""


class Worker(Protocol):
    """A process, here or elsewhere, that paints one row after the other."""

    def start(self) -> Future[dict[str, Any]]:
        """Begin, or begin anew in place of what was there; the future tells about the process."""

    def submit(self, row: Row, attempt: int) -> Future[Outcome]:
        """Paint a row."""

    def has_died(self, error: BaseException) -> bool:
        """Whether a future's error means that the process is gone."""

    def kill(self) -> None:
        """End the process at once, whatever it does."""


@dataclass
class _Turn:
    """What a worker is doing: a row, or starting (no row)."""

    worker: Worker
    row: Row | None = None
    attempt: int = 0
    begin_s: float = field(default_factory=time.monotonic)
    too_long: bool = False


@dataclass
class Dispatcher:
    """Shares rows out.

    Args:
        workers: not started yet.
        retries: how often a row is given out again whose worker died.
        timeout_s: a row that takes longer fails, and its worker is replaced; None: no limit.
        check: called with what each worker tells about itself; it raises what is wrong.
        patience_s: time to wait for the first worker.
    """

    workers: Sequence[Worker]
    retries: int = 2
    timeout_s: float | None = None
    check: Callable[[dict[str, Any]], None] = accept
    patience_s: float = PATIENCE_S
    _turns: dict[Future[Any], _Turn] = field(default_factory=dict, init=False)
    _rows: deque[tuple[Row, int]] = field(default_factory=deque, init=False)
    _idle: list[Worker] = field(default_factory=list, init=False)
    _deaths: Counter[int] = field(default_factory=Counter, init=False)
    _memory: dict[int, int] = field(default_factory=dict, init=False)
    _started: bool = field(default=False, init=False)

    def run(self, rows: Sequence[Row]) -> Iterator[Outcome]:
        """Give out the rows, until all are done, or one could not be written.

        Yields:
            What became of each, in the order in which they are finished.
        Raises:
            DeviceError: no worker starts, or all are gone.
            ImpastoError: what ``check`` raises.
        """
        self._rows.extend((row, 1) for row in rows)
        begin_s, stopped = time.monotonic(), False
        try:
            for worker in self.workers[: len(rows)]:
                self._start(worker)
            while any(turn.row for turn in self._turns.values()) or (self._rows and not stopped):
                if not self._turns:
                    raise _no_worker(f"{len(self._rows)} rows are left", "see the log of the workers")
                finished, _ = wait(self._turns, timeout=POLL_S, return_when=FIRST_COMPLETED)
                for future in finished:
                    outcome = self._finish(future)
                    if outcome is not None:
                        yield outcome
                        stopped = stopped or outcome.status == "stopped"
                self._end_what_takes_too_long()
                if not self._started and time.monotonic() - begin_s > self.patience_s:
                    raise _no_worker(
                        f"none of {len(self.workers)} after {self.patience_s:.0f} s",
                        "fewer CPUs or GPUs for each job",
                    )
                while self._idle and self._rows and not stopped:
                    row, attempt = self._rows.popleft()
                    worker = self._idle.pop()
                    self._turns[worker.submit(row, attempt)] = _Turn(worker, row, attempt)
        finally:
            for worker in self.workers:
                worker.kill()

    def _start(self, worker: Worker) -> None:
        self._turns[worker.start()] = _Turn(worker)

    def _finish(self, future: Future[Any]) -> Outcome | None:
        """See to a worker that is ready, has finished a row, or is gone; the outcome if the row has one."""
        turn = self._turns.pop(future)
        error, key = future.exception(), id(turn.worker)
        if error is None and turn.row is None:
            self.check(future.result())
            self._started, self._deaths[key] = True, 0
            self._idle.append(turn.worker)
            return None
        if error is None:
            outcome: Outcome = future.result()
            self._go_on(turn.worker, outcome.memory_bytes)
            return outcome
        if not turn.worker.has_died(error):
            if turn.row is None:
                raise error
            self._idle.append(turn.worker)
            text = "".join(traceback.format_exception_only(error)).strip()
            return _failed(turn, turn.row, type(error).__name__, text)
        return self._bury(turn, error)

    def _bury(self, turn: _Turn, error: BaseException) -> Outcome | None:
        """Replace a worker that is gone, and give its row out again."""
        key = id(turn.worker)
        if turn.row is None:
            self._deaths[key] += 1
        self._memory[key] = 0
        if self._deaths[key] < STARTS:
            self._start(turn.worker)
        if turn.row is None:
            return None
        if turn.too_long:
            return _failed(turn, turn.row, "TimeoutError", f"it took longer than {self.timeout_s:g} s")
        if turn.attempt > self.retries:
            times = "once" if turn.attempt == 1 else f"{turn.attempt} times"
            text = f"the worker died {times} at this row, maybe for lack of memory; the last time: {error}"
            return _failed(turn, turn.row, "WorkerDied", text)
        self._rows.appendleft((turn.row, turn.attempt + 1))
        return None

    def _go_on(self, worker: Worker, held_bytes: int) -> None:
        """The worker is free again; it is replaced if it holds much more memory than after its first row."""
        first = self._memory.get(id(worker), 0) or held_bytes
        self._memory[id(worker)] = first
        if held_bytes - first > GROWN_BYTES:
            self._memory[id(worker)] = 0
            worker.kill()
            self._start(worker)
        else:
            self._idle.append(worker)

    def _end_what_takes_too_long(self) -> None:
        now_s, limit_s = time.monotonic(), self.timeout_s
        for turn in self._turns.values():
            if limit_s and turn.row and not turn.too_long and now_s - turn.begin_s > limit_s:
                turn.too_long = True
                turn.worker.kill()


def _failed(turn: _Turn, row: Row, kind: str, text: str) -> Outcome:
    """The outcome of a row whose worker is gone, or met an error that is no user's."""
    return Outcome(
        row=row.number,
        output=row.output,
        task=row.task,
        status="failed",
        seconds=round(time.monotonic() - turn.begin_s, 3),
        attempts=turn.attempt,
        error=text,
        error_kind=kind,
        settings_sha256=row.settings_sha256,
        stamp=row.stamp(),
    )


def _no_worker(got: str, attempt: str) -> DeviceError:
    return DeviceError("no worker starts", got=got, expected="at least one that answers", attempt=attempt)
