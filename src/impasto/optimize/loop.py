"""The one loop: a canvas, an objective for every size, and a step yielded after each change."""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.optim import Optimizer

from impasto.errors import DivergedError
from impasto.optimize.canvas import Average, leaf
from impasto.optimize.optimizers import carry_state
from impasto.optimize.schedule import Scale

log = logging.getLogger(__name__)

Measure = Callable[[Tensor], tuple[Tensor, dict[str, Tensor]]]
"""canvas (1, 3, H, W) -> (loss with gradients, its parts)."""

WINDOW = 8
"""Steps over which the fall of the loss is judged; chosen by eye."""


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
        snapshot: the mean of the canvases looked at so far, (1, 3, H, W) in [0, 1]; it becomes the result.
            Only canvases whose loss has proved finite enter it. Call it before asking for the next step.
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


@dataclass(frozen=True)
class Loop:
    """How a canvas is changed.

    Attributes:
        make_optimizer: (canvas, rate) -> optimiser.
        rate: length of a step.
        average: memory of the running mean, 0 <= average < 1.
        tolerance: end a size when the loss falls by less than this share a step.
        clamp: keep the canvas in [0, 1] after each step.
    """

    make_optimizer: Callable[[Tensor, float], Optimizer]
    rate: float
    average: float
    tolerance: float
    clamp: bool

    def run(
        self, start: Tensor, scales: Sequence[Scale], problem: Callable[[Scale], Measure]
    ) -> Iterator[Step]:
        """Change a picture until the steps are used up or the loss stops falling, size after size.

        A loss that is no finite number is met once by going back to the last good picture with a quarter of
        the rate; the second time it is an error.

        Args:
            start: (1, 3, h, w) in [0, 1]; any size.
            scales: coarsest first.
            problem: makes the measure of a size; called once a size.
        Yields:
            A ``Step`` after each change.
        Raises:
            DivergedError: the loss was no finite number, twice.
        """
        clock = _Clock(scales)
        rate, image = self.rate, start
        last: tuple[Optimizer, Tensor] | None = None
        for index, scale in enumerate(scales):
            measure = problem(scale)
            canvas = leaf(image, scale.height, scale.width)
            optimizer = self.make_optimizer(canvas, rate)
            if last is not None:
                carry_state(last[0], optimizer, last[1], canvas)
            average = Average(self.average)
            recent: deque[float] = deque(maxlen=2 * WINDOW)
            number = 1
            while number <= scale.steps:
                loss, parts = self._advance(optimizer, canvas, measure, average)
                if not math.isfinite(loss):
                    if rate < self.rate:
                        raise DivergedError(
                            "the picture ran away twice: its loss is no finite number",
                            got=f"loss {loss} at {scale.width} x {scale.height} px, step {number}",
                            attempt="a smaller --rate, smaller weights, or --precision float32",
                        )
                    rate /= 4
                    log.warning(
                        "the loss became %s; going back to the last good picture, rate %g", loss, rate
                    )
                    image = resume_from(average, image)
                    canvas = leaf(image, scale.height, scale.width)
                    optimizer, average = self.make_optimizer(canvas, rate), Average(self.average)
                    recent.clear()
                    continue
                recent.append(loss)
                clock.tick(index, number)
                yield Step(
                    scale=index + 1, scales=len(scales), step=number, steps=scale.steps,
                    height=scale.height, width=scale.width, loss=loss, losses=parts,
                    seconds=clock.seconds, seconds_left=clock.left(index, number), snapshot=average.image,
                )  # fmt: skip
                if stalled(recent, self.tolerance):
                    break
                number += 1
            image = resume_from(average, image)
            last = (optimizer, canvas)

    def _advance(
        self, optimizer: Optimizer, canvas: Tensor, measure: Measure, average: Average
    ) -> tuple[float, dict[str, float]]:
        """One step; the canvas enters the mean once its loss has proved finite."""
        told: dict[str, float] = {}
        total = math.nan

        def closure() -> float:
            nonlocal total, told
            optimizer.zero_grad(set_to_none=True)
            loss, parts = measure(canvas)
            total = loss.item()
            told = {name: part.item() for name, part in parts.items()}
            if math.isfinite(total):
                loss.backward()  # type: ignore[no-untyped-call]
                average.update(canvas)
            else:
                canvas.grad = torch.zeros_like(canvas)
            return total

        optimizer.step(closure)
        if self.clamp:
            with torch.no_grad():
                canvas.clamp_(0, 1)
        return total, told


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


class _Clock:
    """Time used and time left; a step costs in proportion to its pixels, measured at the current size."""

    def __init__(self, scales: Sequence[Scale]) -> None:
        self.scales = scales
        self.start = self.entered = time.perf_counter()
        self.now = self.start
        self.index = 0

    def tick(self, index: int, number: int) -> None:
        before, self.now = self.now, time.perf_counter()
        if number == 1:
            self.index, self.entered = index, before

    @property
    def seconds(self) -> float:
        return self.now - self.start

    def left(self, index: int, number: int) -> float:
        current = self.scales[index]
        a_pixel = (self.now - self.entered) / number / current.pixels
        later = sum(scale.steps * scale.pixels for scale in self.scales[index + 1 :])
        return a_pixel * ((current.steps - number) * current.pixels + later)
