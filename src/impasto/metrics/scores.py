"""The four scores of a painting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from impasto.losses.base import Features
from impasto.metrics.content_distance import content_distance
from impasto.metrics.palette_distance import palette_distance
from impasto.metrics.style_distance import gram_distance, sliced_distance


@dataclass(frozen=True, kw_only=True)
class Scores:
    """How far a painting is from its style and from its photo; lower is better.

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


def score_features(
    features: Features,
    *,
    photo: Features,
    style: Features,
    content_layers: Iterable[str],
    style_layers: Iterable[str],
) -> Scores:
    """All four scores, computed from the features of the three pictures by any network.

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
    return Scores(
        gram=gram_distance(painted, target),
        sliced=sliced_distance(painted, target),
        palette=palette_distance(features["image"], style["image"]),
        content=content_distance(only(features, content_layers), only(photo, content_layers)),
    )
