"""Figures without pyplot: their layout, and their colours on light and on dark pages.

Needs matplotlib: ``pip install "impasto[explain]"``.
"""

from __future__ import annotations

import io as streams
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from impasto.explain.optional_imports import load

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXT_COLOR, TEXT_COLOR_ON_DARK = "#24292f", "#dfe3e8"
"""Colour of text and axes on a light and on a dark page; figures are drawn with the first."""

CURVE_COLORS = ("#0b84c6", "#e08e0b", "#17a673", "#cf6fae", "#d95f3b", "#8a7fd6")
"""Distinct for colour-blind readers, on light and on dark pages; after Okabe and Ito 2008."""

WIDTH_IN = 5.2
"""Width of a figure: narrow, so that its text can be read on a telephone."""

DPI = 200
"""Resolution of a rendered figure."""

WEBP_QUALITY, WEBP_METHOD = 88, 3
"""0 to 100 and 0 to 6: text stays clean, and a page is written within seconds; chosen by eye."""

FONT_PT = 9.5
"""Size of text."""

GAP_IN, LINE_IN, LABEL_IN = 0.06, 0.2, 0.92
"""Space between pictures, height of a line of text, width of the labels on the left; chosen by eye."""

Array = npt.NDArray[Any]


def new_figure(width_in: float, height_in: float) -> Figure:
    """An empty white figure that pyplot does not know of.

    Raises:
        OutputError: matplotlib is not installed.
    """
    figure: Figure = load("matplotlib.figure").Figure(figsize=(width_in, height_in), facecolor="white")
    return figure


def add_axes(
    figure: Figure, *, left: float, top: float, width: float, height: float, bare: bool = False
) -> Axes:
    """Add axes; all lengths are inches, from the figure's upper left corner.

    Args:
        figure: gets the axes.
        left: distance from the left edge.
        top: distance from the upper edge.
        width: of the axes.
        height: of the axes.
        bare: for a picture: a thin frame and no ticks.
    """
    total_width, total_height = figure.get_size_inches()
    bottom = total_height - top - height
    axes = figure.add_axes(
        (left / total_width, bottom / total_height, width / total_width, height / total_height)
    )
    axes.set_facecolor("none")
    for side, spine in axes.spines.items():
        spine.set_color(TEXT_COLOR)
        spine.set_linewidth(0.4 if bare else 0.7)
        spine.set_visible(bare or side in ("left", "bottom"))
    axes.tick_params(which="both", colors=TEXT_COLOR, labelcolor=TEXT_COLOR)
    axes.tick_params(which="both", labelsize=FONT_PT - 1, width=0.7, length=0 if bare else 3)
    if bare:
        axes.set_xticks([])
        axes.set_yticks([])
    return axes


def add_text(figure: Figure, text: str, *, left: float, top: float, **style: Any) -> None:
    """Add text, in inches from the upper left corner; ``style`` as for matplotlib's ``text``."""
    width, height = figure.get_size_inches()
    style = {"color": TEXT_COLOR, "fontsize": FONT_PT, "va": "center", "ha": "center", **style}
    figure.text(left / width, 1 - top / height, text, **style)


@dataclass(frozen=True)
class Cell:
    """A picture in a grid.

    Attributes:
        picture: (H, W, 3) in [0, 1], or a map (H, W), which is drawn in colours.
        text: below the picture.
        limits: values of a map at the ends of the colour scale; its minimum and maximum if left out.
        frame_color: of a thick frame; no frame if left out.
    """

    picture: Array
    text: str = ""
    limits: tuple[float, float] | None = None
    frame_color: str = ""


def draw_cell(axes: Axes, cell: Cell) -> None:
    """Draw a cell's picture into axes: photos smoothly, maps with one square for each unit."""
    is_map = cell.picture.ndim == 2
    low, high = cell.limits or (0.0, 1.0)
    if is_map and cell.limits is None:
        low, high = float(cell.picture.min()), float(cell.picture.max())
    axes.imshow(
        cell.picture if is_map else np.clip(cell.picture, 0, 1),
        cmap="magma",
        vmin=low,
        vmax=max(high, low + 1e-12),
        aspect="auto",
        interpolation="nearest" if is_map else "antialiased",
    )
    for spine in axes.spines.values():
        if cell.frame_color:
            spine.set_color(cell.frame_color)
            spine.set_linewidth(1.8)


