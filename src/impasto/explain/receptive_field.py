"""Receptive fields: the pixels that can reach a unit (theoretical) and those that matter (effective)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

import numpy as np
import torch
from torch import Tensor

from impasto.explain.chapter import Chapter, ChapterFigure
from impasto.explain.context import ExplainContext, NetworkView, as_array
from impasto.explain.figure_style import (
    CURVE_COLORS,
    GAP_IN,
    LABEL_IN,
    WIDTH_IN,
    Array,
    Cell,
    add_axes,
    add_text,
    draw_cell,
    figure_grid,
)
from impasto.explain.formulas import RECEPTIVE_FIELD, display
from impasto.explain.optional_imports import load
from impasto.features.geometry import Geometry
from impasto.images.io import PictureSource
from impasto.settings import ExplainOptions, ExplainSettings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MASS = 0.9
"""Fraction of the gradient's magnitude that an effective field holds; chosen by eye."""


@dataclass(frozen=True)
class ReceptiveField:
    """The pixels of a picture that one unit of a layer sees.

    Attributes:
        layer: its name.
        row: of the unit in its map.
        column: of the unit in its map.
        geometry: of the layer.
        top: first row of the theoretical field, px; below 0 where it reaches over the edge.
        left: first column, px.
        weights: (H, W), magnitude of the gradient at each pixel; the sum is 1.
        effective_px: side of the smallest square around the centre that holds MASS of the weights.
    """

    layer: str
    row: int
    column: int
    geometry: Geometry
    top: int
    left: int
    weights: Array
    effective_px: int

    def crop(self, pixels: Array) -> Array:
        """The theoretical field, cut out of (H, W, ...) -> (h, w, ...); black beyond the edges."""
        side = self.geometry.receptive_field_px
        patch = np.zeros((side, side, *pixels.shape[2:]), pixels.dtype)
        low, high = max(0, self.top), min(pixels.shape[0], self.top + side)
        first, last = max(0, self.left), min(pixels.shape[1], self.left + side)
        inside = (slice(low - self.top, high - self.top), slice(first - self.left, last - self.left))
        patch[inside] = pixels[low:high, first:last]
        return patch


def field_corner(geometry: Geometry, row: int, column: int) -> tuple[int, int]:
    """First row and column of the theoretical field of a unit, px.

    unit * stride - (field - stride) / 2: the fields are centred on the cells that the units stand for, as
    every layer pads both sides equally.

    Args:
        geometry: of the layer.
        row: of the unit in its map.
        column: likewise.
    Returns:
        The two; below 0 where the field reaches over the edge.
    """
    before = (geometry.receptive_field_px - geometry.stride_px) // 2
    return row * geometry.stride_px - before, column * geometry.stride_px - before


