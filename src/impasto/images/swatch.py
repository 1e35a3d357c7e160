"""A picture of a label map's colours, to pick them in a drawing program."""

from __future__ import annotations

from PIL import Image

from impasto.images.color_names import color_of, named_color
from impasto.images.grid import contact_sheet
from impasto.images.masks import Regions

CELL_PX = 220
GREY = (205, 205, 202)
"""Background on which white and black both stand out."""


def swatch(regions: Regions) -> Image.Image:
    """Draw a field for each region, with its colour's name and its share of the picture below.

    Args:
        regions: largest first.
    Returns:
        An RGB picture, four fields a row.
    """
    shares = list(regions.shares.items())
    rows = [shares[first : first + 4] for first in range(0, len(shares), 4)]
    fields = [[Image.new("RGB", (CELL_PX, CELL_PX // 2), color_of(name)) for name, _ in row] for row in rows]
    texts = [[f"{named_color(name)} {100 * share:.1f} %" for name, share in row] for row in rows]
    return contact_sheet(fields, labels=texts, cell_px=CELL_PX, background=GREY)
