"""Alpha against beta: how much of the photo, how much of the painting, and from which layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

from PIL import Image

from impasto.explain.animate import DIM, TEXT, side_by_side, thinned
from impasto.explain.chapter import TITLES, Chapter, Plate
from impasto.explain.context import RecordedRun, Scene, as_array
from impasto.explain.figure_style import Cell, load, sheet
from impasto.explain.formulas import ALPHA, BETA, TOTAL, inline, over
from impasto.images.io import PictureSource
from impasto.settings import ExplainOptions

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RATIOS = (0.005, 0.03, 0.12, 0.5)
"""Alpha / beta of the columns; chosen by eye, from nearly only style to nearly only content."""

HIGH_ALPHA, HIGH_BETA = 0.5, 0.01
"""Alpha / beta of the two runs of the animation."""

VARIATION = 1.5
"""Weight of total variation: less than beside full pictures, whose strokes are finer; chosen by eye."""

GRID_STEPS = 0.75
"""Steps of a picture of the grid, as a share of ``steps``: there are twenty."""

FRAMES = 30
"""Of the animation, at most."""


def sweep(
    content: PictureSource,
    style: PictureSource,
    *,
    ratios: Sequence[float] = RATIOS,
    **options: Unpack[ExplainOptions],
) -> Figure:
    """Every content/style ratio with every set of style layers.

    L = alpha * content + beta * style, with beta = 1; rows add one style layer each.

    Args:
        content: the photo.
        style: the painting.
        ratios: alpha / beta of the columns.
        **options: fields of ``ExplainSettings``; here ``layers``, ``steps``, ``size``.
    Returns:
        A matplotlib figure.
    Raises:
        ImpastoError: as ``Scene.read``; an OutputError if matplotlib is not installed.

    Source: Gatys, Ecker, Bethge 2015, "A neural algorithm of artistic style", fig. 3; of 2016, eq. 7, fig. 4.
    Differs: losses are relative to their targets, so the ratios are other numbers.
    """
    return draw_sweep(Scene.read(content, style, **options), ratios)


def draw_sweep(scene: Scene, ratios: Sequence[float] = RATIOS) -> Figure:
    """The figure of a scene."""
    load("matplotlib.figure")
    layers = scene.settings.layers
    steps = max(1, round(scene.settings.steps * GRID_STEPS))
    rows: list[list[Cell | None]] = []
    for count in range(1, len(layers) + 1):
        tracks = [
            scene.paint(size=scene.small_px, steps=steps, style_layers=layers[:count], content_weight=ratio,
                        tv_weight=VARIATION, init="noise")
            for ratio in ratios
        ]  # fmt: skip
        rows.append([Cell(as_array(track.pixels)) for track in tracks])
    labels = [layers[0], *(f"+ {layer}" for layer in layers[1:])]
    titles = [f"$\\alpha/\\beta$ = {ratio:g}" for ratio in ratios]
    return sheet(rows, titles=titles, labels=labels)


def tug_of_war(
    content: PictureSource, style: PictureSource, **options: Unpack[ExplainOptions]
) -> list[Image.Image]:
    """The same start under high alpha and under high beta, side by side, step by step.

    Args:
        content: the photo.
        style: the painting.
        **options: fields of ``ExplainSettings``.
    Returns:
        The frames of an animation.
    Raises:
        ImpastoError: as ``Scene.read``.

    Source: the two animations that the "Style transfer" chapter of "Machine learning for artists" sketches.
    """
    return draw_tug_of_war(Scene.read(content, style, **options))


def draw_tug_of_war(scene: Scene) -> list[Image.Image]:
    """The frames of a scene."""
    tracks = [scene.paint(filmed=True, init="noise", content_weight=ratio, size=big(scene),
                          tv_weight=VARIATION)
              for ratio in (HIGH_ALPHA, HIGH_BETA)]  # fmt: skip
    titles = (f"high alpha: alpha / beta = {HIGH_ALPHA:g}", f"high beta: alpha / beta = {HIGH_BETA:g}")
    frames = []
    for index in thinned(min(len(track.frames) for track in tracks), FRAMES):
        lines = [[(title, TEXT), (unweighted(track, index), DIM)]
                 for title, track in zip(titles, tracks, strict=True)]  # fmt: skip
        frames.append(side_by_side([track.frames[index] for track in tracks], lines))
    return frames


def big(scene: Scene) -> int:
    """Long side of the two pictures, px: between that of the grid and that of the page's own."""
    return (scene.small_px + scene.settings.size) // 2


def unweighted(track: RecordedRun, index: int) -> str:
    """Step, content and style loss as they are without alpha and beta."""
    row = track.history[index]
    content = row["content"] / track.settings.content_weight
    style = row["style"] / track.settings.style_weight
    return f"step {index + 1}   content {content:.2f}   style {style:.2f}"


def chapter(scene: Scene) -> Chapter:
    """Figure 3 of the paper of 2015, on these pictures."""
    ratio = inline(over(ALPHA, BETA))
    return Chapter(
        title=TITLES["sweep"],
        text=f"""
<p>Style transfer wants both at once: the photo's content and the painting's style. No picture has both
completely, so the two losses pull against each other, and {inline(ALPHA)} and {inline(BETA)} say how
hard.</p>
{TOTAL}
<p>Only the ratio {ratio} matters. High {inline(ALPHA)} keeps the photo; high {inline(BETA)} lets the
painting win, until the photo is only where the strokes happen to bend.</p>""",
        plates=(
            Plate(
                name="sweep-alpha-beta", picture=draw_tug_of_war(scene), milliseconds=140,
                alt="Animation: from the same noise two pictures emerge; under high alpha the photo with a "
                "tinge of the painting, under high beta the painting's strokes with a hint of the photo.",
                caption="The same noise, the same painting, two ratios. The losses below are without their "
                "weights: each side lowers the one it is paid for.",
            ),
            Plate(
                name="sweep", picture=draw_sweep(scene),
                alt=f"A grid: {len(scene.settings.layers)} rows with more and more style layers, "
                f"{len(RATIOS)} columns with rising alpha over beta. Left: texture; right: the photo.",
                caption="Left to right: more content. Top to bottom: one more style layer, so larger forms "
                "of the painting (Gatys et al. 2015, figure 3; the ratio alone is figure 4 of 2016). The "
                "paper's ratios, 10<sup>−5</sup> to 10<sup>−2</sup>, belong to its own units; impasto's "
                "losses are shares of their targets, so its ratios are larger.",
            ),
        ),
    )  # fmt: skip
