"""Figures without pyplot: how they are laid out, and how they are printed on light and on dark paper.

Needs matplotlib: ``pip install "impasto[explain]"``.
"""

from __future__ import annotations

import importlib
import io as streams
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from impasto.errors import OutputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, INK_ON_DARK = "#24292f", "#dfe3e8"
"""Colour of text and axes; figures are drawn with the first."""

LINES = ("#0b84c6", "#e08e0b", "#17a673", "#cf6fae", "#d95f3b", "#8a7fd6")
"""Colours of curves, told apart by the colour-blind and read on light and dark; after Okabe and Ito 2008."""

WIDTH_IN = 5.2
"""Of a figure: narrow, so that its letters are still read on a telephone."""

DOTS = 200
"""Pixels an inch of a printed figure."""

QUALITY, EFFORT = 88, 3
"""Of WebP, 0 to 100 and 0 to 6: letters stay clean, and a page is written within seconds; chosen by eye."""

POINTS = 9.5
"""Height of letters."""

GAP_IN, LINE_IN, LABEL_IN = 0.06, 0.2, 0.92
"""Between pictures, of a line of text, and left of pictures for labels; chosen by eye."""

Array = npt.NDArray[Any]


def load(module: str) -> ModuleType:
    """A part of matplotlib.

    Raises:
        OutputError: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise missing(module) from error


def missing(module: str) -> OutputError:
    """What is said where a part of matplotlib is not installed."""
    return OutputError(
        "drawing figures needs matplotlib, which is not installed",
        got=f"{module} is missing",
        attempt='pip install "impasto[explain]"',
    )


def new_figure(width_in: float, height_in: float) -> Figure:
    """An empty figure on white, free of pyplot's list of open figures.

    Raises:
        OutputError: matplotlib is not installed.
    """
    figure: Figure = load("matplotlib.figure").Figure(figsize=(width_in, height_in), facecolor="white")
    return figure


def place(
    figure: Figure, *, left: float, top: float, width: float, height: float, bare: bool = False
) -> Axes:
    """Axes at a place in inches, from the figure's upper left corner.

    Args:
        figure: where.
        left: inches.
        top: inches.
        width: inches.
        height: inches.
        bare: for a picture: a thin frame and no ticks.
    """
    whole_width, whole_height = figure.get_size_inches()
    low = whole_height - top - height
    axes = figure.add_axes(
        (left / whole_width, low / whole_height, width / whole_width, height / whole_height)
    )
    axes.set_facecolor("none")
    for side, spine in axes.spines.items():
        spine.set_color(INK)
        spine.set_linewidth(0.4 if bare else 0.7)
        spine.set_visible(bare or side in ("left", "bottom"))
    axes.tick_params(
        which="both", colors=INK, labelcolor=INK, labelsize=POINTS - 1, width=0.7, length=0 if bare else 3
    )
    if bare:
        axes.set_xticks([])
        axes.set_yticks([])
    return axes


def write(figure: Figure, text: str, *, left: float, top: float, **how: Any) -> None:
    """Text at a place in inches, from the upper left corner; ``how`` as for matplotlib's ``text``."""
    width, height = figure.get_size_inches()
    style = {"color": INK, "fontsize": POINTS, "va": "center", "ha": "center", **how}
    figure.text(left / width, 1 - top / height, text, **style)


@dataclass(frozen=True)
class Cell:
    """A picture on a sheet.

    Attributes:
        picture: (H, W, 3) in [0, 1], or (H, W), which is drawn in colours.
        text: below it.
        colors: matplotlib's map for (H, W).
        limits: the numbers at the ends of the map; those of the picture if left out.
        frame: colour of a thick frame.
    """

    picture: Array
    text: str = ""
    colors: str = "magma"
    limits: tuple[float, float] | None = None
    frame: str = ""


def show(axes: Axes, cell: Cell) -> None:
    """Draw a cell's picture into axes: photos smoothly, maps with their units as squares."""
    is_map = cell.picture.ndim == 2
    low, high = cell.limits or (0.0, 1.0)
    if is_map and cell.limits is None:
        low, high = float(cell.picture.min()), float(cell.picture.max())
    axes.imshow(
        cell.picture if is_map else np.clip(cell.picture, 0, 1),
        cmap=cell.colors, vmin=low, vmax=max(high, low + 1e-12), aspect="auto",
        interpolation="nearest" if is_map else "antialiased",
    )  # fmt: skip
    for spine in axes.spines.values():
        if cell.frame:
            spine.set_color(cell.frame)
            spine.set_linewidth(1.8)


