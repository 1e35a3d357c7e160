"""Arrange pictures on a contact sheet."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, zip_longest

from PIL import Image, ImageDraw, ImageFont

from impasto.errors import PictureError
from impasto.images.color_names import Color
from impasto.images.resize import fit

FONT_HEIGHT, MIN_FONT_PX = 0.055, 11.0
"""Letter height as a fraction of a cell, and the least in px; chosen by eye."""

DARK, LIGHT = (38, 38, 38), (235, 235, 235)
"""Colours of text on light and on dark backgrounds."""


def contact_sheet(
    rows: Sequence[Sequence[Image.Image]],
    *,
    labels: Sequence[Sequence[str]] | None = None,
    column_titles: Sequence[str] | None = None,
    cell_px: int = 320,
    gap_px: int = 8,
    background: Color = (250, 250, 248),
) -> Image.Image:
    """Arrange pictures in rows and columns, each scaled to fit its cell in its proportions.

    Columns are as wide, and rows as high, as the largest picture in them; smaller ones are centred.

    Args:
        rows: the pictures; rows may differ in length.
        labels: a line of text below each picture, in the shape of ``rows``; "" for none.
        column_titles: a line of text above each column.
        cell_px: long side of a picture on the sheet.
        gap_px: space between pictures and around them.
        background: red, green, blue from 0 to 255; text is dark on light and light on dark.
    Returns:
        An RGB picture.
    Raises:
        PictureError: there are no pictures.
    """
    if not any(rows):
        raise PictureError("a contact sheet needs at least one picture", got=f"{len(rows)} empty rows")
    font = ImageFont.load_default(max(MIN_FONT_PX, cell_px * FONT_HEIGHT))
    small = [[_scale(picture, cell_px) for picture in row] for row in rows]
    line_px = round(font.getbbox("Ag")[3] * 1.5)
    widths = [max(p.width for p in column if p) for column in zip_longest(*small)]
    heights = [max((p.height for p in row), default=0) for row in small]
    caption_px, title_px = line_px if labels else 0, line_px if column_titles else 0
    *lefts, width = accumulate((w + gap_px for w in widths), initial=gap_px)
    *tops, height = accumulate((h + caption_px + gap_px for h in heights), initial=gap_px + title_px)
    canvas = Image.new("RGB", (width, height), background)
    text_color = DARK if sum(background) > 3 * 127 else LIGHT
    draw = ImageDraw.Draw(canvas)

    def write(text: str, column: int, y: float) -> None:
        x = lefts[column] + widths[column] / 2
        draw.text((x, y), _shorten(text, widths[column], font), fill=text_color, font=font, anchor="mm")

    for column, title in enumerate((column_titles or ())[: len(widths)]):
        write(title, column, gap_px + line_px / 2)
    for row, pictures in enumerate(small):
        for column, picture in enumerate(pictures):
            left = lefts[column] + (widths[column] - picture.width) // 2
            canvas.paste(picture, (left, tops[row] + (heights[row] - picture.height) // 2))
    for row, texts in enumerate((labels or ())[: len(small)]):
        for column, text in enumerate(texts[: len(widths)]):
            write(text, column, tops[row] + heights[row] + line_px / 2)
    return canvas


def _scale(picture: Image.Image, cell_px: int) -> Image.Image:
    height, width = fit(picture.height, picture.width, cell_px, enlarge=True)
    return picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)


def _shorten(text: str, width_px: int, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    """The text, cut off with dots if it is too long."""
    if font.getlength(text) <= width_px:
        return text
    for end in range(len(text) - 1, 0, -1):
        shorter = text[:end].rstrip() + "..."
        if font.getlength(shorter) <= width_px:
            return shorter
    return ""
