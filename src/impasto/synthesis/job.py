"""One picture to be optimised: all that is decided before the first step, and the loss at each size."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

import torch
from torch import Tensor

from impasto.errors import SettingError
from impasto.features.extractor import Extractor
from impasto.images.resize import resize
from impasto.losses.objective import Objective, Term
from impasto.optimize.checkpoint import State
from impasto.optimize.loop import Loop, Step
from impasto.optimize.oom_fallback import CanvasLoss
from impasto.optimize.schedule import Scale
from impasto.optimize.tiling import TiledObjective
from impasto.result import Result
from impasto.synthesis.feature_view import FeatureView, Shift, ShiftRule, no_shift
from impasto.synthesis.memory import TILES_PX, MemoryBudget, Tiling
from impasto.synthesis.periodic import roll_to

log = logging.getLogger(__name__)

Terms = Callable[[Scale, Shift, int | None], Sequence[Term]]
"""(canvas size, grid shift, side of the tiles or None) -> the terms of the loss.

With tiles, parts of a target that lie on positions are left out and the term names its ``scene`` instead.
"""


def unfinished(canvas: Tensor) -> Tensor:
    """The canvas as it is: what ``Job.finish`` does unless a recipe says otherwise."""
    return canvas


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """One picture to be optimised; a recipe fills it, and the engine runs it.

    Attributes:
        scales: sizes of the canvas, coarsest first; the last is that of the result.
        start: Scale -> (1, C, h, w), the canvas before the first step, of any size.
        terms: (Scale, grid shift, side of the tiles or None) -> the terms of the loss.
        view: the network that reads the canvas, and its layers.
        loop: optimiser, rate, running mean, tolerance, bounds, how to resize.
        budget: decides whether a size is painted in tiles.
        record: what the result's record says before the first step.
        identity: () -> what decides the pixels, ready for JSON; a checkpoint continues only the same.
        shift: where the network's grid lies at each evaluation.
        periodic: the canvas' edges meet.
        finish: (1, C, h, w) of any size -> the picture that is shown and saved.
        notes: what was done to the inputs, for people.
        alpha: (1, 1, H, W) in [0, 1] of any size, how opaque the result is; None for all of it.
    """

    scales: tuple[Scale, ...]
    start: Callable[[Scale], Tensor]
    terms: Terms
    view: FeatureView
    loop: Loop
    budget: MemoryBudget
    record: Mapping[str, Any]
    identity: Callable[[], Mapping[str, Any]]
    shift: ShiftRule = no_shift
    periodic: bool = False
    finish: Callable[[Tensor], Tensor] = unfinished
    notes: tuple[str, ...] = ()
    alpha: Tensor | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) of the result, px."""
        return self.scales[-1].height, self.scales[-1].width

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

    def shown(self, step: Step) -> Step:
        """The step with a snapshot of the finished picture."""
        return replace(step, snapshot=partial(self._finished, step.snapshot))

    def _finished(self, snapshot: Callable[[], Tensor]) -> Tensor:
        return self.finish(snapshot())

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
        if last is None:
            raise SettingError("no step was made", got="0 steps", expected="at least 1")
        losses = {**last.losses, "total": last.loss} if last.step else {}
        pixels = self.finish(self.loop.resize(last.snapshot(), self.shape))
        pixels = pixels.detach().to("cpu", torch.float32)
        record = {
            **self.record,
            "size": [pixels.shape[3], pixels.shape[2]],
            "steps": len(history),
            "seconds": round(last.seconds, 3),
            "losses": losses,
            "interrupted": interrupted,
        }
        size = (pixels.shape[2], pixels.shape[3])
        alpha = None if self.alpha is None else resize(self.alpha, size).clamp(0, 1)
        return Result(pixels, losses, record, [dict(row) for row in history], alpha=alpha)


def history_row(step: Step) -> dict[str, Any]:
    """What a result's history keeps of a step: size, step, loss and its parts."""
    return {"scale": step.scale, "step": step.step, "loss": step.loss, **step.losses}


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
