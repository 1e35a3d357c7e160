"""Reconstructions: the photo from single layers, and the painting's texture from sets of layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from impasto.explain.chapter import Chapter, ChapterFigure
from impasto.explain.context import ExplainContext, as_array
from impasto.explain.figure_style import Cell, figure_grid, in_rows
from impasto.explain.formulas import CONTENT, CONTENT_GRADIENT, E_L, STYLE_GRADIENT, display, inline
from impasto.explain.optional_imports import load
from impasto.images.io import PictureSource
from impasto.images.resize import resize
from impasto.settings import ExplainOptions

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CONTENT_VARIATION, STYLE_VARIATION = 0.03, 0.7
"""Total variation beside a content loss (for each px of stride) and beside a style loss; chosen by eye."""

COLUMNS = 3

STEPS_FACTOR = 2
"""Steps, as a multiple of those of other runs: with one loss alone, the way from noise is long."""


def content_reconstructions(content: PictureSource, **options: Unpack[ExplainOptions]) -> Figure:
    """The photo as single layers keep it: pictures painted from noise until the layer's features agree.

    x* = arg min of the content loss of one layer, from white noise

    Args:
        content: the photo: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        **options: fields of ``ExplainSettings``; here ``layers``, ``steps``, ``size``, ``seed``.
    Returns:
        A matplotlib figure: the photo, and one picture for each layer.
    Raises:
        ImpastoError: as ``ExplainContext.read``; an OutputError if matplotlib is not installed.

    Source: Gatys, Ecker, Bethge 2016, fig. 1 (below) and eq. 1; Mahendran, Vedaldi 2015.
    Differs: the loss is relative to the photo's variance, and a little total variation limits noise.
    """
    return draw_content(ExplainContext.read(content, content, **options))


def draw_content(context: ExplainContext) -> Figure:
    """The figure of the photo."""
    load("matplotlib.figure")  # before anything is painted
    photo = context.view.resized(context.content.pixels, context.grid_px)
    cells = [Cell(as_array(photo), "the photo")]
    for layer in context.settings.layers:
        run = context.run(
            init="noise",
            size=context.grid_px,
            steps=STEPS_FACTOR * context.settings.steps,
            content_layers=(layer,),
            content_weight=1.0,
            style_weight=0.0,
            tv_weight=CONTENT_VARIATION * context.view.network.geometry[layer].stride_px,
        )
        cells.append(Cell(as_array(run.pixels), layer))
    return figure_grid(in_rows(cells, COLUMNS))


def style_reconstructions(style: PictureSource, **options: Unpack[ExplainOptions]) -> Figure:
    """The painting as growing sets of layers keep it: textures, from white noise and without a photo.

    x* = arg min of the style loss of the first n layers, n = 1, 2, ...

    Args:
        style: the painting: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        **options: fields of ``ExplainSettings``; here ``layers``, ``steps``, ``size``, ``seed``.
    Returns:
        A matplotlib figure: the painting, and one picture for each set.
    Raises:
        ImpastoError: as ``ExplainContext.read``; an OutputError if matplotlib is not installed.

    Source: Gatys, Ecker, Bethge 2016, fig. 1 (above) and eq. 5; of 2015, "Texture synthesis using
        convolutional neural networks".
    Differs: Gram matrices are compared relative to the painting's, with a little total variation.
    """
    return draw_style(ExplainContext.read(style, style, **options))


def draw_style(context: ExplainContext) -> Figure:
    """The figure of the painting."""
    load("matplotlib.figure")  # before anything is painted
    height, width = context.style.pixels.shape[2:]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = context.style.pixels[:, :, top : top + side, left : left + side]
    small = min(context.grid_px, side)
    cells = [Cell(as_array(resize(square, (small, small))), "the painting")]
    layers = context.settings.layers
    for count, layer in enumerate(layers, 1):
        run = context.run(
            texture=True,
            init="noise",
            size=context.grid_px,
            steps=STEPS_FACTOR * context.settings.steps,
            style_layers=layers[:count],
            content_weight=0.0,
            tv_weight=STYLE_VARIATION,
        )
        cells.append(Cell(as_array(run.pixels), layer if count == 1 else f"and {layer}"))
    return figure_grid(in_rows(cells, COLUMNS))


def chapter(context: ExplainContext) -> Chapter:
    """Figure 1 of the paper, on these pictures."""
    return Chapter(
        text=f"""
<p>To see what a layer keeps of a picture, reconstruct the picture from the layer alone. Start from noise
{inline("x")} and change its pixels until the layer's answers to it equal those to the photo {inline("p")}.
What comes back is what the layer keeps; what it has lost is left to chance. The distance is the <em>content
loss</em>: <i>P</i> are the layer's answers to the photo, <i>F</i> those to the picture being painted.</p>
{display(CONTENT)}
<p>The gradient of an active unit is the difference of the two answers; a silent unit has no gradient.
Backpropagation carries the gradient down to the pixels:</p>
{display(CONTENT_GRADIENT)}""",
        figures=(
            ChapterFigure(
                name="reconstruct-content",
                picture=draw_content(context),
                alt=f"The photo and its reconstructions from {', '.join(context.settings.layers)}: close "
                "to the photo from shallow layers, freer in colour and fine detail from deep ones.",
                caption="The photo, reconstructed from <strong>one layer</strong> each (Gatys 2016, figure "
                "1, below). Shallow layers keep nearly every pixel. Deep layers keep what is where, but not "
                "its exact colour and grain; this leaves a style the freedom to change them.",
            ),
            ChapterFigure(
                name="reconstruct-style",
                picture=draw_style(context),
                alt="The painting and textures made from its Gram matrices: colours and fine grain from the "
                "first layer alone, then larger forms as deeper layers are added.",
                caption="Textures with the Gram matrices of the painting, of <strong>more and more "
                "layers</strong> (Gatys 2016, figure 1, above). The first layer keeps colours and fine "
                "grain; deeper layers add larger forms. Where a form stands is left to chance, as a Gram "
                "matrix does not hold places. (The painting is cut to a square.)",
            ),
        ),
        after=f"""
<p>Both losses reach the pixels in one pass back through the network. For the style loss of a layer,
{inline(E_L)}, the pass begins with this gradient:</p>
{display(STYLE_GRADIENT)}
<p>Here each picture got {STEPS_FACTOR * context.settings.steps} steps; the paper's got hundreds. The noise
that is left is what these few steps did not remove, or what the layer <em>cannot</em> see.</p>""",
    )
