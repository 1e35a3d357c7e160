"""Settings of a doodle: a painting after a map of coloured regions."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.settings.base import as_in, setting
from impasto.settings.choices import Method
from impasto.settings.content import ContentOptions, ContentSettings
from impasto.settings.loop import LoopOptions, LoopSettings
from impasto.settings.network import NetworkOptions, NetworkSettings
from impasto.settings.size import SizeSettings
from impasto.settings.style import StyleOptions, StyleSettings
from impasto.settings.task import Input, Task
from impasto.settings.weighted import Weighted

METHODS = ("patches", "statistics")
"""Ways to match a region of the result to that of the style."""


@dataclass(frozen=True, kw_only=True)
class DoodleSettings(StyleSettings, ContentSettings, LoopSettings, NetworkSettings):
    """How a doodle is painted."""

    size: int = as_in(SizeSettings, "size", help="Long side of the result, in the doodle's proportions.")
    method: str = setting(
        "patches",
        choices=METHODS,
        help="How a region gets the style's texture. patches: by patches of the style, chosen by label and "
        "appearance, and the statistics of its region; statistics: by these alone, in half the time.",
        source="Champandard 2016, Semantic style transfer; Gatys et al. 2017",
    )
    semantic_weight: float = setting(
        10.0,
        low=0,
        high=1000,
        help="Weight of labels against appearance when a patch is chosen. From 9 on, labels come first; "
        "lower lets forms cross the borders of regions.",
        source="Champandard 2016, neural-doodle's default",
        slider=(0, 20, 0.5),
    )
    variety: float = setting(
        0.2, low=0, high=1, help="Higher uses more patches of each region, repeats less.", slider=(0, 1, 0.05)
    )
    patch_weight: float = setting(
        0.5, low=0, high=1e6, help="Weight of patches: higher is more coherent, softer.", slider=(0, 3, 0.05)
    )
    patch_layers: dict[str, float] = setting(
        {"relu3_1": 1.0, "relu4_1": 1.0},
        item="layer",
        help="Layers whose patches are compared; time grows with the fourth power of their sides.",
        source="Champandard 2016, section 4",
    )
    style_weight: float = as_in(
        StyleSettings, "style_weight", help="Weight of the statistics: higher gives crisper strokes."
    )
    palette_weight: float = as_in(
        StyleSettings, "palette_weight", help="Higher takes the regions' colours more exactly."
    )
    content_weight: float = as_in(
        ContentSettings, "content_weight", default=0.5, help="With a photo: higher keeps more of it."
    )
    evenness_weight: float = as_in(ContentSettings, "evenness_weight", default=0.75)
    strokes_weight: float = as_in(StyleSettings, "strokes_weight", default=0.0)
    init: str = as_in(
        LoopSettings,
        "init",
        default="pieces",
        help="Start from: pieces (of the style, each in its region), noise, style, content, or a picture "
        "file.",
    )
    steps: int = as_in(LoopSettings, "steps", default=30)
    scales: int = as_in(LoopSettings, "scales", source="Champandard 2016, neural-doodle's three phases")


class DoodleOptions(StyleOptions, ContentOptions, LoopOptions, NetworkOptions, total=False):
    """Keywords of ``doodle``: every field of ``DoodleSettings``."""

    size: int
    method: Method
    semantic_weight: float
    variety: float
    patch_weight: float
    patch_layers: Weighted


TASK = Task(
    name="doodle",
    summary="Paint a doodle: every blob after the painting's region of that colour.",
    settings=DoodleSettings,
    inputs=(
        Input(
            name="style",
            kind="picture",
            label="Painting",
            help="The painting.",
            positional=True,
            metavar="STYLE",
        ),
        Input(
            name="style_map",
            kind="mask",
            label="Map of the painting",
            help="Regions of the painting: a flat colour each.",
            record_key="style_mask",
        ),
        Input(
            name="doodle",
            kind="mask",
            label="Doodle",
            help="What to paint: blobs in colours of the style's map.",
            record_key="content_mask",
        ),
        Input(
            name="content",
            kind="picture",
            label="Photo",
            help="A photo to hold on to; the doodle is its map.",
            required=False,
        ),
    ),
    main=("size", "method", "steps"),
    init_words=("pieces", "noise", "style", "content"),
    stem_inputs=("style", "doodle"),
)
