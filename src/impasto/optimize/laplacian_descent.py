"""Descent along a gradient whose fine and coarse bands are equally strong, so that forms grow, not grain."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.optimize.canvas import Bounds
from impasto.optimize.descent import Descent

BANDS = 3
"""Octaves of detail in the Laplacian pyramid, besides the coarse rest; chosen by eye."""

MARGIN = 0.3
"""Distance from a bound, as a fraction of the range, below which steps towards it get shorter; by eye."""


class LaplacianDescent(Descent):
    """Steps of constant mean length, down a gradient whose bands of detail are made equally strong.

    x <- x - rate * r * d / mean |d|, where d = M b, b is the gradient with equal bands, and r <= 1 falls in
    proportion to the distance from the bound ahead, from MARGIN on, so that nothing is clipped

    It keeps no state from step to step.

    Args:
        canvas: a leaf, (1, C, H, W), within the bounds.
        rate: mean length of a step, in units of the canvas.
        mix: M, (C, C), how the gradient of one channel moves the others; None: channels move independently.
        finest: strength of the finest band, relative to the others.
        bounds: lowest and highest value of the canvas; None: no limits, r = 1.

    Source: Mordvintsev, Olah, Tyka 2015, DeepDream (a gradient over its mean absolute value); Mordvintsev
    2016, "DeepDreaming with TensorFlow" (bands of a Laplacian pyramid, each over its deviation).
    Differs: the finest band counts less, colours are mixed (Olah, Mordvintsev, Schubert 2017, "Feature
    visualization", steps in a space of decorrelated colours), and steps get shorter near black and white.
    """

    def __init__(
        self,
        canvas: Tensor,
        rate: float,
        *,
        mix: Tensor | None = None,
        finest: float = 1.0,
        bounds: Bounds | None = (0.0, 1.0),
    ) -> None:
        super().__init__(canvas, rate)
        self.mix, self.finest, self.bounds = mix, finest, bounds

    def direction(self, canvas: Tensor, gradient: Tensor) -> Tensor:
        """(1, C, H, W), of a mean length of 1 at most."""
        direction = equal_bands(gradient, finest=self.finest)
        if self.mix is not None:
            direction = torch.einsum("dc,nchw->ndhw", self.mix.to(direction), direction)
        direction = direction / _positive(direction.abs().mean())
        if self.bounds is None:
            return direction
        low, high = self.bounds
        distance = torch.where(direction > 0, canvas - low, high - canvas)
        return direction * (distance / (MARGIN * (high - low))).clamp_(0, 1)


def equal_bands(gradient: Tensor, *, finest: float = 1.0) -> Tensor:
    """A gradient whose bands of detail all have a standard deviation of 1, except the finest.

    The bands are those of a Laplacian pyramid: what is lost by halving the size, and the coarse rest.

    Args:
        gradient: (N, C, H, W), any range; a signal is (1, 1, 1, T).
        finest: deviation of the finest band, of about 2 px a period.
    Returns:
        (N, C, H, W); zero where the gradient is zero.

    Source: Burt, Adelson 1983, "The Laplacian pyramid as a compact image code"; Mordvintsev 2016.
    Differs: no side is halved below 4 px.
    """
    bands, rest = [], gradient
    for _ in range(BANDS):
        halves = [(side + 1) // 2 for side in rest.shape[2:]]
        if min((half for half, side in zip(halves, rest.shape[2:], strict=True) if side > 1), default=0) < 4:
            break
        low = _resampled(rest, halves)
        bands.append(rest - _resampled(low, rest.shape[2:]))
        rest = low
    total = rest / _positive(rest.std())
    for band in reversed(bands):
        strength = finest if band is bands[0] else 1.0
        total = _resampled(total, band.shape[2:]) + band * (strength / _positive(band.std()))
    return total


def _resampled(x: Tensor, shape: Sequence[int]) -> Tensor:
    return F.interpolate(x, size=tuple(shape), mode="bilinear", antialias=True, align_corners=False)


def _positive(number: Tensor) -> Tensor:
    """The number, or the smallest positive one, to divide by."""
    return number.clamp_min(torch.finfo(number.dtype).tiny)
