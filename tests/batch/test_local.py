"""Processes on this machine; those that are real paint with the tiny network."""

import os
import signal
import threading

import pytest
import torch

from impasto.batch import local
from impasto.batch.local import ProcessWorker, process_workers
from impasto.batch.painter import Painter, Saving
from impasto.batch.report import read_report
from impasto.batch.run import Batch
from impasto.images import io
from impasto.settings import StylizeSettings
from impasto.settings.batch import BatchSettings
from tests.batch.conftest import QUICK


@pytest.mark.slow
def test_a_batch_with_a_worker_killed_half_way_and_bad_files(row, photos, painting, tmp_path, monkeypatch):
    """All in one run, as starting processes is slow: the same pixels as in this process, and a report."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    (tmp_path / "zero.jpg").write_bytes(b"")
    (tmp_path / "cut.png").write_bytes(photos[0].read_bytes()[:2000])
    slow = StylizeSettings.of({**QUICK, "steps": 100, "tolerance": 0, "size": 64})
    rows = [row(1, settings=slow)]
    for number, name in enumerate(("zero.jpg", "cut.png"), 2):
        rows.append(row(number, inputs={"content": str(tmp_path / name), "style": [str(painting)]}))
    rows += [row(number, inputs={"content": str(photos[number % 3]), "style": [str(painting)]})
             for number in range(4, 8)]  # fmt: skip
    saving = Saving(folder=tmp_path / "out")
    pids = []
    begun = ProcessWorker.submit

    def submit(self, row, attempt):
        future = begun(self, row, attempt)
        if row.number == 1 and not pids:
            pids.append(self._pid)
            threading.Timer(0.2, os.kill, (self._pid, signal.SIGKILL)).start()
        return future

    monkeypatch.setattr(ProcessWorker, "submit", submit)
    batch = Batch(rows, tmp_path / "out", BatchSettings(jobs=2))
    outcomes = {outcome.row: outcome for outcome in batch.outcomes()}
    assert {number: one.status for number, one in outcomes.items()} == {
        1: "done", 2: "failed", 3: "failed", 4: "done", 5: "done", 6: "done", 7: "done"}  # fmt: skip
    assert outcomes[1].attempts == 2 and not outcomes[1].worker.endswith(f":{pids[0]}")
    assert "file is empty" in outcomes[2].error and "cut short" in outcomes[3].error
    assert str(batch.summary) == "5 painted, 2 failed" and not batch.summary.is_complete
    entries = read_report(tmp_path / "out" / "report.jsonl")
    assert {name: entry.status for name, entry in entries.items()} == {
        row.output: outcomes[row.number].status for row in rows}  # fmt: skip
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        here = Painter(Saving(folder=tmp_path / "here"))
        for one in (rows[0], rows[4]):
            here.paint(one)
            pixels = [io.read(folder / one.output).pixels for folder in (saving.folder, tmp_path / "here")]
            assert torch.equal(*pixels)
    finally:
        torch.set_num_threads(threads)
    assert sorted(path.name for path in saving.folder.iterdir() if path.suffix == ".part") == []
    again = Batch(rows, tmp_path / "out", BatchSettings(), resume=True)
    assert [len(part) for part in (again.plan.todo, again.plan.done, again.plan.failed)] == [0, 5, 2]
    assert list(again.outcomes()) == [] and not again.summary.is_complete


@pytest.mark.parametrize(
    ("cpus", "free_gib", "gpus", "asked", "per_job", "jobs"),
    [(8, 64, 0, None, 1, 8), (8, 64, 0, None, 3, 2), (8, 4, 0, None, 1, 2), (1, 0.5, 0, None, 4, 1),
     (8, None, 0, None, 1, 8), (8, 64, 2, None, 1, 2), (8, 64, 2, 5, 1, 5)],
)  # fmt: skip
def test_how_many_work_at_once(monkeypatch, tmp_path, cpus, free_gib, gpus, asked, per_job, jobs):
    free = None if free_gib is None else int(free_gib * 2**30)
    monkeypatch.setattr(local.os, "sched_getaffinity", lambda pid: set(range(cpus)))
    monkeypatch.setattr(local.runtime, "memory_bytes", lambda: (None, free))
    monkeypatch.setattr(local.torch.cuda, "is_available", lambda: gpus > 0)
    monkeypatch.setattr(local.torch.cuda, "device_count", lambda: gpus)
    workers = process_workers(Saving(folder=tmp_path), jobs=asked, cpus_per_job=per_job)
    assert len(workers) == jobs
    seen = [worker._gpu for worker in workers]
    assert seen == ([number % gpus for number in range(jobs)] if gpus else [None] * jobs)


def test_a_worker_has_to_be_started(tmp_path, row):
    worker = ProcessWorker(Saving(folder=tmp_path), threads=1)
    with pytest.raises(RuntimeError, match="start the worker first"):
        worker.submit(row(), 1)
    worker.kill()
