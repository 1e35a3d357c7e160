"""Settings of a doodle: a painting after a map of coloured blobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

from impasto.settings.base import Settings, as_in, setting
from impasto.settings.stylize import StylizeSettings, layer_weights

METHODS = ("patches", "statistics")


@dataclass(frozen=True, kw_only=True)
class DoodleSettings(Settings):
    """How a doodle is painted."""

    method: str = setting(
        "patches",
        choices=METHODS,
        help="What ties a region to the style's: its patches, chosen by label and look, together with the "
        "statistics of the region; or the statistics alone, in half the time.",
        source="Champandard 2016, Semantic style transfer; Gatys et al. 2017",
    )
    size: int = as_in(StylizeSettings, "size", help="Long side of the result, in the doodle's proportions.")
    semantic_weight: float = setting(
        10.0,
        low=0.0,
        high=1000.0,
        help="Of labels against looks when a patch is chosen. From 9 on labels come first; lower lets forms "
        "cross their borders.",
        source="Champandard 2016, neural-doodle's default",
    )
    variety: float = setting(
        0.2, low=0.0, high=1.0, help="Higher uses more of each region's patches, and repeats less."
    )
    patch_weight: float = setting(
        0.5, low=0.0, high=1e6, help="Of patches: higher is more coherent, and softer."
    )
    patch_layers: tuple[str, ...] = setting(
        ("relu3_1", "relu4_1"),
        help="Layers whose patches are compared; time grows with the fourth power of their sides.",
        source="Champandard 2016, section 4",
    )
    style_weight: float = as_in(
        StylizeSettings, "style_weight", help="Of statistics: higher gives crisper strokes."
    )
    style_layers: tuple[str, ...] = as_in(StylizeSettings, "style_layers")
    style_loss: tuple[str, ...] = as_in(StylizeSettings, "style_loss")
    style_scale: tuple[float, ...] = as_in(StylizeSettings, "style_scale")
    guides: str = as_in(StylizeSettings, "guides")
    palette_weight: float = as_in(
        StylizeSettings,
        "palette_weight",
        help="Higher takes the regions' colours more exactly.",
    )
    tv_weight: float = as_in(StylizeSettings, "tv_weight")
    content_weight: float = as_in(
        StylizeSettings, "content_weight", help="With a photo: higher keeps more of it."
    )
    content_layers: tuple[str, ...] = as_in(StylizeSettings, "content_layers")
    content_loss: str = as_in(StylizeSettings, "content_loss")
    init: str = as_in(
        StylizeSettings,
        "init",
        default="pieces",
        help="Start from: pieces (of the style, each in its region), noise, style, content, or a picture "
        "file.",
    )
    optimizer: str = as_in(StylizeSettings, "optimizer")
    rate: float = as_in(StylizeSettings, "rate")
    scales: int = as_in(StylizeSettings, "scales", source="Champandard 2016, neural-doodle's three phases")
    scale_factor: float = as_in(StylizeSettings, "scale_factor")
    steps: int = as_in(StylizeSettings, "steps", default=30)
    coarse_steps: float = as_in(StylizeSettings, "coarse_steps")
    first_steps: int | None = as_in(StylizeSettings, "first_steps")
    average: float = as_in(StylizeSettings, "average")
    jitter: bool = as_in(StylizeSettings, "jitter")
    tolerance: float = as_in(StylizeSettings, "tolerance")
    network: str = as_in(StylizeSettings, "network")
    weights: str | None = as_in(StylizeSettings, "weights")
    pooling: str = as_in(StylizeSettings, "pooling")
    seed: int = as_in(StylizeSettings, "seed")
    device: str = as_in(StylizeSettings, "device")
    precision: str = as_in(StylizeSettings, "precision")
    memory: str | None = as_in(StylizeSettings, "memory")
    max_megapixels: float = as_in(StylizeSettings, "max_megapixels")

    def __post_init__(self) -> None:
        """Check what one field cannot tell of itself.

        Raises:
            SettingError: a list of layers or losses, or an amount of memory, is not one.
        """
        super().__post_init__()
        layer_weights(self.patch_layers)
        self.painting(content=True)

    def painting(self, *, content: bool) -> StylizeSettings:
        """The settings of the painting that a doodle is.

        Args:
            content: there is a photo.
        """
        shared: dict[str, Any] = {
            name: getattr(self, name) for name in self.knobs() if name in StylizeSettings.knobs()
        }
        if not content:
            shared["content_weight"] = 0.0
        if self.init == "pieces":
            shared["init"] = "noise"  # unused: the pieces are laid by the recipe
        return StylizeSettings(**shared)


class DoodleOptions(TypedDict, total=False):
    """The keywords of ``doodle``: every field of ``DoodleSettings``."""

    method: str
    size: int
    semantic_weight: float
    variety: float
    patch_weight: float
    patch_layers: tuple[str, ...] | list[str]
    style_weight: float
    style_layers: tuple[str, ...] | list[str]
    style_loss: tuple[str, ...] | list[str]
    style_scale: float | tuple[float, ...] | list[float]
    guides: str
    palette_weight: float
    tv_weight: float
    content_weight: float
    content_layers: tuple[str, ...] | list[str]
    content_loss: str
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
