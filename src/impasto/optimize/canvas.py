"""What is optimised: the pixels themselves, and the running mean that becomes the picture."""

from __future__ import annotations

import torch
from torch import Tensor

from impasto.images.resize import resize


class Average:
    """Running mean of the canvas: strokes that every step agrees on stay, its flicker goes.

    mean <- d * mean + (1 - d) * canvas, divided by 1 - d^steps

    Args:
        decay: d, 0 <= d < 1; 0 keeps the last canvas only.

    Source: Polyak, Juditsky 1992; with Adam's correction of the start (Kingma, Ba 2015, section 3).
    """

    def __init__(self, decay: float) -> None:
        self.decay = decay
        self._sum: Tensor | None = None
        self._steps = 0

    def update(self, canvas: Tensor) -> None:
        """Take in a canvas, (1, 3, H, W)."""
        if self._sum is None:
            self._sum = torch.zeros_like(canvas)
        self._steps += 1
        self._sum.lerp_(canvas.detach(), 1 - self.decay)

    @property
    def empty(self) -> bool:
        """Nothing has been taken in."""
        return self._sum is None

    def image(self) -> Tensor:
        """The mean so far, (1, 3, H, W), in [0, 1]."""
        if self._sum is None:
            raise RuntimeError("the mean of no canvas")
        return (self._sum / (1 - self.decay**self._steps)).clamp(0, 1)


def leaf(image: Tensor, height: int, width: int) -> Tensor:
    """A fresh canvas with the picture on it, at a size.

    Args:
        image: (1, 3, h, w) in [0, 1].
        height: of the canvas, px.
        width: of the canvas, px.
    Returns:
        (1, 3, height, width), float32, requires grad, of its own memory.
    """
    return (
        resize(image, (height, width)).detach().clone(memory_format=torch.contiguous_format).requires_grad_()
    )
