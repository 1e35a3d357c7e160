"""``impasto doodle``: from a few coloured blobs to a painting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import fetch_missing, notes
from impasto.cli.inputs import FromRecord
from impasto.cli.options import with_settings
from impasto.cli.outputs import Outputs, carry_out, check
from impasto.cli.record import again, default_target
from impasto.errors import SettingError
from impasto.settings import DoodleSettings

if TYPE_CHECKING:
    from impasto.images.masks import Regions
    from impasto.synthesis.job import Job

FLAGS = {"style": "STYLE", "style_map": "--style-map", "doodle": "--doodle"}
"""What has to be given -> how it is given."""


@with_settings(DoodleSettings)
def doodle(
    style: Annotated[Path | None, typer.Argument(help="The painting.", show_default=False)] = None,
    style_map: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Regions of the painting: a flat colour each.")
    ] = None,
    drawing: Annotated[
        Path | None,
        typer.Option("--doodle", metavar="FILE", help="What to paint: blobs in colours of the style's map."),
    ] = None,
    content: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A photo to hold on to; the doodle is its map.")
    ] = None,
    palette: Annotated[
        Path | None,
        typer.Option(metavar="MAP", help="List the colours of a map instead; with -o, as a picture too."),
    ] = None,
    from_record: FromRecord = None,
    *,
    outputs: Outputs,
    options: dict[str, Any],
) -> None:
    """Paint a doodle: every blob after the painting's region of that colour.

    Ctrl-C keeps the picture painted so far; if there is a checkpoint, --resume goes on from there.
    """
    with notes(quiet=outputs.silent) as console:
        if palette is not None:
            show_palette(palette, outputs)
            return
        given = {"style": style, "style_map": style_map, "doodle": drawing, "content": content}
        pictures, settings = plan(given, from_record, options)
        target = outputs.out or default_target([pictures["style"], pictures["doodle"]], from_record)
        check(outputs, target, list(pictures.values()))

        def read() -> None:
            from impasto.images import io

            for picture in pictures.values():
                io.read(picture, max_megapixels=settings.max_megapixels)

        def prepare() -> Job:
            from impasto.recipes import doodle as recipe

            fetch_missing(settings.network, settings.weights, console, quiet=outputs.silent, check=read)
            return recipe.prepare(
                pictures["style"], style_map=pictures["style_map"], doodle=pictures["doodle"],
                content=pictures.get("content"), settings=settings,
            )  # fmt: skip

        carry_out(outputs, target, console=console, prepare=prepare)


def plan(
    given: dict[str, Path | None], record_file: Path | None, options: dict[str, Any]
) -> tuple[dict[str, Path], DoodleSettings]:
    """The pictures by their part, and the settings; out of a record, what is not given anew.

    Raises:
        SettingError: something is missing.
        PictureError: a picture of the record has no file.
    """
    pictures: dict[str, Path] = {}
    recorded: dict[str, Any] = {}
    if record_file is not None:
        record = again(record_file, "doodle")
        recorded, maps = record["settings"], record["controls"]
        entries = {"style": record["styles"][0], "style_map": maps["style_mask"][0],
                   "doodle": maps["content_mask"], "content": record["content"]}  # fmt: skip
        pictures = {part: Path(entry["path"]) for part, entry in entries.items() if entry is not None}
    pictures |= {part: path for part, path in given.items() if path is not None}
    missing = [flag for part, flag in FLAGS.items() if part not in pictures]
    if missing:
        raise SettingError(
            "a painting, its map and a doodle are needed",
            got=f"no {', no '.join(missing)}",
            expected="impasto doodle STYLE --style-map MAP --doodle DOODLE",
            attempt="impasto samples samples/  (swirl.png, swirl-map.png and swirl-doodle.png are such)",
        )
    return pictures, DoodleSettings.from_mapping({**recorded, **options})


def show_palette(path: Path, outputs: Outputs) -> None:
    """Print the colours of a map with their shares, and paint them if ``-o`` says where.

    Raises:
        PictureError: it cannot be read, or is no map.
        OutputError: the swatch cannot be written.
    """
    from impasto.images import io
    from impasto.images.masks import read_regions

    if outputs.out is not None:
        io.check_output(outputs.out)
    regions = read_regions(path)
    if outputs.out is not None:
        from impasto.images.swatch import swatch

        io.write(outputs.out, swatch(regions))
    if outputs.json:
        print(json.dumps({name: round(share, 4) for name, share in regions.shares.items()}))
    elif not outputs.quiet:
        print_palette(regions)


def print_palette(regions: Regions) -> None:
    """One line a region, largest first: its colour, name and share of the picture."""
    from rich.console import Console

    from impasto.images.color_names import color_of, named_color

    console = Console(highlight=False, soft_wrap=True)
    for name, share in regions.shares.items():
        red, green, blue = color_of(name)
        console.print(f"[on rgb({red},{green},{blue})]    [/] {named_color(name):24} {100 * share:5.1f} %")
