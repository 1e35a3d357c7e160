"""The paintings of a run: which they are, how much each counts, how large it is seen, and where."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from impasto.errors import SettingError
from impasto.images.io import Picture
from impasto.settings import StylizeSettings
from impasto.settings.stylize import loss_shares


@dataclass(frozen=True)
class Style:
    """A painting as the losses take it; pictures whose statistics are pooled are one each.

    Attributes:
        picture: the painting.
        share: of all that is taken from paintings; those of a run add up to 1.
        scale: size relative to the canvas; larger means broader strokes.
        guides: (1, R, H, W) in [0, 1], which part of it the canvas' regions are painted after, each; None if
            every region may take all of it.
        fine: it lends only the layers of ``fine_layers``, and alone.
    """

    picture: Picture
    share: float
    scale: float = 1.0
    guides: Tensor | None = None
    fine: bool = False


def check_guided(settings: StylizeSettings) -> None:
    """Whether the style losses can tell regions apart.

    Raises:
        SettingError: one compares neighbours, and the positions of a region have none.
    """
    if "mrf" in loss_shares(settings.style_loss):
        raise SettingError(
            "the style loss mrf compares patches and knows no masks",
            got=",".join(settings.style_loss),
            expected="any other style loss",
            attempt="impasto doodle, whose patches know their region",
        )
