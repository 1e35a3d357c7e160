"""The sheets of docs/gallery.md: every photo in every style, and one photo in many ways.

python docs/pictures/gallery.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL.Image import Image

import impasto
from impasto import samples
from impasto.images import grid

SIZE, CELL_PX = 512, 384
PHOTOS = ("astronaut", "chelsea", "coffee", "rocket")

WAYS: dict[str, dict[str, Any]] = {
    "default": {},
    "--preset fast": {"preset": "fast"},
    "--preset instant": {"preset": "instant"},
    "--strength 0.5": {"strength": 0.5},
    "--colors luminance": {"colors": "luminance"},
    "--style-scale 2": {"style_scale": 2.0},
}
"""What is asked for besides photo and style."""


def sheet(name: str, rows: list[list[Image]], labels: list[list[str]]) -> None:
    """Write one sheet beside this file."""
    picture = grid.contact_sheet(rows, labels=labels, cell_px=CELL_PX, gap_px=6)
    picture.save(Path(__file__).with_name(f"gallery-{name}.jpg"), quality=80, optimize=True)


def main() -> None:
    """Paint gallery-STYLE.jpg for each style that we ship, and gallery-ways.jpg."""
    for name in samples.STYLES:
        style = samples.style(name)
        painted = [impasto.stylize(samples.photo(photo), style, size=SIZE).image for photo in PHOTOS]
        sheet(name, [[style, *painted]], [[name, *PHOTOS]])
    photo, style = samples.photo("chelsea"), samples.style("swirl")
    ways = [impasto.stylize(photo, style, size=SIZE, **way).image for way in WAYS.values()]
    half = len(ways) // 2
    sheet("ways", [ways[:half], ways[half:]], [list(WAYS)[:half], list(WAYS)[half:]])


if __name__ == "__main__":
    main()
