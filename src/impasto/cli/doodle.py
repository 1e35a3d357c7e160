"""``impasto doodle --palette``: the colours of a map."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from impasto.cli.options import keyword
from impasto.cli.outputs import Outputs
from impasto.cli.recipe_command import Extra
from impasto.images.picture_file import check_file

if TYPE_CHECKING:
    from impasto.images.masks import Regions


def show_palette(path: Path, outputs: Outputs) -> None:
    """Print the colours of a map with their shares, and paint them if ``-o`` says where.

    Raises:
        PictureError: it cannot be read, or is no map.
        OutputError: the swatch cannot be written.
    """
    check_file(path)
    from impasto.images import io
    from impasto.images.masks import read_regions

    if outputs.out is not None:
        io.check_output(outputs.out)
    regions = read_regions(path)
    if outputs.out is not None:
        from impasto.images.atomic_write import make_parent
        from impasto.images.swatch import swatch

        make_parent(outputs.out)
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


PALETTE = Extra(
    keyword(
        "palette",
        Path | None,
        typer.Option(metavar="MAP", help="List the colours of a map instead; with -o, as a picture too."),
    ),
    run=show_palette,
)
