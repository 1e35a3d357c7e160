"""``impasto propagate``: a few painted frames, carried along a video."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import Annotated, Any

import typer

from impasto.cli.console import INTERRUPTED, notes
from impasto.cli.options import with_settings
from impasto.cli.outputs import escaped
from impasto.cli.video import EVERY, JSON, OUT, QUIET, RESUME, follow
from impasto.settings.propagate import TASK, PropagateSettings


@with_settings(PropagateSettings)
def propagate(
    content: Annotated[
        Path | None,
        typer.Argument(metavar="VIDEO", help=TASK.inputs[0].help, show_default=False),
    ] = None,
    painted: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PAINTED...", help=TASK.inputs[1].help, show_default=False),
    ] = None,
    out: OUT = None,
    every_frame: EVERY = None,
    resume: RESUME = False,
    json: JSON = False,
    quiet: QUIET = False,
    *,
    options: dict[str, Any],
) -> None:
    """Carry a few frames that were painted by hand, or by any program, along a video."""
    given = {"content": content, "style": painted}
    TASK.check_inputs({name: value for name, value in given.items() if value})
    if content is None or not painted:
        raise typer.Exit(2)  # check_inputs has said so
    PropagateSettings.of(options)
    target = out or Path(f"{content.stem}-painted.mp4".replace("%", ""))
    with notes(quiet=quiet or json) as console:
        from impasto.video.propagate import propagate_steps

        steps = propagate_steps(content, painted, target, every_frame=every_frame, resume=resume, **options)
        try:
            result = follow(steps, console, quiet=quiet or json)
        except KeyboardInterrupt:
            console.print(f"stopped; the same command with --resume goes on from {escaped(target)}.parts")
            raise typer.Exit(INTERRUPTED) from None
        console.print(f"[green]written[/] {escaped(result.path)}: {result.frames} frames")
        if json:
            print(json_format.dumps({**result.record, "video": str(result.path)}))
