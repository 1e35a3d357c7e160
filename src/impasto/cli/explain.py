"""``impasto explain``: a page that shows, on two pictures, how style transfer works."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from impasto.cli.console import INTERRUPTED, fetch_missing, notes
from impasto.cli.options import with_settings
from impasto.errors import SettingError
from impasto.images.picture_file import check_file
from impasto.optimize.timing import duration_text
from impasto.settings import ExplainSettings

DEFAULT_OUT = Path("explain")
"""Folder of the page, in the working folder."""


@with_settings(ExplainSettings)
def explain(
    content: Annotated[Path | None, typer.Argument(help="The photo.", show_default=False)] = None,
    style: Annotated[Path | None, typer.Argument(help="The painting.", show_default=False)] = None,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FOLDER", help="Where to write.")] = DEFAULT_OUT,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    *,
    options: dict[str, Any],
) -> None:
    """Write a page that explains style transfer on a photo and a painting: figures, animations, formulas.

    One HTML file that works offline, and every figure as a file beside it. Ctrl-C keeps the chapters so far.
    """
    if content is None or style is None:
        raise SettingError(
            "a photo and a painting are needed",
            got="no photo" if content is None else "no painting",
            expected="impasto explain PHOTO PAINTING",
            attempt="impasto samples samples/  (writes some to play with)",
        )
    settings = ExplainSettings.from_mapping(options)
    for path in (content, style):
        check_file(path)
    with notes(quiet=quiet) as console:
        from rich.markup import escape

        from impasto.explain import page_steps
        from impasto.images import io

        def check() -> None:
            for source in (content, style):
                io.read(source, max_megapixels=settings.max_megapixels)

        fetch_missing(settings.network, settings.weights, console, quiet=quiet, check=check)
        chapters = 0
        try:
            with console.status("reading") as status:
                for step in page_steps(content, style, out, **options):
                    chapters = step.number
                    progress = f"({step.number} of {step.count}) after {duration_text(step.seconds)}"
                    if step.number < step.count:
                        progress += f", about {duration_text(step.seconds_left)} left"
                    console.print(f"[green]{step.name}[/] {progress}")
                    status.update(f"chapter {min(step.number + 1, step.count)} of {step.count}")
        except KeyboardInterrupt:
            if not chapters:
                raise
            console.print(f"stopped; the page so far is {escape(str(out / 'index.html'))}")
            raise typer.Exit(INTERRUPTED) from None
        console.print(f"[green]page[/] {escape(str(out / 'index.html'))}")
