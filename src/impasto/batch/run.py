"""A batch from its rows to its report."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Unpack

from impasto.batch.dispatch import Dispatcher, Worker, accept
from impasto.batch.manifest import read_manifest, rows_of
from impasto.batch.painter import Saving, remove_parts
from impasto.batch.plan import Plan, plan
from impasto.batch.report import NAME, Report, read_report
from impasto.batch.row import Outcome, Row
from impasto.errors import OutputError
from impasto.images.atomic_write import make_folder
from impasto.runtime import versions
from impasto.settings.batch import BatchOptions, BatchSettings

log = logging.getLogger(__name__)


@dataclass
class Summary:
    """How many rows came to what.

    Attributes:
        done: painted now.
        skipped: there already.
        failed: failed now.
        failed_before: failed in an earlier run, and not tried again.
        left: not begun, or stopped by what is in ``problem``.
        seconds: of the whole run.
        problem: why the run ended before its end; empty if it did not.
    """

    done: int = 0
    skipped: int = 0
    failed: int = 0
    failed_before: int = 0
    left: int = 0
    seconds: float = 0.0
    problem: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether every row has its result."""
        return not (self.failed or self.failed_before or self.left)

    def add(self, outcome: Outcome) -> None:
        """Count a row that was left until now."""
        if outcome.status == "done":
            self.done += 1
        elif outcome.status == "failed":
            self.failed += 1
        else:
            self.problem = self.problem or outcome.error
            return
        self.left -= 1

    def __str__(self) -> str:
        """Such as "5 painted, 1 failed"; what is 0 is left out."""
        counts = {
            "painted": self.done,
            "there already": self.skipped,
            "failed": self.failed,
            "failed before": self.failed_before,
            "left": self.left,
        }
        return ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "nothing painted"


@dataclass
class Batch:
    """Rows, and how they are painted.

    Args:
        rows: of the manifest.
        folder: of the results; it is made if needed.
        settings: jobs, retries, time limit.
        save_options: keywords of ``Result.save``, such as bits and dpi.
        ray: address of a cluster; None: processes on this machine.
        resume, retry_failed, force: as ``plan``.

    Raises:
        OutputError: the folder cannot be made, or its report cannot be read.
        SettingError: as ``plan``.
    """

    rows: Sequence[Row]
    folder: Path
    settings: BatchSettings = field(default_factory=BatchSettings)
    save_options: Mapping[str, Any] = field(default_factory=dict)
    ray: str | None = None
    resume: bool = False
    retry_failed: bool = False
    force: bool = False
    plan: Plan = field(init=False)
    summary: Summary = field(init=False)

    def __post_init__(self) -> None:
        self.folder = Path(self.folder).resolve()
        entries = read_report(self.folder / NAME)
        self.plan = plan(
            self.rows,
            entries,
            self.folder,
            resume=self.resume,
            retry_failed=self.retry_failed,
            force=self.force,
        )
        self.summary = Summary(
            skipped=len(self.plan.done), failed_before=len(self.plan.failed), left=len(self.plan.todo)
        )

    def outcomes(self) -> Generator[Outcome, None, Summary]:
        """Paint what is to be done; the report has each outcome before it is yielded.

        Yields:
            What became of each row, in the order in which they are finished.
        Returns:
            The summary; ``self.summary`` is the same at any time.
        Raises:
            OutputError: the folder or the report cannot be written.
            SettingError: another batch is at work in the folder, or a worker has other versions.
            DeviceError: there is no cluster, or no worker starts.
        """
        begin_s = time.monotonic()
        make_folder(self.folder)
        with Report(self.folder) as report:
            folders = {(self.folder / row.output).parent for row in self.rows}
            remove_parts(folders)  # what a killed run has left
            if self.force:
                report.clear()
            if self.plan.todo:
                report.write(self._about())
            try:
                for outcome in self._dispatched():
                    self.summary.add(outcome)
                    try:
                        report.add(outcome)
                    except OutputError as error:  # the disk is full: the row will be painted again
                        self.summary.problem = str(error)
                        yield outcome
                        break
                    yield outcome
            finally:
                remove_parts(folders)
                self.summary.seconds = round(time.monotonic() - begin_s, 1)
        return self.summary

    def _dispatched(self) -> Iterator[Outcome]:
        saving = Saving(folder=self.folder, options=self.save_options)
        s, folder = self.settings, self.folder
        check: Callable[[dict[str, Any]], None] = accept
        workers: Sequence[Worker]
        if not self.plan.todo:
            return iter(())
        if self.ray is None:
            from impasto.batch.local import process_workers

            workers = process_workers(saving, jobs=s.jobs, cpus_per_job=s.cpus_per_job)
        else:
            from impasto.batch.on_ray import check_worker, ray_workers

            workers = ray_workers(
                self.ray, saving, jobs=s.jobs, cpus_per_job=s.cpus_per_job, gpus_per_job=s.gpus_per_job
            )
            check = partial(check_worker, folder=folder)
        log.info("%d rows for %d workers", len(self.plan.todo), len(workers))
        dispatcher = Dispatcher(workers, retries=s.retries, timeout_s=s.timeout, check=check)
        return dispatcher.run(self.plan.todo)

    def _about(self) -> dict[str, Any]:
        """First line of a run in the report."""
        run = {
            "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "rows": len(self.rows),
            "todo": len(self.plan.todo),
            "on": "this machine" if self.ray is None else f"ray {self.ray}",
            "versions": versions(),
        }
        return {"run": run}


