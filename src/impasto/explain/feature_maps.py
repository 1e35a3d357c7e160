"""Feature maps: the activations of a network's channels, layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np
from torch import Tensor

from impasto.explain.chapter import Chapter, ChapterFigure
from impasto.explain.context import ExplainContext, NetworkView, as_array
from impasto.explain.figure_style import Cell, figure_grid
from impasto.explain.formulas import F_IJ, M_L, N_L, inline
from impasto.images.io import PictureSource
from impasto.settings import ExplainOptions, ExplainSettings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STRONGEST = 5
"""Maps shown of each layer; more would be too small to read."""

TINTS = (("red", (1, 0.25, 0.25)), ("green", (0.25, 1, 0.25)), ("blue", (0.3, 0.3, 1)))
"""In what colour each channel of the picture is drawn."""


def feature_maps(picture: PictureSource, **options: Unpack[ExplainOptions]) -> Figure:
    """The strongest feature maps of a picture, one row for each layer.

    F[i] is the map of channel i. Shown are the channels that vary most over the picture, each from 0 to its
    own maximum.

    Args:
        picture: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        **options: fields of ``ExplainSettings``; here ``layers``, ``size`` and the network,
            which must have ``content_layer`` too.
    Returns:
        A matplotlib figure.
    Raises:
        ImpastoError: as ``ExplainContext.read``; an OutputError if matplotlib is not installed.

    Source: Zeiler, Fergus 2014, "Visualizing and understanding convolutional networks", fig. 4 (the idea).
    Differs: the maps themselves, not their projection back to pixels.
    """
    view = NetworkView.of(ExplainSettings.from_mapping(dict(options)))
    return draw(view, view.read(picture).pixels)


def strongest(features: Tensor, count: int) -> list[int]:
    """The channels that vary most over positions, most first.

    Args:
        features: (1, C, h, w).
        count: how many, at most.
    Returns:
        Their numbers.
    """
    spread = features[0].flatten(1).std(1, correction=0)
    order: list[int] = spread.argsort(descending=True, stable=True)[:count].tolist()
    return order


def draw(view: NetworkView, pixels: Tensor) -> Figure:
    """The figure of a picture, (1, 3, H, W) in [0, 1]."""
    photo = as_array(pixels)
    tinted = [
        Cell(np.ascontiguousarray(np.repeat(photo[:, :, index : index + 1], 3, 2) * tint), name)
        for index, (name, tint) in enumerate(TINTS)
    ]
    rows: list[list[Cell | None]] = [[Cell(photo, "the picture"), *tinted, None]]
    labels = ["input\n3 maps"]
    activations = view.features(pixels, view.settings.layers)
    for layer in view.settings.layers:
        maps, cells = activations[layer], []
        for channel in strongest(maps, STRONGEST):
            values = maps[0, channel].cpu().numpy()
            cells.append(Cell(values, f"channel {channel}", limits=(0, float(values.max()))))
        rows.append([*cells, *[None] * (STRONGEST - len(cells))])
        channels, height, width = maps.shape[1:]
        labels.append(f"{layer}\n{channels} maps\n{width} × {height}")
    return figure_grid(rows, labels=labels)


def chapter(context: ExplainContext) -> Chapter:
    """The feature maps of the two pictures."""
    layers = ", ".join(context.settings.layers)
    return Chapter(
        text=f"""
<p>A convolutional network processes a picture layer by layer. A layer has {inline(N_L)} filters. Each filter
slides over the picture, and its answers at all places form its <em>feature map</em>: {inline(F_IJ)} is the
answer (the activation) of filter <i>i</i> at place <i>j</i> of layer <i>l</i>, which has {inline(M_L)}
places. Bright is a strong answer. A filter and its map together are called a <em>channel</em>.</p>
<p>Below are the maps that vary most, one row for each layer. In the first layers a filter responds to a
colour or to an edge of one direction, and its map still looks like the picture. Deeper layers have more
filters and fewer places. Each filter responds to a combination of what the layers before it found, such as a
texture, an eye or a swirl. Its map says <em>that</em> it is there, but less and less exactly
<em>where</em>.</p>""",
        figures=(
            ChapterFigure(
                name="feature-maps-content",
                picture=draw(context.view, context.content.pixels),
                half=True,
                alt=f"The photo, its three colours, and below them {STRONGEST} feature maps of each of the "
                f"layers {layers}: outlines in the first layers, coarse spots in the last.",
                caption="The <strong>photo</strong>, from pixels (top) to the deepest layer (bottom). Each "
                "map is drawn from 0 (black) to its own maximum.",
            ),
            ChapterFigure(
                name="feature-maps-style",
                picture=draw(context.view, context.style.pixels),
                half=True,
                alt=f"The same for the painting: {STRONGEST} feature maps of each layer; fine "
                "detail in the first layers and larger forms in the last.",
                caption="The <strong>painting</strong> in the same network. Its strongest channels need "
                "not be the photo's. Which channels are active together is the subject of the next "
                "chapter.",
            ),
        ),
    )
