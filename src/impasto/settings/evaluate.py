"""Settings of a measurement: how far a painting is from its photo and from its style."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.settings.base import as_in, setting
from impasto.settings.network import ExtractorOptions, ExtractorSettings
from impasto.settings.presets import PAPER_LAYERS
from impasto.settings.size import SIDES_PX
from impasto.settings.style import StyleSettings


@dataclass(frozen=True, kw_only=True)
class EvaluateSettings(ExtractorSettings):
    """How a painting is measured."""

    content_layers: tuple[str, ...] = setting(
        ("relu3_1", "relu4_1"),
        help="Layers that are compared with the photo, position by position; names without weights.",
    )
    style_layers: tuple[str, ...] = setting(
        PAPER_LAYERS,
        help="Layers whose statistics are compared with the style; names without weights.",
        source="Gatys, Ecker, Bethge 2016, section 3",
    )
    style_scale: float = as_in(
        StyleSettings,
        "style_scale",
        default=1.0,
        help="The --style-scale of the painting: the style is compared at that size.",
    )
    size: int | None = setting(
        None,
        unit="px",
        low=SIDES_PX[0],
        high=SIDES_PX[1],
        help="Long side to measure at; larger results are made smaller. Left out: the result's own.",
        slider=(128, 2048, 32),
    )
    network: str = as_in(
        ExtractorSettings,
        "network",
        help="Network that computes the features. To compare methods: one that none has painted with.",
    )
    precision: str = as_in(
        ExtractorSettings, "precision", default="float32", help="Number type in the network; auto is faster."
    )


class EvaluateOptions(ExtractorOptions, total=False):
    """Keywords of ``evaluate``: every field of ``EvaluateSettings``."""

    content_layers: tuple[str, ...] | list[str]
    style_layers: tuple[str, ...] | list[str]
    style_scale: float
    size: int | None
