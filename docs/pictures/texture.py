"""The picture of the page on textures, painted with the defaults.

python docs/pictures/texture.py
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

import impasto
from impasto import samples
from impasto.images import grid

STYLES = ("swirl", "mosaic", "woodcut", "watercolour", "pointillism", "stained-glass")

EXEMPLAR_PX = 384
"""Long side: small enough that a texture shows more than a corner of it."""

TEXTURE_PX = 384

CELL_PX = 200


def repeated(image: Image.Image) -> Image.Image:
    """Two copies side by side, and two below."""
    width, height = image.size
    sheet = Image.new("RGB", (2 * width, 2 * height))
    for x in (0, width):
        for y in (0, height):
            sheet.paste(image, (x, y))
    return sheet


def main() -> None:
    """Write texture.jpg beside this file: exemplar, texture, and four copies of a tile; two styles a row."""
    cells = []
    for name in STYLES:
        exemplar = samples.style(name)
        exemplar.thumbnail((EXEMPLAR_PX, EXEMPLAR_PX), Image.Resampling.LANCZOS)
        texture = impasto.texture(exemplar, size=TEXTURE_PX).image
        tile = impasto.texture(exemplar, size=TEXTURE_PX // 2, tile=True).image
        cells.append([exemplar, texture, repeated(tile)])
    rows = [left + right for left, right in zip(cells[::2], cells[1::2], strict=True)]
    sheet = grid.contact_sheet(rows, cell_px=CELL_PX)
    sheet.save(Path(__file__).with_name("texture.jpg"), quality=80, optimize=True)


if __name__ == "__main__":
    main()
