"""Three starts and two optimisers, with the same number of looks at the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from impasto.explain.chapter import TITLES, Chapter, Plate
from impasto.explain.context import RecordedRun, Scene, as_array
from impasto.explain.figure_style import INK, LINES, POINTS, Cell, in_rows, legend_beside, load, place, sheet
from impasto.images.io import PictureSource
from impasto.settings import ExplainOptions

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STARTS = ("noise", "content", "style")

OPTIMIZERS = {"lbfgs": ("L-BFGS", 1.0, "-"), "adam": ("Adam", 0.03, (0, (4, 2)))}
"""Optimiser -> its name, its rate (Adam's chosen by eye), the line of its curve."""


def compare(content: PictureSource, style: PictureSource, **options: Unpack[ExplainOptions]) -> Figure:
    """What noise, the photo and the painting lead to, under L-BFGS and under Adam.

    Both look at the canvas once a step, so equal steps are equal work.

    Args:
        content: the photo.
        style: the painting.
        **options: fields of ``ExplainSettings``; here ``steps``, ``size``, ``layers``, ``seed``.
    Returns:
        A matplotlib figure: the six pictures with their last losses, and the six loss curves.
    Raises:
        ImpastoError: as ``Scene.read``; an OutputError if matplotlib is not installed.

    Source: Gatys, Ecker, Bethge 2016, fig. 6 (the starts) and section 2 (L-BFGS); Kingma, Ba 2015 (Adam).
    """
    return draw(Scene.read(content, style, **options))


def tracks_of(scene: Scene) -> dict[tuple[str, str], RecordedRun]:
    """{(optimiser, start): run}, all at one size."""
    return {
        (optimizer, start): scene.paint(optimizer=optimizer, rate=rate, init=start, size=scene.small_px)
        for optimizer, (_, rate, _) in OPTIMIZERS.items()
        for start in STARTS
    }


def draw(scene: Scene) -> Figure:
    """The figure of a scene."""
    load("matplotlib.figure")
    tracks = tracks_of(scene)
    cells = [
        Cell(as_array(track.pixels), f"loss {track.history[-1]['loss']:.2f}") for track in tracks.values()
    ]
    rows = in_rows(cells, len(STARTS))
    height = 2.3
    figure = sheet(rows, titles=[f"from {start}" for start in STARTS],
                   labels=[label for label, _, _ in OPTIMIZERS.values()], below_in=height)  # fmt: skip
    tall = figure.get_size_inches()[1]
    axes = place(figure, left=0.62, top=tall - height + 0.12, width=3.2, height=height - 0.6)
    for (optimizer, start), track in tracks.items():
        label, _, line = OPTIMIZERS[optimizer]
        losses = [row["loss"] for row in track.history]
        axes.plot(range(1, len(losses) + 1), losses, color=LINES[STARTS.index(start)], linestyle=line,
                  linewidth=1.5, label=f"{label}, {start}")  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.set_xlim(1, max(2, scene.settings.steps))
    axes.set_xlabel("looks at the canvas", color=INK, fontsize=POINTS)
    axes.set_ylabel("loss", color=INK, fontsize=POINTS)
    legend_beside(axes, handlelength=1.8)
    return figure


def chapter(scene: Scene) -> Chapter:
    """Starts and optimisers."""
    figure = draw(scene)
    tracks = tracks_of(scene)
    best = min(tracks, key=lambda key: tracks[key].history[-1]["loss"])
    label = OPTIMIZERS[best[0]][0]
    return Chapter(
        title=TITLES["compare"],
        text="""
<p>The loss has many valleys, and where a run starts decides into which it falls. Noise owes nothing to
either picture, and another seed gives another picture; the photo keeps its outlines from the first
step; the painting keeps its own, and the photo has to grow into them.</p>
<p>The paper walks with L-BFGS, which guesses from the last steps how the valley bends and takes long
strides. Adam moves every pixel by about the same length a step, whatever the size of the gradient: it
needs no care, and gets along with a canvas that is shifted and averaged as impasto does by default.</p>""",
        plates=(
            Plate(
                name="compare", picture=figure,
                alt="Six pictures: started from noise, from the photo and from the painting, above by "
                "L-BFGS, below by Adam; and the six loss curves against the number of looks at the canvas.",
                caption=f"The same losses, weights and {scene.settings.steps} looks for all, at one size. "
                f"Lowest here: {label} from {best[1]}. A lower loss is not always the better picture: "
                "look. The paper found that the start matters little in the end (figure 6); after so few "
                "steps it still shows.",
            ),
        ),
    )  # fmt: skip
