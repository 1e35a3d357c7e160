"""Settings of a dream: one photo, and what a network makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from impasto.settings.base import Settings, as_in, setting
from impasto.settings.stylize import StylizeSettings, bytes_of


@dataclass(frozen=True, kw_only=True)
class DreamSettings(Settings):
    """How a photo is dreamt."""

    layer: str = setting(
        "relu5_1",
        help="What grows: strokes and patterns in shallow layers, eyes and creatures in deep ones.",
    )
    channel: int | None = setting(
        None, low=0, help="Grow what a single channel of the layer answers to, from 0; all if left out."
    )
    objective: str | None = setting(
        None,
        choices=("squares", "mean"),
        help="The mean of squares grows few strong forms, the mean grows weaker ones everywhere. "
        "Left out: squares for a layer, mean for a channel.",
        source="Mordvintsev et al. 2015, DeepDream (squares)",
    )
    size: int = as_in(StylizeSettings, "size")
    enlarge: bool = as_in(StylizeSettings, "enlarge", help="Dream at --size even if the photo is smaller.")
    octaves: int = setting(
        4,
        low=1,
        high=12,
        help="Dream at this many sizes, coarse to fine: more grow larger forms.",
        source="Mordvintsev et al. 2015, DeepDream",
    )
    octave_scale: float = setting(
        1.4,
        low=1.05,
        high=4.0,
        help="Ratio of one size to the next.",
        source="Mordvintsev et al. 2015, DeepDream",
    )
    steps: int = setting(
        10,
        low=1,
        high=100000,
        help="Steps at each size: more dream more vividly.",
        source="Mordvintsev et al. 2015, DeepDream",
    )
    rate: float = setting(
        0.007, low=1e-6, high=1.0, help="Mean length of a step, of a pixel in [0, 1]: larger is stronger."
    )
    vividness: float = setting(
        0.6, low=0.0, high=1.0, help="0 dreams in the photo's own colours, 1 in those that the network likes."
    )
    grain: float = setting(
        0.3, low=0.0, high=1.0, help="Share of the finest detail in each step: more is crisper, and grainier."
    )
    jitter: int = setting(
        16,
        unit="px",
        low=0,
        high=512,
        help="Shift the picture under the network by up to this at each step, so that no grid shows.",
        source="Mordvintsev et al. 2015, DeepDream (32 px)",
    )
    network: str = as_in(StylizeSettings, "network", help="What dreams.")
    weights: str | None = as_in(StylizeSettings, "weights")
    pooling: str = as_in(StylizeSettings, "pooling")
    seed: int = as_in(StylizeSettings, "seed")
    device: str = as_in(StylizeSettings, "device")
    precision: str = as_in(StylizeSettings, "precision")
    memory: str | None = as_in(
        StylizeSettings,
        "memory",
        help="Memory to stay within, such as 4GB; larger pictures are dreamt in tiles. Else what is free.",
    )
    max_megapixels: float = as_in(StylizeSettings, "max_megapixels")

    def __post_init__(self) -> None:
        """Check what one field cannot tell of itself.

        Raises:
            SettingError: an amount of memory is not one.
        """
        super().__post_init__()
        if self.memory is not None:
            bytes_of(self.memory)


class DreamOptions(TypedDict, total=False):
    """The keywords of ``dream``: every field of ``DreamSettings``."""

    layer: str
    channel: int | None
    objective: str | None
    size: int
    enlarge: bool
    octaves: int
    octave_scale: float
    steps: int
    rate: float
    vividness: float
    grain: float
    jitter: int
    network: str
    weights: str | None
    pooling: str
    seed: int
    device: str
    precision: str
    memory: str | None
    max_megapixels: float
