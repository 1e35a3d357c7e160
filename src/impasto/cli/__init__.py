"""The command line: one file a command; options are derived from settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from impasto import __version__
from impasto.cli import (
    apply,
    audio,
    batch,
    deflicker,
    demo,
    doctor,
    doodle,
    evaluate,
    explain,
    export,
    harmonize,
    interpolate,
    live,
    networks,
    photo,
    propagate,
    recolor,
    samples,
    studio,
    text,
    train,
    video,
)
from impasto.cli.console import guarded
from impasto.cli.help_layout import HelpLayout
from impasto.cli.recipe_command import recipe_command
from impasto.registry import TASKS

EXTRAS = {
    "stylize": (interpolate.INTERPOLATE,),
    "doodle": (doodle.PALETTE,),
    "recolor": (recolor.LIST,),
    "photo": (photo.SHOW_REGIONS, photo.LUT),
    "harmonize": (harmonize.OBJECT,),
}
"""Options that only one task has."""

RUNS = {"interpolate": interpolate.run_series}
"""Tasks that are more than one picture."""

app = typer.Typer(
    name="impasto",
    help="Neural style transfer that simply works: repaint a photo in the style of a painting.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        print(f"impasto {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Repaint pictures in the style of others, and see how it works."""


commands: list[Callable[..., None]] = [
    recipe_command(name, extras=EXTRAS.get(name, ()), run=RUNS.get(name)) for name in TASKS
]
commands += [video.video_command(), deflicker.deflicker, propagate.propagate, live.live]
commands += [text.text]
commands += [audio.audio, batch.batch, train.train, apply.apply, export.export]
commands += [demo.demo, evaluate.evaluate, explain.explain, samples.samples]
commands += [studio.studio, networks.networks, doctor.doctor]
for command in commands:
    app.command(cls=HelpLayout)(guarded(command))


def main() -> None:
    """The entry point of the ``impasto`` command."""
    app()
