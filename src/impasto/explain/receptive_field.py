"""How much of a picture one unit sees: all that could reach it, and what does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

import numpy as np
import torch
from torch import Tensor

from impasto.explain.chapter import TITLES, Chapter, Plate
from impasto.explain.context import NetworkView, Scene, as_array
from impasto.explain.figure_style import (
    GAP_IN,
    LABEL_IN,
    LINES,
    WIDTH_IN,
    Array,
    Cell,
    load,
    place,
    sheet,
    show,
    write,
)
from impasto.explain.formulas import FIELD
from impasto.features.geometry import Geometry
from impasto.images.io import PictureSource
from impasto.settings import ExplainOptions, ExplainSettings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MASS = 0.9
"""Share of the gradient's size that an effective field holds; chosen by eye."""


@dataclass(frozen=True)
class Field:
    """What one unit of a layer sees of a picture.

    Attributes:
        layer: its name.
        channel: whose unit it is.
        row: of the unit in its map.
        column: of the unit in its map.
        geometry: of the layer.
        top: first row of the theoretical field, px; below 0 where it reaches over the edge.
        left: first column, px.
        weights: (H, W), how much each pixel moves the unit; their sum is 1.
        effective_px: side of the smallest square around the centre that holds MASS of the weights.
    """

    layer: str
    channel: int
    row: int
    column: int
    geometry: Geometry
    top: int
    left: int
    weights: Array
    effective_px: int

    def patch(self, pixels: Array) -> Array:
        """What lies in the theoretical field, (H, W, ...) -> (h, w, ...); black beyond the edges."""
        side = self.geometry.receptive_field_px
        patch = np.zeros((side, side, *pixels.shape[2:]), pixels.dtype)
        height, width = pixels.shape[:2]
        rows = slice(max(0, self.top), min(height, self.top + side))
        columns = slice(max(0, self.left), min(width, self.left + side))
        patch[
            rows.start - self.top : rows.stop - self.top, columns.start - self.left : columns.stop - self.left
        ] = pixels[rows, columns]
        return patch


def corner(geometry: Geometry, row: int, column: int) -> tuple[int, int]:
    """First row and column of the theoretical field of a unit, px.

    u * stride - (field - stride) / 2: the fields of a layer lie evenly over the cells that units stand for,
    as every layer pads both sides alike.

    Args:
        geometry: of the layer.
        row: of the unit in its map.
        column: likewise.
    Returns:
        The two; below 0 where the field reaches over the edge.
    """
    before = (geometry.receptive_field_px - geometry.stride_px) // 2
    return row * geometry.stride_px - before, column * geometry.stride_px - before


def field_of(lens: NetworkView, pixels: Tensor, layer: str, *, row: int, column: int) -> Field:
    """The field of the strongest unit at a place of a layer.

    Effective: |dF / dx|, summed over colours, of the unit's activation by every pixel. Pixels at the edge of
    the theoretical field have few ways to the unit, those in the middle many.

    Args:
        lens: what looks.
        pixels: (1, 3, H, W) in [0, 1].
        layer: a name.
        row: of the unit in its map.
        column: likewise.
    Returns:
        The field.

    Source: Luo, Li, Urtasun, Zemel 2016, "Understanding the effective receptive field in deep convolutional
        neural networks", section 3.
    Differs: of one unit on one picture, not the mean over many.
    """
    canvas = pixels.detach().clone().requires_grad_()
    found = lens.units(canvas, [layer])[layer][0, :, row, column]  # (C,)
    channel = int(found.argmax())
    (gradient,) = torch.autograd.grad(found[channel], canvas)
    weights = gradient[0].abs().sum(0).cpu().numpy().astype(np.float64)
    weights = weights / max(weights.sum(), 1e-30)
    geometry = lens.units.geometry[layer]
    top, left = corner(geometry, row, column)
    effective = effective_px(weights, top, left, geometry.receptive_field_px)
    return Field(layer, channel, row, column, geometry, top, left, weights, effective)


