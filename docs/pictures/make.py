"""The sheet of the README, painted with the defaults.

python docs/pictures/make.py
"""

from __future__ import annotations

from pathlib import Path

import impasto
from impasto import samples
from impasto.images import grid, io

PAIRS = (
    ("chelsea", "swirl"),
    ("astronaut", "stained-glass"),
    ("coffee", "mosaic"),
    ("rocket", "woodcut"),
    ("astronaut", "pointillism"),
    ("chelsea", "watercolour"),
)


def main() -> None:
    """Paint six pairs and write sheet.jpg beside this file, two pairs a row."""
    cells = []
    for photo_name, style_name in PAIRS:
        photo, style = samples.photo(photo_name), samples.style(style_name)
        cells.append([photo, style, impasto.stylize(photo, style, size=512).image])
    rows = [left + right for left, right in zip(cells[::2], cells[1::2], strict=True)]
    io.write(Path(__file__).with_name("sheet.jpg"), grid.contact_sheet(rows, cell_px=280))


if __name__ == "__main__":
    main()
