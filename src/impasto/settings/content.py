"""Settings of the content loss: how the result is compared with the photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from impasto.registry import CONTENT_LOSSES
from impasto.settings.base import Settings, setting
from impasto.settings.choices import ContentLoss, Loss
from impasto.settings.weighted import Weighted


@dataclass(frozen=True, kw_only=True)
class ContentSettings(Settings, panel="Content"):
    """How the result is compared with the photo."""

    content_weight: float = setting(1.25, low=0, help="Higher keeps more of the photo.", slider=(0, 3, 0.05))
    content_focus: float = setting(
        0.0,
        low=0,
        high=1,
        help="Higher leaves plain areas of the photo to the painting's strokes, and keeps the photo where "
        "it has detail. 0: the same everywhere. Only with the content losses correlation and content.",
        slider=(0, 1, 0.05),
    )
    order_weight: float = setting(
        0.25,
        low=0,
        help="Higher keeps light parts of the photo lighter than dark ones, and areas of one colour "
        "together. 0: the painting may turn a face into a negative.",
        absent=0.0,
        slider=(0, 2, 0.05),
    )
    evenness_weight: float = setting(
        2.0,
        low=0,
        help="Higher keeps areas even that are even in the photo: fewer halos along edges, fewer blotches on "
        "skin. Strokes below 1 % of the picture stay free. 0: off.",
        absent=0.0,
        slider=(0, 10, 0.25),
    )
    content_layers: dict[str, float] = setting(
        {"relu3_1": 1.0, "relu4_1": 1.0},
        item="layer",
        help="Layers that are compared with the photo, such as relu4_1 or relu3_1=0.5,relu4_1=1. Shallower "
        "ones keep more detail.",
    )
    content_loss: str = setting(
        "correlation",
        choices=CONTENT_LOSSES,
        objects=True,
        help="What is compared with the photo. content: the activations; correlation: their pattern, without "
        "mean and spread; self-similarity: how similar every two positions are.",
    )


class ContentOptions(TypedDict, total=False):
    """Keywords: every field of ``ContentSettings``."""

    content_weight: float
    content_focus: float
    order_weight: float
    evenness_weight: float
    content_layers: Weighted
    content_loss: ContentLoss | Loss
