"""Settings of a painting: one photo, one or more styles."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.settings.base import as_in, setting
from impasto.settings.choices import Preset
from impasto.settings.colors import ColorOptions, ColorSettings
from impasto.settings.content import ContentOptions, ContentSettings
from impasto.settings.loop import LoopOptions, LoopSettings
from impasto.settings.network import NetworkOptions, NetworkSettings
from impasto.settings.presets import PAPER_LAYERS, PRESETS
from impasto.settings.size import SizeOptions, SizeSettings
from impasto.settings.style import (
    BlendOptions,
    BlendSettings,
    FineOptions,
    FineSettings,
    StyleOptions,
    StyleSettings,
)
from impasto.settings.task import PHOTO, STYLES, Input, Task


@dataclass(frozen=True, kw_only=True)
class StylizeSettings(
    SizeSettings,
    BlendSettings,
    StyleSettings,
    FineSettings,
    ColorSettings,
    ContentSettings,
    LoopSettings,
    NetworkSettings,
):
    """How a photo is painted in one or more styles."""

    preset: str = setting(
        "default", choices=tuple(PRESETS), help="Settings to start from; other options change single ones."
    )
    strength: float = setting(
        1.0,
        low=0,
        high=1,
        help="How much of the painting: 1 all of it, 0 nearly the photo, with its own texture and colours.",
        slider=(0, 1, 0.05),
    )
    size: int = as_in(
        SizeSettings,
        "size",
        help="Long side of the result. Smaller photos are enlarged to it before painting.",
    )
    enlarge: bool = as_in(
        SizeSettings,
        "enlarge",
        default=True,
        help="Paint at --size even if the photo is smaller, as strokes need pixels; --no-enlarge keeps the "
        "photo's size.",
    )
    style_layers: dict[str, float] = as_in(
        StyleSettings,
        "style_layers",
        default=dict.fromkeys(PAPER_LAYERS, 1.0),
    )
    pooling: str = as_in(NetworkSettings, "pooling", default="average")
    jitter: bool = as_in(LoopSettings, "jitter", default=False)
    init: str = as_in(
        LoopSettings,
        "init",
        default="content",
        help="Start from: content, noise, style, instant (one pass of a network), or a picture file.",
    )
    steps: int = as_in(
        LoopSettings,
        "steps",
        low=0,
        slider=(0, 200, 1),
        help="Steps at full size, at most. 0: only what --init says.",
    )


class StylizeOptions(
    SizeOptions,
    BlendOptions,
    StyleOptions,
    FineOptions,
    ColorOptions,
    ContentOptions,
    LoopOptions,
    NetworkOptions,
    total=False,
):
    """Keywords of ``stylize``: every field of ``StylizeSettings``. What is left out is as in the preset."""

    preset: Preset
    strength: float


TASK = Task(
    name="stylize",
    summary="Repaint a photo in the style of one or more paintings.",
    settings=StylizeSettings,
    inputs=(
        PHOTO,
        STYLES,
        Input(
            name="content_mask",
            kind="mask",
            label="Regions of the photo",
            help="Regions of the photo: a colour each, or a grey mask.",
            required=False,
        ),
        Input(
            name="style_mask",
            kind="masks",
            label="Regions of the styles",
            help="The same regions of a style; once for each style. A colour: all of the style is for that "
            "region. all: no mask.",
            required=False,
            metavar="FILE|COLOR|all",
        ),
        Input(
            name="keep",
            kind="mask",
            label="Keep",
            help="Grey mask: where it is white, the photo stays as it is.",
            required=False,
        ),
        Input(
            name="fine_style",
            kind="picture",
            label="Fine style",
            help="A painting that the fine layers (the strokes) are taken from.",
            required=False,
        ),
        Input(
            name="strength_mask",
            kind="mask",
            label="Strength by place",
            help="Grey mask: white is painted as strongly as --strength says, black stays nearly the photo.",
            required=False,
        ),
    ),
    main=("preset", "size", "enlarge", "strength", "content_weight", "colors", "style_scale"),
    init_words=("content", "noise", "style", "instant"),
)
