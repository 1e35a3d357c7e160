"""Settings of a dream: a photo in which the activations of a network grow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from impasto.settings.base import as_in, setting
from impasto.settings.choices import Objective
from impasto.settings.network import NetworkOptions, NetworkSettings
from impasto.settings.size import SizeOptions, SizeSettings
from impasto.settings.task import PHOTO, Input, Inputs, Task


@dataclass(frozen=True, kw_only=True)
class DreamSettings(SizeSettings, NetworkSettings):
    """What grows in a photo, and how."""

    layer: str = setting(
        "relu5_1",
        help="Layer whose activations grow: shallow layers give strokes and patterns, deep ones eyes and "
        "creatures.",
    )
    channel: int | None = setting(
        None, low=0, help="Channel of the layer that grows, counted from 0. Left out: all channels."
    )
    objective: str | None = setting(
        None,
        choices=("squares", "mean"),
        help="The mean of squares grows few strong forms, the mean grows weaker ones everywhere. "
        "Left out: squares for a layer, mean for a channel.",
        source="Mordvintsev et al. 2015, DeepDream (squares)",
    )
    enlarge: bool = as_in(SizeSettings, "enlarge", help="Dream at --size even if the photo is smaller.")
    octaves: int = setting(
        4,
        low=1,
        high=12,
        help="Number of sizes to dream at, from coarse to full size: more grow larger forms.",
        source="Mordvintsev et al. 2015, DeepDream",
        slider=(1, 8, 1),
    )
    octave_scale: float = setting(
        1.4,
        low=1.05,
        high=4,
        help="Ratio of one size to the next.",
        source="Mordvintsev et al. 2015, DeepDream",
        slider=(1.1, 2, 0.05),
    )
    steps: int = setting(
        10,
        low=1,
        high=100000,
        help="Steps at each size: more dream more vividly.",
        source="Mordvintsev et al. 2015, DeepDream",
        slider=(1, 200, 1),
    )
    rate: float = setting(
        0.007, low=1e-6, high=1, help="Mean change of a pixel in a step, in [0, 1]: larger is stronger."
    )
    vividness: float = setting(
        0.6,
        low=0,
        high=1,
        help="0: the photo's colours. 1: those that the network responds to most.",
        slider=(0, 1, 0.05),
    )
    grain: float = setting(
        0.3,
        low=0,
        high=1,
        help="Share of the finest detail in each step: more is crisper, and grainier.",
        slider=(0, 1, 0.05),
    )
    jitter: int = setting(
        16,
        unit="px",
        low=0,
        high=512,
        help="Shift the picture by up to this at each step, so that no grid shows.",
        source="Mordvintsev et al. 2015, DeepDream (32 px)",
        slider=(0, 64, 1),
    )
    network: str = as_in(NetworkSettings, "network", help="Network whose activations grow.")


class DreamOptions(SizeOptions, NetworkOptions, total=False):
    """Keywords of ``dream``: every field of ``DreamSettings``."""

    layer: str
    channel: int | None
    objective: Objective | None
    octaves: int
    octave_scale: float
    steps: int
    rate: float
    vividness: float
    grain: float
    jitter: int


def result_stem(inputs: Inputs, settings: DreamSettings) -> str:
    """PHOTO-dream, or PHOTO-GUIDE-dream."""
    files = [inputs["content"], inputs.get("guide")]
    stems = [Path(file).stem for file in files if isinstance(file, (str, Path))]
    return "-".join([*stems, "dream"])


TASK = Task(
    name="dream",
    summary="Let what a network sees in a photo grow, until everybody sees it (DeepDream).",
    settings=DreamSettings,
    inputs=(
        PHOTO,
        Input(
            name="guide",
            kind="picture",
            label="Guide",
            help="Grow the forms of this picture.",
            required=False,
            metavar="PICTURE",
        ),
    ),
    main=("layer", "size", "octaves", "steps", "vividness"),
    result_stem=result_stem,
)
