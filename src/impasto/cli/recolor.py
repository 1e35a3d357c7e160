"""``impasto recolor --list``: the themes and emotions with their colours."""

from __future__ import annotations

import json

import typer

from impasto.cli.options import keyword
from impasto.cli.outputs import Outputs, swatches
from impasto.cli.recipe_command import Extra
from impasto.settings.themes import EMOTIONS, THEMES


def show_list(asked: bool, outputs: Outputs) -> None:
    """Print the themes and emotions."""
    if outputs.json:
        print(json.dumps({"themes": THEMES, "emotions": EMOTIONS}, indent=1))
        return
    from rich.console import Console
    from rich.table import Table

    themes = Table("--palette", "colours", box=None, header_style="bold")
    for name, colors in THEMES.items():
        themes.add_row(name, swatches(colors))
    emotions = Table("--emotion", "the one that fits the photo best of", box=None, header_style="bold")
    for name, combinations in EMOTIONS.items():
        for row, colors in enumerate(combinations):
            emotions.add_row("" if row else name, swatches(colors))
    console = Console()
    console.print(themes)
    console.print()
    console.print(emotions)


LIST = Extra(
    keyword(
        "listed",
        bool,
        typer.Option("--list", help="Show the themes and emotions with their colours."),
        default=False,
    ),
    run=show_list,
)
