"""What is painted on where there is no photo: a size, a start, and whether the edges meet."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from impasto.settings import Settings
from impasto.synthesis.style_terms import ExtraTerm


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What is painted on where there is no photo.

    Attributes:
        task: what the record calls it.
        asked: the task's own settings, for the record.
        height: px.
        width: px.
        wraps: the edges meet, on both axes.
        shrinks: paintings shrink along with the canvas at coarser sizes, as textures do.
        start: (1, 3, h, w) in [0, 1], any size, instead of what ``init`` says.
        pulls: towards the paintings, besides those of the settings; taken as they are, not region by region.
    """

    task: str
    asked: Settings
    height: int
    width: int
    wraps: bool = False
    shrinks: bool = False
    start: Tensor | None = None
    pulls: tuple[ExtraTerm, ...] = ()

    @property
    def layers(self) -> list[str]:
        """What the pulls look at."""
        return [layer for _, loss, _ in self.pulls for layer in loss.layers]
