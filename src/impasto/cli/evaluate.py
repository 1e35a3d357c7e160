"""``impasto evaluate``: how far a painting is from its style and from its photo, and how clean it is."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import Annotated, Any

import typer

from impasto.cli.console import fetch_missing, notes
from impasto.cli.options import with_settings
from impasto.errors import SettingError
from impasto.images.picture_file import check_file
from impasto.settings import EvaluateSettings, StylizeSettings

MEASURES = {
    "gram": ("lower", "style: do the same channels fire together"),
    "sliced": ("lower", "style: how far must activations be moved"),
    "palette": ("lower", "style: colours and how much there is of each"),
    "content": ("lower", "photo: does what was there stand where it stood"),
    "grain": ("at most 1", "fine detail of colour, over the style's"),
    "light": ("near 1", "fine detail of lightness, over the style's"),
    "order": ("higher", "is light what is light in the photo (1: all)"),
}
"""Measure -> which values are better, and what it says."""


@with_settings(EvaluateSettings)
def evaluate(
    result: Annotated[Path | None, typer.Argument(help="The painting.", show_default=False)] = None,
    content: Annotated[
        Path | None,
        typer.Option(
            "--content", "--photo", metavar="FILE", help="The photo it is made from.", show_default=False
        ),
    ] = None,
    style: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The style it is made with.", show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    *,
    options: dict[str, Any],
) -> None:
    """Measure how far a painting is from its style and from its photo, and how clean it is."""
    if result is None or content is None or style is None:
        missing = [name for name, file in (("OUT", result), ("--content", content), ("--style", style))
                   if file is None]  # fmt: skip
        raise SettingError(
            "a painting, its photo and its style are needed",
            got=f"no {', no '.join(missing)}",
            expected="impasto evaluate OUT --content PHOTO --style PAINTING",
        )
    settings = EvaluateSettings.from_mapping(options)
    for path in (result, content, style):
        check_file(path)
    with notes(quiet=json) as console:
        from impasto.images import io
        from impasto.metrics.evaluate import evaluate as measure

        def check() -> None:
            for source in (result, content, style):
                io.read(source, max_megapixels=settings.max_megapixels)

        fetch_missing(settings.network, settings.weights, console, quiet=json, check=check)
        marks = measure(result, content=content, style=style, **options).to_dict()
        if json:
            pictures = {"picture": str(result), "content": str(content), "style": str(style)}
            record = {**pictures, "settings": settings.to_dict(), "marks": marks}
            print(json_format.dumps(record, indent=1))
            return
        show(marks)
        if settings.network == StylizeSettings.defaults()["network"]:
            console.print(
                f"[yellow]note[/] {settings.network} is what impasto paints with, and flatters its own "
                "paintings; to compare methods use another --network"
            )


def show(marks: dict[str, float]) -> None:
    """Print the table."""
    from rich.console import Console
    from rich.table import Table

    table = Table("measure", "value", "better", "what it says", box=None, header_style="bold")
    for name, value in marks.items():
        table.add_row(name, f"{value:.4f}", *MEASURES[name])
    Console().print(table)
