"""Distances of a picture from a style: of Gram matrices and of distributions of activations."""

from __future__ import annotations

from torch import Tensor

from impasto.losses.base import Features
from impasto.losses.gram import gram_matrix
from impasto.metrics.layers import mean_over_layers
from impasto.metrics.sliced_wasserstein import relative_sliced_wasserstein

EPSILON = 1e-6
"""Keeps the distance from a black picture finite."""

DIRECTIONS = 64
"""Number of projection directions of the activations."""


def gram_distance(features: Features, style_features: Features) -> float:
    """Relative distance of Gram matrices: |G - A|_F / |A|_F, mean over layers.

    G and A are the Gram matrices of the picture and of the style, means over positions.

    Args:
        features: {layer: (1, C, h, w)} of the picture.
        style_features: {layer: (1, C, h', w')} of the style; any size.
    Returns:
        0 for the style itself; 1 for activations of 0; more if other channels are active.
    Raises:
        LayerError: there are no layers, or the two have different ones.
        ShapeError: a layer is not (1, C, h, w), or has other channels than its target.

    Source: Gatys, Ecker, Bethge 2016, eq. 3 and 4.
    Differs: relative to the norm of A, not squared, so that layers count alike.
    """

    def distance(x: Tensor, style: Tensor) -> Tensor:
        gram, target = gram_matrix(x), gram_matrix(style)
        relative: Tensor = (gram - target).norm() / (target.norm() + EPSILON)
        return relative

    return mean_over_layers(distance, features, style_features)


def sliced_distance(features: Features, style_features: Features) -> float:
    """Relative sliced Wasserstein distance of the activations, mean over layers.

    The root of ``relative_sliced_wasserstein``, so in standard deviations of the style's activations. It
    compares whole distributions; Gram matrices compare second moments only.

    Args:
        features: {layer: (1, C, h, w)} of the picture.
        style_features: {layer: (1, C, h', w')} of the style; any size.
    Returns:
        0 for the style itself.
    Raises:
        LayerError: there are no layers, or the two have different ones.
        ShapeError: a layer is not (1, C, h, w), or has other channels than its target.

    Source: Heitz et al. 2021, "A sliced Wasserstein loss for neural texture synthesis", eq. 5.
    Differs: the root of it, relative to the deviation, with 64 fixed directions.
    """

    def distance(x: Tensor, style: Tensor) -> Tensor:
        return relative_sliced_wasserstein(x, style, count=DIRECTIONS).sqrt()

    return mean_over_layers(distance, features, style_features)
