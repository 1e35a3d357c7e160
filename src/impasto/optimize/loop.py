"""The optimisation loop: a canvas, a loss for every scale, and a ``Step`` yielded after each change."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import torch
from PIL.Image import Image
from torch import Tensor

from impasto.checks import expect
from impasto.errors import CheckpointError, DivergedError
from impasto.images.encode import to_pil
from impasto.optimize.canvas import Bounds, Resize, RunningMean, make_canvas, resample
from impasto.optimize.checkpoint import State
from impasto.optimize.descent import CanvasOptimizer
from impasto.optimize.loop_state import WINDOW, LoopState
from impasto.optimize.oom_fallback import CanvasLoss, LossAtScale, LossWithFallback, SmallerLoss
from impasto.optimize.optimizers import carry_state
from impasto.optimize.schedule import Scale
from impasto.optimize.timing import TimeLeft

__all__ = ["WINDOW", "CanvasLoss", "Loop", "LossAtScale", "SmallerLoss", "Step", "stalled"]

log = logging.getLogger(__name__)


def no_state() -> None:
    """The state of a step that was made without a loop: None."""


@dataclass(frozen=True)
class Step:
    """What the loop reports after each step.

    Attributes:
        scale: number of the scale, from 1.
        scales: how many there are.
        step: number of the step at this scale, from 1.
        steps: how many at most.
        height: of the canvas, px.
        width: of the canvas, px.
        loss: of the canvas before this step changed it.
        losses: weighted parts of the loss by name.
        seconds: since the run began.
        seconds_left: estimate, if no scale ends early.
        snapshot: gives the running mean of the canvas at this scale, (1, C, H, W), within the loop's bounds;
            the last one is the result. It contains only finite canvases. Call it before the next step.
        state: gives what the run can be resumed from, also after Ctrl-C; None once the next step has begun to
            change the canvas. Its tensors are the loop's own: write them before the next step.
    """

    scale: int
    scales: int
    step: int
    steps: int
    height: int
    width: int
    loss: float
    losses: dict[str, float]
    seconds: float
    seconds_left: float
    snapshot: Callable[[], Tensor]
    state: Callable[[], State | None] = field(default=no_state, repr=False)

    def image(self) -> Image:
        """The picture so far, RGB of 8 bits; call it before the next step, as ``snapshot``.

        Raises:
            ShapeError: the canvas is no picture of three channels.
        """
        return to_pil(self.snapshot())


@dataclass(frozen=True)
class Loop:
    """How a canvas is optimised.

    A canvas is (1, C, H, W): 3 channels for a picture, (1, 1, 1, T) for a signal of T samples.

    Attributes:
        make_optimizer: (canvas, rate) -> optimiser.
        rate: length of a step, in units of the canvas (Adam) or of the quasi-Newton step (L-BFGS).
        average: decay of the running mean of the canvas, 0 <= average < 1.
        tolerance: a scale ends when the loss falls by less than this fraction a step; 0: never.
        project: clamp the canvas to the bounds after each step; else only its running mean is clamped.
        bounds: lowest and highest value of the result; None: no limits.
        resize: brings a canvas to the size of the next scale; its result is clamped to the bounds.
    """

    make_optimizer: Callable[[Tensor, float], CanvasOptimizer]
    rate: float
    average: float
    tolerance: float
    project: bool
    bounds: Bounds | None = (0.0, 1.0)
    resize: Resize = resample

    def run(
        self,
        start: Tensor,
        scales: Sequence[Scale],
        loss_at: LossAtScale,
        *,
        smaller: SmallerLoss | None = None,
        state: State | None = None,
    ) -> Iterator[Step]:
        """Optimise a canvas, scale by scale, until the steps are used up or the loss stops falling.

        The first loss that is not finite sets the canvas back to the last good one, with a quarter of the
        rate; the second is an error.

        Args:
            start: (1, C, h, w), any size; not changed.
            scales: coarsest first.
            loss_at: makes the loss of a scale; called once a scale.
            smaller: makes a loss that needs less memory, for when memory runs out.
            state: resume from here, with the same scales and losses; the result is that of an unbroken run.
        Yields:
            A ``Step`` after each step; a resumed run first repeats the one that its state was taken from.
            Where all scales have 0 steps, one with the start and no loss (not a number).
        Raises:
            ShapeError: the start is not (1, C, h, w).
            DivergedError: the loss was not finite, twice.
            OutOfMemoryError: memory ran out, and there is no loss that needs less.
            CheckpointError: the state is of other scales or channels.
        """
        expect(start, "1 c h w", name="start")
        timer = TimeLeft(scales)
        canvas, first = start, 0
        current: LoopState | None = None
        if state is not None:
            timer = TimeLeft(scales, spent_s=state.seconds, costs=state.costs)
            current, first = self._restored(state, scales, start), state.scale - 1
            state = None  # frees its memory
        for index, scale in list(enumerate(scales))[first:]:
            timer.enter(index)
            if current is None or current.scale != index + 1:
                current = self._entered(index + 1, scale, canvas, current)
            else:
                yield step_of(current, scales, timer)
            evaluate: LossWithFallback | None = None
            while current.step < scale.steps and not stalled(current.recent, self.tolerance):
                if evaluate is None:
                    evaluate = LossWithFallback(loss_at, smaller, scale, fallbacks=current.fallbacks)
                    timer.ready()
                loss, parts = self._advance(current, evaluate)
                current.fallbacks = evaluate.fallbacks
                current.evaluations += 1
                if not math.isfinite(loss):
                    self._set_back(current, scale, canvas, loss)
                    continue
                current.recent.append(loss)
                current.losses = parts
                current.step += 1
                timer.tick()
                current.consistent = True
                yield step_of(current, scales, timer)
            evaluate = None  # frees the targets of this scale before those of the next are made
            canvas = last_good(current.mean, canvas)
        if current is not None and not any(scale.steps for scale in scales):
            start = current.canvas.detach()
            yield replace(step_of(current, scales, timer), snapshot=lambda: start, state=no_state)

    def _entered(self, number: int, scale: Scale, start: Tensor, before: LoopState | None) -> LoopState:
        """The state at the begin of a scale; the optimiser keeps what it learnt at the scale before."""
        canvas = make_canvas(start, scale.height, scale.width, resize=self.resize, bounds=self.bounds)
        rate = self.rate if before is None else before.rate
        optimizer = self.make_optimizer(canvas, rate)
        mean = RunningMean(self.average, bounds=self.bounds)
        if before is None:
            return LoopState(number, canvas, optimizer, mean, rate)
        carry_state(before.optimizer, optimizer, before.canvas, canvas)
        return LoopState(number, canvas, optimizer, mean, rate, before.fallbacks)

    def _restored(self, state: State, scales: Sequence[Scale], start: Tensor) -> LoopState:
        """The loop as it was when a state was taken."""
        shape = tuple(state.canvas.shape)
        shapes = [(*start.shape[:2], scale.height, scale.width) for scale in scales]
        if not 1 <= state.scale <= len(shapes) or shape != shapes[state.scale - 1]:
            raise CheckpointError(
                "the checkpoint is of other sizes than this run",
                got=f"a canvas of {shape} at size {state.scale}",
                expected=f"one of {', '.join(map(str, shapes))}",
                attempt="the settings of before",
            )
        return LoopState.restored(
            state,
            device=start.device,
            make_optimizer=self.make_optimizer,
            decay=self.average,
            bounds=self.bounds,
        )

    def _advance(self, current: LoopState, evaluate: LossWithFallback) -> tuple[float, dict[str, float]]:
        """One step of the optimiser; its loss (not a number if the canvas is not finite) and the parts.

        A canvas that is kept within bounds enters the mean after the step. One without limits may diverge,
        so it enters the mean a step later, when its loss has proved finite.
        """
        canvas, optimizer = current.canvas, current.optimizer
        limits = self.bounds if self.project else None
        parts: dict[str, float] = {}
        total = math.nan

        def closure() -> float:
            nonlocal total, parts
            total, parts = evaluate(canvas, current.evaluations)
            current.consistent = False
            if not math.isfinite(total):
                canvas.grad = torch.zeros_like(canvas)
            elif limits is None:
                current.mean.update(canvas)
            return total

        optimizer.step(closure)
        with torch.no_grad():
            if limits is not None:
                canvas.clamp_(*limits)
            if not bool(canvas.isfinite().all()):
                return math.nan, parts  # a finite loss may have a gradient that is not finite
        if limits is not None and math.isfinite(total):
            current.mean.update(canvas)
        return total, parts

    def _set_back(self, current: LoopState, scale: Scale, start: Tensor, loss: float) -> None:
        """After a loss that is not finite: go on from the last good canvas, with a quarter of the rate."""
        if current.rate < self.rate:
            raise DivergedError(
                "the optimisation diverged twice: the loss is not a finite number",
                got=f"loss {loss} at {scale.width} x {scale.height} px, step {current.step + 1}",
                attempt="a smaller --rate, smaller weights, or --precision float32",
            )
        current.rate /= 4
        log.warning("the loss became %s; going back to the last good picture, rate %g", loss, current.rate)
        good = last_good(current.mean, start)
        current.canvas = make_canvas(good, scale.height, scale.width, resize=self.resize, bounds=self.bounds)
        current.optimizer = self.make_optimizer(current.canvas, current.rate)
        current.mean = RunningMean(self.average, bounds=self.bounds)
        current.recent.clear()


def step_of(current: LoopState, scales: Sequence[Scale], timer: TimeLeft) -> Step:
    """The report of the step that was just made."""
    scale, number = scales[current.scale - 1], current.step
    return Step(
        scale=current.scale,
        scales=len(scales),
        step=number,
        steps=scale.steps,
        height=scale.height,
        width=scale.width,
        loss=current.recent[-1] if current.recent else math.nan,
        losses=current.losses,
        seconds=timer.seconds,
        seconds_left=timer.left(number),
        snapshot=current.mean.value,
        state=partial(current.state, number, seconds=timer.seconds, costs=timer.costs),
    )


def stalled(recent: Sequence[float], tolerance: float) -> bool:
    """Whether the loss has stopped falling.

    Compares the mean of the newer half of a full window of losses with that of the older half.

    Args:
        recent: the last losses, oldest first; judged only when there are 2 * WINDOW of them.
        tolerance: the loss has stopped if it falls by this fraction a step or less; 0: never.
    """
    if tolerance <= 0 or len(recent) < 2 * WINDOW:
        return False
    values = list(recent)
    older, newer = sum(values[:WINDOW]), sum(values[WINDOW:])
    return older - newer <= tolerance * WINDOW * abs(older)


def last_good(mean: RunningMean, start: Tensor) -> Tensor:
    """The running mean; the canvas that the scale started from, if the mean is empty."""
    return start if mean.empty else mean.value()
