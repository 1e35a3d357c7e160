"""The Gram matrix, drawn and read: two maps, their product, the number it becomes, and all the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from impasto.explain.animate import DIM, STRIP, TEXT, font
from impasto.explain.chapter import Chapter, Plate
from impasto.explain.formulas import F_IJ, G_IJ, GRAM, STYLE, STYLE_LAYER, inline
from impasto.explain.ink import LINES, Array, Cell, load, sheet
from impasto.explain.scene import Lens, Scene, as_array
from impasto.images import io
from impasto.images.io import PictureSource
from impasto.images.resize import fit
from impasto.losses.gram import gram_matrix as gram_of
from impasto.losses.gram import relative_gram_distance
from impasto.settings import ExplainOptions, ExplainSettings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SWEEP_FRAMES = 36
"""Of the animation, while the place moves over the picture; 10 more hold the end."""

TILE_PX = 176
"""Long side of a map in the animation."""


@dataclass(frozen=True)
class Pair:
    """Two maps of a layer and what becomes of them.

    Attributes:
        i: a channel.
        j: another.
        maps: (2, h, w), what the two found.
        product: (h, w), place by place.
        number: G[i, j], the mean of the product.
    """

    i: int
    j: int
    maps: Array
    product: Array
    number: float


def pair(features: Tensor, i: int, j: int) -> Pair:
    """Two channels of a layer, (1, C, h, w), and their entry in the Gram matrix."""
    maps = features[0, [i, j]].cpu().numpy()
    return Pair(i, j, maps, maps[0] * maps[1], float(gram_of(features)[0, i, j]))


def pairs(features: Tensor) -> tuple[Pair, Pair]:
    """Two channels that fire together, and two that do not, among the stronger half.

    The first have the largest correlation over places, so that both vary; the second the smallest cosine
    G_ij / (G_ii G_jj)^(1/2), which is 0 if one is silent wherever the other fires.

    Args:
        features: (1, C, h, w), C >= 2.
    """
    gram = gram_of(features)[0]  # (C, C)
    power, mean = gram.diagonal(), features[0].mean((1, 2))
    strong = power.argsort(descending=True)[: max(2, len(power) // 2)]
    varied = (gram - mean[:, None] * mean)[strong][:, strong]
    together, apart = relative(varied), relative(gram[strong][:, strong])
    above = torch.ones_like(together, dtype=torch.bool).triu(1)
    best, worst = together.masked_fill(~above, -2).argmax(), apart.masked_fill(~above, 2).argmin()

    def at(flat: int) -> Pair:
        return pair(features, int(strong[flat // len(strong)]), int(strong[flat % len(strong)]))

    return at(int(best)), at(int(worst))


def bright_product(both: tuple[Pair, Pair]) -> float:
    """The product that is drawn brightest: few places of the first pair have more."""
    return float(np.quantile(both[0].product, 0.995)) or 1.0


def relative(products: Tensor) -> Tensor:
    """Each entry of a matrix of products over the root of its two diagonal ones: (C, C) -> (C, C)."""
    root = products.diagonal().clamp_min(1e-20).sqrt()
    return products / (root[:, None] * root)


def shown_layer(settings: ExplainSettings) -> str:
    """The layer whose matrix is drawn: the second, whose maps are still sharp and whose channels few."""
    return settings.layers[min(1, len(settings.layers) - 1)]


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
    lens = Lens.of(ExplainSettings.from_mapping(dict(options)))
    return draw_product(lens, lens.read(picture).pixels)


def draw_product(lens: Lens, pixels: Tensor) -> Figure:
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
            Cell(found.product, f"mean: $G_{{{found.i},{found.j}}}$ = {found.number:.3g}", limits=(0, bright)),
        ])  # fmt: skip
    return sheet(rows, titles=["map $i$", "map $j$", "$i$ times $j$, place by place"],
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
    result = scene.paint(**main_run(scene)).pixels
    pictures = (scene.content.pixels, scene.style.pixels, result)
    grams = [gram_of(scene.lens.look(pixels, [layer])[layer]) for pixels in pictures]
    order = grams[1][0].diagonal().argsort(descending=True)
    top = float(grams[1].max()) ** 0.5
    matrices: list[Cell | None] = []
    for gram in grams:
        far = float(relative_gram_distance(gram, grams[1]))
        text = "what is wanted" if gram is grams[1] else f"distance to the painting's: {far:.2f}"
        matrices.append(
            Cell(gram[0][order][:, order].clamp_min(0).sqrt().cpu().numpy(), text, limits=(0, top))
        )
    photos: list[Cell | None] = [Cell(as_array(pixels)) for pixels in pictures]
    return sheet([photos, matrices], titles=["photo", "painting", "result"])


def main_run(scene: Scene) -> dict[str, object]:
    """How the picture is painted that the page is about: from the photo, coarse to fine."""
    return {"scales": 3, "steps": max(1, scene.settings.steps // 2), "init": "content"}


def fire_together(picture: PictureSource, **options: Unpack[ExplainOptions]) -> list[Image.Image]:
    """Two filters that fire together, and two that do not: a place moves over the picture, and G adds up.

    Args:
        picture: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        **options: fields of ``ExplainSettings``; the second of ``layers`` is drawn.
    Returns:
        The frames of an animation.
    Raises:
        ImpastoError: as ``Scene.read``; an OutputError if matplotlib is not installed.
    """
    lens = Lens.of(ExplainSettings.from_mapping(dict(options)))
    return draw_fire_together(lens, lens.read(picture).pixels)


def draw_fire_together(lens: Lens, pixels: Tensor) -> list[Image.Image]:
    """The frames of a picture, (1, 3, H, W) in [0, 1]."""
    layer = shown_layer(lens.settings)
    both = pairs(lens.look(pixels, [layer])[layer])
    height, width = fit(pixels.shape[2], pixels.shape[3], TILE_PX, enlarge=True)
    photo = io.to_pil(pixels).resize((width, height), Image.Resampling.LANCZOS)
    tops = [float(found.maps.max()) for found in both]
    shares = [np.cumsum(found.product) / found.product.size for found in both]
    most = max(float(share[-1]) for share in shares) or 1.0
    bright = bright_product(both)
    tiles = [
        [colored(found.maps[0], top, (width, height)), colored(found.maps[1], top, (width, height)),
         colored(found.product, bright, (width, height))]
        for found, top in zip(both, tops, strict=True)
    ]  # fmt: skip
    frames = []
    rows = both[0].product.shape[0]
    for frame in (*range(1, SWEEP_FRAMES + 1), *[SWEEP_FRAMES] * 10):
        seen = round(rows * frame / SWEEP_FRAMES)
        sums = [float(share.reshape(rows, -1)[seen - 1, -1]) if seen else 0.0 for share in shares]
        frames.append(_frame(photo, both, tiles, sums, most, seen / rows))
    return frames


def colored(values: Array, top: float, size: tuple[int, int]) -> Image.Image:
    """A map in the colours of the figures, (h, w) from 0 to ``top``."""
    colors = load("matplotlib").colormaps["magma"](np.clip(values / max(top, 1e-12), 0, 1), bytes=True)
    return Image.fromarray(np.ascontiguousarray(colors[:, :, :3])).resize(size, Image.Resampling.NEAREST)


def _frame(
    photo: Image.Image,
    both: tuple[Pair, Pair],
    tiles: list[list[Image.Image]],
    sums: list[float],
    most: float,
    share: float,
) -> Image.Image:
    """One moment: what lies above the moving line has been counted."""
    width, height = photo.size
    gap, line, bar = 8, 22, 12
    block = line + height + line + bar + 2 * gap
    frame = Image.new("RGB", (3 * width + 4 * gap, 2 * block + gap), STRIP)
    draw = ImageDraw.Draw(frame)
    down = round(height * share)
    for index, (found, row) in enumerate(zip(both, tiles, strict=True)):
        top = gap + index * block
        title = ("two filters that fire together", "two filters that do not")[index]
        draw.text((gap, top + line / 2 - 2), title, fill=TEXT, font=font(16), anchor="lm")
        for column, (tile, text) in enumerate(
            zip(row, (f"channel {found.i}", f"channel {found.j}", "product"), strict=True)
        ):
            left = gap + column * (width + gap)
            dim = Image.blend(photo.convert("L").convert("RGB"), Image.new("RGB", photo.size, STRIP), 0.6)
            dim.paste(tile.crop((0, 0, width, down)), (0, 0))
            frame.paste(dim, (left, top + line))
            if share < 1:
                draw.line([(left, top + line + down), (left + width - 1, top + line + down)], fill=TEXT)
            draw.text((left, top + line + height + line / 2), text, fill=DIM, font=font(), anchor="lm")
        low, right = top + line + height + line, frame.width - gap
        draw.rectangle([gap, low, right, low + bar - 1], fill=(52, 58, 66))
        filled = gap + round((right - gap) * min(1.0, sums[index] / most))
        draw.rectangle([gap, low, filled, low + bar - 1], fill=LINES[index])
        number = f"G = {sums[index]:.3f}"
        draw.text((right, top + line + height + line / 2), number, fill=TEXT, font=font(), anchor="rm")
    return frame


def chapter(scene: Scene) -> Chapter:
    """The Gram matrix."""
    layer = shown_layer(scene.settings)
    return Chapter(
        title="Style: which filters fire together",
        text=f"""
