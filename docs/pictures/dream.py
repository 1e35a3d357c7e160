"""The sheet of docs/dream.md: sample photos dreamt by layers, channels and a guide.

python docs/pictures/dream.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import impasto
from impasto import samples
from impasto.images import grid

SHOWN: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("chelsea", {}, "as it comes: relu5_1"),
    ("chelsea", {"vividness": 0.0}, "--vividness 0"),
    ("chelsea", {"layer": "relu4_1"}, "--layer relu4_1"),
    ("rocket", {"layer": "relu4_4", "objective": "mean"}, "--layer relu4_4 --objective mean"),
    ("coffee", {"channel": 1}, "--channel 1"),
    ("coffee", {"channel": 77}, "--channel 77"),
    ("coffee", {"layer": "relu4_1", "channel": 41}, "--layer relu4_1 --channel 41"),
    ("coffee", {"layer": "relu4_1", "guide": "stained-glass"}, "--layer relu4_1 --guide stained-glass"),
)
"""(photo, options, caption)"""

COLUMNS = 4


def main() -> None:
    """Dream eight times and write dream.jpg beside this file."""
    pictures = []
    for photo, options, _ in SHOWN:
        given = dict(options)
        if "guide" in given:
            given["guide"] = samples.style(given["guide"])
        pictures.append(impasto.dream(samples.photo(photo), size=512, **given).image)
    labels = [caption for *_, caption in SHOWN]
    starts = range(0, len(pictures), COLUMNS)
    rows = [pictures[start : start + COLUMNS] for start in starts]
    texts = [labels[start : start + COLUMNS] for start in starts]
    sheet = grid.contact_sheet(rows, labels=texts, cell_px=300, gap_px=5)
    # For a page: 95 would be twice the size.
    sheet.save(Path(__file__).with_name("dream.jpg"), quality=80, optimize=True)


if __name__ == "__main__":
    main()
