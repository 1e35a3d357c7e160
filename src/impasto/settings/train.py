"""Settings of training: the any-style network learns one style or several of its own."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.settings.base import as_in, setting
from impasto.settings.content import ContentSettings
from impasto.settings.network import ExtractorOptions, ExtractorSettings, NetworkSettings
from impasto.settings.presets import PAPER_LAYERS
from impasto.settings.style import StyleSettings
from impasto.settings.weighted import Weighted


@dataclass(frozen=True, kw_only=True)
class TrainSettings(ExtractorSettings, panel="Training"):
    """How a network learns styles."""

    steps: int = setting(
        300, low=1, high=1_000_000, help="Steps, at most; 300 take some five minutes on two cores."
    )
    batch: int = setting(4, low=1, high=256, help="Photos a step, over all processes.")
    crop: int = setting(
        128, unit="px", low=64, high=1024, help="Side of the squares that are cut from the photos."
    )
    size: int = setting(
        512,
        unit="px",
        low=64,
        high=4096,
        help="Paintings are read with so many pixels, squared, and their strokes are learnt at that width: "
        "take the size of the pictures that you want to paint.",
    )
    content_weight: float = setting(0.4, low=0, help="Higher keeps more of the photos.")
    style_weight: float = setting(1.0, low=0, help="Higher takes more of the paintings.")
    palette_weight: float = setting(1.0, low=0, help="Higher takes the paintings' colours more exactly.")
    bands_weight: float = setting(
        0.2, low=0, help="Higher makes fine detail as strong as the paintings'. 0: off."
    )
    style_layers: dict[str, float] = as_in(
        StyleSettings,
        "style_layers",
        default=dict.fromkeys(PAPER_LAYERS[:4], 1.0),
        help="Layers that are compared with the paintings, such as relu1_1=4,relu3_1.",
    )
    content_layers: dict[str, float] = as_in(
        ContentSettings,
        "content_layers",
        help="Layers that are compared with the photos, such as relu4_1 or relu3_1=0.5,relu4_1=1.",
    )
    rate: float = setting(
        0.002, low=1e-7, high=1, help="Length of the longest step; it rises for 20 steps, then falls to 0."
    )
    average: float = setting(
        0.98,
        low=0,
        high=0.9999,
        help="The result is the running mean of the weights; higher: over more steps.",
    )
    tolerance: float = setting(
        0.0,
        low=0,
        high=1,
        help="End when the loss of 100 steps is not this fraction below that of the 100 before.",
    )
    pooling: str = as_in(ExtractorSettings, "pooling", default="average")
    seed: int = as_in(NetworkSettings, "seed", help="The same seed gives the same network.")


class TrainOptions(ExtractorOptions, total=False):
    """Keywords of ``train``: every field of ``TrainSettings``."""

    steps: int
    batch: int
    crop: int
    size: int
    content_weight: float
    style_weight: float
    palette_weight: float
    bands_weight: float
    style_layers: Weighted
    content_layers: Weighted
    rate: float
    average: float
    tolerance: float
    seed: int
