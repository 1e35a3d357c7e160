"""The run: how the losses fall, and the picture at every step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from PIL import Image

from impasto.explain.animate import DIM, TEXT, side_by_side, thinned
from impasto.explain.chapter import TITLES, Chapter, Plate
from impasto.explain.context import RecordedRun, Scene
from impasto.explain.figure_style import (
    INK,
    LINES,
    POINTS,
    WIDTH_IN,
    legend_beside,
    load,
    new_figure,
    place,
    write,
)
from impasto.explain.formulas import LOSS_TOTAL, inline, name, over, row, sign
from impasto.images.io import PictureSource
from impasto.settings import ExplainOptions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STARTS = ("noise", "content")

FRAMES = 40
"""Of the animation, at most."""

LOWEST = 1e-3
"""Loss at the foot of the curves: content begins at 0, which a logarithm never reaches."""

_PARTS = (
    ("loss", "total", INK, "-"),
    ("content", "content", LINES[0], "-"),
    ("style", "style", LINES[1], "-"),
    ("variation", "variation", LINES[2], ":"),
)


def timeline(content: PictureSource, style: PictureSource, **options: Unpack[ExplainOptions]) -> Figure:
    """How the losses of a run fall: from noise and from the photo, by term and by style layer.

    Args:
        content: the photo.
        style: the painting.
        **options: fields of ``ExplainSettings``; here ``steps``, ``size``, ``layers``, ``seed``.
    Returns:
        A matplotlib figure. Above the total and its weighted parts, below the style's part by layer; a line
        where the next size begins.
    Raises:
        ImpastoError: as ``Scene.read``; an OutputError if matplotlib is not installed.
    """
    return draw_timeline(Scene.read(content, style, **options))


def draw_timeline(scene: Scene) -> Figure:
    """The figure of a scene."""
    load("matplotlib.figure")
    tracks = filmed(scene)
    figure = new_figure(WIDTH_IN, 4.5)
    width, left, gap = 1.65, 0.62, 0.14
    upper, lower = [], []
    for index, (start, track) in enumerate(zip(STARTS, tracks, strict=True)):
        x = left + index * (width + gap)
        write(figure, f"from {start}", left=x + width / 2, top=0.14)
        upper.append(place(figure, left=x, top=0.3, width=width, height=1.9))
        lower.append(place(figure, left=x, top=2.42, width=width, height=1.5))
        draw_parts(upper[-1], track)
        draw_layers(lower[-1], track, scene.settings.layers)
        lower[-1].set_xlabel("step", color=INK, fontsize=POINTS)
        upper[-1].tick_params(labelbottom=False)
    for row_of, title, floor in ((upper, "loss, weighted", LOWEST), (lower, "style, by layer", 0.0)):
        limits = [axes.get_ylim() for axes in row_of]
        for axes in row_of:
            axes.set_ylim(max(floor, min(low for low, _ in limits)), max(high for _, high in limits))
        row_of[0].set_ylabel(title, color=INK, fontsize=POINTS)
        row_of[1].tick_params(labelleft=False)
        legend_beside(row_of[1])
    return figure


def filmed(scene: Scene) -> list[RecordedRun]:
    """The runs from noise and from the photo."""
    return [scene.main(init=start, filmed=True) for start in STARTS]


def draw_parts(axes: Axes, track: RecordedRun) -> None:
    """The total and its parts, a point a step, on a logarithmic scale."""
    steps = range(1, len(track.history) + 1)
    for key, label, color, line in _PARTS:
        values = [row_of.get(key, 0.0) for row_of in track.history]
        if any(value > 0 for value in values):
            axes.plot(steps, values, line, color=color, label=label, linewidth=1.5)
    axes.set_yscale("log")
    mark_scales(axes, track)


def draw_layers(axes: Axes, track: RecordedRun, layers: tuple[str, ...]) -> None:
    """The style's part of each layer, on top of each other: the upper edge is the style loss."""
    steps = range(1, len(track.by_layer) + 1)
    parts = [[by_layer[layer] for by_layer in track.by_layer] for layer in layers]
    colors = [LINES[index % len(LINES)] for index in range(len(layers))]
    axes.stackplot(steps, *parts, labels=layers, colors=colors, alpha=0.9, linewidth=0)
    axes.set_ylim(bottom=0)
    mark_scales(axes, track)


