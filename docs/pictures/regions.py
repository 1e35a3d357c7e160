"""The sheet of docs/regions.md: what masks do to one photo.

python docs/pictures/regions.py
"""

from __future__ import annotations

from pathlib import Path

import impasto
from impasto import samples
from impasto.images import grid

SIZE = 400


def main() -> None:
    """Paint and write the sheet."""
    photo, mask = samples.photo("coffee"), samples.mask("coffee")
    glass, swirl = samples.style("stained-glass"), samples.style("swirl")
    plain = impasto.stylize(photo, swirl, size=SIZE)
    kept = impasto.stylize(photo, swirl, size=SIZE, keep=mask)
    both = impasto.stylize(photo, [glass, swirl], size=SIZE, content_mask=mask, style_mask=["white", "black"])
    row = [photo, mask.convert("RGB"), plain.image, kept.image, both.image]
    titles = ["photo", "mask", "no mask", "--keep", "two styles"]
    sheet = grid.contact_sheet([row], column_titles=titles, cell_px=320)
    sheet.save(Path(__file__).with_name("regions.jpg"), quality=85, optimize=True)


if __name__ == "__main__":
    main()
