"""What a layer keeps of a picture: content that single layers hold, and style that sets of them hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from impasto.explain.chapter import TITLES, Chapter, Plate
from impasto.explain.context import Scene, as_array
from impasto.explain.figure_style import Cell, in_rows, load, sheet
from impasto.explain.formulas import CONTENT, CONTENT_GRADIENT, E_L, STYLE_GRADIENT, inline, name
from impasto.images.io import PictureSource
from impasto.images.resize import resize
from impasto.settings import ExplainOptions

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CONTENT_VARIATION, STYLE_VARIATION = 0.03, 0.7
"""Total variation beside a content loss (for each px of stride) and beside a style loss; chosen by eye."""

COLUMNS = 3

LONGER = 2
"""Times the steps of other runs: without the other loss to lean on, the way from noise is long."""


def content_reconstructions(content: PictureSource, **options: Unpack[ExplainOptions]) -> Figure:
    """What single layers keep of a photo: from noise, a picture is sought that the layer cannot tell from it.

    x* = arg min of the content loss of one layer, from white noise

    Args:
        content: the photo: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        **options: fields of ``ExplainSettings``; here ``layers``, ``steps``, ``size``, ``seed``.
    Returns:
        A matplotlib figure: the photo, and one picture for each layer.
    Raises:
        ImpastoError: as ``Scene.read``; an OutputError if matplotlib is not installed.

    Source: Gatys, Ecker, Bethge 2016, fig. 1 (below) and eq. 1; Mahendran, Vedaldi 2015.
    Differs: the loss is relative to the photo's variance, and a little total variation holds down noise.
    """
    return draw_content(Scene.read(content, content, **options))


def draw_content(scene: Scene) -> Figure:
    """The figure of a scene's photo."""
    load("matplotlib.figure")  # before anything is painted
    photo = scene.lens.sized(scene.content.pixels, scene.small_px)
    cells = [Cell(as_array(photo), "the photo")]
    for layer in scene.settings.layers:
        track = scene.paint(
            init="noise", size=scene.small_px, steps=LONGER * scene.settings.steps,
            content_layers=(layer,), content_weight=1.0, style_weight=0.0,
            tv_weight=CONTENT_VARIATION * scene.lens.network.geometry[layer].stride_px,
        )  # fmt: skip
        cells.append(Cell(as_array(track.pixels), layer))
    return sheet(in_rows(cells, COLUMNS))


def style_reconstructions(style: PictureSource, **options: Unpack[ExplainOptions]) -> Figure:
    """What growing sets of layers keep of a painting: textures, from white noise and without a photo.

    x* = arg min of the style loss of the first n layers, n = 1, 2, ...

    Args:
        style: the painting: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        **options: fields of ``ExplainSettings``; here ``layers``, ``steps``, ``size``, ``seed``.
    Returns:
        A matplotlib figure: the painting, and one picture for each set.
    Raises:
        ImpastoError: as ``Scene.read``; an OutputError if matplotlib is not installed.

    Source: Gatys, Ecker, Bethge 2016, fig. 1 (above) and eq. 5; of 2015, "Texture synthesis using
        convolutional neural networks".
    Differs: Gram matrices are compared relative to the painting's, with a little total variation.
    """
    return draw_style(Scene.read(style, style, **options))


def draw_style(scene: Scene) -> Figure:
    """The figure of a scene's painting."""
    load("matplotlib.figure")
    height, width = scene.style.pixels.shape[2:]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = scene.style.pixels[:, :, top : top + side, left : left + side]
    small = min(scene.small_px, side)
    cells = [Cell(as_array(resize(square, (small, small))), "the painting")]
    layers = scene.settings.layers
    for count in range(1, len(layers) + 1):
        track = scene.paint(
            textured=True, init="noise", size=scene.small_px, steps=LONGER * scene.settings.steps,
            style_layers=layers[:count], content_weight=0.0,
            tv_weight=STYLE_VARIATION,
        )  # fmt: skip
        cells.append(Cell(as_array(track.pixels), layers[0] if count == 1 else f"and {layers[count - 1]}"))
    return sheet(in_rows(cells, COLUMNS))


def chapter(scene: Scene) -> Chapter:
    """Figure 1 of the paper, on these pictures."""
    layers = scene.settings.layers
    p, x = name("p"), name("x")
    return Chapter(
        title=TITLES["reconstruct"],
        text=f"""
<p>To see what a layer knows, ask it to paint. Start from noise {inline(x)} and change the pixels until
the layer cannot tell the noise from the photo {inline(p)}. What comes back is what the layer keeps;
what it has forgotten stays noise. The distance is the <em>content loss</em>: <i>P</i> are the layer's
answers to the photo, <i>F</i> those to the picture being painted.</p>
{CONTENT}
<p>Where a unit is silent it cannot say which way to go; elsewhere its gradient is the difference, which
backpropagation carries down to the pixels:</p>
{CONTENT_GRADIENT}""",
        plates=(
            Plate(
                name="reconstruct-content", picture=draw_content(scene),
                alt=f"The photo and its reconstructions from {', '.join(layers)}: nearly perfect from "
                "shallow layers; from deep ones the motif stays, colours and fine detail go.",
                caption="The photo from <strong>one layer</strong> each (Gatys 2016, figure 1, below). "
                "Shallow layers keep every pixel. Deep ones keep what stands where, and let go of its exact "
                "colour and grain, which is the freedom that a style needs.",
            ),
            Plate(
                name="reconstruct-style", picture=draw_style(scene),
                alt="The painting and textures made from its Gram matrices: coloured specks from the first "
                "layer alone, then strokes, then whole swirls as deeper layers are added, never in the "
                "painting's own places.",
                caption="The painting from the Gram matrices of <strong>more and more layers</strong> (Gatys "
                "2016, figure 1, above). One layer keeps colours as specks; with deeper ones strokes join to "
                "larger forms. Nothing is where it was: a Gram matrix has no places. (The "
                "painting is cut to a square.)",
            ),
        ),
        after=f"""
<p>Both losses reach the pixels in one pass back through the network. For a layer's style loss
{inline(E_L)} the way starts with:</p>
{STYLE_GRADIENT}
<p>Here each picture got {LONGER * scene.settings.steps} steps; the paper's got hundreds. Noise that is
left is what they could not settle, or what the layer <em>cannot</em> see.</p>""",
    )  # fmt: skip
