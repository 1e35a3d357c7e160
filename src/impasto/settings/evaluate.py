"""Settings of a measurement: how far a painting is from its photo and from its style."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from impasto.settings.base import Settings, as_in, setting
from impasto.settings.presets import PAPER_LAYERS
from impasto.settings.stylize import StylizeSettings


@dataclass(frozen=True, kw_only=True)
class EvaluateSettings(Settings):
    """How a painting is measured."""

    network: str = as_in(
        StylizeSettings,
        "network",
        help="What looks at the pictures: to compare methods, one that none of them has painted with.",
    )
    weights: str | None = as_in(StylizeSettings, "weights")
    pooling: str = as_in(StylizeSettings, "pooling")
    content_layers: tuple[str, ...] = as_in(
        StylizeSettings, "content_layers", help="Layers that tell what stands where; names without weights."
    )
    style_layers: tuple[str, ...] = as_in(
        StylizeSettings,
        "style_layers",
        default=PAPER_LAYERS,
        help="Layers that tell textures and forms; names without weights.",
    )
    style_scale: float = as_in(
        StylizeSettings,
        "style_scale",
        default=1.0,
        help="As it was painted with: the style is compared at that size.",
    )
    size: int | None = setting(
        None,
        unit="px",
        low=32,
        high=32768,
        help="Long side to measure at; larger results are made smaller. Left out: the result's own.",
    )
    device: str = as_in(StylizeSettings, "device")
    precision: str = as_in(
        StylizeSettings, "precision", default="float32", help="Numbers inside the network; auto is faster."
    )
    max_megapixels: float = as_in(StylizeSettings, "max_megapixels")


class EvaluateOptions(TypedDict, total=False):
    """The keywords of ``evaluate``: every field of ``EvaluateSettings``."""

    network: str
    weights: str | None
    pooling: str
    content_layers: tuple[str, ...] | list[str]
    style_layers: tuple[str, ...] | list[str]
    style_scale: float
    size: int | None
    device: str
    precision: str
    max_megapixels: float
