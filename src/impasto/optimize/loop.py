"""The one loop: a canvas, an objective for every size, and a step yielded after each change."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor
from torch.optim import Optimizer

from impasto.errors import CheckpointError, DivergedError
from impasto.images.resize import resize
from impasto.optimize.canvas import Average, Resize, leaf
from impasto.optimize.checkpoint import State
from impasto.optimize.loop_state import WINDOW, LoopState
from impasto.optimize.oom_fallback import LossWithFallback, Measure, Problem, Smaller
from impasto.optimize.optimizers import carry_state
from impasto.optimize.schedule import Scale
from impasto.optimize.timing import TimeLeft

__all__ = ["WINDOW", "Loop", "Measure", "Step", "resume_from", "stalled"]

log = logging.getLogger(__name__)


def no_state() -> None:
    """The state of a step that was made without a loop."""


@dataclass(frozen=True)
class Step:
    """What the loop says after each look at the canvas.

    Attributes:
        scale: which size this is, from 1.
        scales: how many there are.
        step: which step at this size, from 1.
        steps: how many at most.
        height: of the canvas, px.
        width: of the canvas, px.
        loss: of the canvas that this step looked at, before it was changed.
        losses: its weighted parts by name.
        seconds: since the run began.
        seconds_left: estimate, if no size ends early.
        snapshot: the mean of the canvases of this size so far, (1, 3, H, W) in [0, 1]; it becomes the result.
            Only finite canvases enter it. Call it before asking for the next step.
        state: what the run can be continued from, after Ctrl-C too; None once the next step has begun to
            change the canvas. Its tensors are the loop's own: write them before asking for the next step.
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


