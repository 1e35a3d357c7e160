"""What is optimised: a canvas, its running mean, and how it is brought to another size."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

Bounds = tuple[float, float]
"""Lowest and highest value of a canvas."""

Resize = Callable[[Tensor, tuple[int, int]], Tensor]
"""(canvas (1, C, H, W), (h, w)) -> (1, C, h, w)."""


class RunningMean:
    """Exponential running mean of a canvas: what all steps agree on stays, what flickers goes.

    sum <- d * sum + (1 - d) * canvas; after n canvases, mean = sum / (1 - d^n)

    Args:
        decay: d, 0 <= d < 1; 0 keeps only the last canvas.
        bounds: the mean is clamped to them; None: no limits.
        accumulated: (sum, n) of an earlier mean, to continue it.

    Source: Polyak, Juditsky 1992; with Adam's correction of the start (Kingma, Ba 2015, section 3).
    """

    def __init__(
        self, decay: float, *, bounds: Bounds | None = None, accumulated: tuple[Tensor, int] | None = None
    ) -> None:
        self.decay, self.bounds = decay, bounds
        # Sum and count are one attribute, set at once: Ctrl-C leaves the old mean or the new one.
        self._accumulated = accumulated

    def update(self, canvas: Tensor) -> None:
        """Include a canvas, (1, C, H, W)."""
        nothing = canvas.new_zeros(()).expand_as(canvas)
        total, count = self._accumulated or (nothing, 0)
        self._accumulated = (total.lerp(canvas.detach(), 1 - self.decay), count + 1)

    @property
    def empty(self) -> bool:
        """Whether no canvas has been included."""
        return self._accumulated is None

    def accumulated(self) -> tuple[Tensor, int]:
        """The sum, (1, C, H, W), and the number of canvases, for a checkpoint.

        Raises:
            RuntimeError: no canvas has been included.
        """
        if self._accumulated is None:
            raise RuntimeError("the running mean has no canvas yet")
        return self._accumulated

    def value(self) -> Tensor:
        """The mean, (1, C, H, W), within the bounds."""
        total, count = self.accumulated()
        mean = total / (1 - self.decay**count)
        return mean if self.bounds is None else mean.clamp_(*self.bounds)


def resample(canvas: Tensor, shape: tuple[int, int]) -> Tensor:
    """A canvas of any channels and range at another size: bicubic, with a low-pass filter when it shrinks.

    Args:
        canvas: (N, C, H, W), any range; a signal is (1, 1, 1, T).
        shape: (h, w) of the result.
    Returns:
        (N, C, h, w); it may exceed the range of the canvas at edges. The canvas itself if it has that shape.

    Source: Keys 1981, cubic convolution, with a = -0.5 as in Pillow.
    Differs: nothing.
    """
    if tuple(canvas.shape[2:]) == tuple(shape):
        return canvas
    return F.interpolate(canvas, size=shape, mode="bicubic", antialias=True, align_corners=False)


def make_canvas(
    start: Tensor, height: int, width: int, *, resize: Resize = resample, bounds: Bounds | None = None
) -> Tensor:
    """A new canvas of a size, as a leaf of autograd.

    Args:
        start: (1, C, h, w), what the canvas shows.
        height: of the canvas, px.
        width: of the canvas, px.
        resize: brings the start to that size.
        bounds: the canvas is clamped to them; None: no limits.
    Returns:
        (1, C, height, width), requires grad, in memory of its own.
    """
    canvas = resize(start, (height, width)).detach()
    if canvas.data_ptr() == start.data_ptr():
        canvas = canvas.clone(memory_format=torch.contiguous_format)
    canvas = canvas.contiguous()
    if bounds is not None:
        canvas.clamp_(*bounds)
    return canvas.requires_grad_()
