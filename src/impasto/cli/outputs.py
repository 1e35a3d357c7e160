"""What every painting command can write, and how its run is carried out."""

from __future__ import annotations

import dataclasses
import inspect
import json
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import INTERRUPTED, progress
from impasto.cli.run_command import check_names, check_target, open_film, open_preview, paint
from impasto.optimize.timing import duration_text

if TYPE_CHECKING:
    from rich.console import Console

    from impasto.result import Result
    from impasto.synthesis.run import Painting


@dataclass(frozen=True)
class Outputs:
    """Files to write and how much to say; every field is an option of the command.

    Attributes:
        out: the picture; None for the command's own choice.
        animate: the run as an animation.
        bits: a channel of the picture.
        dpi: pixels an inch.
        checkpoint: where the run is kept.
        resume: go on from there.
        preview: a picture that is refreshed while painting.
        json: print the record.
        quiet: say nothing but errors.
    """

    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="Result: .png, .jpg, .webp or .tiff."),
    ] = None
    animate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the run as an animation: .gif, .webp or .mp4.")
    ] = None
    bits: Annotated[
        int, typer.Option(metavar="8|16", help="Bits a channel; 16 for .png and .tiff, for print.")
    ] = 8
    dpi: Annotated[int | None, typer.Option(metavar="N", help="Pixels an inch, for programs that print.")] = (
        None
    )
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Keep the run here. (default: OUT.checkpoint, for runs over two minutes)"
        ),
    ] = None
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint, if there is one.")] = (
        False
    )
    preview: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Refresh this picture while painting.")
    ] = None
    json: Annotated[bool, typer.Option("--json", help="Print the record of the result as JSON.")] = False
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False

    @property
    def silent(self) -> bool:
        """Whether nothing but errors and JSON is to be said."""
        return self.quiet or self.json


def parameters() -> list[inspect.Parameter]:
    """The command-line options of ``Outputs``."""
    kinds = typing.get_type_hints(Outputs, include_extras=True)
    return [
        inspect.Parameter(f.name, inspect.Parameter.KEYWORD_ONLY, default=f.default, annotation=kinds[f.name])
        for f in dataclasses.fields(Outputs)
    ]


def check(outputs: Outputs, target: Path, read: Sequence[Path]) -> None:
    """Look, before any work is done, whether everything can be written and has a name of its own.

    Raises:
        OutputError: a folder is missing or closed, or a format is unknown or cannot hold that.
        SettingError: names clash, or there are no such bits or dpi.
    """
    from impasto.result import record_path

    written = {"picture": target, "record": record_path(target), "animation": outputs.animate,
               "preview": outputs.preview, "checkpoint": outputs.checkpoint}  # fmt: skip
    check_target(target, outputs.checkpoint, bits=outputs.bits, dpi=outputs.dpi)
    check_names(written, read)


def carry_out(outputs: Outputs, target: Path, *, console: Console, prepare: Callable[[], Painting]) -> Result:
    """Paint, with progress and everything that was asked for, and save; Ctrl-C keeps the picture so far.

    Args:
        outputs: already checked.
        target: the picture's file.
        console: where notes go.
        prepare: reads the inputs; what it raises is told before anything is opened.
    Returns:
        The result.
    Raises:
        Exit: the run was interrupted; the picture is saved.
    """
    from rich.markup import escape

    from impasto.synthesis.run import Run

    film, shown = open_film(outputs.animate), open_preview(outputs.preview)
    job = prepare()
    for note in job.notes:
        console.print(f"[yellow]note[/] {escape(note)}")
    with progress(console, quiet=outputs.silent) as show:
        run = Run(
            job,
            checkpoint=outputs.checkpoint or target.with_suffix(".checkpoint"),
            resume=outputs.resume,
            automatic=outputs.checkpoint is None,
        )
        result, interrupted = paint(run, show, film, shown)
    result.save(target, bits=outputs.bits, dpi=outputs.dpi)
    if film is not None:
        film.finish(result.image)
    if shown is not None:
        shown.finish(result.image)
    if not outputs.silent:
        what = "stopped; the picture so far is" if interrupted else "painted"
        took = duration_text(result.record["seconds"])
        console.print(f"[green]{what}[/] {escape(str(target))} ({took}), record beside it")
        if film is not None:
            console.print(f"[green]animation[/] {escape(str(film.path))}")
        if interrupted and run.kept:
            again = "the same command with --resume goes on from it"
            console.print(f"[green]checkpoint[/] {escape(str(run.path))}; {again}")
    if outputs.json:
        print(json_of(result, target))
    if interrupted:
        raise typer.Exit(INTERRUPTED)
    return result


def json_of(result: Result, target: Path) -> str:
    """The record as one line."""
    record: dict[str, Any] = {**result.record, "picture": str(target)}
    return json.dumps(record)
