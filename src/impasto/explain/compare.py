"""Three starts and two optimisers, with equally many evaluations of the loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from impasto.explain.chapter import Chapter, ChapterFigure
from impasto.explain.context import ExplainContext, RecordedRun, as_array
from impasto.explain.figure_style import (
    CURVE_COLORS,
    FONT_PT,
    TEXT_COLOR,
    Cell,
    add_axes,
    add_legend,
    figure_grid,
    in_rows,
)
from impasto.explain.optional_imports import load
from impasto.images.io import PictureSource
from impasto.settings import ExplainOptions

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STARTS = ("noise", "content", "style")

OPTIMIZERS = {"lbfgs": ("L-BFGS", 1.0, "-"), "adam": ("Adam", 0.03, (0, (4, 2)))}
"""Optimiser -> its name, its rate (Adam's chosen by eye), the line of its curve."""


def compare(content: PictureSource, style: PictureSource, **options: Unpack[ExplainOptions]) -> Figure:
    """Results from noise, from the photo and from the painting, by L-BFGS and by Adam.

    Both evaluate the loss once a step, so equal steps are equal work.

    Args:
        content: the photo.
        style: the painting.
        **options: fields of ``ExplainSettings``; here ``steps``, ``size``, ``layers``, ``seed``.
    Returns:
        A matplotlib figure: the six pictures with their last losses, and the six loss curves.
    Raises:
        ImpastoError: as ``ExplainContext.read``; an OutputError if matplotlib is not installed.

    Source: Gatys, Ecker, Bethge 2016, fig. 6 (the starts) and section 2 (L-BFGS); Kingma, Ba 2015 (Adam).
    """
    return draw(ExplainContext.read(content, style, **options))


def compared_runs(context: ExplainContext) -> dict[tuple[str, str], RecordedRun]:
    """{(optimiser, start): run}, all at one size."""
    return {
        (optimizer, start): context.run(optimizer=optimizer, rate=rate, init=start, size=context.grid_px)
        for optimizer, (_, rate, _) in OPTIMIZERS.items()
        for start in STARTS
    }


def draw(context: ExplainContext) -> Figure:
    """The figure of the two pictures."""
    load("matplotlib.figure")  # before anything is painted
    runs = compared_runs(context)
    cells = [Cell(as_array(run.pixels), f"loss {run.history[-1]['loss']:.2f}") for run in runs.values()]
    height = 2.3
    figure = figure_grid(
        in_rows(cells, len(STARTS)),
        titles=[f"from {start}" for start in STARTS],
        labels=[label for label, _, _ in OPTIMIZERS.values()],
        below_in=height,
    )
    top = figure.get_size_inches()[1] - height + 0.12
    axes = add_axes(figure, left=0.62, top=top, width=3.2, height=height - 0.6)
    for (optimizer, start), run in runs.items():
        label, _, line = OPTIMIZERS[optimizer]
        losses = [row["loss"] for row in run.history]
        style: dict[str, Any] = {
            "color": CURVE_COLORS[STARTS.index(start)],
            "linestyle": line,
            "linewidth": 1.5,
        }
        axes.plot(range(1, len(losses) + 1), losses, label=f"{label}, {start}", **style)
    axes.set_ylim(bottom=0)
    axes.set_xlim(1, max(2, context.settings.steps))
    axes.set_xlabel("evaluations of the loss", color=TEXT_COLOR, fontsize=FONT_PT)
    axes.set_ylabel("loss", color=TEXT_COLOR, fontsize=FONT_PT)
    add_legend(axes, handlelength=1.8)
    return figure


def chapter(context: ExplainContext) -> Chapter:
    """Starts and optimisers."""
    figure = draw(context)
    runs = compared_runs(context)
    optimizer, start = min(runs, key=lambda key: runs[key].history[-1]["loss"])
    return Chapter(
        text="""
<p>The loss has many minima, and the start decides which of them a run reaches. Noise resembles neither
picture, and another seed gives another result. From the photo, the outlines are there at the first step. From
the painting, its own outlines are there, and the photo's have to grow into them.</p>
<p>The paper uses L-BFGS, which estimates the curvature of the loss from the last steps and takes long steps.
Adam moves every pixel by about the same length at each step, large gradient or small. It needs little tuning,
and works with a canvas that is averaged over steps, as impasto does by default.</p>""",
        figures=(
            ChapterFigure(
                name="compare",
                picture=figure,
                alt="Six pictures: started from noise, from the photo and from the painting, above by "
                "L-BFGS, below by Adam; and the six loss curves against the number of evaluations.",
                caption=f"The same losses and weights for all, at one size, with {context.settings.steps} "
                "evaluations of the loss and its gradient. The lowest loss here is that of "
                f"{OPTIMIZERS[optimizer][0]} from {start}. A lower loss is not always the better picture. "
                "The paper found that the start matters little in the end (figure 6); after so few steps it "
                "can still show.",
            ),
        ),
    )
