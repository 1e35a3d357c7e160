"""The run over time: how the losses fall, and the canvas at every step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from PIL import Image

from impasto.explain.animate import DIM_TEXT, TEXT, Line, run_frames
from impasto.explain.chapter import Chapter, ChapterFigure
from impasto.explain.context import ExplainContext, RecordedRun
from impasto.explain.figure_style import (
    CURVE_COLORS,
    FONT_PT,
    TEXT_COLOR,
    WIDTH_IN,
    add_axes,
    add_legend,
    add_text,
    new_figure,
)
from impasto.explain.formulas import PIXEL_GRADIENT, inline
from impasto.explain.optional_imports import load
from impasto.images.io import PictureSource
from impasto.settings import ExplainOptions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STARTS = ("noise", "content")

FRAMES = 40
"""Of the animation, at most."""

LOWEST = 1e-3
"""Lowest loss drawn: content begins at 0, which a logarithmic scale cannot show."""

TERMS = (
    ("loss", "total", TEXT_COLOR, "-"),
    ("content", "content", CURVE_COLORS[0], "-"),
    ("style", "style", CURVE_COLORS[1], "-"),
    ("variation", "variation", CURVE_COLORS[2], ":"),
)
"""Of each curve: key in the history, name, colour and line."""


def loss_curves(content: PictureSource, style: PictureSource, **options: Unpack[ExplainOptions]) -> Figure:
    """The losses of two runs, from noise and from the photo, by term and by style layer.

    Args:
        content: the photo.
        style: the painting.
        **options: fields of ``ExplainSettings``; here ``steps``, ``size``, ``layers``, ``seed``.
    Returns:
        A matplotlib figure. Above the total and its weighted terms, below the style loss by layer; a dashed
        line where the next size begins.
    Raises:
        ImpastoError: as ``ExplainContext.read``; an OutputError if matplotlib is not installed.
    """
    return draw_loss_curves(ExplainContext.read(content, style, **options))


def draw_loss_curves(context: ExplainContext) -> Figure:
    """The figure of the two pictures."""
    load("matplotlib.figure")  # before anything is painted
    runs = recorded_runs(context)
    figure = new_figure(WIDTH_IN, 4.5)
    width, left, gap = 1.65, 0.62, 0.14
    upper, lower = [], []
    for index, (start, run) in enumerate(zip(STARTS, runs, strict=True)):
        x = left + index * (width + gap)
        add_text(figure, f"from {start}", left=x + width / 2, top=0.14)
        upper.append(add_axes(figure, left=x, top=0.3, width=width, height=1.9))
        lower.append(add_axes(figure, left=x, top=2.42, width=width, height=1.5))
        plot_terms(upper[-1], run)
        plot_layers(lower[-1], run, context.settings.layers)
        lower[-1].set_xlabel("step", color=TEXT_COLOR, fontsize=FONT_PT)
        upper[-1].tick_params(labelbottom=False)
    for row, title, floor in ((upper, "loss, weighted", LOWEST), (lower, "style, by layer", 0.0)):
        limits = [axes.get_ylim() for axes in row]
        for axes in row:
            axes.set_ylim(max(floor, min(low for low, _ in limits)), max(high for _, high in limits))
        row[0].set_ylabel(title, color=TEXT_COLOR, fontsize=FONT_PT)
        row[1].tick_params(labelleft=False)
        add_legend(row[1])
    return figure


def recorded_runs(context: ExplainContext) -> list[RecordedRun]:
    """The runs from noise and from the photo."""
    return [context.page_run(init=start, record=True) for start in STARTS]


def plot_terms(axes: Axes, run: RecordedRun) -> None:
    """The total and its terms at each step, on a logarithmic scale."""
    steps = range(1, len(run.history) + 1)
    for key, label, color, line in TERMS:
        values = [row.get(key, 0.0) for row in run.history]
        if any(value > 0 for value in values):
            axes.plot(steps, values, line, color=color, label=label, linewidth=1.5)
    axes.set_yscale("log")
    plot_scale_changes(axes, run)


def plot_layers(axes: Axes, run: RecordedRun, layers: tuple[str, ...]) -> None:
    """The style loss of each layer, stacked: the upper edge is the style loss."""
    steps = range(1, len(run.by_layer) + 1)
    losses = [[by_layer[layer] for by_layer in run.by_layer] for layer in layers]
    colors = [CURVE_COLORS[index % len(CURVE_COLORS)] for index in range(len(layers))]
    axes.stackplot(steps, *losses, labels=layers, colors=colors, alpha=0.9, linewidth=0)
    axes.set_ylim(bottom=0)
    plot_scale_changes(axes, run)


def plot_scale_changes(axes: Axes, run: RecordedRun) -> None:
    """A dashed line where the next size begins, with the canvas' new width beside it."""
    axes.set_xlim(1, max(2, len(run.history)))
    scales = [row["scale"] for row in run.history]
    style: dict[str, Any] = {"color": TEXT_COLOR, "fontsize": FONT_PT - 2, "va": "top"}
    for index, scale in enumerate(scales):
        if index and scale != scales[index - 1]:
            axes.axvline(index + 1, color=TEXT_COLOR, linewidth=0.7, linestyle=(0, (4, 3)), alpha=0.6)
            text = f"{run.frames[index].width} px"
            axes.text(index + 2, 0.99, text, transform=axes.get_xaxis_transform(), **style)


