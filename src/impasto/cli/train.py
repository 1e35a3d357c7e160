"""``impasto train``: a network learns styles of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from impasto.cli.console import INTERRUPTED, fetch_missing, notes
from impasto.cli.options import with_settings
from impasto.cli.recipe_command import SPARE_BYTES
from impasto.cli.rescue import Rescue
from impasto.cli.run_command import check_names
from impasto.errors import SettingError
from impasto.images.atomic_write import check_path
from impasto.images.file_names import beside, fitting
from impasto.images.picture_file import check_file
from impasto.settings.train import TrainSettings


@with_settings(TrainSettings)
def train(
    styles: Annotated[
        list[Path] | None,
        typer.Argument(metavar="STYLE...", help="One or more paintings.", show_default=False),
    ] = None,
    photos: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Photos to learn from; the more, the better. Left out: the sample photos and styles.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="Where to write the style: a .safetensors file."),
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Contact sheet of what it has learnt. (default: OUT.sheet.png)"),
    ] = None,
    sheet_every: Annotated[
        int,
        typer.Option(metavar="STEPS", help="Steps between two contact sheets; 0: none.", min=0),
    ] = 100,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from OUT.checkpoint.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    *,
    options: dict[str, Any],
) -> None:
    """Train a network for one style or several; minutes on a laptop. impasto apply paints with it."""
    if not styles:
        raise SettingError(
            "there is no style to learn",
            got="no painting",
            expected="impasto train PAINTING -o STYLE.safetensors",
            attempt="impasto samples samples/  (writes some to play with)",
        )
    settings = TrainSettings.from_mapping(options)
    for style in styles:
        check_file(style)
    stem = Path("-".join(path.stem for path in styles) + ".safetensors")
    target = out or fitting(stem, ".safetensors", spare_bytes=SPARE_BYTES)
    check_path(target, (".safetensors",))
    sheet = sheet or beside(target, ".sheet.png")
    checkpoint = beside(target, ".checkpoint")
    check_names({"trained style": target, "contact sheet": sheet, "checkpoint": checkpoint}, styles)
    with notes(quiet=quiet) as console:
        from rich.markup import escape

        from impasto.cli.train_progress import Watcher
        from impasto.fast.distributed import Processes
        from impasto.fast.train import train_steps
        from impasto.images import io
        from impasto.images.atomic_write import make_parent, remove

        io.check_output(sheet)
        make_parent(target, sheet)

        def check() -> None:
            for style in styles:
                io.read(style, max_megapixels=settings.max_megapixels)

        fetch_missing(settings.network, settings.weights, console, quiet=quiet, check=check)
        is_first = Processes.join().is_first
        steps = train_steps(styles, photos=photos, checkpoint=checkpoint, resume=resume, **options)
        every = sheet_every if is_first else 0
        watcher = Watcher(console, sheet, every, quiet=quiet or not is_first, device=settings.device)
        trained, interrupted = watcher.watch(steps)
        if not is_first:
            return
        rescue = Rescue()
        target = rescue.write("trained style", target, trained.save)
        watcher.write_sheet(trained)
        size, about = f"{target.stat().st_size / 1e6:.1f} MB", trained.about
        console.print(f"{escape(str(target))} ({size}) after {about['steps']} steps")
        if interrupted:
            console.print(f"stopped; --resume goes on from {escape(str(checkpoint))}")
            rescue.check()
            raise typer.Exit(INTERRUPTED)
        remove(checkpoint)
        rescue.check()
