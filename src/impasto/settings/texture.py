"""Settings of a texture: one or more exemplars, and no photo."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, TypedDict

from impasto.errors import SettingError
from impasto.settings.base import Settings, as_in, setting
from impasto.settings.stylize import StylizeSettings

SIDES_PX = (32, 32768)
"""Shortest and longest side of a texture."""


@dataclass(frozen=True, kw_only=True)
class TextureSettings(Settings):
    """How a texture is made."""

    size: str = setting(
        "512x512",
        unit="WxH",
        help="Width x height of the result, px, such as 512x384; or one number for both.",
    )
    tile: bool = setting(False, help="Let the edges meet on both axes, so that copies side by side are one.")
    style_weights: tuple[float, ...] | None = as_in(
        StylizeSettings,
        "style_weights",
        help="Share of each exemplar, such as 0.7,0.3. Equal shares if left out.",
    )
    style_scale: tuple[float, ...] = as_in(
        StylizeSettings,
        "style_scale",
        high=1.0,
        help="Shrinks the exemplars, one number for all or one each: 0.5 halves what is on them.",
    )
    guides: str = as_in(StylizeSettings, "guides")
    style_weight: float = as_in(
        StylizeSettings, "style_weight", help="Higher takes more of the exemplar's texture and forms."
    )
    palette_weight: float = as_in(
        StylizeSettings,
        "palette_weight",
        default=1.0,
        help="Higher takes the exemplar's colours more exactly.",
    )
    tv_weight: float = as_in(StylizeSettings, "tv_weight", default=0.2)
    style_layers: tuple[str, ...] = as_in(StylizeSettings, "style_layers")
    style_loss: tuple[str, ...] = as_in(StylizeSettings, "style_loss")
    normalization: str = as_in(StylizeSettings, "normalization")
    init: str = as_in(
        StylizeSettings,
        "init",
        default="pixels",
        help="Start from: pixels (the exemplars', strewn at random), noise, style, or a picture file.",
    )
    optimizer: str = as_in(StylizeSettings, "optimizer")
    rate: float = as_in(StylizeSettings, "rate", default=0.02)
    scales: int = as_in(
        StylizeSettings,
        "scales",
        default=6,
        help="Paint first at this many sizes, coarse to fine; less if the coarsest would show nothing.",
    )
    scale_factor: float = as_in(StylizeSettings, "scale_factor")
    steps: int = as_in(StylizeSettings, "steps", default=80)
    coarse_steps: float = as_in(StylizeSettings, "coarse_steps", default=1.3)
    first_steps: int | None = as_in(StylizeSettings, "first_steps")
    average: float = as_in(StylizeSettings, "average", default=0.8)
    jitter: bool = as_in(StylizeSettings, "jitter")
    tolerance: float = as_in(StylizeSettings, "tolerance", default=0.0)
    network: str = as_in(StylizeSettings, "network")
    weights: str | None = as_in(StylizeSettings, "weights")
    pooling: str = as_in(StylizeSettings, "pooling")
    seed: int = as_in(StylizeSettings, "seed")
    device: str = as_in(StylizeSettings, "device")
    precision: str = as_in(StylizeSettings, "precision")
    memory: str | None = as_in(StylizeSettings, "memory")
    max_megapixels: float = as_in(StylizeSettings, "max_megapixels")

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Settings from names and values; None stands for the default, and ``size`` may be a whole number.

        Raises:
            SettingError: a name is unknown, or a value is not one the setting may have.
        """
        if isinstance(values, Mapping):
            values = {name: value for name, value in values.items() if value is not None}
            size = values.get("size")
            if isinstance(size, int) and not isinstance(size, bool):
                values["size"] = str(size)
        return super().from_mapping(values)

    def __post_init__(self) -> None:
        """Check what one field cannot tell of itself.

        Raises:
            SettingError: the size is none, or a list of layers or losses, or an amount of memory.
        """
        super().__post_init__()
        sides(self.size)
        self.painting("noise")

    def painting(self, init: str) -> StylizeSettings:
        """The settings by which a texture is painted, as a picture without a photo.

        Args:
            init: what to start from, as ``StylizeSettings.init``.
        """
        shared = [name for name in self.knobs() if name in StylizeSettings.knobs() and name != "size"]
        values = {name: getattr(self, name) for name in shared}
        # Without a weight no layer holds a photo; those named here only have to exist.
        no_photo: dict[str, Any] = {"content_weight": 0.0, "content_layers": self.style_layers}
        return StylizeSettings(**{**values, **no_photo, "init": init})


class TextureOptions(TypedDict, total=False):
    """The keywords of ``texture``: every field of ``TextureSettings``."""

    size: str | int
    tile: bool
    style_weights: tuple[float, ...] | list[float] | None
    style_scale: float | tuple[float, ...] | list[float]
    guides: str
    style_weight: float
    palette_weight: float
    tv_weight: float
    style_layers: tuple[str, ...] | list[str]
    style_loss: tuple[str, ...] | list[str]
    normalization: str
    init: str
    optimizer: str
    rate: float
    scales: int
    scale_factor: float
    steps: int
    coarse_steps: float
    first_steps: int | None
    average: float
    jitter: bool
    tolerance: float
    network: str
    weights: str | None
    pooling: str
    seed: int
    device: str
    precision: str
    memory: str | None
    max_megapixels: float


def sides(size: str) -> tuple[int, int]:
    """(width, height) of "512x384", or of "512" for both; px.

    Raises:
        SettingError: that is no size, or a side is too short or too long.
    """
    found = re.fullmatch(r"\s*(\d+)\s*(?:[x×]\s*(\d+)\s*)?", size, re.IGNORECASE | re.ASCII)
    if found is None:
        raise SettingError(
            "that is no size",
            got=size,
            expected="width x height in px",
            attempt="512x384, or 512 for a square",
        )
    width, height = int(found[1]), int(found[2] or found[1])
    low, high = SIDES_PX
    if min(width, height) < low or max(width, height) > high:
        raise SettingError(
            f"a side is too {'short' if min(width, height) < low else 'long'}",
            got=f"{width} x {height} px",
            expected=f"{low} to {high} px on each side",
        )
    return width, height
