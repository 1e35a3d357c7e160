"""The Gram matrix: two maps, their product and the entry it becomes, and all entries as a heat map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from torch import Tensor

from impasto.explain.channel_pairs import contrasting_pairs, product_limit, shown_layer
from impasto.explain.chapter import Chapter, ChapterFigure
from impasto.explain.co_activation import draw_co_activation
from impasto.explain.context import ExplainContext, NetworkView, as_array
from impasto.explain.figure_style import Cell, figure_grid
from impasto.explain.formulas import F_IJ, G_IJ, GRAM, STYLE, STYLE_LAYER, display, inline
from impasto.explain.optional_imports import load
from impasto.images.io import PictureSource
from impasto.losses.gram import gram_matrix, relative_gram_distance
from impasto.settings import ExplainOptions, ExplainSettings

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def gram_product(picture: PictureSource, **options: Unpack[ExplainOptions]) -> Figure:
    """Two maps, their product at each position, and its mean, which is one entry of the Gram matrix.

    G[i, j] = sum over positions k of F[i, k] * F[j, k], divided by H * W

    Args:
        picture: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        **options: fields of ``ExplainSettings``; the second of ``layers`` is drawn.
    Returns:
        A matplotlib figure: a pair of channels that are active together, and one that is not.
    Raises:
        ImpastoError: as ``ExplainContext.read``; an OutputError if matplotlib is not installed.

    Source: Gatys, Ecker, Bethge 2016, eq. 3.
    Differs: divided by H * W, as in ``losses.gram``.
    """
    view = NetworkView.of(ExplainSettings.from_mapping(dict(options)))
    return draw_product(view, view.read(picture).pixels)


def draw_product(view: NetworkView, pixels: Tensor) -> Figure:
    """The figure of a picture, (1, 3, H, W) in [0, 1]."""
    layer = shown_layer(view.settings)
    pairs = contrasting_pairs(view.features(pixels, [layer])[layer])
    brightest = product_limit(pairs)
    rows = []
    for pair in pairs:
        limits = (0, float(pair.maps.max()))
        text = f"mean: $G_{{{pair.i},{pair.j}}}$ = {pair.gram_entry:.2g}"
        cells = [
            Cell(values, f"channel {number}", limits=limits)
            for values, number in zip(pair.maps, (pair.i, pair.j), strict=True)
        ]
        rows.append([*cells, Cell(pair.product, text, limits=(0, brightest))])
    return figure_grid(
        rows,
        titles=["map $i$", "map $j$", "$i$ times $j$"],
        labels=["active\ntogether", "not active\ntogether"],
    )


def gram_matrices(content: PictureSource, style: PictureSource, **options: Unpack[ExplainOptions]) -> Figure:
    """The whole Gram matrix of the photo, of the painting and of the result, as heat maps.

    Args:
        content: the photo.
        style: the painting.
        **options: fields of ``ExplainSettings``; the second of ``layers`` is drawn.
    Returns:
        A matplotlib figure. Channels are in the order of their strength in the painting; the colour is the
        root of the entry.
    Raises:
        ImpastoError: as ``ExplainContext.read``; an OutputError if matplotlib is not installed.

    Source: Gatys, Ecker, Bethge 2016, eq. 3 and 4.
    Differs: as ``losses.gram``; distances are relative to the painting's matrix.
    """
    return draw_matrices(ExplainContext.read(content, style, **options))


def draw_matrices(context: ExplainContext) -> Figure:
    """The figure of the two pictures and the page's result."""
    load("matplotlib.figure")  # before anything is painted
    layer = shown_layer(context.settings)
    pictures = (context.content.pixels, context.style.pixels, context.page_run().pixels)
    grams = [gram_matrix(context.view.features(pixels, [layer])[layer]) for pixels in pictures]
    target = grams[1]
    order = target[0].diagonal().argsort(descending=True)
    limits = (0, float(target.max()) ** 0.5)
    matrices = []
    for gram in grams:
        distance = float(relative_gram_distance(gram, target))
        text = "the target" if gram is target else f"distance {distance:.2f}"
        roots = gram[0][order][:, order].clamp_min(0).sqrt().cpu().numpy()
        matrices.append(Cell(roots, text, limits=limits))
    photos = [Cell(as_array(pixels)) for pixels in pictures]
    return figure_grid([photos, matrices], titles=["photo", "painting", "result"])


def chapter(context: ExplainContext) -> Chapter:
    """The Gram matrix."""
    layer = shown_layer(context.settings)
    return Chapter(
        text=f"""
<p>Style transfer takes from a painting how it is painted, not what it shows. So discard <em>where</em> a
filter is active, and keep which filters are active <em>at the same places</em>: multiply two maps place by
place, and add up the products.</p>
{display(GRAM)}
<p>{inline(G_IJ)} is large if filters <i>i</i> and <i>j</i> are active together: for example "blue" and "a
stroke that rises to the right". It is near zero if one is silent wherever the other is active. Shuffle the
places of the feature maps, in all maps alike, and not one entry changes. impasto divides by the number of
places, so that entries do not grow with the picture.</p>""",
        figures=(
            ChapterFigure(
                name="gram-fire-together",
                picture=draw_co_activation(context.view, context.style.pixels),
                half=True,
                alt="Animation: a line moves down over the painting. For two channels that are bright at "
                "the same places a bar grows long; for two that are bright at different places it stays "
                "short.",
                caption="A line moves down over the painting. The products above the line add up to "
                f"{inline(G_IJ)}, for two pairs of channels of {layer}.",
            ),
            ChapterFigure(
                name="gram-product",
                picture=draw_product(context.view, context.style.pixels),
                half=True,
                alt="Two rows of three maps: channel i, channel j and their product, for a pair that is "
                "active together and for a pair that is not, with the mean of the product below.",
                caption=f"The same two pairs of {layer}. The mean of the product map <em>is</em> the entry "
                "of the Gram matrix.",
            ),
            ChapterFigure(
                name="gram-matrices",
                picture=draw_matrices(context),
                alt="Photo, painting and result, and below each its Gram matrix as a heat map.",
                caption=f"The entries of all pairs of channels of {layer}: row <i>i</i>, column <i>j</i>; "
                "bright is large (the colour is the root of the entry, up to the painting's largest). "
                "Channels are in the order of their strength in the painting. Style transfer looks for a "
                "result with the photo's motif whose matrix is close to the painting's.",
            ),
        ),
        after=f"""
<p>The style loss of a layer is the squared difference of two matrices: <i>G</i> of the picture and <i>A</i>
of the painting. {inline(F_IJ)} enters only through <i>G</i>. The weight <i>w</i> says how much a layer
counts.</p>
{display(STYLE_LAYER)}{display(STYLE)}
<p>impasto measures each layer relative to the painting's own matrix, |<i>G</i> − <i>A</i>| / |<i>A</i>|: 0 is
the painting's style, 1 is about that of a grey wall, and no layer outweighs another.</p>""",
    )
