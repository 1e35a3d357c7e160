"""One picture to be optimised: all that is decided before the first step, and the loss at each size."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor

from impasto.errors import SettingError
from impasto.features.extractor import Extractor
from impasto.images.resize import resize
from impasto.losses.objective import Objective, Term
from impasto.optimize.checkpoint import State
from impasto.optimize.loop import Step
from impasto.optimize.oom_fallback import CanvasLoss
from impasto.optimize.schedule import Scale
from impasto.optimize.tiling import TiledObjective
from impasto.result import Result
from impasto.synthesis.canvas_job import CanvasJob, expect_step, history_row
from impasto.synthesis.feature_view import FeatureView, Shift, ShiftRule, no_shift
from impasto.synthesis.memory import TILES_PX, MemoryBudget, Tiling
from impasto.synthesis.periodic import roll_to

__all__ = ["Job", "Objectives", "Terms", "history_row", "unfinished"]

log = logging.getLogger(__name__)

Terms = Callable[[Scale, Shift, int | None], Sequence[Term]]
"""(canvas size, grid shift, side of the tiles or None) -> the terms of the loss.

With tiles, parts of a target that lie on positions are left out and the term names its ``scene`` instead.
"""


def unfinished(canvas: Tensor) -> Tensor:
    """The canvas as it is: what ``Job.finish`` does unless a recipe says otherwise."""
    return canvas


@dataclass(frozen=True, kw_only=True, eq=False)
class Job(CanvasJob):
    """One picture to be optimised; a recipe fills it, and the engine runs it.

    Attributes:
        start: Scale -> (1, C, h, w), the canvas before the first step, of any size.
        terms: (Scale, grid shift, side of the tiles or None) -> the terms of the loss.
        view: the network that reads the canvas, and its layers.
        budget: decides whether a size is painted in tiles.
        shift: where the network's grid lies at each evaluation.
        periodic: the canvas' edges meet.
        finish: (1, C, h, w) of any size -> the picture that is shown and saved.
        alpha: (1, 1, H, W) in [0, 1] of any size, how opaque the result is; None for all of it.
    """

    start: Callable[[Scale], Tensor]
    terms: Terms
    view: FeatureView
    budget: MemoryBudget
    shift: ShiftRule = no_shift
    periodic: bool = False
    finish: Callable[[Tensor], Tensor] = unfinished
    alpha: Tensor | None = None

    @property
    def objectives(self) -> Objectives:
        """The loss of every size; never kept, as a job in a circle of references would hold its memory."""
        return Objectives(self)

    def steps(self, state: State | None = None) -> Iterator[Step]:
        """Optimise; with a state, continue from there. Snapshots are of the unfinished canvas."""
        return self.loop.run(
            self.start(self.scales[0]),
            self.scales,
            self.objectives.loss_at,
            smaller=self.objectives.smaller,
            state=state,
        )

    def preview(self, canvas: Tensor) -> Tensor:
        """The finished picture, at the size of the canvas."""
        return self.finish(canvas)

    def result(
        self, last: Step | None, history: Sequence[Mapping[str, Any]], *, interrupted: bool = False
    ) -> Result:
        """The picture and its record; a run that was stopped at a coarse size is enlarged.

        Args:
            last: of ``steps``.
            history: of every step, as ``history_row`` makes it.
            interrupted: the run was stopped before its end.
        Raises:
            SettingError: no step was made.
        """
        step = expect_step(last)
        pixels = self.finish(self.loop.resize(step.snapshot(), self.shape)).detach().to("cpu", torch.float32)
        size = (pixels.shape[2], pixels.shape[3])
        losses, record = self.told(step, history, interrupted=interrupted, size=[size[1], size[0]])
        alpha = None if self.alpha is None else resize(self.alpha, size).clamp(0, 1)
        return Result(pixels, losses, record, [dict(row) for row in history], alpha=alpha)


@dataclass(frozen=True)
class Objectives:
    """Builds the loss function of a job for each canvas size, whole or tiled."""

    job: Job

    def loss_at(self, scale: Scale) -> CanvasLoss:
        """The loss of a canvas of one size, in tiles if the whole does not fit into memory."""
        tiling = self._tiling(scale)
        if tiling is None:
            return self.whole(scale)
        size = f"{scale.width} x {scale.height} px"
        if not self.tileable:
            log.warning("%s; memory may not suffice for %s, try a smaller --size", self._why_whole(), size)
            return self.whole(scale)
        side = min(tiling.tile_px, max(scale.height, scale.width))
        log.warning("%s are painted in tiles of at most %d px, as memory is short", size, side)
        return self.tiled(scale, tiling)

    def smaller(self, scale: Scale, times: int) -> CanvasLoss | None:
        """The same loss in tiles, smaller ones each time that memory runs out; None where there are none."""
        if not self.tileable or scale.pixels <= self.job.budget.whole_px:
            return None
        tiling = self._tiling(scale)
        first = TILES_PX[0] if tiling is None else tiling.tile_px
        side, failed = (max(TILES_PX[-1], first >> count) for count in (times, times - 1))
        return None if side == failed and times > 1 else self.tiled(scale, Tiling(side))

    @property
    def tileable(self) -> bool:
        """Whether the network is a chain of known geometry, and the losses are sums over positions."""
        return type(self.job.view.network) is Extractor and not self.job.budget.whole_losses

    def whole(self, scale: Scale) -> CanvasLoss:
        """The loss of a canvas of one size, at once."""

        @cache  # made when its turn comes: short runs need fewer
        def objective(shift: Shift) -> Objective:
            return Objective(_some(self.job.terms(scale, shift, None)))

        def loss(canvas: Tensor, evaluation: int = 0) -> tuple[Tensor, dict[str, Tensor]]:
            shift = self.job.shift(canvas.shape[2:], evaluation)
            features = self.job.view.features(
                self._rolled(canvas, evaluation), objective(shift).layers, shift
            )
            return objective(shift)(features)

        objective(self.job.shift((scale.height, scale.width), 0))
        return loss

    def tiled(self, scale: Scale, tiling: Tiling) -> CanvasLoss:
        """The loss of a canvas of one size, with the memory of one tile."""
        strides_px = {
            layer: self.job.view.network.geometry[layer].stride_px for layer in self.job.view.layers
        }
        cache_bytes = tiling.cache_bytes // max(1, self.job.budget.shifts)

        @cache
        def objective(shift: Shift) -> TiledObjective:
            terms = _some(self.job.terms(scale, shift, tiling.tile_px))
            grid = self.job.view.tile_grid((scale.height, scale.width), tiling.tile_px, shift)
            return TiledObjective(terms, grid, self.job.view, strides_px, cache_bytes)

        def loss(canvas: Tensor, evaluation: int = 0) -> tuple[Tensor, dict[str, Tensor]]:
            shift = self.job.shift(canvas.shape[2:], evaluation)
            return objective(shift)(self._rolled(canvas, evaluation))

        objective(self.job.shift((scale.height, scale.width), 0))
        return loss

    def _rolled(self, canvas: Tensor, evaluation: int) -> Tensor:
        return roll_to(canvas, evaluation) if self.job.periodic else canvas

    def _tiling(self, scale: Scale) -> Tiling | None:
        view = self.job.view
        return self.job.budget.tiling(scale, view.network, view.layers, halo_px=view.halo_px)

    def _why_whole(self) -> str:
        """In words, why there can be no tiles."""
        names = " and ".join(self.job.budget.whole_losses)
        if names:
            return f"{names} compares positions all over the picture and needs it whole"
        network = self.job.view.network.name
        return f"the receptive fields of the network {network!r} are unknown, so it needs the picture whole"


def _some(terms: Sequence[Term]) -> Sequence[Term]:
    """The same terms.

    Raises:
        SettingError: there is none.
    """
    if not terms:
        raise SettingError(
            "every weight is 0: there is nothing to paint for", got="0", expected="one above 0"
        )
    return terms