def mark_scales(axes: Axes, track: RecordedRun) -> None:
    """A line where the next size begins, with the canvas' new width beside it."""
    axes.set_xlim(1, max(2, len(track.history)))
    scales = [row_of["scale"] for row_of in track.history]
    for index, scale in enumerate(scales):
        if index and scale != scales[index - 1]:
            axes.axvline(index + 1, color=INK, linewidth=0.7, linestyle=(0, (4, 3)), alpha=0.6)
            if track.frames:
                axes.text(index + 2, 0.99, f"{track.frames[index].width} px", color=INK, fontsize=POINTS - 2,
                          va="top", transform=axes.get_xaxis_transform())  # fmt: skip


def iteration(
    content: PictureSource, style: PictureSource, **options: Unpack[ExplainOptions]
) -> list[Image.Image]:
    """The picture while it is painted, from noise and from the photo, with step and losses below.

    Args:
        content: the photo.
        style: the painting.
        **options: fields of ``ExplainSettings``; here ``steps``, ``size``, ``layers``, ``seed``.
    Returns:
        The frames of an animation.
    Raises:
        ImpastoError: as ``Scene.read``.
    """
    return draw_iteration(Scene.read(content, style, **options))


def draw_iteration(scene: Scene) -> list[Image.Image]:
    """The frames of a scene."""
    tracks = filmed(scene)
    frames = []
    for index in thinned(min(len(track.frames) for track in tracks), FRAMES):
        lines = [caption(start, track, index) for start, track in zip(STARTS, tracks, strict=True)]
        frames.append(side_by_side([track.frames[index] for track in tracks], lines))
    return frames


def caption(start: str, track: RecordedRun, index: int) -> list[tuple[str, tuple[int, int, int]]]:
    """Where a run is: start, step, size; losses."""
    losses, width = track.history[index], track.frames[index].width
    parts = f"content {losses['content']:.2f}, style {losses['style']:.2f}"
    return [
        (f"from {start}   step {index + 1}   {width} px", TEXT),
        (f"loss {losses['loss']:.2f}: {parts}", DIM),
    ]


def chapter(scene: Scene) -> Chapter:
    """The run."""
    partial = sign("&#x2202;")
    x = name("x")
    tracks = filmed(scene)
    sizes = list(dict.fromkeys(frame.width for frame in tracks[0].frames))
    growth = dashed = ""
    if len(sizes) > 1:
        wide = " and then ".join(f"{size} px" for size in sizes)
        growth = (
            f"<p>impasto paints coarse to fine, here {wide} wide. Large forms are settled where a step is "
            "cheap (half the size, a quarter of the work), and the full size adds only what is fine.</p>"
        )
        dashed = "; dashed, the canvas grows, and finer strokes are asked for that it does not have yet"
    first, last = tracks[0].history[0], tracks[0].history[-1]
    return Chapter(
        title=TITLES["timeline"],
        text=f"""
<p>Training a network changes its weights. Here the weights stay, and the <em>pixels</em> change: the
gradient {inline(over(row(partial, LOSS_TOTAL), row(partial, x)))} says for each pixel which way is
down, and the optimiser takes a step. Then it looks again. Start from white noise, as the paper does, or
from the photo, which is nearer to the goal.</p>
{growth}
<p>A little <em>total variation</em>, the differences of neighbouring pixels, is added to the loss: it holds
down the noise that the paper's many more steps would remove.</p>""",
        plates=(
            Plate(
                name="timeline-iteration", picture=draw_iteration(scene), milliseconds=140,
                alt="Animation: on the left white noise turns into the painted photo, on the right the photo "
                "itself is repainted; below, the step, the size and the falling losses.",
                caption="Every frame is the canvas at a step, with its losses: each part with its "
                "weight, the total with the variation besides. Early steps are shown more closely, as they "
                "change the most.",
            ),
            Plate(
                name="timeline", picture=draw_timeline(scene),
                alt=f"Loss curves of both runs over {len(tracks[0].history)} steps; total and style fall "
                "steeply and jump where the size changes; content stays level from noise and rises from the "
                "photo. Below, the style loss by layer.",
                caption="Above, each term with its weight, on a logarithmic scale; below, what each layer "
                f"adds to the style's, one on the other{dashed}. From noise the total falls from "
                f"{first['loss']:.2f} to {last['loss']:.2f}. From the photo, content starts at 0 and has to "
                "<em>rise</em>: that is the price of style.",
            ),
        ),
    )  # fmt: skip
