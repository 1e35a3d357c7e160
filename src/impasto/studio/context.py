"""What every tab works with."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.settings import StudioSettings
from impasto.studio.sample_files import SampleFiles
from impasto.studio.sessions import Sessions

DEVICE = "device"
"""Name of the queue that all painting stands in: one picture at a time."""


@dataclass(frozen=True)
class StudioContext:
    """What every tab works with.

    Attributes:
        limits: how much a visitor may ask for.
        visits: what each visitor painted.
        shelf: the sample pictures.
    """

    limits: StudioSettings
    visits: Sessions
    shelf: SampleFiles

    @property
    def most(self) -> dict[str, float]:
        """The highest values that the studio allows, by setting."""
        return {"size": self.limits.max_size, "steps": self.limits.max_steps}
