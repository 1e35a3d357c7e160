"""Steps along a gradient whose fine and coarse parts count alike, so that forms grow instead of grain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name
from torch.optim import Optimizer

BANDS = 3
"""Octaves of detail that are told apart, besides all that is coarser; chosen by eye."""

ROOM = 0.3
"""Distance from black or white, of 1, under which steps towards it get shorter; chosen by eye."""


class LaplacianDescent(Optimizer):
    """Steps of one mean length, down a gradient whose bands of detail have been made equally strong.

    x <- x - rate * r * d / mean |d|, where d = M b, b is the gradient with its bands equalised, and r <= 1
    falls off in proportion to what is left to black or white, from ROOM on, so that nothing burns out

    It remembers nothing from step to step.

    Args:
        canvas: the leaf to be changed, (1, 3, H, W) in [0, 1].
        rate: mean length of a step, of a pixel in [0, 1].
        mix: M, (3, 3), what a pull at one colour channel does to the others.
        finest: share of the finest band.

    Source: Mordvintsev, Olah, Tyka 2015, DeepDream (a gradient over its mean absolute value); Mordvintsev
    2016, "DeepDreaming with TensorFlow" (bands of a Laplacian pyramid, each over its deviation).
    Differs: the finest band counts less, colours are mixed (Olah, Mordvintsev, Schubert 2017, "Feature
    visualization", steps in a space of decorrelated colours), and steps end softly at black and white.
    """

    def __init__(self, canvas: Tensor, rate: float, *, mix: Tensor, finest: float) -> None:
        super().__init__([canvas], {"lr": rate})
        self.mix, self.finest = mix, finest

    def step(self, closure: Callable[[], float] | None = None) -> Any:
        """One step; the closure leaves the gradient in the canvas and returns the loss."""
        loss = None if closure is None else closure()
        for group in self.param_groups:
            for canvas in group["params"]:
                if canvas.grad is not None:
                    with torch.no_grad():
                        canvas.sub_(group["lr"] * self._direction(canvas))
        return loss

    def _direction(self, canvas: Tensor) -> Tensor:
        """(1, 3, H, W), of a mean length of 1 at most."""
        even = equalised(canvas.grad, finest=self.finest)  # type: ignore[arg-type]
        mixed = torch.einsum("dc,nchw->ndhw", self.mix.to(even), even)
        mixed = mixed / _positive(mixed.abs().mean())
        room = torch.where(mixed > 0, canvas, 1 - canvas)
        return mixed * (room / ROOM).clamp_(0, 1)


def equalised(gradient: Tensor, *, finest: float = 1.0) -> Tensor:
    """A gradient whose bands of detail all have a deviation of 1, but for the finest.

    The bands are those of a Laplacian pyramid: what is lost when a picture is halved, and at last the rest.

    Args:
        gradient: (N, 3, H, W), any range.
        finest: deviation of the finest band, of about 2 px a period.
    Returns:
        (N, 3, H, W); zero where the gradient has nothing.

    Source: Burt, Adelson 1983, "The Laplacian pyramid as a compact image code"; Mordvintsev 2016.
    Differs: nothing is halved below 4 px.
    """
    bands, rest = [], gradient
    for _ in range(BANDS):
        height, width = ((side + 1) // 2 for side in rest.shape[2:])
        if min(height, width) < 4:
            break
        low = _sampled(rest, (height, width))
        bands.append(rest - _sampled(low, rest.shape[2:]))
        rest = low
    found = rest / _positive(rest.std())
    for band in reversed(bands):
        share = finest if band is bands[0] else 1.0
        found = _sampled(found, band.shape[2:]) + band * (share / _positive(band.std()))
    return found


def _sampled(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    return F.interpolate(x, size=tuple(shape), mode="bilinear", antialias=True, align_corners=False)


def _positive(number: Tensor) -> Tensor:
    """What can be divided by."""
    return number.clamp_min(torch.finfo(number.dtype).tiny)
