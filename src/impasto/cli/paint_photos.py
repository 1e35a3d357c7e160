"""Several photos in one command, painted one by one; a bad file does not end the set."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from impasto.cli.console import INTERRUPTED, fetch_missing, progress, stderr
from impasto.cli.outputs import Outputs, escaped
from impasto.cli.sort_pictures import Photos
from impasto.cli.unused_name import check_foreign
from impasto.errors import SettingError
from impasto.images.picture_file import check_file
from impasto.optimize.timing import duration_text
from impasto.settings.task import Task

if TYPE_CHECKING:
    from rich.console import Console

    from impasto.batch.painter import Painter
    from impasto.batch.row import Outcome, Row


def paint_photos(
    task: Task[Any],
    photos: Photos,
    values: Mapping[str, Any],
    options: Mapping[str, Any],
    outputs: Outputs,
    console: Console,
) -> None:
    """Paint photos one after the other: networks and styles are read once; a bad file does not end the set.

    Args:
        task: of the command.
        photos: what to paint.
        values: all inputs but the photo.
        options: settings that were given.
        outputs: -o names the folder.
        console: where notes go.
    Raises:
        SettingError: an input or option does not go with several photos.
        Exit: a photo failed, or Ctrl-C came.
    """
    from impasto.batch.photos import masks_of, photo_rows

    folder = photos.folder
    _check_outputs(outputs, folder)
    inputs = {name: value for name, value in values.items() if value and name != "content"}
    task.check_inputs({**inputs, "content": photos.files[0]})
    masks = masks_of(task, inputs, photos=len(photos.files))
    shared = {name: value for name, value in inputs.items() if name not in masks}
    for row in task.inputs:
        if row.kind in ("picture", "mask", "pictures"):
            for path in task.paths(shared, row.name):
                if row.kind != "pictures" or not path.is_dir():
                    check_file(path)
    settings = task.settings.of(options)
    rows = photo_rows(
        photos.files,
        folder,
        task=task.name,
        settings=settings,
        inputs=shared,
        masks=masks,
        suffix=photos.suffix,
    )
    from impasto.batch.painter import Painter, Saving  # loads torch, which takes seconds
    from impasto.images import io
    from impasto.images.atomic_write import make_folder

    asked = {"bits": (outputs.bits, 8), "dpi": (outputs.dpi, None), "record": (outputs.record, True)}
    saving = {name: value for name, (value, usual) in asked.items() if value != usual}
    make_folder(folder)
    io.check_output(folder / f"picture{photos.suffix}", bits=outputs.bits, dpi=outputs.dpi)
    network = getattr(settings, "network", None)
    if network is not None:
        fetch_missing(network, settings.weights, console, quiet=outputs.silent, check=lambda: None)
    styles = len(inputs.get("style", ()))
    console.print(announcement(len(rows), styles, folder))
    painter = Painter(Saving(folder=folder.absolute(), options=saving))
    paint_rows(rows, painter, folder, console, outputs=outputs, force=photos.force)


def announcement(photos: int, styles: int, folder: Path) -> str:
    """What will happen, in one line."""
    counts = [f"{photos} photo{'s' * (photos != 1)}"]
    counts += [f"{styles} style{'s' * (styles != 1)}"] if styles else []
    return f"{', '.join(counts)} -> {escaped(folder)}/"


def _check_outputs(outputs: Outputs, folder: Path) -> None:
    """Check that nothing is asked for that several photos cannot have."""
    if folder.suffix and not folder.is_dir():
        raise SettingError(
            "several photos need a folder",
            got=f"-o {folder}",
            expected="-o DIR",
            attempt=f"-o {folder.stem}/",
        )
    for name in ("animate", "checkpoint", "preview", "print"):
        value = getattr(outputs, name, None)
        if value is not None:
            raise SettingError(
                f"--{name} is for one photo",
                got=str(value),
                attempt=f"without --{name}",
            )


def paint_rows(
    rows: Sequence[Row],
    painter: Painter,
    folder: Path,
    console: Console,
    *,
    outputs: Outputs,
    force: bool,
    is_slow: bool = True,
) -> None:
    """Paint rows one after the other in this process, and say how it went.

    Args:
        rows: what to paint.
        painter: how.
        folder: of the results, as the user named it.
        console: where notes go.
        outputs: how much to say.
        force: paint again what is there already.
        is_slow: a picture takes a while: its steps are shown, and a line when it is done.
    Raises:
        OutputError: a result would replace a file of another program.
        Exit: a row failed, or Ctrl-C came.
    """
    from impasto.batch.painter import is_done
    from impasto.batch.run import Summary

    if not force:
        for row in rows:
            check_foreign(folder / row.output, "a result")
    summary, interrupted = Summary(left=len(rows)), False
    with progress(console, quiet=outputs.silent) as show:
        try:
            for number, row in enumerate(rows, 1):
                if not force and is_done(row, painter.saving.folder):
                    summary.skipped, summary.left = summary.skipped + 1, summary.left - 1
                    continue
                outcome = painter.paint(row, see=_shown(show, f"{number}/{len(rows)} {row.output} "))
                summary.add(outcome)
                _say(row, outcome, folder, console, outputs=outputs, is_slow=is_slow)
                if summary.problem:
                    break
        except KeyboardInterrupt:
            interrupted = True
    console.print(f"{escaped(folder)}: {summary}{'; stopped' if interrupted else ''}")
    if interrupted:
        raise typer.Exit(INTERRUPTED)
    if not summary.is_complete:
        raise typer.Exit(1)


def _shown(show: Callable[..., None], picture: str) -> Callable[[Any], None]:
    return lambda step: show(step, picture)


def _say(
    row: Row, outcome: Outcome, folder: Path, console: Console, *, outputs: Outputs, is_slow: bool
) -> None:
    """Say what became of a photo; a failure is said even if the command is to be quiet."""
    if outcome.status != "done":
        photo = Path(row.inputs["content"]).name
        stderr().print(f"[red]{outcome.status}[/] {escaped(photo)}: {escaped(outcome.error)}")
    elif is_slow:
        seconds = duration_text(outcome.seconds)
        console.print(f"[green]painted[/] {escaped(folder / outcome.output)} ({seconds})")
    if outputs.json:
        print(json.dumps(outcome.to_dict()))
