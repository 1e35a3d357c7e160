"""What every tab works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from impasto.settings import StudioSettings
from impasto.studio.sample_files import SampleFiles
from impasto.studio.sessions import Sessions
from impasto.studio.turns import Turns

DEVICE = "device"
"""Name of gradio's queue for all painting: one picture at a time."""


@dataclass(frozen=True)
class StudioContext:
    """What every tab works with.

    Attributes:
        limits: how much a visitor may ask for.
        sessions: the visitors and their files.
        samples: the sample pictures.
        turns: the line of runs.
        changing: the parts of all tabs that runs change, to be shown again to who comes back.
    """

    limits: StudioSettings
    sessions: Sessions
    samples: SampleFiles
    turns: Turns = field(default_factory=Turns)
    changing: list[Any] = field(default_factory=list)

    @property
    def highest(self) -> dict[str, float]:
        """The highest values that the studio allows, by setting."""
        return {"size": self.limits.max_size, "steps": self.limits.max_steps}
