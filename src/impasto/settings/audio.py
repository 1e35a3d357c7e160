"""Settings of sound: one piece in the style of another, or a texture without content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from impasto.settings.base import setting
from impasto.settings.choices import SoundNetworkObject
from impasto.settings.style import BlendOptions, BlendSettings
from impasto.settings.task import Input, Task

AUDIO_PRESETS: dict[str, dict[str, Any]] = {
    "default": {},
    "ulyanov": {"scales": 1, "steps": 300},
    "grinstein": {
        "chroma_weight": 0.0,
        "onset_weight": 0.0,
        "envelope_weight": 0.0,
        "rhythm_weight": 0.0,
        "levels_weight": 0.0,
        "modulation_weight": 0.0,
    },
}
"""Preset -> the settings in which it differs from the defaults.

``ulyanov`` is Ulyanov and Lebedev 2016: another canvas (a spectrogram, mono, 22,050 Hz), another network and
Griffin-Lim; see ``audio/ulyanov.py``. ``grinstein`` is the idea of Grinstein et al. 2018: no content loss at
all; the content is kept because the canvas starts from it.
"""


@dataclass(frozen=True, kw_only=True)
class AudioSettings(BlendSettings):
    """How a sound is restyled."""

    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = AUDIO_PRESETS

    preset: str = setting(
        "default",
        choices=tuple(AUDIO_PRESETS),
        help="Settings to start from; other options change single ones.",
    )
    strength: float = setting(
        1.0,
        low=0,
        high=1,
        help="How much of the style: 1 all of it, 0 nearly the content. Not with --preset ulyanov.",
        slider=(0, 1, 0.05),
    )
    length: float = setting(
        10.0,
        unit="s",
        low=0.5,
        high=3600,
        help="Length of a texture, such as 30s or 1:30. With content, the result is as long as the content.",
    )
    loop: bool = setting(False, help="Make the end of a texture run on into its beginning, without a seam.")
    style_weight: float = setting(
        1.0, low=0, high=100, help="Higher takes more of the style's texture and timbre.", slider=(0, 3, 0.05)
    )
    rhythm_weight: float = setting(
        0.1,
        low=0,
        high=100,
        help="Higher takes more of the style's rhythm: after how long (up to 2 s) it repeats itself.",
        source="the term is that of Antognini et al. 2019; the weight: chosen by the measures",
        slider=(0, 2, 0.05),
    )
    levels_weight: float = setting(
        1.0,
        low=0,
        high=100,
        absent=0.0,
        help="Higher takes more of how often each of the style's bands is how loud: its pauses and beats.",
        source="chosen by the measures",
        slider=(0, 4, 0.1),
    )
    modulation_weight: float = setting(
        0.5,
        low=0,
        high=100,
        absent=0.0,
        help="Higher takes more of how fast the style's bands rise and fall, and which of them together.",
        source="the statistics are among those of McDermott, Simoncelli 2011; the weight: by the measures",
        slider=(0, 4, 0.1),
    )
    chroma_weight: float = setting(
        1.5,
        low=0,
        high=100,
        help="Higher keeps more of the content's harmony: which of the twelve tones sound.",
        slider=(0, 5, 0.1),
    )
    onset_weight: float = setting(
        0.3,
        low=0,
        high=100,
        help="Higher keeps more of the content's rhythm: when tones begin.",
        slider=(0, 3, 0.05),
    )
    envelope_weight: float = setting(
        0.0,
        low=0,
        high=100,
        help="Higher keeps more of how loud the content's low and high tones are over time.",
        slider=(0, 3, 0.05),
    )
    content_weight: float = setting(
        0.01,
        low=0,
        high=1e6,
        help="With --preset ulyanov: weight of its content loss, alpha of the notebook.",
        source="Ulyanov, Lebedev 2016",
    )
    steps: int = setting(20, low=1, high=100000, help="Steps at the full sample rate.", slider=(1, 100, 1))
    scales: int = setting(
        3,
        low=1,
        high=6,
        help="Number of sample rates, each half of the next: long, low and slow things are settled first.",
        slider=(1, 4, 1),
    )
    coarse_steps: float = setting(
        2.0,
        low=0.1,
        high=20,
        help="A lower rate gets this many times the steps of the next one; low rates are quick.",
        slider=(0.5, 4, 0.1),
    )
    rate: float = setting(
        0.01,
        low=1e-6,
        high=10,
        help="How much a step changes each sample, at most about; sounds are scaled to root mean square 0.1.",
    )
    average: float = setting(
        0.8,
        low=0,
        high=0.9999,
        help="The result is the running mean of the canvas; higher: over more steps. 0: the last canvas.",
        slider=(0, 0.99, 0.01),
    )
    filters: int = setting(
        4096,
        low=1,
        high=16384,
        help="With --preset ulyanov: filters of its random convolution. Fewer are quicker and rougher.",
        source="Ulyanov, Lebedev 2016",
    )
    network: str = setting(
        "random",
        objects=True,
        help="What computes the texture's features: random convolutions, or those of a .safetensors file.",
    )
    seed: int = setting(0, low=0, high=2**31 - 1, help="Random numbers: the random convolutions, and noise.")
    max_minutes: float = setting(
        10.0, unit="min", low=0.01, high=600, help="Longer sounds are refused, before any work is done."
    )


class AudioOptions(BlendOptions, total=False):
    """Keywords of ``stylize_audio``: every field of ``AudioSettings``."""

    preset: str
    strength: float
    length: float
    loop: bool
    style_weight: float
    rhythm_weight: float
    levels_weight: float
    modulation_weight: float
    chroma_weight: float
    onset_weight: float
    envelope_weight: float
    content_weight: float
    steps: int
    scales: int
    coarse_steps: float
    rate: float
    average: float
    filters: int
    network: str | SoundNetworkObject
    seed: int
    max_minutes: float


CONTENT = Input(
    name="content",
    kind="sound",
    label="Content",
    help="The sound that is restyled; left out for a texture.",
    required=False,
    positional=True,
    metavar="CONTENT",
)
"""The sound whose tune and rhythm are kept."""

STYLE = Input(
    name="style",
    kind="sounds",
    label="Style",
    help="One or more sounds.",
    positional=True,
    metavar="STYLE",
)
"""The sounds whose texture and timbre are taken over."""

TASK = Task(
    name="audio",
    summary="Play a sound in another's texture, timbre and rhythm; --texture makes one without content.",
    settings=AudioSettings,
    inputs=(CONTENT, STYLE),
    main=("strength", "style_weights", "chroma_weight", "onset_weight", "steps"),
)
