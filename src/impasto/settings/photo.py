"""Settings of a photo that takes the look of another and stays a photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from impasto.settings.base import as_in, setting
from impasto.settings.loop import LoopSettings
from impasto.settings.network import NetworkOptions, NetworkSettings
from impasto.settings.presets import PAPER_LAYERS
from impasto.settings.task import PHOTO, Input, Task
from impasto.settings.weighted import Weighted

PHOTO_PRESETS: dict[str, dict[str, Any]] = {
    "default": {},
    "luan": {
        "method": "pixels",
        "size": 700,
        "rate": 0.02,
        "style_layers": dict.fromkeys(PAPER_LAYERS, 1.0),
    },
}
"""Preset -> the settings in which it differs from the defaults.

``luan`` is Luan, Paris, Shechtman, Bala 2017: pixels are optimised, not a grid, in two stages, the second
with the matting Laplacian.
"""


@dataclass(frozen=True, kw_only=True)
class PhotoSettings(NetworkSettings):
    """How a photo takes the look of another."""

    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = PHOTO_PRESETS

    preset: str = setting(
        "default",
        choices=tuple(PHOTO_PRESETS),
        help="default: a grid of colour maps, at any size; luan: the method of Luan et al. 2017, slower.",
    )
    method: str = setting(
        "grid",
        choices=("grid", "pixels"),
        help="What is optimised. grid: 16 x 16 x 8 affine colour maps, which cannot bend an edge; pixels: "
        "the picture, held to the photo by the matting Laplacian.",
    )
    regions: bool = setting(
        True,
        help="Without maps: find sky and green in both photos, and give each the look of its partner. Off: "
        "the whole photo is one region.",
    )
    strength: float = setting(
        1.0, low=0, high=1, help="0 is the photo, 1 all of the look; between, a mixture.", slider=(0, 1, 0.05)
    )
    size: int = setting(
        256,
        unit="px",
        low=32,
        high=2048,
        help="Long side of the copy on which colours are found. The result has the photo's size.",
        slider=(128, 1024, 32),
    )
    steps: int | None = setting(
        None,
        low=0,
        high=100000,
        help="Steps, at most. Left out: 20 with maps and 0 without, where matched places say enough; for "
        "pixels 40 a stage.",
    )
    rate: float = setting(0.005, low=1e-6, high=10, help="Length of a step.")
    style_weight: float = setting(
        1.0, low=0, help="Higher takes more of the style's contrast and light.", slider=(0, 5, 0.1)
    )
    style_layers: dict[str, float] = setting(
        {"relu1_1": 1.0, "relu2_1": 1.0, "relu3_1": 1.0},
        item="layer",
        help="Layers that are compared with the style, such as relu1_1=4,relu3_1.",
    )
    palette_weight: float = setting(
        1.0, low=0, help="Higher takes the style's colours more exactly.", slider=(0, 5, 0.1)
    )
    smoothness: float = setting(
        1.0,
        low=0,
        help="Higher makes neighbouring places, and neighbouring shades, change alike.",
        slider=(0, 10, 0.1),
    )
    content_layers: dict[str, float] = setting(
        {"relu4_2": 1.0},
        item="layer",
        help="With method pixels: layers that are compared with the photo.",
        source="Luan et al. 2017, section 4",
    )
    content_weight: float = setting(
        0.1, low=0, help="With method pixels: higher keeps more of the photo.", slider=(0, 5, 0.1)
    )
    matting_weight: float = setting(
        300.0,
        low=0,
        help="With method pixels: higher keeps more exactly to affine changes of colour in every window of "
        "3 x 3 px.",
    )
    tolerance: float = as_in(LoopSettings, "tolerance")


class PhotoOptions(NetworkOptions, total=False):
    """Keywords of ``photo``: every field of ``PhotoSettings``."""

    preset: str
    method: str
    regions: bool
    strength: float
    size: int
    steps: int | None
    rate: float
    style_weight: float
    style_layers: Weighted
    palette_weight: float
    smoothness: float
    content_layers: Weighted
    content_weight: float
    matting_weight: float
    tolerance: float


TASK = Task(
    name="photo",
    summary="Give a photo the light and colours of another photo; it stays a photo.",
    settings=PhotoSettings,
    inputs=(
        PHOTO,
        Input(
            name="style",
            kind="picture",
            label="Style photo",
            help="The photo whose light and colours are taken.",
            positional=True,
            metavar="STYLE",
        ),
        Input(
            name="content_map",
            kind="mask",
            label="Regions of the photo",
            help="Regions of the photo: a colour each, or a grey mask.",
            required=False,
        ),
        Input(
            name="style_map",
            kind="mask",
            label="Regions of the style photo",
            help="The same regions of the style photo, in the same colours.",
            required=False,
        ),
    ),
    main=("preset", "strength", "style_weight"),
)
