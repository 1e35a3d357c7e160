"""The sheet of docs/recolor.md: sample photos in the colours of emotions, a theme and a painting.

python docs/pictures/recolor.py
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

import impasto
from impasto import samples
from impasto.images import grid
from impasto.settings.choices import Emotion

PHOTOS = ("astronaut", "chelsea", "coffee", "rocket")
EMOTIONS: tuple[Emotion, ...] = ("romantic", "passionate", "mysterious", "serene")
THEME = "sunset"
PAINTING = "stained-glass"


def main() -> None:
    """Recolour four photos six times and write recolor.jpg beside this file."""
    painting = samples.style(PAINTING)
    rows = []
    for name in PHOTOS:
        photo = samples.photo(name)
        results = [impasto.recolor(photo, emotion=emotion) for emotion in EMOTIONS]
        results += [impasto.recolor(photo, palette=THEME), impasto.recolor(photo, palette=painting)]
        rows.append([photo, *(with_theme(result) for result in results)])
    titles = ["photo", *EMOTIONS, f"palette {THEME}", f"palette {PAINTING}"]
    sheet = grid.contact_sheet(rows, column_titles=titles, cell_px=210, gap_px=5)
    # For a page: 95 would be twice the size, and a little softness in colour is not seen.
    sheet.save(Path(__file__).with_name("recolor.jpg"), quality=80, optimize=True)


def with_theme(result: impasto.Result) -> Image.Image:
    """A picture with the colours of its theme below it."""
    picture, colors = result.image, result.record["theme"]["colors"]
    width, height = picture.size
    strip = max(1, height // 16)
    framed = Image.new("RGB", (width, height + strip))
    framed.paste(picture)
    draw = ImageDraw.Draw(framed)
    for place, color in enumerate(colors):
        left, right = (width * side // len(colors) for side in (place, place + 1))
        draw.rectangle((left, height, right - 1, height + strip), fill=color)
    return framed


if __name__ == "__main__":
    main()
