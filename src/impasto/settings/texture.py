"""Settings of a texture: one or more exemplars, and no photo."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.settings.base import as_in, setting
from impasto.settings.loop import LoopOptions, LoopSettings
from impasto.settings.network import NetworkOptions, NetworkSettings
from impasto.settings.size import parse_size
from impasto.settings.style import BlendOptions, BlendSettings, StyleOptions, StyleSettings
from impasto.settings.task import Input, Task


@dataclass(frozen=True, kw_only=True)
class TextureSettings(BlendSettings, StyleSettings, LoopSettings, NetworkSettings):
    """How a texture is made."""

    size: str = setting(
        "512x512", unit="WxH", help="Width x height of the result, px, such as 512x384; or one for both."
    )
    tile: bool = setting(False, help="Make opposite edges meet, so that copies side by side show no seam.")
    style_weights: tuple[float, ...] | None = as_in(
        BlendSettings, "style_weights", help="Share of each exemplar, such as 0.7,0.3. Left out: all equal."
    )
    style_weight: float = as_in(
        StyleSettings, "style_weight", help="Higher takes more of the exemplar's texture and forms."
    )
    style_scale: tuple[float, ...] = as_in(
        StyleSettings,
        "style_scale",
        high=1,
        help="Shrinks the exemplars, one number for all or one for each: 0.5 halves what is on them.",
    )
    palette_weight: float = as_in(
        StyleSettings, "palette_weight", default=1.0, help="Higher takes the exemplar's colours more exactly."
    )
    tv_weight: float = as_in(StyleSettings, "tv_weight", default=0.2)
    strokes_weight: float = as_in(StyleSettings, "strokes_weight", default=0.0)
    init: str = as_in(
        LoopSettings,
        "init",
        default="pixels",
        help="Start from: pixels (random pixels of the exemplars), noise, style, or a picture file.",
    )
    steps: int = as_in(LoopSettings, "steps", default=80)
    scales: int = as_in(
        LoopSettings,
        "scales",
        default=6,
        help="Number of sizes to paint at, from coarse to full size; fewer if the first would show nothing.",
    )
    coarse_steps: float = as_in(LoopSettings, "coarse_steps", default=1.3)
    rate: float = as_in(LoopSettings, "rate", default=0.02)
    average: float = as_in(LoopSettings, "average", default=0.8)
    tolerance: float = as_in(LoopSettings, "tolerance", default=0.0)

    def __post_init__(self) -> None:
        """Check ``size`` too, which may also be a whole number.

        Raises:
            SettingError: a value is not one the setting may have.
        """
        if isinstance(self.size, int) and not isinstance(self.size, bool):
            object.__setattr__(self, "size", str(self.size))
        super().__post_init__()
        parse_size(self.size)


class TextureOptions(BlendOptions, StyleOptions, LoopOptions, NetworkOptions, total=False):
    """Keywords of ``texture``: every field of ``TextureSettings``."""

    size: str | int
    tile: bool


TASK = Task(
    name="texture",
    summary="Paint the texture of one or more paintings, at any size; --tile makes it seamless.",
    settings=TextureSettings,
    inputs=(
        Input(
            name="style",
            kind="pictures",
            label="Exemplar",
            help="One or more exemplars; a folder is one style of several.",
            positional=True,
            metavar="STYLE",
        ),
        Input(
            name="style_mask",
            kind="masks",
            label="Part to take",
            help="Grey mask: white for what to take from an exemplar; once for each.",
            required=False,
        ),
    ),
    main=("size", "tile", "style_scale", "steps"),
    init_words=("pixels", "noise", "style"),
)
