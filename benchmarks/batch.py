"""Rates of ``impasto batch``, and what a long manifest costs: the numbers of docs/scale.md.

Run: python benchmarks/batch.py rates PHOTOS PAINTING | rows

Seconds are the processor's, as other work on the machine lengthens those of the clock.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from impasto.batch.manifest import read_manifest
from impasto.batch.plan import plan
from impasto.batch.report import Report, read_report
from impasto.batch.row import Outcome
from impasto.batch.run import run_batch
from impasto.settings.batch import BatchSettings

CASES = {
    "recolor --emotion cold, as it is": {"task": "recolor", "emotion": "cold"},
    "stylize --preset instant, 256 px": {"preset": "instant", "size": 256},
    "stylize --preset instant, 512 px": {"preset": "instant", "size": 512},
}
"""What is painted: the columns of a row besides photo and painting."""

FEW, MANY = 2, 12
"""Rows of two batches; the difference is without the start of the process."""

ROWS = 100_000


def processor_s() -> float:
    """Seconds of the processor that ended children have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def batch_s(photos: list[Path], painting: Path, columns: dict[str, object], count: int) -> float:
    """Seconds of the processor for a batch of so many rows, in one process of one thread."""
    style = {} if columns.get("task") == "recolor" else {"style": str(painting)}
    rows = [{"content": str(photo), **style, **columns} for photo in islice(cycle(photos), count)]
    before = processor_s()
    with tempfile.TemporaryDirectory() as folder:
        summary = run_batch(rows, folder, jobs=1, cpus_per_job=1)
        time.sleep(1)  # the process ends after the batch
    if summary.done != count:
        raise SystemExit(f"{summary}")
    return processor_s() - before


def rates(folder: Path, painting: Path) -> None:
    """Print seconds a picture of each case."""
    photos = sorted(folder.glob("*.jpg"))[:MANY]
    print("| picture | processor seconds | a core, an hour |\n| --- | --- | --- |")
    for name, columns in CASES.items():
        few = batch_s(photos, painting, columns, FEW)
        one_s = (batch_s(photos, painting, columns, MANY) - few) / (MANY - FEW)
        print(f"| {name} | {one_s:.2f} | {3600 / one_s:.0f} |  start {few - FEW * one_s:.1f} s", flush=True)


def rows() -> None:
    """Print what a manifest of many rows costs before the first is painted."""
    with tempfile.TemporaryDirectory() as name:
        folder, settings = Path(name), BatchSettings()
        with (folder / "m.jsonl").open("w") as file:
            for number in range(ROWS):
                line = {
                    "content": f"photos/{number % 1000:03}/p{number:07}.jpg",
                    "style": "s.jpg",
                    "size": 256,
                }
                file.write(json.dumps(line) + "\n")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begin = time.process_time()
        made = read_manifest(folder / "m.jsonl", folder / "out", settings)
        read_s = time.process_time() - begin
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        print(f"{ROWS} rows: read and checked in {read_s:.1f} s, {grown / 1024:.0f} MB")
        with Report(folder) as report:
            begin = time.process_time()
            for row in made:
                report.add(
                    Outcome(row=row.number, output=row.output, task=row.task, status="done", seconds=1.234,
                            inputs_sha256=64 * "0", settings_sha256=row.settings_sha256, stamp=row.stamp(),
                            worker="some-host-name:123456", memory_bytes=400_000_000))  # fmt: skip
            report_s = time.process_time() - begin
            size = report.path.stat().st_size / ROWS
        print(f"report: {report_s / ROWS * 1e6:.0f} us and {size:.0f} bytes a row")
        begin = time.process_time()
        plan(made, read_report(folder / "report.jsonl"), folder, resume=True)
        print(f"resume: {time.process_time() - begin:.1f} s")


if __name__ == "__main__":
    if sys.argv[1] == "rates":
        rates(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        rows()
