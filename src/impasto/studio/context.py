"""What every tab works with."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.settings import StudioSettings
from impasto.studio.sample_files import SampleFiles
from impasto.studio.sessions import Sessions

DEVICE = "device"
"""Name of gradio's queue for all painting: one picture at a time."""


@dataclass(frozen=True)
class StudioContext:
    """What every tab works with.

    Attributes:
        limits: how much a visitor may ask for.
        sessions: the visitors and their files.
        samples: the sample pictures.
    """

    limits: StudioSettings
    sessions: Sessions
    samples: SampleFiles

    @property
    def highest(self) -> dict[str, float]:
        """The highest values that the studio allows, by setting."""
        return {"size": self.limits.max_size, "steps": self.limits.max_steps}
