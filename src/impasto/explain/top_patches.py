"""What excites a channel most: patches found in many pictures, and a picture made by gradient ascent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto import samples
from impasto.errors import SettingError
from impasto.explain.activation_maximisation import SIDE_PX, maximise_activation
from impasto.explain.chapter import Chapter, ChapterFigure
from impasto.explain.context import ExplainContext, NetworkView, as_array
from impasto.explain.figure_style import Cell, figure_grid
from impasto.explain.formulas import ACTIVATION_MAXIMISATION, display
from impasto.explain.optional_imports import load
from impasto.explain.receptive_field import field_corner
from impasto.images.io import PictureSource
from impasto.settings import ExplainOptions, ExplainSettings
from impasto.synthesis.read import pictures_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PATCHES = 5
"""Patches shown of each channel."""

CHANNELS = 2
"""Channels shown of each layer, if none are named in the settings."""

SAME = 0.02
"""Mean difference of two pictures of 16 x 16 px, in [0, 1], below which they count as one."""


@dataclass(frozen=True)
class Patch:
    """A place of a picture that excites a channel.

    Attributes:
        picture: its index.
        row: of the unit in its map.
        column: of the unit in its map.
        activation: of the unit.
    """

    picture: int
    row: int
    column: int
    activation: float


def top_patches(
    sources: Sequence[PictureSource] | PictureSource | None = None, **options: Unpack[ExplainOptions]
) -> Figure:
    """For some channels, the patches that excite them most, and a picture that maximises them.

    Args:
        sources: pictures to search: a folder, a picture or several; those of the setting ``pictures`` if
            left out.
        **options: fields of ``ExplainSettings``; here ``channels``, ``layers``, ``size``, ``steps``.
    Returns:
        A matplotlib figure, one row for each channel: the picture by gradient ascent, then patches as large
        as the channel's receptive field, at most one of each picture, the strongest first.
    Raises:
        ImpastoError: as ``ExplainContext.read``; a SettingError if there is no such channel.

    Source: Zeiler, Fergus 2014 (patches); Erhan, Bengio, Courville, Vincent 2009 (ascent).
    Differs: patches are cut from the pictures themselves; the ascent is that of ``maximise_activation``.
    """
    settings = ExplainSettings.from_mapping(dict(options))
    view = NetworkView.of(settings)
    return draw(view, read_pictures(view, settings.pictures if sources is None else sources))


def check_settings(view: NetworkView) -> None:
    """Check the settings of this chapter before any chapter is drawn.

    Raises:
        ImpastoError: as ``named_channels``; or the folder, or the first picture in it, cannot be read.
    """
    named_channels(view)
    folder = view.settings.pictures
    if folder is None:
        return
    if not Path(folder).exists():
        raise SettingError("there are no pictures to look in", got=folder, expected="a folder that exists")
    view.read(pictures_of(folder)[0])


def named_channels(view: NetworkView) -> list[tuple[str, int]]:
    """The channels named in the settings: their layers and numbers.

    Raises:
        LayerError: there is no such layer.
        SettingError: it is not a layer and a number, or the layer has fewer channels.
    """
    channels = []
    for text in view.settings.channels:
        layer, _, number = text.partition(":")
        if not number.isdecimal():
            raise SettingError(
                "a channel is a layer and a number", got=repr(text), expected="such as relu4_1:17"
            )
        view.network.check_layers([layer])
        side = view.units.geometry[layer].smallest_input_px
        count = view.features(torch.zeros(1, 3, side, side, device=view.device), [layer])[layer].shape[1]
        if int(number) >= count:
            raise SettingError(
                f"{layer} has no channel {number}", got=repr(text), expected=f"0 to {count - 1}"
            )
        channels.append((layer, int(number)))
    return channels


def searched_layers(view: NetworkView) -> list[str]:
    """The layers of the settings without those of a 3 px receptive field, unless none remain."""
    layers, geometry = list(view.settings.layers), view.units.geometry
    return [layer for layer in layers if geometry[layer].receptive_field_px > 3] or layers


def read_pictures(
    view: NetworkView, pictures: Sequence[PictureSource] | PictureSource | None
) -> list[Tensor]:
    """The pictures to search, each (1, 3, H, W) in [0, 1]; impasto's samples if there are none.

    Raises:
        PictureError: one cannot be read, or a folder has none.
        ShapeError: one is too small for the layers.
    """
    if pictures is not None:
        return [view.read(source).pixels for source in pictures_of(pictures)]
    sources = [*map(samples.photo, samples.PHOTOS), *map(samples.style, samples.STYLES)]
    return [view.read(source).pixels for source in sources]


def strongest_patches(maps: Sequence[Tensor], channel: int, count: int) -> list[Patch]:
    """Where a channel is most active: the best place of each picture, the strongest first.

    Args:
        maps: of each picture, (1, C, h, w).
        channel: its number.
        count: of patches, at most; no more than there are pictures that excite the channel at all.
    Returns:
        The patches.
    """
    patches = []
    for index, features in enumerate(maps):
        row, column = divmod(int(features[0, channel].argmax()), features.shape[3])
        if features[0, channel, row, column] > 0:
            patches.append(Patch(index, row, column, float(features[0, channel, row, column])))
    return sorted(patches, key=lambda patch: -patch.activation)[:count]


def most_selective(maps: Sequence[Tensor], count: int) -> list[int]:
    """Channels that are active rarely but then strongly, and each in another picture if there are enough.

    selectivity = mean of a channel's PATCHES largest activations / its mean over all places

    Args:
        maps: of each picture, (1, C, h, w).
        count: of channels.
    Returns:
        Their numbers, the most selective first.
    """
    tops = torch.stack([features.amax((0, 2, 3)) for features in maps])  # (pictures, C)
    means = torch.stack([features.mean((0, 2, 3)) for features in maps]).mean(0)
    strength = tops.sort(0, descending=True).values[:PATCHES].mean(0)
    selectivity = strength / (means + 0.01 * strength.max()).clamp_min(1e-12)
    selectivity = torch.where(strength >= strength.median(), selectivity, torch.zeros_like(selectivity))
    order: list[int] = selectivity.argsort(descending=True, stable=True).tolist()
    first_of: dict[int, int] = {}
    for channel in order:
        first_of.setdefault(int(tops[:, channel].argmax()), channel)
    return list(dict.fromkeys([*first_of.values(), *order]))[:count]


def distinct(pictures: Sequence[Tensor]) -> list[Tensor]:
    """The pictures without repetitions: those of a page may be samples too."""
    kept: list[tuple[Tensor, Tensor]] = []
    for pixels in pictures:
        tiny = F.adaptive_avg_pool2d(pixels, 16)
        if all(float((tiny - other).abs().mean()) > SAME for other, _ in kept):
            kept.append((tiny, pixels))
    return [pixels for _, pixels in kept]


def crop_patch(pixels: Tensor, view: NetworkView, layer: str, patch: Patch) -> Tensor:
    """The receptive field of a patch's unit, (1, 3, side, side), moved inside the picture's edges."""
    geometry, size = view.units.geometry[layer], pixels.shape[2:]
    side = min(max(geometry.receptive_field_px, 8), *size)
    corner = field_corner(geometry, patch.row, patch.column)
    top, left = (max(0, min(first, length - side)) for first, length in zip(corner, size, strict=True))
    return pixels[:, :, top : top + side, left : left + side]


def draw(view: NetworkView, pictures: Sequence[Tensor]) -> Figure:
    """The figure of the channels named in the settings, or of the most selective ones.

    Raises:
        ImpastoError: as ``named_channels``.
    """
    load("matplotlib.figure")  # before anything is painted
    channels = named_channels(view)
    layers = list(dict.fromkeys(layer for layer, _ in channels)) or searched_layers(view)
    features = [view.features(pixels, layers) for pixels in pictures]
    maps = {layer: [of_picture[layer] for of_picture in features] for layer in layers}
    if not channels:
        channels = [(layer, number) for layer in layers for number in most_selective(maps[layer], CHANNELS)]
    rows, labels = [], []
    for layer, channel in channels:
        made = maximise_activation(view, layer, channel, steps=max(2, view.settings.steps // 2))
        cells: list[Cell | None] = [Cell(as_array(made))]
        for patch in strongest_patches(maps[layer], channel, PATCHES):
            pixels = crop_patch(pictures[patch.picture], view, layer, patch)
            cells.append(Cell(as_array(pixels), f"{patch.activation:.1f}"))
        rows.append(cells + [None] * (1 + PATCHES - len(cells)))
        labels.append(f"{layer}\nchannel {channel}")
    return figure_grid(rows, titles=["made", "found", *[""] * (PATCHES - 1)], labels=labels)


def chapter(context: ExplainContext) -> Chapter:
    """What excites some channels most."""
    settings = context.settings
    page_pictures = [context.content.pixels, context.style.pixels]
    pictures = distinct([*page_pictures, *read_pictures(context.view, settings.pictures)])
    searched = "the folder" if settings.pictures else "impasto's sample photos and paintings"
    shown = (
        "The channels named in the settings"
        if settings.channels
        else f"{CHANNELS} channels of each deeper layer that are active rarely but then strongly"
    )
    return Chapter(
        text=f"""
<p>What does a filter respond to? There are two ways to find out. Search many pictures for the patches that
excite it most. Or start from grey noise and change the pixels so that the filter's answer grows; the second
term keeps the picture smooth.</p>
{display(ACTIVATION_MAXIMISATION)}
<p>The patches show what the filter finds in real pictures; the made picture shows what excites it
without the rest of a real picture. Where the two agree, one may name what the filter detects. Where the
patches of a row have nothing in common, it has no name.</p>""",
        figures=(
            ChapterFigure(
                name="preferences",
                picture=draw(context.view, pictures),
                alt="A row for each of some channels: an artificial picture that maximises it, then the "
                "patches that excite it most: often edges of one direction in shallow layers, textures and "
                "parts of things in deep ones.",
                caption=f"{shown}. Left, a picture made to maximise the mean activation of the channel "
                f"({SIDE_PX} px wide for all layers). Then the best patch of each of up to {PATCHES} "
                f"pictures, out of this page's two and {searched}: as large as the channel's receptive "
                "field, or smaller where the picture is. Below each patch, the activation.",
            ),
        ),
    )
