"""The Gram matrix, drawn and read: two maps, their product, the number it becomes, and all the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from torch import Tensor

from impasto.explain.chapter import TITLES, Chapter, Plate
from impasto.explain.co_activation import draw_fire_together
from impasto.explain.context import NetworkView, Scene, as_array
from impasto.explain.figure_style import Cell, load, sheet
from impasto.explain.formulas import F_IJ, G_IJ, GRAM, STYLE, STYLE_LAYER, inline
from impasto.explain.pairs import bright_product, pairs, shown_layer
from impasto.images.io import PictureSource
from impasto.losses.gram import gram_matrix as gram_of
from impasto.losses.gram import relative_gram_distance
from impasto.settings import ExplainOptions, ExplainSettings

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def gram_product(picture: PictureSource, **options: Unpack[ExplainOptions]) -> Figure:
    """Two maps, their product place by place, and its mean, which is one number of the Gram matrix.

    G[i, j] = sum over positions k of F[i, k] * F[j, k], divided by H * W

    Args:
        picture: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        **options: fields of ``ExplainSettings``; the second of ``layers`` is drawn.
    Returns:
        A matplotlib figure: a pair that fires together, and one that does not.
    Raises:
        ImpastoError: as ``Scene.read``; an OutputError if matplotlib is not installed.

    Source: Gatys, Ecker, Bethge 2016, eq. 3.
    Differs: divided by H * W, as in ``losses.gram``.
    """
    lens = NetworkView.of(ExplainSettings.from_mapping(dict(options)))
    return draw_product(lens, lens.read(picture).pixels)


def draw_product(lens: NetworkView, pixels: Tensor) -> Figure:
    """The figure of a picture, (1, 3, H, W) in [0, 1]."""
    layer = shown_layer(lens.settings)
    both = pairs(lens.look(pixels, [layer])[layer])
    bright = bright_product(both)
    rows = []
    for found in both:
        top = float(found.maps.max())
        rows.append([
            Cell(found.maps[0], f"channel {found.i}", limits=(0, top)),
            Cell(found.maps[1], f"channel {found.j}", limits=(0, top)),
            Cell(found.product, f"mean: $G_{{{found.i},{found.j}}}$ = {found.number:.2g}",
                 limits=(0, bright)),
        ])  # fmt: skip
    return sheet(rows, titles=["map $i$", "map $j$", "$i$ times $j$"],
                 labels=["fire\ntogether", "fire\napart"])  # fmt: skip


def gram_matrices(content: PictureSource, style: PictureSource, **options: Unpack[ExplainOptions]) -> Figure:
    """The whole Gram matrix of the photo, of the painting and of the result, as heat maps.

    Args:
        content: the photo.
        style: the painting.
        **options: fields of ``ExplainSettings``; the second of ``layers`` is drawn.
    Returns:
        A matplotlib figure. Channels stand in the order of their strength in the painting; the colour is the
        root of the number.
    Raises:
        ImpastoError: as ``Scene.read``; an OutputError if matplotlib is not installed.

    Source: Gatys, Ecker, Bethge 2016, eq. 3 and 4.
    Differs: as ``losses.gram``; distances are relative to the painting's matrix.
    """
    return draw_matrices(Scene.read(content, style, **options))


def draw_matrices(scene: Scene) -> Figure:
    """The figure of a scene."""
    load("matplotlib.figure")  # before anything is painted
    layer = shown_layer(scene.settings)
    result = scene.main().pixels
    pictures = (scene.content.pixels, scene.style.pixels, result)
    grams = [gram_of(scene.lens.look(pixels, [layer])[layer]) for pixels in pictures]
    order = grams[1][0].diagonal().argsort(descending=True)
    top = float(grams[1].max()) ** 0.5
    matrices: list[Cell | None] = []
    for gram in grams:
        far = float(relative_gram_distance(gram, grams[1]))
        text = "the goal" if gram is grams[1] else f"distance {far:.2f}"
        matrices.append(
            Cell(gram[0][order][:, order].clamp_min(0).sqrt().cpu().numpy(), text, limits=(0, top))
        )
    photos: list[Cell | None] = [Cell(as_array(pixels)) for pixels in pictures]
    return sheet([photos, matrices], titles=["photo", "painting", "result"])


def chapter(scene: Scene) -> Chapter:
    """The Gram matrix."""
    layer = shown_layer(scene.settings)
    return Chapter(
        title=TITLES["gram-matrix"],
        text=f"""
<p>What a painting is of should not matter, only how it is painted. So forget <em>where</em> a filter
answers, and keep which filters answer <em>at the same places</em>: multiply two maps place by place,
and add up.</p>
{GRAM}
<p>{inline(G_IJ)} is large if filters <i>i</i> and <i>j</i> fire together: blue with a stroke that rises
to the right, say. It is near zero if one is silent wherever the other speaks. Shuffle all places of the
picture, and not one number changes. impasto divides by the number of places, so that a large picture
has the same numbers as a small one.</p>""",
        plates=(
            Plate(
                name="gram-fire-together", half=True,
                picture=draw_fire_together(scene.lens, scene.style.pixels),
                alt="Animation: a line moves down over the painting. For two channels whose bright places "
                "coincide, a bar grows long; for two whose bright places differ, it stays short.",
                caption=f"A line moves over the painting, and the products of {layer} add up to "
                f"{inline(G_IJ)}, one for each pair.",
            ),
            Plate(
                name="gram-product", picture=draw_product(scene.lens, scene.style.pixels), half=True,
                alt="Two rows of three maps: channel i, channel j and their product, for a pair that fires "
                "together and for a pair that fires apart, with the mean of the product below.",
                caption=f"The same two pairs of {layer} at rest. The mean of the product map <em>is</em> the "
                "entry of the matrix.",
            ),
            Plate(
                name="gram-matrices", picture=draw_matrices(scene),
                alt="Photo, painting and result, and below each its Gram matrix as a heat map. That of the "
                "result resembles that of the painting.",
                caption=f"All pairs of {layer} at once: row <i>i</i>, column <i>j</i>, bright is large (the "
                "root is drawn, and what exceeds the painting's largest entry is as bright as that). "
                "Channels are in the order of their strength in the painting. The result shows the photo's "
                "motif with nearly the painting's matrix. That is style transfer.",
            ),
        ),
        after=f"""
<p>How far a picture's style is from the painting's is the squared difference of the two matrices, layer
by layer; {inline(F_IJ)} goes into it only through <i>G</i>. <i>A</i> is the painting's matrix, <i>w</i>
says how much a layer counts.</p>
{STYLE_LAYER}{STYLE}
<p>impasto measures each layer relative to the painting's own matrix, |<i>G</i> − <i>A</i>| /
|<i>A</i>|, so that 0 is the painting's style, 1 is about that of a grey wall, and no layer outshouts
another.</p>""",
    )  # fmt: skip
