"""``impasto demo``: three paintings of sample photos, a sheet of them, and one run as a GIF."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from impasto.cli.console import INTERRUPTED, notes, progress
from impasto.optimize.timing import duration_text

if TYPE_CHECKING:
    from PIL.Image import Image

PAIRS = (("rocket", "swirl"), ("astronaut", "stained-glass"), ("coffee", "mosaic"))
"""Photo and style of each painting."""


def demo(
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FOLDER", help="Where to write.")] = Path(
        "out/demo"
    ),
    size: Annotated[
        int | None, typer.Option(metavar="PX", help="Long side, if not 512 px.", show_default=False)
    ] = None,
    steps: Annotated[
        int | None, typer.Option(help="Steps at full size, if not the default.", show_default=False)
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Paint three sample photos, offline; write the paintings, a contact sheet and a GIF."""
    with notes(quiet=quiet) as console:
        from impasto import samples
        from impasto.cli.animation_recorder import AnimationRecorder
        from impasto.cli.run_command import paint
        from impasto.images import grid, io
        from impasto.images.atomic_write import make_folder
        from impasto.recipes.stylize import job
        from impasto.settings import StylizeSettings
        from impasto.synthesis.context import Context
        from impasto.synthesis.run import Run

        make_folder(out)
        settings = StylizeSettings.of({"size": size, "steps": steps})
        context = Context()
        recorder = AnimationRecorder(out / f"{PAIRS[0][0]}-{PAIRS[0][1]}.gif")
        rows: list[list[Image]] = []
        painting_s = 0.0
        for number, (photo_name, style_name) in enumerate(PAIRS):
            photo, style = samples.photo(photo_name), samples.style(style_name)
            start = time.perf_counter()
            run = Run(job({"content": photo, "style": style}, settings, context))
            with progress(console, quiet=quiet) as show:
                result, interrupted = paint(run, show, recorder if number == 0 else None)
            if number == 0:
                recorder.finish(result.image)
            painting_s += time.perf_counter() - start
            path = result.save(out / f"{photo_name}-{style_name}.png")
            console.print(f"[green]painted[/] {path} ({duration_text(time.perf_counter() - start)})")
            rows.append([photo, style, result.image])
            if interrupted:
                console.print("stopped; the paintings so far are there, the sheet and the animation are not")
                raise typer.Exit(INTERRUPTED)
        sheet = out / "sheet.png"
        io.write(sheet, grid.contact_sheet(rows, column_titles=["photo", "style", "impasto"]))
        console.print(f"[green]sheet[/] {sheet}\n[green]animation[/] {recorder.path}")
        console.print(f"three paintings in {painting_s:.1f} s of painting")
