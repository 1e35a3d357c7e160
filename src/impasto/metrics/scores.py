"""The scores of a painting: four by a network, three by the pictures alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from torch import Tensor

from impasto.losses.base import Features
from impasto.metrics.content_distance import content_distance
from impasto.metrics.fine_detail import grain, light_detail
from impasto.metrics.lightness_order import lightness_order
from impasto.metrics.palette_distance import palette_distance
from impasto.metrics.style_distance import gram_distance, sliced_distance


@dataclass(frozen=True, kw_only=True)
class FeatureScores:
    """How far a painting is from its style and from its photo, as a network sees them; lower is better.

    Attributes:
        gram: from the style, by Gram matrices (``gram_distance``).
        sliced: from the style, by whole distributions (``sliced_distance``).
        palette: from the style's colours (``palette_distance``).
        content: from the photo (``content_distance``).
    """

    gram: float
    sliced: float
    palette: float
    content: float

    def to_dict(self) -> dict[str, float]:
        """Names and numbers, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class PictureScores:
    """How clean a painting is; computed without a network.

    Attributes:
        grain: fine detail of colour, over the style's (``grain``); at most 1 is best.
        light: fine detail of lightness, over the style's (``light_detail``); near 1 is best.
        order: are the photo's light areas light (``lightness_order``); higher is better, 1 at most.
    """

    grain: float
    light: float
    order: float

    def to_dict(self) -> dict[str, float]:
        """Names and numbers, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Scores(PictureScores, FeatureScores):
    """All scores of a painting; what is better is said at each.

    Attributes:
        gram: distance from the style, by Gram matrices (``gram_distance``); lower is better.
        sliced: distance from the style, by whole distributions (``sliced_distance``); lower is better.
        palette: distance from the style's colours (``palette_distance``); lower is better.
        content: distance from the photo (``content_distance``); lower is better.
        grain: fine detail of colour, over the style's (``grain``); at most 1 is best.
        light: fine detail of lightness, over the style's (``light_detail``); near 1 is best.
        order: are the photo's light areas light (``lightness_order``); higher is better, 1 at most.
    """


def score_features(
    features: Features,
    *,
    photo: Features,
    style: Features,
    content_layers: Iterable[str],
    style_layers: Iterable[str],
) -> FeatureScores:
    """The four scores that are computed from the features of the three pictures by any network.

    Args:
        features: {layer: (1, C, h, w)} of the painting, with the picture itself as the layer "image".
        photo: of the photo at the painting's size.
        style: of the style at the scale at which it was used, "image" included.
        content_layers: compared with the photo.
        style_layers: compared with the style.
    Raises:
        LayerError: no layers are named.
        ShapeError: painting and photo have different sizes.
    """

    def only(source: Features, layers: Iterable[str]) -> Features:
        return {layer: source[layer] for layer in layers}

    content_layers, style_layers = tuple(content_layers), tuple(style_layers)
    painted, target = only(features, style_layers), only(style, style_layers)
    return FeatureScores(
        gram=gram_distance(painted, target),
        sliced=sliced_distance(painted, target),
        palette=palette_distance(features["image"], style["image"]),
        content=content_distance(only(features, content_layers), only(photo, content_layers)),
    )


def score_pictures(image: Tensor, *, photo: Tensor, style: Tensor) -> PictureScores:
    """The three scores that are computed from the pictures themselves.

    Args:
        image: the painting, (1, 3, H, W), sRGB in [0, 1].
        photo: (1, 3, h, w), any size.
        style: (1, 3, h, w), as large as there is: it is shrunk to the painting's long side, and not enlarged.
    Raises:
        ShapeError: a picture is not (1, 3, H, W).
    """
    return PictureScores(
        grain=grain(image, style), light=light_detail(image, style), order=lightness_order(image, photo)
    )
