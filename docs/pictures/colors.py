"""The sheet of docs/colors.md: two paintings in every mode of ``--colors``.

python docs/pictures/colors.py
"""

from __future__ import annotations

from pathlib import Path

import impasto
from impasto import samples
from impasto.images import grid
from impasto.settings.colors import COLORS

PAIRS = (("astronaut", "swirl"), ("coffee", "watercolour"))
SIZE = 400


def main() -> None:
    """Paint and write the sheet."""
    rows = []
    for photo_name, style_name in PAIRS:
        photo, style = samples.photo(photo_name), samples.style(style_name)
        painted = [impasto.stylize(photo, style, size=SIZE, colors=mode).image for mode in COLORS]
        rows.append([photo, style, *painted])
    sheet = grid.contact_sheet(rows, column_titles=["photo", "painting", *COLORS], cell_px=240)
    sheet.save(Path(__file__).with_name("colors.jpg"), quality=85, optimize=True)


if __name__ == "__main__":
    main()
