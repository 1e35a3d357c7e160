"""``impasto batch``: the rows of a manifest, each a picture of its own."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import INTERRUPTED, notes
from impasto.cli.options import with_settings
from impasto.errors import SettingError
from impasto.settings.batch import BatchSettings

if TYPE_CHECKING:
    from rich.console import Console

    from impasto.batch.row import Outcome
    from impasto.batch.run import Batch

SAY_EVERY_S = 60.0
"""Seconds between two lines on the progress where the output is no terminal."""


@with_settings(BatchSettings)
def batch(
    manifest: Annotated[
        Path | None,
        typer.Argument(
            metavar="MANIFEST", help=".jsonl or .csv: a line for each picture.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="DIR", help="Folder of the results; it is made if needed."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="COLUMN=VALUE", help="For rows that leave this column out; repeatable."
        ),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Paint what an earlier run has left.")] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="As --resume, and try what failed again.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Paint all again, whatever is there.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, paint nothing.")] = False,
    ray: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Work on this Ray cluster: auto, or HOST:PORT of its head."),
    ] = None,
    bits: Annotated[int | None, typer.Option(metavar="8|16", help="Bits a channel of pictures.")] = None,
    dpi: Annotated[int | None, typer.Option(metavar="N", help="Pixels an inch of pictures.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    *,
    options: dict[str, Any],
) -> None:
    """Paint every row of a manifest; its columns are the inputs and settings of a task."""
    if manifest is None or out is None:
        raise SettingError(
            "a manifest and a folder are needed",
            got="no manifest" if manifest is None else "no folder",
            expected="impasto batch MANIFEST.jsonl|.csv -o DIR",
            attempt='a line such as {"content": "photo.jpg", "style": "painting.jpg"} in pictures.jsonl',
        )
    settings = BatchSettings.of(options)
    columns = dict(map(_column, column or []))
    with notes(quiet=quiet or as_json) as console:
        from impasto.batch.manifest import read_manifest
        from impasto.batch.run import Batch

        rows = read_manifest(manifest, out, settings, columns=columns)
        given = {"bits": bits, "dpi": dpi}
        save_options = {name: value for name, value in given.items() if value is not None}
        _check_formats({Path(row.output).suffix for row in rows}, save_options)
        work = Batch(
            rows,
            out,
            settings,
            save_options=save_options,
            ray=ray,
            resume=resume,
            retry_failed=retry_failed,
            force=force,
        )
        _say_plan(work, out, console)
        if dry_run:
            _say_missing(work, console)
            return
        interrupted = _work(work, console, quiet=quiet or as_json)
        _say_summary(work, out, console, interrupted=interrupted)
        if as_json:
            print(json.dumps(vars(work.summary)))
        if interrupted:
            raise typer.Exit(INTERRUPTED)
        if not work.summary.is_complete:
            raise typer.Exit(1)


def _column(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise SettingError(
            "--set takes a column and its value", got=text, expected="COLUMN=VALUE", attempt="--set size=512"
        )
    return name.strip(), value.strip()


def _check_formats(suffixes: set[str], save_options: dict[str, Any]) -> None:
    """Check that pictures can be written with these endings; others belong to other kinds of results."""
    from impasto.images.io import FORMATS, check_output

    for suffix in sorted(suffixes):
        if suffix.lower() in FORMATS and save_options:
            check_output(Path(f"picture{suffix}"), **save_options)


def _say_plan(work: Batch, out: Path, console: Console) -> None:
    from rich.markup import escape

    plan, parts = work.plan, [f"{len(work.plan.todo)} to paint"]
    parts += [f"{len(plan.done)} there already"] if plan.done else []
    parts += [f"{len(plan.failed)} failed before (--retry-failed)"] if plan.failed else []
    where = f"on Ray at {work.ray}" if work.ray else "on this machine"
    console.print(f"{len(work.rows)} rows: {', '.join(parts)} -> {escape(str(out))}, {where}")


def _say_missing(work: Batch, console: Console) -> None:
    """What a dry run knows of files that are not there."""
    from rich.markup import escape

    from impasto.batch.run import missing_inputs

    missing = missing_inputs(work.plan.todo)
    for number, files in list(missing.items())[:5]:
        console.print(f"[yellow]missing[/] line {number}: {escape(', '.join(files))}")
    if missing:
        console.print(f"{len(missing)} rows would fail, as files are missing")
    console.print("a dry run: nothing was painted")


def _work(work: Batch, console: Console, *, quiet: bool) -> bool:
    """Paint, with a bar or, where there is no terminal, a line a minute; returns whether Ctrl-C came."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = [
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    ]
    begin_s = said_s = time.monotonic()
    outcomes = work.outcomes()
    hidden = quiet or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden, expand=True) as bar:
        task = bar.add_task("painting", total=len(work.plan.todo))
        try:
            for outcome in outcomes:
                _say_failure(outcome)
                bar.advance(task)
                now_s = time.monotonic()
                if not console.is_terminal and now_s - said_s > SAY_EVERY_S:
                    said_s, painted = now_s, work.summary.done + work.summary.failed
                    left_s = (now_s - begin_s) / max(painted, 1) * work.summary.left
                    console.print(f"{work.summary}; {left_s / 60:.0f} min left")
        except KeyboardInterrupt:
            outcomes.close()
            return True
    return False


def _say_failure(outcome: Outcome) -> None:
    from rich.markup import escape

    from impasto.cli.console import stderr

    if outcome.status == "failed":
        what = f"[red]failed[/] line {outcome.row}: {escape(outcome.output)}"
        stderr().print(f"{what}: {escape(outcome.error)}")


def _say_summary(work: Batch, out: Path, console: Console, *, interrupted: bool) -> None:
    from rich.markup import escape

    from impasto.cli.console import stderr

    if work.summary.problem:
        stderr().print(f"[red]stopped[/] {escape(work.summary.problem)}")
    end = "; stopped" if interrupted else ""
    console.print(f"{escape(str(out))}: {work.summary}{end}; report.jsonl tells of each row")
    if work.summary.left:
        console.print("the same command with --resume paints what is left")