def receptive_field(
    view: NetworkView, pixels: Tensor, layer: str, *, row: int, column: int
) -> ReceptiveField:
    """The field of the strongest unit at one position of a layer.

    Effective: |dF / dx|, summed over colours, of the unit's activation with respect to each pixel. Pixels at
    the edge of the theoretical field have few paths to the unit, those in the middle many.

    Args:
        view: the network.
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
    activations = view.units(canvas, [layer])[layer][0, :, row, column]  # (C,)
    (gradient,) = torch.autograd.grad(activations[int(activations.argmax())], canvas)
    weights = gradient[0].abs().sum(0).cpu().numpy().astype(np.float64)
    weights = weights / max(weights.sum(), 1e-30)
    geometry = view.units.geometry[layer]
    top, left = field_corner(geometry, row, column)
    effective = effective_px(weights, top, left, geometry.receptive_field_px)
    return ReceptiveField(layer, row, column, geometry, top, left, weights, effective)


def effective_px(weights: Array, top: int, left: int, side: int) -> int:
    """Side of the smallest square around a field's centre that holds MASS of the weights, px.

    If all weights are 0, the side of the whole field.
    """
    if not weights.any():
        return side
    for margin in range((side - 1) // 2, -1, -1):
        low, first = max(0, top + margin), max(0, left + margin)
        if weights[low : top + side - margin, first : left + side - margin].sum() >= MASS * weights.sum():
            return side - 2 * margin
    return side


def layer_fields(view: NetworkView, pixels: Tensor) -> list[ReceptiveField]:
    """The fields of all layers of the settings, over one place of the picture.

    The place is where the deepest layer is most active, away from the edges if it is active there.
    """
    layers = view.settings.layers
    deepest = max(layers, key=lambda layer: list(view.units.chain).index(layer))
    maps = view.features(pixels, layers)
    power = maps[deepest][0].square().sum(0)  # (h, w)
    height, width = power.shape
    inner = torch.zeros_like(power)
    inner[height // 4 : height - height // 4, width // 4 : width - width // 4] = 1
    inside = power * inner
    place = divmod(int((inside if inside.any() else power).argmax()), width)
    y, x = ((index + 0.5) * view.units.geometry[deepest].stride_px for index in place)

    def over(layer: str) -> ReceptiveField:
        stride, (rows, columns) = view.units.geometry[layer].stride_px, maps[layer].shape[2:]
        # In shallow layers the exact place may be dark: take the strongest unit of the nearest few.
        row, column = min(rows - 1, int(y / stride)), min(columns - 1, int(x / stride))
        top, left = max(0, row - 1), max(0, column - 1)
        near = maps[layer][0, :, top : row + 2, left : column + 2].amax(0)
        down, right = divmod(int(near.argmax()), near.shape[1])
        return receptive_field(view, pixels, layer, row=top + down, column=left + right)

    return [over(layer) for layer in layers]


def receptive_fields(picture: PictureSource, **options: Unpack[ExplainOptions]) -> Figure:
    """The pixels that one unit of every layer sees, cut out and as squares on the picture.

    Args:
        picture: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        **options: fields of ``ExplainSettings``; here ``layers``, ``size`` and the network,
            which must have ``content_layer`` too.
    Returns:
        A matplotlib figure. Above, for each layer, the theoretical field, and below it the same with every
        pixel as bright as its gradient (the effective field); at the foot, the fields on the picture.
    Raises:
        ImpastoError: as ``ExplainContext.read``; an OutputError if matplotlib is not installed.

    Source: Araujo, Norris, Sim 2019, eq. 2, layer by layer; Luo et al. 2016.
    """
    view = NetworkView.of(ExplainSettings.from_mapping(dict(options)))
    pixels = view.read(picture).pixels
    return draw(pixels, layer_fields(view, pixels))


def draw(pixels: Tensor, fields: list[ReceptiveField]) -> Figure:
    """The figure of a picture, (1, 3, H, W) in [0, 1], and its fields."""
    rectangle = load("matplotlib.patches").Rectangle
    photo = as_array(pixels)
    colors = [CURVE_COLORS[index % len(CURVE_COLORS)] for index in range(len(fields))]
    theoretical, effective = [], []
    for field, color in zip(fields, colors, strict=True):
        patch, weights = field.crop(photo), field.crop(field.weights)
        strength = np.sqrt(weights / max(weights.max(), 1e-30))[:, :, None]
        theoretical.append(Cell(patch, f"{field.geometry.receptive_field_px} px", frame_color=color))
        effective.append(Cell(patch * strength, f"{field.effective_px} px", frame_color=color))
    width = WIDTH_IN - LABEL_IN - GAP_IN
    height = width * photo.shape[0] / photo.shape[1]
    figure = figure_grid(
        [theoretical, effective],
        titles=[field.layer for field in fields],
        labels=["theoretical", "effective"],
        below_in=height + 0.1,
    )
    top = figure.get_size_inches()[1] - height - GAP_IN
    axes = add_axes(figure, left=LABEL_IN, top=top, width=width, height=height, bare=True)
    draw_cell(axes, Cell(photo))
    axes.set_autoscale_on(False)
    for field, color in zip(fields, colors, strict=True):
        corner, side = (field.left - 0.5, field.top - 0.5), field.geometry.receptive_field_px
        for edge, points, alpha in (("black", 3.0, 0.45), (color, 1.8, 1.0)):
            square = rectangle(corner, side, side, fill=False, edgecolor=edge, linewidth=points, alpha=alpha)
            axes.add_patch(square)
    add_text(figure, "position", left=LABEL_IN - 0.08, top=top + height / 2, ha="right")
    return figure


def layer_table(view: NetworkView, fields: list[ReceptiveField]) -> str:
    """Layer, stride, theoretical and effective field, as HTML."""
    titles = ("layer", "stride", "theoretical field", "effective field")
    head = "".join(f"<th scope='col'>{title}</th>" for title in titles)
    rows = "".join(
        f"<tr><th scope='row'>{field.layer}</th><td>{field.geometry.stride_px} px</td>"
        f"<td>{field.geometry.receptive_field_px} px</td><td>{field.effective_px} px</td></tr>"
        for field in fields
    )
    return (
        f"<table><caption>The layers of {view.network.name}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def chapter(context: ExplainContext) -> Chapter:
    """Receptive fields."""
    pixels = context.content.pixels
    fields = layer_fields(context.view, pixels)
    sides = [field.geometry.receptive_field_px for field in fields]
    return Chapter(
        text=f"""
<p>A unit is one filter at one place. In the first layer it sees 3&#xa0;×&#xa0;3 pixels. A unit of the next
layer sees 3&#xa0;×&#xa0;3 units of the first, and every pooling doubles the distance between neighbouring
units. So the patch of the picture that reaches a unit, its <em>receptive field</em> <i>r</i>, grows with
every layer (<i>k</i> is the width of the layer's kernel, <i>s</i> its stride, <i>j</i> the stride of all
layers so far):</p>
{display(RECEPTIVE_FIELD)}
<p>This is why shallow layers hold grain and brush strokes, and deep layers hold eyes and swirls: a unit
cannot detect a form that is larger than its field.</p>""",
        figures=(
            ChapterFigure(
                name="receptive-fields",
                picture=draw(pixels, fields),
                alt="Above, for each layer, the patch of the photo that can reach one unit, and the same "
                "patch with every pixel as bright as it changes the unit; below, the photo with the patches "
                f"as nested squares, from {sides[0]} to {max(sides)} pixels wide.",
                caption="One unit of each layer, over one place of the photo. <strong>Theoretical</strong>: "
                "all pixels that are connected to the unit. <strong>Effective</strong>: each pixel is as "
                "bright as the unit's activation changes with it (the root of the gradient); the number is "
                f"the side of the square that holds {MASS:.0%} of the gradient. The middle usually counts "
                "most, because more paths lead from it to the unit (Luo et al. 2016).",
            ),
        ),
        after=layer_table(context.view, fields),
    )
