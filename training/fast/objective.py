"""The loss that the any-style network learns from: of a batch of pictures, each with a photo and a style."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.fast.any_style import BLOCK_PX
from impasto.fast.statistics import moments
from impasto.images.pyramid import cells
from impasto.losses.evenness import STIFFNESS, unevenness
from impasto.losses.lightness_order import lightness_disorder
from impasto.losses.matting_laplacian import window_statistics
from impasto.losses.sliced import directions
from impasto.losses.wasserstein import bures_distance, symmetric_root

STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1")
CONTENT_LAYERS = ("relu3_1", "relu4_1")

RIDGE = 1e-3
"""Added to the diagonals of covariances, relative to the style's mean variance; crops have few positions."""

LARGEST_CONTENT = 4.0
"""A crop of one colour has hardly any variance, and would outweigh all others."""

PALETTE_DIRECTIONS = 12

EVENNESS_CELL_PX = 5
"""Side of the cells whose colours may not vary where the photo's do not: as in ``losses.evenness``,
of a picture of 512 px."""

ORDER_CELL_PX = 10
"""Side of the cells whose order of lightness is kept."""

LARGEST_UNEVENNESS = 1.0
"""Of one picture: a crop of one colour would outweigh all others."""


@dataclass(frozen=True)
class StyleTarget:
    """Of one layer, for N styles: mean (N, C), root of the covariance (N, C, C), ridge (N,), size (N,)."""

    mean: Tensor
    root: Tensor
    ridge: Tensor
    size: Tensor

    def of(self, which: Tensor) -> StyleTarget:
        """The targets of some styles, in any order."""
        return StyleTarget(self.mean[which], self.root[which], self.ridge[which], self.size[which])


def style_targets(activations: Mapping[str, Tensor]) -> dict[str, StyleTarget]:
    """{layer: (N, C, h, w)} -> {layer: target}."""
    targets = {}
    for layer in STYLE_LAYERS:
        of_style = moments(activations[layer])
        covariance = of_style.covariance.double()
        channels = covariance.shape[1]
        ridge = RIDGE * covariance.diagonal(dim1=1, dim2=2).sum(1) / channels + 1e-9
        ridged = covariance + ridge[:, None, None] * torch.eye(
            channels, dtype=torch.float64, device=ridge.device
        )
        size = activations[layer].square().mean((2, 3)).sum(1)
        targets[layer] = StyleTarget(of_style.mean, symmetric_root(ridged, low=ridge[:, None]), ridge, size)
    return targets


def style_loss(activations: Mapping[str, Tensor], targets: Mapping[str, StyleTarget]) -> Tensor:
    """Mean over layers and pictures of the relative Wasserstein distance of two Gaussian clouds.

    As ``losses.wasserstein.WassersteinLoss``, with a target for each picture.
    """
    total = torch.zeros((), device=next(iter(activations.values())).device)
    for layer, target in targets.items():
        of_picture = moments(activations[layer])
        channels = of_picture.mean.shape[1]
        eye = torch.eye(channels, dtype=torch.float64, device=total.device)
        covariance = of_picture.covariance.double() + target.ridge[:, None, None] * eye
        shape = bures_distance(covariance, target.root).float()
        square = (of_picture.mean - target.mean).square().sum(1) + shape
        total = total + (square / target.size + 1e-6).sqrt().mean()
    return total / len(targets)


def content_loss(activations: Mapping[str, Tensor], photos: Mapping[str, Tensor]) -> Tensor:
    """Mean over layers and pictures of the squared difference, relative to the photo's variance."""
    total = torch.zeros((), device=next(iter(activations.values())).device)
    for layer in CONTENT_LAYERS:
        variance = photos[layer].var((2, 3)).sum(1) + 1e-6
        square = (activations[layer] - photos[layer]).square().mean((2, 3)).sum(1)
        total = total + (square / variance).clamp_max(LARGEST_CONTENT).mean()
    return total / len(CONTENT_LAYERS)


def evenness_loss(pictures: Tensor, photos: Tensor) -> Tensor:
    """What varies above a few pixels where the photo does not; as ``losses.evenness``, of crops.

    Above ``LARGEST_UNEVENNESS`` there is no gradient.

    Args:
        pictures: (P, 3, H, W); those of one photo follow each other.
        photos: (N, 3, H, W), P a multiple of N.
    """
    long_side = max(photos.shape[2:]) // EVENNESS_CELL_PX
    total = torch.zeros((), device=pictures.device)
    of_photo = cells(pictures, long_side).split(len(pictures) // len(photos))
    for photo, own in zip(cells(photos, long_side).split(1), of_photo, strict=True):
        windows = window_statistics(photo, epsilon=STIFFNESS)
        excess = (unevenness(own, windows) - unevenness(photo, windows)).clamp(0, LARGEST_UNEVENNESS)
        total = total + excess.sum()
    return total / len(pictures)


def order_loss(pictures: Tensor, photos: Tensor) -> Tensor:
    """How far light and dark are from the photo's: the first part of ``losses.lightness_order``, of crops.

    A crop without contrast counts in full, though its order is that of noise.

    ``pictures`` and ``photos`` are as in ``evenness_loss``.
    """
    long_side = max(photos.shape[2:]) // ORDER_CELL_PX
    of_photo = cells(pictures, long_side).split(len(pictures) // len(photos))
    pairs = zip(of_photo, cells(photos, long_side).split(1), strict=True)
    return torch.cat([lightness_disorder(own, photo) for own, photo in pairs]).mean()


def palette_loss(pictures: Tensor, styles: Tensor) -> Tensor:
    """Mean difference of the colours of equal rank in several directions, of every fourth pixel."""
    axes = directions(PALETTE_DIRECTIONS, 3).to(pictures)
    ranks = [
        (picture.flatten(2).mT @ axes.mT).sort(1).values
        for picture in (pictures[:, :, ::2, ::2], styles[:, :, 1::2, 1::2])
    ]
    return (ranks[0] - ranks[1]).abs().mean()


def grain_loss(pictures: Tensor, styles: Tensor) -> Tensor:
    """By how much the two finest octaves of detail are stronger than the style's; weaker ones are free."""
    total = torch.zeros((), device=pictures.device)
    for own, of_style in zip(_octaves(pictures), _octaves(styles), strict=True):
        total = total + F.relu(torch.log((own + 1e-5) / (of_style + 1e-5))).mean()
    return total


def grid_loss(pictures: Tensor) -> Tensor:
    """How unevenly fine detail is spread over the positions of a pixel in its block of 4 x 4; 0: evenly.

    The network writes such blocks, and a pattern that they all share is seen as a printed grid.
    """
    smooth = F.avg_pool2d(pictures, 3, stride=1, padding=1, count_include_pad=False)
    square = (pictures - smooth).square().mean(1, keepdim=True)
    by_position = F.pixel_unshuffle(square, BLOCK_PX).mean((0, 2, 3))  # (16,)
    return (by_position / (by_position.mean() + 1e-6) - 1).square().mean()


def range_loss(pictures: Tensor) -> Tensor:
    """How far pixels lie outside [0, 1], on the mean."""
    return (F.relu(pictures - 1) + F.relu(-pictures)).mean()


def _octaves(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Mean square of the detail of about 2 and of about 4 px: (N,) each."""
    half, quarter = (
        F.interpolate(F.avg_pool2d(pictures, side), scale_factor=side, mode="bilinear") for side in (2, 4)
    )
    return (pictures - half).square().mean((1, 2, 3)), (half - quarter).square().mean((1, 2, 3))
