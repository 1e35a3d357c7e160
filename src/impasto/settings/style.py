"""Settings of the style losses: how the result is compared with the style pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from impasto.registry import STYLE_LOSSES
from impasto.settings.base import Settings, setting
from impasto.settings.choices import Guides, Normalization, StyleLoss
from impasto.settings.weighted import Weighted


@dataclass(frozen=True, kw_only=True)
class StyleSettings(Settings, panel="Style"):
    """How the result is compared with the style pictures."""

    style_weight: float = setting(
        1.0, low=0, help="Higher takes more of the painting's texture and forms.", slider=(0, 3, 0.05)
    )
    style_scale: tuple[float, ...] = setting(
        (1.0,),
        low=0.05,
        high=20,
        help="Size of the styles relative to the result, one number for all or one for each. Larger: broader "
        "strokes.",
        slider=(0.25, 4, 0.05),
    )
    style_layers: dict[str, float] = setting(
        {"relu1_1": 4.0, "relu2_1": 2.0, "relu3_1": 1.0, "relu4_1": 1.0, "relu5_1": 0.5},
        item="layer",
        help="Layers that are compared with the style: shallow ones hold grain and colour, deep ones forms. "
        "With or without weights, such as relu1_1=4,relu3_1.",
        source="Gatys, Ecker, Bethge 2016, section 3",
    )
    style_loss: dict[str, float] = setting(
        {"wasserstein": 1.0},
        item="style loss",
        help=f"What is compared with the style: {', '.join(STYLE_LOSSES)}; or several with weights, such as "
        "gram=2,mrf=1.",
    )
    palette_weight: float = setting(
        3.0, low=0, help="Higher takes the painting's colours more exactly.", slider=(0, 10, 0.1)
    )
    strokes_weight: float = setting(
        1.0,
        low=0,
        help="Higher makes longer, coherent strokes: every place of the result looks like some place of the "
        "painting. 0: off.",
        absent=0.0,
        source="Kolkin et al. 2022, Neural neighbor style transfer; the weight: chosen by eye",
        slider=(0, 3, 0.05),
    )
    strokes_size: int = setting(
        202,
        low=16,
        high=4096,
        unit="px",
        help="Strokes are laid on canvases of at most this squared pixels, coarse ones up to twice this. "
        "Larger: finer strokes, more time.",
        source="chosen by time and eye",
    )
    bands_weight: float = setting(
        0.5,
        low=0,
        help="Higher makes fine detail of light and colour as strong as the painting's: flat areas "
        "of a poster, hatching of a drawing. 0: off.",
        absent=0.0,
        slider=(0, 3, 0.05),
    )
    tv_weight: float = setting(
        0.0,
        low=0,
        help="Total variation: higher removes grain, and fine strokes with it. "
        "--bands-weight suits more paintings.",
        slider=(0, 100, 0.5),
    )
    normalization: str = setting(
        "relative",
        choices=("relative", "mean", "paper"),
        help="Units of the losses. relative: relative to their targets; mean: plain means; paper: those of "
        "Gatys 2016.",
    )
    guides: str = setting(
        "simple",
        choices=("simple", "inside", "all"),
        help="With masks: which positions of a layer count for a region. simple: each by the fraction of its "
        "square that the region covers; inside: those that see nothing else; all: those that see any of it.",
        source="Gatys et al. 2017, Controlling perceptual factors in neural style transfer",
    )


@dataclass(frozen=True, kw_only=True)
class BlendSettings(Settings, panel="Style"):
    """How several styles are blended."""

    style_weights: tuple[float, ...] | None = setting(
        None, low=0, help="Share of each style, such as 0.7,0.3. Left out: all equal."
    )


@dataclass(frozen=True, kw_only=True)
class FineSettings(Settings, panel="Style"):
    """What a second painting, the fine style, lends."""

    fine_layers: tuple[str, ...] = setting(
        ("relu1_1", "relu2_1"),
        help="With a fine style: the style layers that are taken from it; image stands for the palette.",
        source="Gatys et al. 2017, section 6",
    )


class StyleOptions(TypedDict, total=False):
    """Keywords: every field of ``StyleSettings``."""

    style_weight: float
    style_scale: float | tuple[float, ...] | list[float]
    style_layers: Weighted
    style_loss: StyleLoss
    palette_weight: float
    strokes_weight: float
    strokes_size: int
    bands_weight: float
    tv_weight: float
    normalization: Normalization
    guides: Guides


class BlendOptions(TypedDict, total=False):
    """Keywords: every field of ``BlendSettings``."""

    style_weights: tuple[float, ...] | list[float] | None


class FineOptions(TypedDict, total=False):
    """Keywords: every field of ``FineSettings``."""

    fine_layers: tuple[str, ...] | list[str]
