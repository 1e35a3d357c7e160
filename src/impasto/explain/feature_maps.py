"""What a network sees in a picture: the maps of its units, layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np
from torch import Tensor

from impasto.explain.chapter import TITLES, Chapter, Plate
from impasto.explain.context import NetworkView, Scene, as_array
from impasto.explain.figure_style import Array, Cell, sheet
from impasto.explain.formulas import F_IJ, M_L, N_L, inline
from impasto.images.io import PictureSource
from impasto.settings import ExplainOptions, ExplainSettings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STRONGEST = 5
"""Maps shown of each layer; more are too small to be read."""


def feature_maps(picture: PictureSource, **options: Unpack[ExplainOptions]) -> Figure:
    """The strongest feature maps of a picture, one row a layer.

    F[i] is the map of channel i: what one filter finds, wherever it finds it. Shown are the channels that
    vary most over the picture, each from 0 to its own maximum.

    Args:
        picture: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        **options: fields of ``ExplainSettings``; here ``layers``, ``size`` and the network,
            which must have ``content_layer`` too.
    Returns:
        A matplotlib figure.
    Raises:
        ImpastoError: as ``Scene.read``; an OutputError if matplotlib is not installed.

    Source: Zeiler, Fergus 2014, "Visualizing and understanding convolutional networks", fig. 4 (the idea).
    Differs: the maps themselves, not their projection back to pixels.
    """
    lens = NetworkView.of(ExplainSettings.from_mapping(dict(options)))
    return draw(lens, lens.read(picture).pixels)


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


def draw(lens: NetworkView, pixels: Tensor) -> Figure:
    """The figure of a picture, (1, 3, H, W) in [0, 1]."""
    found = lens.look(pixels, lens.settings.layers)
    rows: list[list[Cell | None]] = []
    labels: list[str] = []
    photo: Array = as_array(pixels)
    for layer in lens.settings.layers:
        maps = found[layer]
        cells: list[Cell | None] = [
            Cell(
                maps[0, channel].cpu().numpy(),
                f"channel {channel}",
                limits=(0, float(maps[0, channel].max())),
            )
            for channel in strongest(maps, STRONGEST)
        ]
        rows.append(cells + [None] * (STRONGEST - len(cells)))
        channels, height, width = maps.shape[1:]
        labels.append(f"{layer}\n{channels} maps\n{width} × {height}")
    first: list[Cell | None] = [Cell(photo, "the picture"), *(
        Cell(np.ascontiguousarray(np.repeat(photo[:, :, c : c + 1], 3, 2) * tint), text)
        for c, tint, text in ((0, (1, 0.25, 0.25), "red"), (1, (0.25, 1, 0.25), "green"),
                              (2, (0.3, 0.3, 1), "blue"))
    ), None]  # fmt: skip
    return sheet([first, *rows], labels=["input\n3 maps", *labels])


def chapter(scene: Scene) -> Chapter:
    """The two pictures through the network."""
    layers = scene.settings.layers
    return Chapter(
        title=TITLES["feature-maps"],
        text=f"""
<p>A convolutional network looks at a picture layer by layer. A layer has {inline(N_L)} filters; each
slides over the picture, and what it answers at every place is its <em>feature map</em>: {inline(F_IJ)}
is the answer of filter <i>i</i> at place <i>j</i> of layer <i>l</i>, one of {inline(M_L)} places.
Bright is a strong answer.</p>
<p>Below are the maps that vary most, a row a layer. Near the top a filter finds a colour or an edge of
one direction, and its map still looks like the picture. Further down there are more filters and fewer
places: each answers to a combination of what the layers before found, such as a texture, an eye, a
swirl, and says <em>that</em> it is there, less and less exactly <em>where</em>. The size of things has
not changed; what is told of them has.</p>""",
        plates=(
            Plate(
                name="feature-maps-content", picture=draw(scene.lens, scene.content.pixels), half=True,
                alt=f"The photo, its three colours, and below it {STRONGEST} feature maps of each of the "
                f"layers {', '.join(layers)}: outlines first, coarse spots last.",
                caption="The <strong>photo</strong>, from pixels (top) to the deepest layer (bottom). Each "
                "map is drawn from 0 (black) to its own maximum.",
            ),
            Plate(
                name="feature-maps-style", picture=draw(scene.lens, scene.style.pixels), half=True,
                alt=f"The same of the painting: {STRONGEST} feature maps of each layer, which show brush "
                "strokes first and larger forms last.",
                caption="The <strong>painting</strong>, seen by the same filters. Some of its strongest are "
                "others than the photo's; which of them answer together is what the next chapter counts.",
            ),
        ),
    )  # fmt: skip