def canvas_animation(
    content: PictureSource, style: PictureSource, **options: Unpack[ExplainOptions]
) -> list[Image.Image]:
    """The canvas of two runs, from noise and from the photo, with step and losses below.

    Args:
        content: the photo.
        style: the painting.
        **options: fields of ``ExplainSettings``; here ``steps``, ``size``, ``layers``, ``seed``.
    Returns:
        The frames of an animation.
    Raises:
        ImpastoError: as ``ExplainContext.read``.
    """
    return draw_canvases(ExplainContext.read(content, style, **options))


def draw_canvases(context: ExplainContext) -> list[Image.Image]:
    """The frames for the two pictures."""
    runs = recorded_runs(context)
    return run_frames(runs, lambda run, step: frame_text(STARTS[run], runs[run], step), most=FRAMES)


def frame_text(start: str, run: RecordedRun, index: int) -> list[Line]:
    """Start, step and size; below them the losses."""
    losses, width = run.history[index], run.frames[index].width
    terms = f"content {losses['content']:.2f}, style {losses['style']:.2f}"
    return [
        (f"from {start}   step {index + 1}   {width} px", TEXT),
        (f"loss {losses['loss']:.2f}: {terms}", DIM_TEXT),
    ]


def chapter(context: ExplainContext) -> Chapter:
    """The run."""
    run = recorded_runs(context)[0]
    sizes = list(dict.fromkeys(frame.width for frame in run.frames))
    growth = dashed = ""
    if len(sizes) > 1:
        widths = " and then ".join(f"{size} px" for size in sizes)
        growth = (
            f"<p>impasto paints coarse to fine, here {widths} wide. Large forms are painted where a step is "
            "cheap (half the size, a quarter of the work), and the full size adds only what is fine.</p>"
        )
        dashed = (
            "; at a dashed line the canvas grows, and lacks the finer strokes that are measured from then on"
        )
    return Chapter(
        text=f"""
<p>Training changes the weights of a network. Here the weights stay, and the <em>pixels</em> change: the
gradient {inline(PIXEL_GRADIENT)} says for each pixel in which direction the loss grows, and the optimiser
takes a step the other way. Then the loss of the new picture is computed, and so on. The start is white noise,
as in the paper, or the photo, where the motif stands already.</p>
{growth}
<p>A little <em>total variation</em>, the differences of neighbouring pixels, is added to the loss. It limits
the noise that the paper's many more steps would remove.</p>""",
        figures=(
            ChapterFigure(
                name="timeline-iteration",
                picture=draw_canvases(context),
                milliseconds=140,
                alt="Animation: on the left white noise turns into the painted photo, on the right the "
                "photo itself is repainted; below, the step, the size and the losses.",
                caption="Each frame is the canvas after a step, with its losses: content and style with "
                "their weights, and the total, which includes the variation. There are more frames of the "
                "early steps, as these change the canvas most.",
            ),
            ChapterFigure(
                name="timeline",
                picture=draw_loss_curves(context),
                alt=f"Loss curves of both runs over {len(run.history)} steps: the total and its terms. From "
                "the photo, content rises from zero. Below, the style loss by layer.",
                caption="Above, each term with its weight, on a logarithmic scale; below, the style loss of "
                f"each layer, stacked{dashed}. From noise the total falls from {run.history[0]['loss']:.2f} "
                f"to {run.history[-1]['loss']:.2f}. From the photo, the content loss starts at 0 and has to "
                "<em>rise</em>: the photo must change to take on the style.",
            ),
        ),
    )