@dataclass(frozen=True)
class Loop:
    """How a canvas is changed.

    Attributes:
        make_optimizer: (canvas, rate) -> optimiser.
        rate: length of a step.
        average: memory of the running mean, 0 <= average < 1.
        tolerance: end a size when the loss falls by less than this share a step.
        clamp: keep the canvas in [0, 1] after each step.
        resized: how a canvas is brought to the next size.
    """

    make_optimizer: Callable[[Tensor, float], Optimizer]
    rate: float
    average: float
    tolerance: float
    clamp: bool
    resized: Resize = resize

    def run(
        self,
        start: Tensor,
        scales: Sequence[Scale],
        problem: Problem,
        *,
        smaller: Smaller | None = None,
        state: State | None = None,
    ) -> Iterator[Step]:
        """Change a picture until the steps are used up or the loss stops falling, size after size.

        A loss that is no finite number is met once by going back to the last good picture with a quarter of
        the rate; the second time it is an error.

        Args:
            start: (1, 3, h, w) in [0, 1]; any size.
            scales: coarsest first.
            problem: makes the measure of a size; called once a size.
            smaller: makes one that needs less memory, for when memory runs out.
            state: go on from here, with the same scales and problem, as if the run had never stopped.
        Yields:
            A ``Step`` after each change; when going on, first the step that the state was taken from.
        Raises:
            DivergedError: the loss was no finite number, twice.
            OutOfMemoryError: memory ran out, and there is no measure that needs less.
            CheckpointError: the state is of other scales.
        """
        clock = TimeLeft(scales)
        image, first = start, 0
        progress: LoopState | None = None
        if state is not None:
            clock = TimeLeft(scales, spent_s=state.seconds, costs=state.costs)
            progress, first = self._restored(state, scales, start.device), state.scale - 1
            state = None  # its memory is wanted
        for index, scale in list(enumerate(scales))[first:]:
            clock.enter(index)
            if progress is None or progress.scale != index + 1:
                progress = self._entered(index + 1, scale, image, progress)
            else:
                yield told(progress, scales, clock)
            evaluate: LossWithFallback | None = None
            while progress.step < scale.steps and not stalled(progress.recent, self.tolerance):
                if evaluate is None:
                    evaluate = LossWithFallback(problem, smaller, scale, times=progress.smaller)
                    clock.ready()
                loss, parts = self._advance(progress, evaluate)
                progress.smaller = evaluate.times
                progress.looks += 1
                if not math.isfinite(loss):
                    self._go_back(progress, scale, image, loss)
                    continue
                progress.recent.append(loss)
                progress.losses = parts
                progress.step += 1
                clock.tick()
                progress.settled = True
                yield told(progress, scales, clock)
            evaluate = None  # what the measure keeps of this size goes before the next one begins
            image = resume_from(progress.average, image)

    def _entered(self, number: int, scale: Scale, image: Tensor, before: LoopState | None) -> LoopState:
        """A size begins: the picture so far, and what the optimiser remembers of the size before."""
        canvas = leaf(image, scale.height, scale.width, self.resized)
        rate = self.rate if before is None else before.rate
        optimizer = self.make_optimizer(canvas, rate)
        if before is None:
            return LoopState(number, canvas, optimizer, Average(self.average), rate)
        carry_state(before.optimizer, optimizer, before.canvas, canvas)
        return LoopState(number, canvas, optimizer, Average(self.average), rate, before.smaller)

    def _restored(self, state: State, scales: Sequence[Scale], device: torch.device) -> LoopState:
        """The progress that a state was taken from."""
        shape = tuple(state.canvas.shape)
        sizes = [(1, 3, scale.height, scale.width) for scale in scales]
        if not 1 <= state.scale <= len(sizes) or shape != sizes[state.scale - 1]:
            raise CheckpointError(
                "the checkpoint is of other sizes than this run",
                got=f"a canvas of {shape} at size {state.scale}",
                expected=f"one of {', '.join(map(str, sizes))}",
                attempt="the settings of before",
            )
        return LoopState.restored(
            state, device=device, make_optimizer=self.make_optimizer, decay=self.average
        )

    def _advance(self, progress: LoopState, evaluate: LossWithFallback) -> tuple[float, dict[str, float]]:
        """One step.

        A canvas in [0, 1] enters the mean after the step. One that is not kept there may run away, so it
        enters once its loss has proved finite, a step later.
        """
        canvas, optimizer = progress.canvas, progress.optimizer
        parts: dict[str, float] = {}
        total = math.nan

        def closure() -> float:
            nonlocal total, parts
            total, parts = evaluate(canvas, progress.looks)
            progress.settled = False
            if not math.isfinite(total):
                canvas.grad = torch.zeros_like(canvas)
            elif not self.clamp:
                progress.average.update(canvas)
            return total

        optimizer.step(closure)
        with torch.no_grad():
            if self.clamp:
                canvas.clamp_(0, 1)
            if not bool(canvas.isfinite().all()):
                return math.nan, parts  # a finite loss may have a gradient that is not
        if self.clamp and math.isfinite(total):
            progress.average.update(canvas)
        return total, parts

    def _go_back(self, progress: LoopState, scale: Scale, image: Tensor, loss: float) -> None:
        """After a loss that is no number: the last good picture, with a quarter of the rate."""
        if progress.rate < self.rate:
            raise DivergedError(
                "the picture ran away twice: its loss is no finite number",
                got=f"loss {loss} at {scale.width} x {scale.height} px, step {progress.step + 1}",
                attempt="a smaller --rate, smaller weights, or --precision float32",
            )
        progress.rate /= 4
        log.warning("the loss became %s; going back to the last good picture, rate %g", loss, progress.rate)
        good = resume_from(progress.average, image)
        progress.canvas = leaf(good, scale.height, scale.width, self.resized)
        progress.optimizer = self.make_optimizer(progress.canvas, progress.rate)
        progress.average = Average(self.average)
        progress.recent.clear()


def told(progress: LoopState, scales: Sequence[Scale], clock: TimeLeft) -> Step:
    """What is said of a step that was just made."""
    scale, number = scales[progress.scale - 1], progress.step
    return Step(
        scale=progress.scale, scales=len(scales), step=number, steps=scale.steps,
        height=scale.height, width=scale.width, loss=progress.recent[-1], losses=progress.losses,
        seconds=clock.seconds, seconds_left=clock.left(number), snapshot=progress.average.image,
        state=partial(progress.state, number, seconds=clock.seconds, costs=clock.costs),
    )  # fmt: skip


def stalled(recent: Sequence[float], tolerance: float) -> bool:
    """Whether the loss has stopped falling.

    The mean of the newer half of a full window of losses is held against that of the older half.

    Args:
        recent: the last losses, oldest first; judged only when there are 2 * WINDOW of them.
        tolerance: a fall a step of no more than this share of the loss is none; 0 never stops.
    """
    if tolerance <= 0 or len(recent) < 2 * WINDOW:
        return False
    values = list(recent)
    older, newer = sum(values[:WINDOW]), sum(values[WINDOW:])
    return older - newer <= tolerance * WINDOW * abs(older)


def resume_from(average: Average, image: Tensor) -> Tensor:
    """The mean, or the picture before it if nothing has been averaged yet."""
    return image if average.empty else average.image()
