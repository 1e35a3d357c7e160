"""``impasto train``: a network learns styles of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import INTERRUPTED, fetch_missing, notes
from impasto.cli.options import with_settings
from impasto.errors import OutputError, SettingError
from impasto.images.picture_file import check_file
from impasto.optimize.timing import duration_text
from impasto.settings.train import TrainSettings

if TYPE_CHECKING:
    from impasto.fast.training_run import TrainStep

SHEET_PX = 256
"""Long side of a picture on the contact sheet."""


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
        typer.Option(metavar="FILE", help="Contact sheet, painted anew as it learns. (default: OUT.png)"),
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
    target = out or Path("-".join(path.stem for path in styles) + ".safetensors")
    if target.suffix != ".safetensors":
        raise OutputError(
            "a trained style is a .safetensors file",
            got=str(target),
            expected="a name that ends in .safetensors",
            attempt=str(target.with_suffix(".safetensors")),
        )
    with notes(quiet=quiet) as console:
        from impasto.cli.train_progress import training_bar
        from impasto.fast.train import train_steps
        from impasto.images import io
        from impasto.images.atomic_write import check_path, remove

        check_path(target, (".safetensors",))

        def check() -> None:
            for style in styles:
                io.read(style, max_megapixels=settings.max_megapixels)

        fetch_missing(settings.network, settings.weights, console, quiet=quiet, check=check)
        checkpoint = target.with_suffix(".checkpoint")
        steps = train_steps(styles, photos=photos, checkpoint=checkpoint, resume=resume, **options)
        last: TrainStep | None = None
        interrupted = False
        with training_bar(console, quiet=quiet) as show:
            try:
                for last in steps:
                    show(last)
                    if sheet_every and last.step % sheet_every == 0:
                        write_sheet(sheet or target.with_suffix(".png"), last)
            except KeyboardInterrupt:
                if last is None:
                    raise
                interrupted = True
        if last is None:
            raise SettingError("there is nothing left to train", got=str(checkpoint), attempt="more --steps")
        last.trained().save(target)
        if sheet_every:
            write_sheet(sheet or target.with_suffix(".png"), last)
        size = f"{target.stat().st_size / 1e6:.1f} MB"
        console.print(f"{target} ({size}) after {last.step} steps, {duration_text(last.seconds)}")
        if interrupted:
            console.print(f"stopped; --resume goes on from {checkpoint}, if it is there")
            raise typer.Exit(INTERRUPTED)
        remove(checkpoint)


def write_sheet(path: Path, step: TrainStep) -> None:
    """A contact sheet: the sample photos in every style that is being learnt."""
    from impasto import samples
    from impasto.fast.apply import StylePainter
    from impasto.images import grid, io

    trained = step.trained()
    photos = [samples.photo(name) for name in samples.PHOTOS]
    painters = [StylePainter(trained, styles={name: 1.0}, size=SHEET_PX) for name in trained.styles]
    rows = [photos, *([painter(photo).image for photo in photos] for painter in painters)]
    labels = [[""] * len(photos), *([name] * len(photos) for name in trained.styles)]
    io.write(path, grid.contact_sheet(rows, labels=labels, cell_px=SHEET_PX))