def figure_grid(
    rows: Sequence[Sequence[Cell | None]],
    *,
    titles: Sequence[str] = (),
    labels: Sequence[str] = (),
    below_in: float = 0.0,
) -> Figure:
    """Pictures in rows and columns of equal width, with titles above, labels on the left and text below.

    Args:
        rows: of equal length; None leaves a gap.
        titles: one for each column.
        labels: one for each row.
        below_in: height kept free below the pictures, inches.
    Returns:
        The figure, WIDTH_IN wide.
    Raises:
        OutputError: matplotlib is not installed.
    """
    margin = LABEL_IN if labels else GAP_IN
    columns = max(len(row) for row in rows)
    width = (WIDTH_IN - margin - GAP_IN * columns) / columns
    title_in = LINE_IN + 0.03 if titles else 0.0
    heights, text_heights = [], []
    for row in rows:
        shapes = [cell.picture.shape for cell in row if cell is not None]
        heights.append(width * max((s[0] / s[1] for s in shapes), default=0))
        text_heights.append(LINE_IN if any(cell is not None and cell.text for cell in row) else 0.0)
    total = title_in + sum(heights) + sum(text_heights) + GAP_IN * (len(rows) + 1) + below_in
    figure = new_figure(WIDTH_IN, total)
    for column, title in enumerate(titles):
        middle = margin + (width + GAP_IN) * column + width / 2
        add_text(figure, title, left=middle, top=GAP_IN + title_in - 0.08, va="baseline")
    top = GAP_IN + title_in
    for index, row in enumerate(rows):
        if labels and labels[index]:
            middle = top + heights[index] / 2
            add_text(figure, labels[index], left=margin - 0.08, top=middle, ha="right", linespacing=1.35)
        for column, cell in enumerate(row):
            if cell is None:
                continue
            left = margin + (width + GAP_IN) * column
            height = width * cell.picture.shape[0] / cell.picture.shape[1]
            above = (heights[index] - height) / 2
            draw_cell(
                add_axes(figure, left=left, top=top + above, width=width, height=height, bare=True), cell
            )
            if cell.text:
                below = top + heights[index] + text_heights[index] / 2
                add_text(figure, cell.text, left=left + width / 2, top=below, fontsize=FONT_PT - 1)
        top += heights[index] + text_heights[index] + GAP_IN
    return figure


def in_rows(cells: Sequence[Cell], columns: int) -> list[list[Cell | None]]:
    """Cells in rows of ``columns`` each; the last row ends with gaps."""
    filled: list[Cell | None] = [*cells, *[None] * (-len(cells) % columns)]
    return [filled[start : start + columns] for start in range(0, len(filled), columns)]


def add_legend(axes: Axes, *, handlelength: float = 1.2) -> None:
    """Add the names of the curves, on the right of the axes."""
    axes.legend(
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
        frameon=False,
        fontsize=FONT_PT - 1,
        labelcolor=TEXT_COLOR,
        handlelength=handlelength,
        borderaxespad=0.3,
    )


def replace_color(figure: Figure, before: str, after: str) -> None:
    """Give text, ticks and axes of one colour another colour, in place.

    Args:
        figure: is changed.
        before: "#rrggbb".
        after: "#rrggbb".
    """
    to_hex = load("matplotlib.colors").to_hex
    for artist in figure.findobj():
        for name in ("color", "edgecolor", "markeredgecolor", "markerfacecolor"):
            color = getattr(artist, f"get_{name}", lambda: None)()
            single = isinstance(color, (str, tuple)) or (isinstance(color, np.ndarray) and color.ndim == 1)
            if single and not (isinstance(color, str) and color == "none") and to_hex(color) == before:
                getattr(artist, f"set_{name}")(after)
    for axes in figure.axes:
        axes.tick_params(which="both", color=after, labelcolor=after)  # ticks that are made when drawn


def render(figure: Figure, *, dark: bool = False) -> Image.Image:
    """A figure as a transparent picture (RGBA), for a light or a dark page; the figure stays as it was."""
    buffer = streams.BytesIO()
    if dark:
        replace_color(figure, TEXT_COLOR, TEXT_COLOR_ON_DARK)
    figure.savefig(buffer, format="png", dpi=DPI, facecolor="none", pil_kwargs={"compress_level": 1})
    if dark:
        replace_color(figure, TEXT_COLOR_ON_DARK, TEXT_COLOR)
    with Image.open(buffer) as picture:
        return picture.convert("RGBA")


def on_white(picture: Image.Image) -> Image.Image:
    """A rendered figure on white, for a file that may be opened anywhere."""
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def webp(picture: Image.Image) -> bytes:
    """A picture as a small WebP file; transparency is kept."""
    buffer = streams.BytesIO()
    picture.save(buffer, format="WEBP", quality=WEBP_QUALITY, alpha_quality=WEBP_QUALITY, method=WEBP_METHOD)
    return buffer.getvalue()
