"""Which channel likes what: the patches of many pictures that excite it most, and the picture that would."""

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
from impasto.explain.activation_maximisation import SIDE_PX, favourite
from impasto.explain.chapter import TITLES, Chapter, Plate
from impasto.explain.context import NetworkView, Scene, as_array
from impasto.explain.figure_style import Cell, load, sheet
from impasto.explain.formulas import FAVOURITE
from impasto.explain.receptive_field import corner
from impasto.images.io import PictureSource
from impasto.settings import ExplainOptions, ExplainSettings
from impasto.synthesis.read import pictures_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PATCHES = 5
"""Of each channel."""

CHANNELS = 2
"""Of each layer."""

SOME = f"{CHANNELS} choosy channels of each deeper layer"
"""How the caption calls them."""

SAME = 0.02
"""Mean difference of two pictures of 16 x 16 px, in [0, 1], below which they are one."""


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


def preferences(
    sources: Sequence[PictureSource] | PictureSource | None = None, **options: Unpack[ExplainOptions]
) -> Figure:
    """Of some channels, the patches that excite them most, and the picture that maximises them.

    Args:
        sources: where to look: a folder, a picture or several; as ``pictures`` says if left out.
        **options: fields of ``ExplainSettings``; here ``channels``, ``layers``, ``size``, ``steps``.
    Returns:
        A matplotlib figure, a row a channel: the picture by gradient ascent, then patches as large as the
        channel's receptive field, at most one of each picture, the strongest first.
    Raises:
        ImpastoError: as ``Scene.read``; a SettingError if there is no such channel.

    Source: Zeiler, Fergus 2014 (patches); Erhan, Bengio, Courville, Vincent 2009 (ascent).
    Differs: patches are cut from the pictures themselves; the ascent is that of ``favourite``.
    """
    settings = ExplainSettings.from_mapping(dict(options))
    lens = NetworkView.of(settings)
    return draw(lens, gathered(lens, settings.pictures if sources is None else sources))


def check(lens: NetworkView) -> None:
    """What can be wrong with the settings, long before the chapter's turn.

    Raises:
        ImpastoError: as ``asked``; or the folder, or the first picture in it, cannot be read.
    """
    asked(lens)
    if lens.settings.pictures is not None:
        if not Path(lens.settings.pictures).exists():
            raise SettingError(
                "there are no pictures to look in",
                got=lens.settings.pictures,
                expected="a folder that exists",
            )
        lens.read(pictures_of(lens.settings.pictures)[0])


def asked(lens: NetworkView) -> list[tuple[str, int]]:
    """The channels of the settings: their layers and numbers.

    Raises:
        LayerError: there is no such layer.
        SettingError: it is not a layer and a number, or the layer has fewer channels.
    """
    found = []
    for text in lens.settings.channels:
        layer, _, number = text.partition(":")
        if not number.isdecimal():
            raise SettingError(
                "a channel is a layer and a number", got=repr(text), expected="such as relu4_1:17"
            )
        lens.network.check_layers([layer])
        side = lens.units.geometry[layer].smallest_input_px
        count = lens.look(torch.zeros(1, 3, side, side, device=lens.device), [layer])[layer].shape[1]
        if int(number) >= count:
            raise SettingError(
                f"{layer} has no channel {number}", got=repr(text), expected=f"0 to {count - 1}"
            )
        found.append((layer, int(number)))
    return found


def deeper(lens: NetworkView) -> list[str]:
    """The layers of the settings but those whose units see three pixels, if there are others."""
    layers = list(lens.settings.layers)
    return [layer for layer in layers if lens.units.geometry[layer].receptive_field_px > 3] or layers


def gathered(lens: NetworkView, pictures: Sequence[PictureSource] | PictureSource | None) -> list[Tensor]:
    """The pictures to search, each (1, 3, H, W) in [0, 1].

    Raises:
        PictureError: one cannot be read, or a folder has none.
        ShapeError: one is too small for the layers.
    """
    if pictures is None:
        found: list[PictureSource] = [
            *(samples.photo(name) for name in samples.PHOTOS),
            *(samples.style(name) for name in samples.STYLES),
        ]
    else:
        found = pictures_of(pictures)
    return [lens.read(source).pixels for source in found]


def most_activating(maps: Sequence[Tensor], channel: int, count: int) -> list[Patch]:
    """Where a channel fires most: the best place of each picture, the strongest first.

    Args:
        maps: of each picture, (1, C, h, w).
        channel: which.
        count: of patches, at most; no more than there are pictures that excite it at all.
    Returns:
        The patches.
    """
    best = []
    for index, features in enumerate(maps):
        row, column = divmod(int(features[0, channel].argmax()), features.shape[3])
        if features[0, channel, row, column] > 0:
            best.append(Patch(index, row, column, float(features[0, channel, row, column])))
    return sorted(best, key=lambda patch: -patch.activation)[:count]