def effective_px(weights: Array, top: int, left: int, side: int) -> int:
    """Side of the smallest square around a field's centre that holds MASS of the weights, px.

    The whole field's of a unit that nothing moves.
    """
    if not weights.any():
        return side
    for less in range((side - 1) // 2, -1, -1):
        low, high = max(0, top + less), max(0, left + less)
        if weights[low : top + side - less, high : left + side - less].sum() >= MASS * weights.sum():
            return side - 2 * less
    return side


def fields(lens: NetworkView, pixels: Tensor) -> list[Field]:
    """The fields of all layers of the settings, over one place of the picture.

    The place is where the deepest layer fires most, far enough from the edges if there is such a place.
    """
    layers = lens.settings.layers
    deepest = max(layers, key=lambda layer: list(lens.units.chain).index(layer))
    seen = lens.look(pixels, layers)
    power = seen[deepest][0].square().sum(0)  # (h, w)
    height, width = power.shape
    inner = torch.zeros_like(power)
    inner[height // 4 : height - height // 4, width // 4 : width - width // 4] = 1
    inside = power * inner
    place_of = int((inside if inside.any() else power).argmax())
    y, x = ((index + 0.5) * lens.units.geometry[deepest].stride_px for index in divmod(place_of, width))

    def over(layer: str) -> Field:
        stride, (rows, columns) = lens.units.geometry[layer].stride_px, seen[layer].shape[2:]
        # At shallow layers the exact place may be dark: the strongest unit of the nearest few.
        row, column = min(rows - 1, int(y / stride)), min(columns - 1, int(x / stride))
        near = seen[layer][0, :, max(0, row - 1) : row + 2, max(0, column - 1) : column + 2].amax(0)
        down, right = divmod(int(near.argmax()), near.shape[1])
        return field_of(lens, pixels, layer, row=max(0, row - 1) + down, column=max(0, column - 1) + right)

    return [over(layer) for layer in layers]


def receptive_fields(picture: PictureSource, **options: Unpack[ExplainOptions]) -> Figure:
    """What one unit of every layer sees of a picture, on the picture and cut out.

    Args:
        picture: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        **options: fields of ``ExplainSettings``; here ``layers``, ``size`` and the network,
            which must have ``content_layer`` too.
    Returns:
        A matplotlib figure: of each layer, all that its unit could see (theoretical), and below it the same
        with every pixel as bright as it counts (effective, by gradient); at the foot, the picture with the
        fields as squares.
    Raises:
        ImpastoError: as ``Scene.read``; an OutputError if matplotlib is not installed.

    Source: Araujo, Norris, Sim 2019, eq. 2, layer by layer; Luo et al. 2016.
    """
    lens = NetworkView.of(ExplainSettings.from_mapping(dict(options)))
    pixels = lens.read(picture).pixels
    return draw(pixels, fields(lens, pixels))


def draw(pixels: Tensor, found: list[Field]) -> Figure:
    """The figure of a picture, (1, 3, H, W) in [0, 1], and its fields."""
    rectangle = load("matplotlib.patches").Rectangle
    photo = as_array(pixels)
    seen, moved = [], []
    for index, field in enumerate(found):
        color = LINES[index % len(LINES)]
        patch, weights = field.patch(photo), field.patch(field.weights)
        strength = np.sqrt(weights / max(weights.max(), 1e-30))[:, :, None]
        side = field.geometry.receptive_field_px
        seen.append(Cell(patch, f"{side} px", frame=color))
        moved.append(Cell(patch * strength, f"{field.effective_px} px", frame=color))
    titles = [field.layer for field in found]
    width = WIDTH_IN - LABEL_IN - GAP_IN
    height = width * photo.shape[0] / photo.shape[1]
    figure = sheet([seen, moved], titles=titles, labels=["could\nsee", "does\nsee"], below_in=height + 0.1)
    tall = figure.get_size_inches()[1]
    axes = place(figure, left=LABEL_IN, top=tall - height - GAP_IN, width=width, height=height, bare=True)
    show(axes, Cell(photo))
    axes.set_autoscale_on(False)
    for index, field in enumerate(found):
        side, color = field.geometry.receptive_field_px, LINES[index % len(LINES)]
        for edge, width_points, alpha in (("black", 3.0, 0.45), (color, 1.8, 1.0)):
            axes.add_patch(
                rectangle((field.left - 0.5, field.top - 0.5), side, side, fill=False, edgecolor=edge,
                          linewidth=width_points, alpha=alpha)
            )  # fmt: skip
    write(figure, "where", left=LABEL_IN - 0.08, top=tall - height / 2 - GAP_IN, ha="right")
    return figure


def table(lens: NetworkView, found: list[Field]) -> str:
    """Layer, stride, theoretical and effective field, as HTML."""
    rows = "".join(
        f"<tr><th scope='row'>{field.layer}</th><td>{field.geometry.stride_px} px</td>"
        f"<td>{field.geometry.receptive_field_px} px</td><td>{field.effective_px} px</td></tr>"
        for field in found
    )
    return (
        f"<table><caption>The layers of {lens.network.name}</caption><thead><tr><th scope='col'>layer</th>"
        "<th scope='col'>stride</th><th scope='col'>could see</th><th scope='col'>does see</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def chapter(scene: Scene) -> Chapter:
    """Receptive fields."""
    pixels = scene.content.pixels
    found = fields(scene.lens, pixels)
    deepest = max(found, key=lambda field: field.geometry.receptive_field_px)
    return Chapter(
        title=TITLES["receptive-field"],
        text=f"""
<p>A unit is one filter at one place. In the first layer it sees 3&#xa0;×&#xa0;3 pixels. A unit of the
next layer sees 3&#xa0;×&#xa0;3 of <em>those</em>, and every pooling doubles the step from one to the
next, so the patch of the picture that reaches a unit, its <em>receptive field</em> <i>r</i>, grows with
every layer (<i>k</i> is the kernel's width, <i>s</i> its stride, <i>j</i> the stride of all layers so
far):</p>
{FIELD}
<p>This is why shallow layers hold grain and brush strokes and deep ones hold eyes and swirls: a unit
cannot know of a form that does not fit into its field.</p>""",
        plates=(
            Plate(
                name="receptive-fields", picture=draw(pixels, found),
                alt="Above, for each layer, the patch of the photo that one unit could see, and the same "
                "patch with every pixel as bright as it moves the unit; below, the photo with the patches as "
                f"nested squares, from {found[0].geometry.receptive_field_px} to "
                f"{deepest.geometry.receptive_field_px} pixels wide.",
                caption="One unit of each layer, over one place of the photo. <strong>Could see</strong>: "
                "all pixels that are connected to it. <strong>Does see</strong>: each pixel as bright as the "
                f"unit's answer changes with it (the root of the gradient); the number is the side of the "
                f"square that holds {MASS:.0%} of the gradient. The middle counts most, because more ways "
                "lead from it to the unit (Luo et al. 2016).",
            ),
        ),
        after=table(scene.lens, found),
    )  # fmt: skip
