"""What every command of a task can write, and how its run is carried out."""

from __future__ import annotations

import dataclasses
import inspect
import json
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import INTERRUPTED, progress
from impasto.cli.rescue import Rescue
from impasto.cli.run_command import check_names, check_target, open_preview, open_recorder, paint
from impasto.optimize.timing import duration_text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from impasto.result import Result
    from impasto.synthesis.job import Job
    from impasto.synthesis.recipe import Recipe


@dataclass(frozen=True)
class Outputs:
    """Files to write and how much to say; every field is an option of the command, explained by its help."""

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
    print: Annotated[
        str | None,
        typer.Option(
            metavar="PAPER[@DPI]",
            help="Size and dpi for a print: A4, A3@300dpi, letter, 30x40cm, 8x10in. (default: 300 dpi)",
        ),
    ] = None
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
    record: Annotated[
        bool,
        typer.Option(
            "--record/--no-record",
            help="Write how it was made beside the picture and inside it: names and hashes, no folders.",
        ),
    ] = True
    json: Annotated[bool, typer.Option("--json", help="Print the record of the result as JSON.")] = False
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False

    @property
    def silent(self) -> bool:
        """Whether nothing but errors and JSON is to be said."""
        return self.quiet or self.json


ONLY_WITH_STEPS = ("animate", "checkpoint", "resume", "preview")
"""Options that need a run of several steps."""


def parameters(*, has_steps: bool = True) -> list[inspect.Parameter]:
    """The command-line options of ``Outputs``.

    Args:
        has_steps: the task runs step by step; else there is nothing to watch, to stop or to resume.
    """
    kinds = typing.get_type_hints(Outputs, include_extras=True)
    return [
        inspect.Parameter(f.name, inspect.Parameter.KEYWORD_ONLY, default=f.default, annotation=kinds[f.name])
        for f in dataclasses.fields(Outputs)
        if has_steps or f.name not in ONLY_WITH_STEPS
    ]


def check(outputs: Outputs, target: Path, read: Sequence[Path], *, alpha: bool = False) -> None:
    """Look, before any work is done, whether everything can be written and has a name of its own.

    Raises:
        OutputError: a folder is missing or closed, or a format is unknown or cannot hold that.
        SettingError: names clash, or there are no such bits or dpi.
    """
    from impasto.result import record_path

    written = {
        "picture": target,
        "record": record_path(target) if outputs.record else None,
        "animation": outputs.animate,
        "preview": outputs.preview,
        "checkpoint": outputs.checkpoint,
    }
    check_target(target, outputs.checkpoint, bits=outputs.bits, dpi=outputs.dpi, alpha=alpha)
    check_names(written, read)


def run_job(outputs: Outputs, target: Path, *, console: Console, prepare: Callable[[], Job]) -> Result:
    """Paint a job with all outputs that were asked for, and save; Ctrl-C keeps the picture so far.

    Args:
        outputs: already checked.
        target: the picture's file.
        console: where notes go.
        prepare: reads the inputs and makes the job.
    Returns:
        The result.
    Raises:
        Exit: the run was interrupted, or an output lies elsewhere than was asked for; the picture is saved.
    """
    from impasto.images.atomic_write import make_parent
    from impasto.synthesis.run import Run, checkpoint_path

    recorder, preview = open_recorder(outputs.animate), open_preview(outputs.preview)
    job = prepare()
    print_notes(console, job.notes)
    make_parent(target, outputs.animate, outputs.preview)
    with progress(console, quiet=outputs.silent) as show:
        run = Run(
            job,
            checkpoint=outputs.checkpoint or checkpoint_path(target, resume=outputs.resume),
            resume=outputs.resume,
            automatic=outputs.checkpoint is None,
        )
        result, interrupted = paint(run, show, recorder, preview)
    rescue = Rescue()
    target = save(result, outputs, target, rescue)
    film = (
        None if recorder is None else rescue.write("animation", recorder.path, recorder.writer(result.image))
    )
    if preview is not None:
        preview.finish(result.image)
    if not outputs.silent:
        _print_saved(console, result, target, interrupted=interrupted, has_record=outputs.record)
        if film is not None:
            console.print(f"[green]animation[/] {escaped(film)}")
        if interrupted and run.kept:
            again = "the same command with --resume goes on from it"
            console.print(f"[green]checkpoint[/] {escaped(run.path)}; {again}")
    if outputs.json:
        print_record(result.record, target)
    rescue.check()
    if interrupted:
        raise typer.Exit(INTERRUPTED)
    return result


def save(result: Result, outputs: Outputs, target: Path, rescue: Rescue) -> Path:
    """Save a result as the options say; where it lies."""
    return rescue.write(
        "painting",
        target,
        lambda path: result.save(path, bits=outputs.bits, dpi=outputs.dpi, record=outputs.record),
    )


def run_recipe(
    outputs: Outputs,
    target: Path,
    recipe: Recipe[Any],
    inputs: Mapping[str, Any],
    settings: Any,
    *,
    console: Console,
) -> Result:
    """Run a recipe that has no steps to watch, and save its result.

    Args:
        outputs: already checked.
        target: the picture's file.
        recipe: of the task.
        inputs: by name.
        settings: of the run.
        console: where notes go.
    """
    from impasto.images.atomic_write import make_parent
    from impasto.synthesis.context import Context
    from impasto.synthesis.run import drain

    result = drain(recipe.steps(inputs, settings, Context()))
    print_notes(console, result.notes)
    make_parent(target)
    rescue = Rescue()
    target = save(result, outputs, target, rescue)
    if not outputs.silent:
        _print_saved(console, result, target, interrupted=False, has_record=outputs.record)
    if outputs.json:
        print_record(result.record, target)
    rescue.check()
    return result


def print_notes(console: Console, notes: Sequence[str]) -> None:
    """Say what was done to the inputs."""
    for note in notes:
        console.print(f"[yellow]note[/] {escaped(note)}")


def print_record(record: Mapping[str, Any], target: Path) -> None:
    """The record as one line of JSON, without folders but that of the picture as the user named it."""
    from impasto.result import without_folders

    print(json.dumps({**without_folders(record), "picture": str(target)}))


def escaped(text: object) -> str:
    """A text without markup for the terminal."""
    from rich.markup import escape

    return escape(str(text))


def _print_saved(
    console: Console, result: Result, target: Path, *, interrupted: bool, has_record: bool
) -> None:
    """Say where the picture is and how long it took, and show the colours of a theme."""
    from impasto.result import record_path

    what = "stopped; the picture so far is" if interrupted else "painted"
    record = ", record beside it" if has_record else ", without a record"
    if has_record and record_path(target).stem != target.stem:  # out.json is not ours, or another picture's
        record = f", record in {record_path(target).name}"
    console.print(
        f"[green]{what}[/] {escaped(target)} ({duration_text(result.record['seconds'])}){escaped(record)}"
    )
    if "theme" in result.record:
        console.print(swatches(result.record["theme"]["colors"]))


def swatches(colors: Sequence[str]) -> Text:
    """Colours as the terminal draws them, each with its name."""
    from rich.text import Text

    drawn = Text()
    for color in colors:
        drawn.append("   ", style=f"on {color}").append(f" {color} ")
    return drawn
