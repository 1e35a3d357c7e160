"""The sheets of docs/styles.md: the way from style to style, strokes and forms, scales and folders.

python docs/pictures/styles.py
"""

from __future__ import annotations

from pathlib import Path

from PIL.Image import Image

import impasto
from impasto import samples
from impasto.images import grid

SIZE = 512
STYLES = {
    name: samples.style(name) for name in ("swirl", "mosaic", "woodcut", "watercolour", "stained-glass")
}


def main() -> None:
    """Write styles-way.jpg, styles-fine.jpg and styles-scale.jpg beside this file."""
    write("way", *way())
    write("fine", *fine())
    write("scale", *scale())


def write(name: str, rows: list[list[Image]], labels: list[list[str]]) -> None:
    """One sheet, for a page: 95 would be twice the size, and a little softness in colour is not seen."""
    sheet = grid.contact_sheet(rows, labels=labels, cell_px=250, gap_px=5)
    sheet.save(Path(__file__).with_name(f"styles-{name}.jpg"), quality=74, optimize=True)


def way() -> tuple[list[list[Image]], list[list[str]]]:
    """From the swirl to the mosaic in five pictures."""
    first, last = STYLES["swirl"], STYLES["mosaic"]
    results = impasto.interpolate(samples.photo("astronaut"), [first, last], count=5, size=SIZE)
    shares = [result.record["settings"]["style_weights"] for result in results]
    captions = [", ".join(f"{share:g}" for share in pair) for pair in shares]
    return [[first, *(result.image for result in results), last]], [["swirl", *captions, "mosaic"]]


def fine() -> tuple[list[list[Image]], list[list[str]]]:
    """The forms and colours of one painting with the strokes of another, three ways."""
    rows, labels = [], []
    for photo, forms, strokes in (
        ("chelsea", "mosaic", "watercolour"),
        ("astronaut", "stained-glass", "woodcut"),
    ):
        content, style, lent = samples.photo(photo), STYLES[forms], STYLES[strokes]
        deeper = ("relu1_1", "relu2_1", "relu3_1")
        between = impasto.stylize(
            style, lent, colors="luminance", style_layers=("relu1_1=4", "relu2_1=2", "relu3_1"), size=768
        )
        rows.append([
            style,
            lent,
            impasto.stylize(content, style, size=SIZE).image,
            impasto.stylize(content, style, fine_style=lent, size=SIZE).image,
            impasto.stylize(content, style, fine_style=lent, fine_layers=deeper, size=SIZE).image,
            impasto.stylize(content, between.image, size=SIZE).image,
        ])  # fmt: skip
        labels.append(
            [
                f"STYLE: {forms}",
                f"FINE: {strokes}",
                "STYLE alone",
                "--fine-style",
                "to relu3_1",
                "in two runs",
            ]
        )
    return rows, labels


def scale() -> tuple[list[list[Image]], list[list[str]]]:
    """One painting at three scales, two at scales of their own, and two as one style."""
    photo, swirl, wash = samples.photo("astronaut"), STYLES["swirl"], STYLES["watercolour"]
    both, scales = [swirl, STYLES["mosaic"]], ((2.0, 0.5), (0.5, 2.0))
    top = [impasto.stylize(photo, swirl, style_scale=ratio, size=SIZE).image for ratio in (0.4, 1.0, 2.5)]
    top += [impasto.stylize(photo, both, style_scale=pair, size=SIZE).image for pair in scales]
    alone, pooled = (impasto.stylize(photo, style, size=SIZE).image for style in (wash, [[swirl, wash]]))
    names = ["swirl 0.4", "swirl 1", "swirl 2.5", "swirl 2, mosaic 0.5", "swirl 0.5, mosaic 2"]
    below = ["swirl", "watercolour", "swirl alone", "watercolour alone", "both as one style"]
    return [top, [swirl, wash, top[1], alone, pooled]], [names, below]


if __name__ == "__main__":
    main()
