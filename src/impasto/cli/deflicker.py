"""``impasto deflicker``: a painted video without flicker."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import Annotated, Any

import typer

from impasto.cli.console import INTERRUPTED, notes
from impasto.cli.options import with_settings
from impasto.cli.outputs import escaped
from impasto.cli.video import EVERY, JSON, OUT, QUIET, RESUME, follow
from impasto.settings.deflicker import TASK, DeflickerSettings


@with_settings(DeflickerSettings)
def deflicker(
    painted: Annotated[
        Path | None,
        typer.Argument(metavar="PAINTED", help=TASK.inputs[0].help, show_default=False),
    ] = None,
    content: Annotated[
        Path | None,
        typer.Argument(metavar="ORIGINAL", help=TASK.inputs[1].help, show_default=False),
    ] = None,
    out: OUT = None,
    every_frame: EVERY = None,
    resume: RESUME = False,
    json: JSON = False,
    quiet: QUIET = False,
    *,
    options: dict[str, Any],
) -> None:
    """Take the flicker out of a video that was painted frame by frame, by any program."""
    TASK.check_inputs({"painted": painted, "content": content})
    if painted is None or content is None:
        raise typer.Exit(2)  # check_inputs has said so
    DeflickerSettings.of(options)
    target = out or Path(f"{painted.stem}-steady.mp4".replace("%", ""))
    with notes(quiet=quiet or json) as console:
        from impasto.video.deflicker import deflicker_steps

        steps = deflicker_steps(painted, content, target, every_frame=every_frame, resume=resume, **options)
        try:
            result = follow(steps, console, quiet=quiet or json)
        except KeyboardInterrupt:
            console.print(f"stopped; the same command with --resume goes on from {escaped(target)}.parts")
            raise typer.Exit(INTERRUPTED) from None
        console.print(f"[green]written[/] {escaped(result.path)}: {result.frames} frames")
        if json:
            print(json_format.dumps({**result.record, "video": str(result.path)}))
