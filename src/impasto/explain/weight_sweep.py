"""Alpha against beta: results for several ratios of the content and style weights and sets of layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

from PIL import Image

from impasto.explain.animate import DIM_TEXT, TEXT, Line, run_frames
from impasto.explain.chapter import Chapter, ChapterFigure
from impasto.explain.context import ExplainContext, RecordedRun, as_array
from impasto.explain.figure_style import Cell, figure_grid
from impasto.explain.formulas import ALPHA, BETA, RATIO, TOTAL, display, inline
from impasto.explain.optional_imports import load
from impasto.images.io import PictureSource
from impasto.settings import ExplainOptions

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RATIOS = (0.005, 0.03, 0.12, 0.5)
"""Alpha / beta of the columns; chosen by eye, from nearly only style to nearly only content."""

HIGH_ALPHA, HIGH_BETA = 0.5, 0.01
"""Alpha / beta of the two runs of the animation."""

VARIATION = 1.5
"""Weight of total variation: less than at full size, where strokes are finer; chosen by eye."""

GRID_STEPS = 0.75
"""Steps of a picture of the grid, as a fraction of ``steps``: there are twenty pictures."""

FRAMES = 30
"""Of the animation, at most."""


def weight_sweep(
    content: PictureSource,
    style: PictureSource,
    *,
    ratios: Sequence[float] = RATIOS,
    **options: Unpack[ExplainOptions],
) -> Figure:
    """A grid of results: every ratio of content and style weight with every set of style layers.

    L = alpha * content + beta * style, with beta = 1; each row adds one style layer.

    Args:
        content: the photo.
        style: the painting.
        ratios: alpha / beta of the columns.
        **options: fields of ``ExplainSettings``; here ``layers``, ``steps``, ``size``.
    Returns:
        A matplotlib figure.
    Raises:
        ImpastoError: as ``ExplainContext.read``; an OutputError if matplotlib is not installed.

    Source: Gatys, Ecker, Bethge 2015, "A neural algorithm of artistic style", fig. 3; of 2016, eq. 7, fig. 4.
    Differs: losses are relative to their targets, so the ratios are other numbers.
    """
    return draw_sweep(ExplainContext.read(content, style, **options), ratios)


def draw_sweep(context: ExplainContext, ratios: Sequence[float] = RATIOS) -> Figure:
    """The figure of the two pictures."""
    load("matplotlib.figure")  # before anything is painted
    layers = context.settings.layers
    steps = max(1, round(context.settings.steps * GRID_STEPS))
    shared: dict[str, Any] = {
        "init": "noise",
        "size": context.grid_px,
        "steps": steps,
        "tv_weight": VARIATION,
    }
    rows = []
    for count in range(1, len(layers) + 1):
        runs = [context.run(style_layers=layers[:count], content_weight=ratio, **shared) for ratio in ratios]
        rows.append([Cell(as_array(run.pixels)) for run in runs])
    labels = [layers[0], *(f"+ {layer}" for layer in layers[1:])]
    titles = [f"$\\alpha/\\beta$ = {ratio:g}" for ratio in ratios]
    return figure_grid(rows, titles=titles, labels=labels)


def ratio_animation(
    content: PictureSource, style: PictureSource, **options: Unpack[ExplainOptions]
) -> list[Image.Image]:
    """Two runs from the same noise, with a high alpha and with a high beta, side by side.

    Args:
        content: the photo.
        style: the painting.
        **options: fields of ``ExplainSettings``.
    Returns:
        The frames of an animation.
    Raises:
        ImpastoError: as ``ExplainContext.read``.

    Source: the two animations that the "Style transfer" chapter of "Machine learning for artists" sketches.
    """
    return draw_ratios(ExplainContext.read(content, style, **options))


def draw_ratios(context: ExplainContext) -> list[Image.Image]:
    """The frames for the two pictures, of a size between that of the grid and that of the page."""
    shared: dict[str, Any] = {
        "init": "noise",
        "size": (context.grid_px + context.settings.size) // 2,
        "tv_weight": VARIATION,
    }
    runs = [context.run(record=True, content_weight=ratio, **shared) for ratio in (HIGH_ALPHA, HIGH_BETA)]
    titles = (f"high alpha: alpha / beta = {HIGH_ALPHA:g}", f"high beta: alpha / beta = {HIGH_BETA:g}")

    def lines(run: int, step: int) -> list[Line]:
        return [(titles[run], TEXT), (unweighted(runs[run], step), DIM_TEXT)]

    return run_frames(runs, lines, most=FRAMES)


def unweighted(run: RecordedRun, index: int) -> str:
    """Step, content and style loss, without the weights alpha and beta."""
    row = run.history[index]
    content = row["content"] / run.settings.content_weight
    style = row["style"] / run.settings.style_weight
    return f"step {index + 1}   content {content:.2f}   style {style:.2f}"


def chapter(context: ExplainContext) -> Chapter:
    """Figure 3 of the paper of 2015, on these pictures."""
    return Chapter(
        text=f"""
<p>Style transfer wants both the photo's content and the painting's style. Hardly any picture has both
completely, so beyond some point lowering one loss raises the other. The weights {inline(ALPHA)} and
{inline(BETA)} say how much each loss counts.</p>
{display(TOTAL)}
<p>Only the ratio {inline(RATIO)} matters. A high {inline(ALPHA)} keeps the photo. A high {inline(BETA)} gives
the painting's texture, and the photo shows only in how it lies.</p>""",
        figures=(
            ChapterFigure(
                name="sweep-alpha-beta",
                picture=draw_ratios(context),
                milliseconds=140,
                alt="Animation: from the same noise two pictures emerge; under high alpha the photo with a "
                "tinge of the painting, under high beta the painting's texture with a hint of the photo.",
                caption="The same noise and the same painting, with two ratios. The losses below are "
                "without their weights, so that those of the two runs can be compared.",
            ),
            ChapterFigure(
                name="sweep",
                picture=draw_sweep(context),
                alt=f"A grid: {len(context.settings.layers)} rows with more and more style layers, "
                f"{len(RATIOS)} columns with rising alpha over beta: style weighs most left, content right.",
                caption="From left to right, content weighs more. From top to bottom, one more style layer "
                "is used, so larger forms of the painting can appear (Gatys et al. 2015, figure 3; figure 4 "
                "of 2016 varies the ratio alone). The paper's ratios, 10<sup>−5</sup> to 10<sup>−2</sup>, "
                "belong to its own units. impasto's losses are relative to their targets, so its ratios are "
                "larger.",
            ),
        ),
    )
