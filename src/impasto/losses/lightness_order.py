"""Lightness order: what is lighter in the photo stays lighter, and areas of one colour stay one."""

from __future__ import annotations

import torch
from torch import Tensor

from impasto.checks import expect
from impasto.images.pyramid import cells
from impasto.losses.base import LayerTarget, Loss, full_precision

GRID = 32
"""Cells along the long side: forms of about 3 % of the picture."""

ENOUGH = 0.97
"""Correlation that costs nothing: a painting may deviate in details."""

ALIKE = 0.05
"""Standard deviation, in sRGB, of the Gaussian by which two cells of the photo count as alike; by eye."""

AREAS = 0.1
"""Share of the colour areas in the loss, beside the order of lightness; chosen by eye."""

LUMA = (0.299, 0.587, 0.114)
"""Rec. 601: lightness of sRGB."""

EPSILON = 1e-6
"""Variance, in sRGB squared, of a picture that counts as one colour."""


def lightness_disorder(colors: Tensor, photo: Tensor) -> Tensor:
    """How far the lightness of two grids is from rising together: 1 - correlation, above what is allowed.

    max(0, ENOUGH - r), where r is Pearson's correlation of the cells' lightness

    Args:
        colors: (N, 3, h, w), sRGB in [0, 1].
        photo: (1, 3, h, w), sRGB in [0, 1].
    Returns:
        (N,), in [0, 1.97]; 0.97 where one of the two has only one lightness.

    Source: ours. Deep activations answer to an edge in either direction, so a content loss hardly tells a
    negative from the photo. Lightness has a sign. A correlation ignores contrast and brightness, which the
    style decides.
    """
    light, theirs = (x - x.mean((1, 2), keepdim=True) for x in (_lightness(colors), _lightness(photo)))
    products = (light * theirs).mean((1, 2))
    variances = light.square().mean((1, 2)) * theirs.square().mean((1, 2))
    return (ENOUGH - products / (variances + EPSILON**2).sqrt()).clamp_min(0)


def area_spread(colors: Tensor, alike: Tensor) -> Tensor:
    """How different the chroma of cells is that are of one colour in the photo, relative to all cells.

    Args:
        colors: (N, 3, h, w), sRGB in [0, 1].
        alike: (P, P) of P = h * w, >= 0, sum 1: how alike two cells are in the photo.
    Returns:
        (N,), >= 0; 0 where alike cells have one chroma, 1 where chroma has nothing to do with the photo.

    Source: ours, after the self-similarity of Kolkin, Salavon, Shakhnarovich 2019, STROTSS, section 2.3.
    """
    chroma = (colors - colors.mean(1, keepdim=True)).flatten(2)  # (N, 3, P)
    squares = chroma.square().sum(1)  # (N, P)
    products = chroma.mT @ chroma  # (N, P, P)
    distances = (squares[:, :, None] + squares[:, None, :] - 2 * products).clamp_min(0)
    return (alike * distances).sum((1, 2)) / (distances.mean((1, 2)) + EPSILON)


def alike_cells(photo: Tensor) -> Tensor:
    """How alike each two cells of a photo are: a Gaussian of the distance of their colours, (P, P), sum 1."""
    colors = photo[0].flatten(1).mT.contiguous()  # (P, 3)
    alike = torch.exp(-0.5 * (torch.cdist(colors, colors) / ALIKE).square())
    alike.fill_diagonal_(0)
    return alike / alike.sum().clamp_min(EPSILON)


def _lightness(images: Tensor) -> Tensor:
    """(N, 3, h, w) -> (N, h, w); the mean of other than three channels."""
    if images.shape[1] != 3:
        return images.mean(1)
    return torch.einsum("nchw,c->nhw", images, images.new_tensor(LUMA))


class LightnessOrderLoss(Loss):
    """Order of lightness, and areas of one colour, of a photo; see ``lightness_disorder``, ``area_spread``.

    Without it a face on light paper turns into a negative: the pattern of activations and the amounts of
    colours do not know which way is up.

    Args:
        layers: {"image": weight}.

    Source: ours.
    """

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """{"photo": (1, 3, h, w), "alike": (P, P), "spread": (1,)}, the last of the photo itself."""
        photo = self._cells(features)
        alike = alike_cells(photo)
        return {"photo": photo, "alike": alike, "spread": area_spread(photo, alike)}

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N, 3, H, W) -> (N,)."""
        colors, photo = self._cells(features), target["photo"]
        spread: Tensor = (area_spread(colors, target["alike"]) - target["spread"]).clamp_min(0)
        total: Tensor = lightness_disorder(colors, photo) + AREAS * spread
        return total

    def _cells(self, features: Tensor) -> Tensor:
        expect(features, "n c h w", name="image")
        return cells(full_precision(features), GRID)