def sheet(
    rows: Sequence[Sequence[Cell | None]],
    *,
    titles: Sequence[str] = (),
    labels: Sequence[str] = (),
    width_in: float = WIDTH_IN,
    below_in: float = 0.0,
) -> Figure:
    """Pictures in rows and columns of one width, with titles above, labels on the left and text below.

    Args:
        rows: of equal length; None leaves a gap.
        titles: one a column.
        labels: one a row.
        width_in: of the figure, inches.
        below_in: kept free below the pictures, inches.
    Returns:
        The figure.
    Raises:
        OutputError: matplotlib is not installed.
    """
    columns = max(len(row) for row in rows)
    margin = LABEL_IN if labels else GAP_IN
    width = (width_in - margin - GAP_IN * columns) / columns
    title_in = LINE_IN + 0.03 if titles else 0.0
    heights, texts = [], []
    for row in rows:
        shapes = [cell.picture.shape for cell in row if cell is not None]
        heights.append(width * max((s[0] / s[1] for s in shapes), default=0))
        texts.append(LINE_IN if any(cell is not None and cell.text for cell in row) else 0.0)
    total = title_in + sum(heights) + sum(texts) + GAP_IN * (len(rows) + 1) + below_in
    figure = new_figure(width_in, total)
    for column, title in enumerate(titles):
        middle = margin + (width + GAP_IN) * column + width / 2
        write(figure, title, left=middle, top=GAP_IN + title_in - 0.08, va="baseline")
    top = GAP_IN + title_in
    for index, row in enumerate(rows):
        if labels and labels[index]:
            write(figure, labels[index], left=margin - 0.08, top=top + heights[index] / 2, ha="right",
                  linespacing=1.35)  # fmt: skip
        for column, cell in enumerate(row):
            if cell is None:
                continue
            left = margin + (width + GAP_IN) * column
            height = width * cell.picture.shape[0] / cell.picture.shape[1]
            above = (heights[index] - height) / 2
            show(place(figure, left=left, top=top + above, width=width, height=height, bare=True), cell)
            if cell.text:
                write(figure, cell.text, left=left + width / 2, top=top + heights[index] + texts[index] / 2,
                      fontsize=POINTS - 1)  # fmt: skip
        top += heights[index] + texts[index] + GAP_IN
    return figure


def in_rows(cells: Sequence[Cell], columns: int) -> list[list[Cell | None]]:
    """Cells in rows of so many; gaps at the end."""
    filled: list[Cell | None] = [*cells, *[None] * (-len(cells) % columns)]
    return [filled[start : start + columns] for start in range(0, len(filled), columns)]


def legend_beside(axes: Axes, *, handlelength: float = 1.2) -> None:
    """What the curves are, on the right of the axes."""
    axes.legend(
        loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize=POINTS - 1, labelcolor=INK,
        handlelength=handlelength, borderaxespad=0.3,
    )  # fmt: skip


def paint_over(figure: Figure, before: str, after: str) -> None:
    """Text, ticks and axes of one colour in another; what has a colour of its own keeps it.

    Args:
        figure: is changed.
        before: "#rrggbb".
        after: "#rrggbb".
    """
    to_hex = load("matplotlib.colors").to_hex
    for artist in figure.findobj():
        for name in ("color", "edgecolor", "markeredgecolor", "markerfacecolor"):
            found = getattr(artist, f"get_{name}", lambda: None)()
            one = isinstance(found, (str, tuple)) or (isinstance(found, np.ndarray) and found.ndim == 1)
            if one and not (isinstance(found, str) and found == "none") and to_hex(found) == before:
                getattr(artist, f"set_{name}")(after)
    for axes in figure.axes:
        axes.tick_params(which="both", color=after, labelcolor=after)  # ticks that are made when drawn


def printed(figure: Figure, *, dark: bool = False) -> Image.Image:
    """A figure as pixels on nothing (RGBA), its ink fit for light or for dark paper; the figure stays."""
    buffer = streams.BytesIO()
    if dark:
        paint_over(figure, INK, INK_ON_DARK)
    figure.savefig(buffer, format="png", dpi=DOTS, facecolor="none", pil_kwargs={"compress_level": 1})
    if dark:
        paint_over(figure, INK_ON_DARK, INK)
    with Image.open(buffer) as picture:
        return picture.convert("RGBA")


def on_paper(picture: Image.Image) -> Image.Image:
    """A printed figure on white: for its file, which may be opened anywhere."""
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


def webp(picture: Image.Image) -> bytes:
    """A printed figure for the page: small, with what is transparent kept."""
    buffer = streams.BytesIO()
    picture.save(buffer, format="WEBP", quality=QUALITY, alpha_quality=QUALITY, method=EFFORT)
    return buffer.getvalue()
