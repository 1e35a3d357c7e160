"""The command line: one file a command; options are derived from settings."""

from __future__ import annotations

from typing import Annotated

import typer

from impasto import __version__
from impasto.cli import (
    demo,
    doctor,
    doodle,
    dream,
    evaluate,
    explain,
    networks,
    recolor,
    samples,
    studio,
    stylize,
    texture,
)
from impasto.cli.console import guarded

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


for command in (
    stylize.stylize,
    recolor.recolor,
    texture.texture,
    dream.dream,
    doodle.doodle,
    demo.demo,
    evaluate.evaluate,
    explain.explain,
    samples.samples,
    studio.studio,
    networks.networks,
    doctor.doctor,
):
    app.command()(guarded(command))


def main() -> None:
    """The entry point of the ``impasto`` command."""
    app()