def missing_inputs(rows: Iterable[Row]) -> dict[int, list[str]]:
    """{number of a row: its input files that are not there}, for a dry run."""
    return {row.number: missing for row in rows if (missing := row.missing())}


def run_batch(
    rows: str | Path | Iterable[Mapping[str, Any]],
    folder: str | Path,
    *,
    columns: Mapping[str, Any] | None = None,
    save_options: Mapping[str, Any] | None = None,
    ray: str | None = None,
    resume: bool = False,
    retry_failed: bool = False,
    force: bool = False,
    see: Callable[[Outcome], None] | None = None,
    **options: Unpack[BatchOptions],
) -> Summary:
    """Paint the rows of a manifest, in processes of this machine or on a Ray cluster, and report on each.

    Processes are spawned, so a script calls it below ``if __name__ == "__main__":``.

    Args:
        rows: a manifest, .jsonl or .csv; or the rows themselves: {column: value}, with paths relative to the
            current folder.
        folder: of the results and of ``report.jsonl``; it is made if needed.
        columns: values of the rows that leave a column out.
        save_options: keywords of ``Result.save``, such as bits and dpi.
        ray: address of a Ray cluster; None: processes on this machine.
        resume: paint what an earlier run has left.
        retry_failed: the same, and try again what failed.
        force: paint all again, whatever is there.
        see: called with what became of each row.
        **options: fields of ``BatchSettings``.
    Returns:
        How many rows came to what.
    Raises:
        SettingError: the rows cannot be used, the folder has a report and it is not said what to do about it,
            or another batch is at work in it.
        OutputError: the folder cannot be written to, or a result would replace a picture that is read.
        DeviceError: no worker starts, or no cluster answers.
    """
    settings, place = BatchSettings.of(dict(options)), Path(folder)
    if isinstance(rows, (str, Path)):
        made = read_manifest(rows, place, settings, columns=columns)
    else:
        made = rows_of(enumerate(rows, 1), place, settings, base=Path.cwd(), columns=columns)
    batch = Batch(
        made,
        place,
        settings,
        save_options=save_options or {},
        ray=ray,
        resume=resume,
        retry_failed=retry_failed,
        force=force,
    )
    for outcome in batch.outcomes():
        if see is not None:
            see(outcome)
    return batch.summary
