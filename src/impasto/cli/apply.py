"""``impasto apply``: a trained style on photos and folders."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import notes
from impasto.cli.options import with_settings
from impasto.cli.outputs import Outputs
from impasto.cli.paint_photos import announcement, paint_rows
from impasto.cli.sort_pictures import DEFAULT_FOLDER
from impasto.errors import SettingError
from impasto.settings.apply import ApplySettings

if TYPE_CHECKING:
    from impasto.batch.row import Row
    from impasto.optimize.loop import Step
    from impasto.result import Result


@with_settings(ApplySettings)
def apply(
    network: Annotated[
        Path | None,
        typer.Argument(metavar="STYLE", help="A trained style, or a painting.", show_default=False),
    ] = None,
    photos: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PHOTO...", help="Photos, and folders of photos.", show_default=False),
    ] = None,
    out: Annotated[
        Path, typer.Option("-o", "--out", metavar="DIR", help="Folder of the results; it is made if needed.")
    ] = DEFAULT_FOLDER,
    suffix: Annotated[str, typer.Option(metavar=".png|.jpg", help="Format of the results.")] = ".png",
    force: Annotated[bool, typer.Option("--force", help="Paint again what is there already.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    *,
    options: dict[str, Any],
) -> None:
    """Paint photos in one style, in one pass each; what is done already is skipped."""
    if network is None or not photos:
        raise SettingError(
            "a style and at least one photo are needed",
            got="no style" if network is None else "no photo",
            expected="impasto apply STYLE.safetensors PHOTO... -o DIR",
            attempt="impasto apply PAINTING.jpg PHOTO... -o DIR",
        )
    settings = ApplySettings.from_mapping(options)
    with notes(quiet=quiet) as console:
        from impasto.batch.painter import Painter, Saving
        from impasto.batch.photos import expand_folders, photo_rows
        from impasto.fast.apply import StylePainter
        from impasto.images.atomic_write import make_folder

        files = expand_folders(photos, out)
        rows = photo_rows(
            files, out, task="apply", settings=settings, inputs={"style": network}, suffix=suffix
        )
        style = StylePainter(network, **options)
        make_folder(out)
        console.print(announcement(len(rows), 1, out))

        def steps(row: Row) -> Generator[Step, None, Result]:
            yield from ()
            return style(row.inputs["content"])

        painter = Painter(Saving(folder=out.absolute()), steps=steps)
        paint_rows(rows, painter, out, console, outputs=Outputs(quiet=quiet), force=force, is_slow=False)