<p>What a painting is of should not matter, only how it is painted. So forget <em>where</em> a filter
answers, and keep which filters answer <em>at the same places</em>: multiply two maps place by place, and add up.
</p>{GRAM}
<p>{inline(G_IJ)} is large if filters <i>i</i> and <i>j</i> fire together: blue with a stroke that rises to the
right, say. It is near zero if one is silent wherever the other speaks. Shuffle all places of the picture, and not
one number changes. impasto divides by the number of places, so that a large picture has the same numbers as a
small one.</p>""",
        plates=(
            Plate(
                name="gram-fire-together", picture=draw_fire_together(scene.lens, scene.style.pixels), half=True,
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
                caption=f"All pairs of {layer} at once: row <i>i</i>, column <i>j</i>, bright is large (the root "
                "is drawn). Channels are in the order of their strength in the painting. The result shows the "
                "photo's motif with nearly the painting's matrix. That is style transfer.",
            ),
        ),
        after=f"""
<p>How far a picture's style is from the painting's is the squared difference of the two matrices, layer by
layer; {inline(F_IJ)} goes into it only through <i>G</i>. <i>A</i> is the painting's matrix,
<i>w</i> says how much a layer counts.</p>{STYLE_LAYER}{STYLE}
<p>impasto measures each layer relative to the painting's own matrix, |<i>G</i> − <i>A</i>| / |<i>A</i>|, so that
0 is the painting's style, 1 is about that of a grey wall, and no layer outshouts another.</p>""",
    )  # fmt: skip
