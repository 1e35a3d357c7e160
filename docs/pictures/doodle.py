"""The picture of docs/doodle.md: a painting and its map, a doodle and what becomes of it, and another.

python docs/pictures/doodle.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

import impasto
from impasto import samples
from impasto.images import grid, io
from impasto.samples.swirl_map import LABELS


def swapped(doodle: Image.Image, one: str, other: str) -> Image.Image:
    """The same doodle with two labels exchanged."""
    before = np.asarray(doodle)
    after = before.copy()
    for here, there in ((one, other), (other, one)):
        after[(before == LABELS[here]).all(2)] = LABELS[there]
    return Image.fromarray(after)


def main() -> None:
    """Paint both doodles and write doodle.jpg beside this file."""
    style, style_map = samples.style("swirl"), samples.label_map("swirl-map")
    doodle = samples.label_map("swirl-doodle")
    other = swapped(doodle, "hills", "wheat")
    rows, words = [[style, style_map]], [["a painting", "its map"]]
    for drawn, said in ((doodle, "a doodle"), (other, "hills and wheat swapped")):
        painted = impasto.doodle(style, style_map=style_map, doodle=drawn, size=512).image
        rows.append([drawn, painted])
        words.append([said, "painted"])
    across = [[row[column] for row in rows] for column in range(2)]
    labels = [[line[column] for line in words] for column in range(2)]
    sheet = grid.contact_sheet(across, labels=labels, cell_px=300)
    io.write(Path(__file__).with_name("doodle.jpg"), sheet)


if __name__ == "__main__":
    main()
