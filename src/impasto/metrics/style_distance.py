"""How far the textures and forms of a picture are from those of a style."""

from __future__ import annotations

from torch import Tensor

from impasto.losses.gram import gram_matrix
from impasto.metrics.layers import Features, mean_over_layers
from impasto.metrics.sliced_wasserstein import relative_sliced_wasserstein

EPSILON = 1e-6
"""Keeps the distance from a black picture finite."""

DIRECTIONS = 64
"""How many directions the activations are seen from."""


def gram_distance(features: Features, style_features: Features) -> float:
    """Whether the same channels fire together: |G - A|_F / |A|_F, mean over layers.

    G and A are the Gram matrices of the picture and of the style, means over positions.

    Args:
        features: {layer: (1, C, h, w)} of the picture.
        style_features: {layer: (1, C, h', w')} of the style; any size.
    Returns:
        0 for the style itself; 1 for a picture that says nothing; more where it says something else.
    Raises:
        LayerError: there are no layers, or the two have different ones.
        ShapeError: a layer is not (1, C, h, w), or has other channels than its target.

    Source: Gatys, Ecker, Bethge 2016, eq. 3 and 4.
    Differs: a share of the style's own norm instead of a square, so that layers count alike.
    """

    def distance(own: Tensor, wanted: Tensor) -> Tensor:
        gram, target = gram_matrix(own), gram_matrix(wanted)
        share: Tensor = (gram - target).norm() / (target.norm() + EPSILON)
        return share

    return mean_over_layers(distance, features, style_features)


def sliced_distance(features: Features, style_features: Features) -> float:
    """Whether activations are distributed alike: how far they must be moved, mean over layers.

    The root of ``relative_sliced_wasserstein``, so in standard deviations of the style's activations. It sees
    the whole distribution, of which Gram matrices see second moments only.

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

    def distance(own: Tensor, wanted: Tensor) -> Tensor:
        return relative_sliced_wasserstein(own, wanted, count=DIRECTIONS).sqrt()

    return mean_over_layers(distance, features, style_features)
