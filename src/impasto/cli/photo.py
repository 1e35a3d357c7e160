"""``impasto photo --show-regions`` and ``--lut``: regions of both photos, and a colour table for editors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from impasto.cli.options import keyword
from impasto.cli.recipe_command import Call, Extra

if TYPE_CHECKING:
    from impasto.result import Result


def show_regions(path: Path, call: Call) -> None:
    """Write the regions: a sheet, or a folder with the sheet and a map of each photo.

    Raises:
        OutputError: it cannot be written.
        PictureError: a photo or a map cannot be read.
    """
    from impasto.images import io
    from impasto.images.atomic_write import make_folder
    from impasto.images.masks import whole
    from impasto.images.region_sheet import region_map, region_sheet
    from impasto.recipes.photo import read_pair
    from impasto.synthesis.context import Context

    is_file = bool(path.suffix) and not path.is_dir()
    if is_file:
        io.check_output(path)
    call.fetch()
    pair = read_pair(call.inputs, call.settings, Context())
    photos = (pair.content.pixels, pair.style.pixels)
    names: tuple[str, ...] = ("all",)
    guides = [whole((x.shape[2], x.shape[3])).guides for x in photos]
    if pair.guides is None:
        call.console.print("no region that both photos have: each is one region")
    else:
        names, style = pair.guides.names, pair.guides.styles[0]
        guides = [pair.guides.canvas, guides[1] if style is None else style]
    sheet = region_sheet(photos, names, guides)
    if is_file:
        io.write(path, sheet)
        return
    make_folder(path)
    io.write(path / "regions.png", sheet)
    for name, guide in zip(("content-map.png", "style-map.png"), guides, strict=True):
        io.write(path / name, region_map(names, guide))


def check_table(path: Path, call: Call) -> None:
    """Check that the table can be written.

    Raises:
        OutputError: it cannot.
    """
    from impasto.images.atomic_write import check_path
    from impasto.images.lut import FORMATS

    check_path(path, FORMATS)


def write_table(path: Path, call: Call, result: Result) -> None:
    """Write the part of the change of colours that is the same everywhere."""
    from impasto.images.atomic_write import make_parent
    from impasto.images.lut import fit_table, write_cube
    from impasto.synthesis.read import read_picture

    photo = read_picture(call.inputs["content"], "photo", max_megapixels=call.settings.max_megapixels)
    make_parent(path)
    write_cube(path, fit_table(photo.pixels, result.pixels), title=path.stem)


SHOW_REGIONS = Extra(
    keyword(
        "show_regions",
        Path | None,
        typer.Option(
            "--show-regions",
            metavar="FILE|FOLDER",
            help="Write the regions of both photos: as a picture, or in a folder with maps to edit and give.",
        ),
    ),
    before=show_regions,
)

LUT = Extra(
    keyword(
        "lut",
        Path | None,
        typer.Option(
            "--lut",
            metavar="FILE.cube",
            help="Write the change of colours, as far as it is the same everywhere, as a table for editors.",
        ),
    ),
    before=check_table,
    after=write_table,
)
