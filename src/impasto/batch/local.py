"""Workers on this machine: a process each, with a context and threads of its own."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from functools import lru_cache
from multiprocessing.connection import wait
from typing import Any

import torch

from impasto import runtime
from impasto.batch.painter import Painter, Saving, worker_name
from impasto.batch.row import Outcome, Row

JOB_BYTES = 3 << 29
"""Memory of a job of 512 px, roughly (1.5 GiB); decides how many run at once if nobody says it."""


class ProcessWorker:
    """A process on this machine.

    Args:
        saving: where results go.
        threads: of the process.
        gpu: number of the GPU that it sees; None: as this process.
    """

    def __init__(self, saving: Saving, *, threads: int, gpu: int | None = None) -> None:
        self._saving, self._threads, self._gpu = saving, threads, gpu
        self._pool: ProcessPoolExecutor | None = None
        self._pid: int | None = None

    def start(self) -> Future[dict[str, Any]]:
        """Start a process in place of the one before; the future tells its pid and its versions."""
        self.kill()
        # Spawned, not forked: a fork of a process that has used torch's threads hangs.
        spawn = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(1, spawn, initializer=_begin, initargs=(self._threads, self._gpu))
        about = self._pool.submit(_about, self._saving)
        about.add_done_callback(self._remember)
        return about

    def submit(self, row: Row, attempt: int) -> Future[Outcome]:
        """Paint a row."""
        if self._pool is None:
            raise RuntimeError("start the worker first")
        return self._pool.submit(_paint, self._saving, row, attempt)

    def has_died(self, error: BaseException) -> bool:
        """Whether the process is gone."""
        return isinstance(error, BrokenExecutor)

    def kill(self) -> None:
        """End the process at once."""
        if self._pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGTERM)
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool, self._pid = None, None

    def _remember(self, about: Future[dict[str, Any]]) -> None:
        if not about.cancelled() and about.exception() is None:
            self._pid = about.result()["pid"]


def process_workers(saving: Saving, *, jobs: int | None, cpus_per_job: int) -> list[ProcessWorker]:
    """As many workers as were asked for, or as the machine carries.

    Args:
        saving: where results go.
        jobs: number of workers; None: one for each GPU, or as many as CPUs and memory allow.
        cpus_per_job: threads of each.
    """
    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    count = jobs or gpus or _jobs_of_cpus(cpus_per_job)
    return [
        ProcessWorker(saving, threads=cpus_per_job, gpu=number % gpus if gpus else None)
        for number in range(count)
    ]


def _jobs_of_cpus(cpus_per_job: int) -> int:
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    free = runtime.memory_bytes()[1]
    by_memory = cpus if free is None else free // JOB_BYTES
    return max(1, min(cpus // cpus_per_job, by_memory))


def _begin(threads: int, gpu: int | None) -> None:
    """What a worker does first: it leaves Ctrl-C to its parent, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = str(gpu)
    torch.set_num_threads(threads)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """End this process when another has ended: nobody would read what it paints."""
    wait([sentinel])
    os._exit(1)


@lru_cache(maxsize=1)
def _painter(folder: str, options: tuple[tuple[str, Any], ...]) -> Painter:
    """The painter of this process, made once."""
    from pathlib import Path

    return Painter(Saving(folder=Path(folder), options=dict(options)))


def _about(saving: Saving) -> dict[str, Any]:
    _painter(str(saving.folder), tuple(saving.options.items()))
    return {"worker": worker_name(), "pid": os.getpid(), "versions": runtime.versions()}


def _paint(saving: Saving, row: Row, attempt: int) -> Outcome:
    return _painter(str(saving.folder), tuple(saving.options.items())).paint(row, attempt=attempt)