def choosiest(maps: Sequence[Tensor], count: int) -> list[int]:
    """Channels that fire rarely but then strongly, and each for another picture if there are enough.

    The mean of a channel's best places over its mean over all places.

    Args:
        maps: of each picture, (1, C, h, w).
        count: of channels.
    Returns:
        Their numbers, the choosiest first.
    """
    tops = torch.stack([features.amax((0, 2, 3)) for features in maps])  # (pictures, C)
    means = torch.stack([features.mean((0, 2, 3)) for features in maps]).mean(0)
    strength = tops.sort(0, descending=True).values[:PATCHES].mean(0)
    choosy = strength / (means + 0.01 * strength.max()).clamp_min(1e-12)
    choosy = torch.where(strength >= strength.median(), choosy, torch.zeros_like(choosy))
    order: list[int] = choosy.argsort(descending=True, stable=True).tolist()
    first_of: dict[int, int] = {}
    for channel in order:
        first_of.setdefault(int(tops[:, channel].argmax()), channel)
    wanted = [*first_of.values(), *order]
    return list(dict.fromkeys(wanted))[:count]


def distinct(pictures: Sequence[Tensor]) -> list[Tensor]:
    """The pictures, each once: those of a page may be samples too."""
    kept: list[tuple[Tensor, Tensor]] = []
    for pixels in pictures:
        tiny = F.adaptive_avg_pool2d(pixels, 16)
        if all(float((tiny - other).abs().mean()) > SAME for other, _ in kept):
            kept.append((tiny, pixels))
    return [pixels for _, pixels in kept]


def cut(pixels: Tensor, lens: NetworkView, layer: str, patch: Patch) -> Tensor:
    """The patch that a unit sees, (1, 3, side, side), moved inside where it reaches over the edge."""
    geometry = lens.units.geometry[layer]
    side = min(max(geometry.receptive_field_px, 8), *pixels.shape[2:])
    top, left = corner(geometry, patch.row, patch.column)
    top, left = (max(0, min(at, size - side)) for at, size in zip((top, left), pixels.shape[2:], strict=True))
    return pixels[:, :, top : top + side, left : left + side]


def draw(lens: NetworkView, pictures: Sequence[Tensor]) -> Figure:
    """The figure of the channels of the settings, or of the choosiest ones.

    Raises:
        ImpastoError: as ``asked``.
    """
    load("matplotlib.figure")
    chosen = asked(lens)
    layers = list(dict.fromkeys(layer for layer, _ in chosen)) or deeper(lens)
    found = [lens.look(pixels, layers) for pixels in pictures]
    maps = {layer: [of_picture[layer] for of_picture in found] for layer in layers}
    if not chosen:
        chosen = [(layer, channel) for layer in layers for channel in choosiest(maps[layer], CHANNELS)]
    rows: list[list[Cell | None]] = []
    labels = []
    for layer, channel in chosen:
        best = favourite(lens, layer, channel, steps=max(2, lens.settings.steps // 2))
        patches = most_activating(maps[layer], channel, PATCHES)
        cells = [
            Cell(as_array(cut(pictures[p.picture], lens, layer, p)), f"{p.activation:.1f}") for p in patches
        ]
        rows.append([Cell(as_array(best)), *cells, *[None] * (PATCHES - len(cells))])
        labels.append(f"{layer}\nchannel {channel}")
    return sheet(rows, titles=["ideal", "found", *[""] * (PATCHES - 1)], labels=labels)


def chapter(scene: Scene) -> Chapter:
    """Which channel likes what."""
    settings = scene.settings
    own = [scene.content.pixels, scene.style.pixels]
    pictures = distinct([*own, *gathered(scene.lens, settings.pictures)])
    where = "the folder" if settings.pictures else "impasto's sample photos and paintings"
    whose = "The channels that were asked for" if settings.channels else SOME
    return Chapter(
        title=TITLES["preferences"],
        text=f"""
<p>What is a filter for? Two ways to ask. Search many pictures for the patches that excite it most; or
start from grey and climb: change the pixels so that the filter's answer grows, and pay for roughness (the
second term).</p>
{FAVOURITE}
<p>The patches show what the filter finds in the world, the climb what it responds to in the extreme.
Where the two agree, one may give the filter a name; where a row is a medley, it has none.</p>""",
        plates=(
            Plate(
                name="preferences", picture=draw(scene.lens, pictures),
                alt="A row for each of some channels: an artificial picture that maximises it, then the "
                "patches that excite it most: edges of one direction in shallow layers, textures and parts "
                "of things in deep ones.",
                caption=f"{whose}. Left, the picture that maximises the "
                f"channel ({SIDE_PX} px wide, whatever the field); then the best patch of each of up to "
                f"{PATCHES} pictures out of this page's two and {where}, as large as the channel's "
                "receptive field where the picture reaches so far; below, the answer.",
            ),
        ),
    )  # fmt: skip
