"""Settings of a video: how frames are painted, and what keeps them calm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from impasto.registry import VIDEO_ENGINES
from impasto.settings.base import Settings, as_in, setting
from impasto.settings.colors import ColorOptions, ColorSettings
from impasto.settings.content import ContentOptions, ContentSettings
from impasto.settings.loop import LoopOptions, LoopSettings
from impasto.settings.network import NetworkOptions, NetworkSettings
from impasto.settings.presets import PRESETS
from impasto.settings.size import SIDES_PX
from impasto.settings.style import (
    BlendOptions,
    BlendSettings,
    FineOptions,
    FineSettings,
    StyleOptions,
    StyleSettings,
)
from impasto.settings.stylize import TASK as STYLIZE
from impasto.settings.stylize import StylizeSettings
from impasto.settings.task import STYLES, Input, Task

STEADY = {"instant": 0.7, "optimise": 0.0}
"""``steady`` of each engine where it is left out."""

FLOWS = ("medium", "fast", "ultrafast", "deepflow")
"""Ways to work out optical flow."""

FAST = PRESETS["fast"]
"""The preset that frames are painted with."""

PANEL = "Video"
"""Heading of these settings in ``--help``."""


@dataclass(frozen=True, kw_only=True)
class MotionSettings(Settings, panel=PANEL):
    """How motion between frames is found."""

    flow: str = setting(
        "medium",
        choices=FLOWS,
        help="Optical flow: dense inverse search in three qualities; deepflow needs opencv-contrib.",
        source="Kroeger et al. 2016; presets of OpenCV",
    )
    flow_files: str | None = setting(
        None,
        help="Folder of .flo files named backward_2_1.flo and so on, which are read; those that are missing "
        "are worked out and written there.",
    )
    scene_cut: float = setting(
        0.7,
        low=0,
        high=1,
        help="A cut is where more than this fraction of the frame cannot be found in the frame before; "
        "nothing is carried across it. 1: no cuts.",
        source="between 0.4, the most within a scene, and 0.95, the least across a cut, on development clips",
        slider=(0, 1, 0.05),
    )


@dataclass(frozen=True, kw_only=True)
class SelectSettings(Settings, panel=PANEL):
    """Which frames are painted, and how large."""

    start: float = setting(
        0.0, unit="s", low=0, high=1e6, help="Begin so many seconds after the first frame."
    )
    end: float | None = setting(
        None, unit="s", low=0, high=1e6, help="End so many seconds after the first frame. Left out: all."
    )
    fps: float | None = setting(
        None,
        unit="frames/s",
        low=0.1,
        high=240,
        help="Frames a second of the result. Left out: those of the video, with its own time stamps.",
    )
    size: int | None = setting(
        None,
        unit="px",
        low=SIDES_PX[0],
        high=SIDES_PX[1],
        help="Long side of the result. Left out: that of the video.",
        slider=(128, 2048, 32),
    )
    loop: bool = setting(
        False,
        help="For clips that repeat: the last frame leads to the first again; takes twice the time, but not "
        "with several passes.",
    )


@dataclass(frozen=True, kw_only=True)
class VideoSettings(
    SelectSettings,
    MotionSettings,
    BlendSettings,
    StyleSettings,
    FineSettings,
    ColorSettings,
    ContentSettings,
    LoopSettings,
    NetworkSettings,
):
    """How a video is painted; the defaults are those of the preset ``fast``."""

    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        name: {**{key: StylizeSettings.info()[key].default for key in FAST}, **preset}
        for name, preset in PRESETS.items()
    }

    engine: str = setting(
        "instant",
        choices=tuple(VIDEO_ENGINES),
        help="instant: each frame in one pass of a network; optimise: each frame is a painting of its own, "
        "held to the frames before.",
    )
    steady: float | None = setting(
        None,
        low=0,
        high=1,
        help="How much flicker is taken out of the painted frames: 0 none, 1 all that can be. Left out: "
        + ", ".join(f"{value:g} for {engine}" for engine, value in STEADY.items())
        + ".",
        slider=(0, 1, 0.05),
    )
    style_times: tuple[float, ...] | None = setting(
        None,
        unit="s",
        low=0,
        high=1e6,
        help="For several styles one after the other: the second of the result at which each is fully there, "
        "such as 0,4; between two times they blend. Left out: all at once, by --style-weights.",
    )
    temporal_weight: float = setting(
        2000.0,
        low=0,
        help="With optimise: higher holds a frame more firmly to the frames before it; in passes, from the "
        "middle of them on and half as firmly.",
        source="Ruder, Dosovitskiy, Brox 2016, eq. 7; the value by measurement on one clip",
        slider=(0, 10000, 100),
    )
    sound_style: str | None = setting(
        None,
        help="A sound file, in whose style the video's sound is played, as impasto audio does; needs the "
        "extra audio. Left out: the sound is copied.",
    )
    long_term: tuple[int, ...] = setting(
        (1, 2, 4),
        low=1,
        high=64,
        help="With optimise: how many frames back a frame is held to, such as 1,2,4; each place to the "
        "nearest of them that shows it.",
        source="Ruder, Dosovitskiy, Brox 2016, section 4.2",
    )
    frame_steps: int = setting(
        8,
        low=1,
        high=100000,
        help="With optimise: steps for a frame that begins with the one before, and in later passes.",
        slider=(1, 100, 1),
    )
    frame_rate: float = setting(
        0.5,
        low=0.01,
        high=1,
        help="With optimise: length of a step for such a frame, relative to --rate.",
    )
    passes: int = setting(
        1,
        low=1,
        high=100,
        help="With optimise: more than 1 paints each frame apart, then all of them again, backwards and "
        "forwards in turn; with --loop the ends meet. Much slower. The paper has 15.",
        source="Ruder, Dosovitskiy, Brox 2016, section 4.3",
    )
    preset: str = as_in(StylizeSettings, "preset", default="fast")
    strength: float = as_in(StylizeSettings, "strength")
    style_layers: dict[str, float] = as_in(StylizeSettings, "style_layers")
    pooling: str = as_in(StylizeSettings, "pooling")
    jitter: bool = as_in(StylizeSettings, "jitter")
    init: str = as_in(StylizeSettings, "init")
    steps: int = as_in(StylizeSettings, "steps", default=FAST["steps"])
    coarse_steps: float = as_in(StylizeSettings, "coarse_steps", default=FAST["coarse_steps"])
    first_steps: int | None = as_in(StylizeSettings, "first_steps", default=FAST["first_steps"])
    average: float = as_in(StylizeSettings, "average", default=FAST["average"])
    strokes_weight: float = as_in(StylizeSettings, "strokes_weight", default=FAST["strokes_weight"])

    @property
    def steadiness(self) -> float:
        """``steady``, or that of the engine where it is left out."""
        return STEADY.get(self.engine, 0.0) if self.steady is None else self.steady

    def still(self, size: int, **changes: object) -> StylizeSettings:
        """The settings of a single frame.

        Args:
            size: long side of a frame, px.
            **changes: settings that differ.
        """
        names = [f.name for f in fields(StylizeSettings) if f.name in type(self).origins()]
        same = {name: getattr(self, name) for name in names if name not in ("size", "enlarge")}
        return StylizeSettings.from_mapping({**same, "size": size, "enlarge": True, **changes})


class VideoOptions(
    BlendOptions,
    StyleOptions,
    FineOptions,
    ColorOptions,
    ContentOptions,
    LoopOptions,
    NetworkOptions,
    total=False,
):
    """Keywords of ``stylize_video``: every field of ``VideoSettings``."""

    start: float
    end: float | None
    fps: float | None
    size: int | None
    loop: bool
    flow: str
    flow_files: str | None
    scene_cut: float
    engine: str
    steady: float | None
    style_times: tuple[float, ...] | list[float] | None
    temporal_weight: float
    sound_style: str | None
    long_term: int | tuple[int, ...] | list[int]
    frame_steps: int
    frame_rate: float
    passes: int
    preset: str
    strength: float


VIDEO = Input(
    name="content",
    kind="video",
    label="Video",
    help="A video, an animation, a folder of frames, or a pattern such as frame_%05d.png.",
    positional=True,
    metavar="VIDEO",
)
"""The frames."""

TASK = Task(
    name="video",
    summary="Repaint a video in the style of one or more paintings, without flicker.",
    settings=VideoSettings,
    inputs=(VIDEO, STYLES, *(row for row in STYLIZE.inputs if row.name not in ("content", "style"))),
    main=("engine", "steady", "size", "strength", "start", "end"),
    init_words=STYLIZE.init_words,
)
