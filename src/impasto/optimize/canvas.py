"""What is optimised: the pixels themselves, and the running mean that becomes the picture."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from impasto.images.resize import resize

Resize = Callable[[Tensor, tuple[int, int]], Tensor]
"""(picture, (h, w)) -> the picture at that size."""


class Average:
    """Running mean of the canvas: strokes that every step agrees on stay, its flicker goes.

    mean <- d * mean + (1 - d) * canvas, divided by 1 - d^steps

    Args:
        decay: d, 0 <= d < 1; 0 keeps the last canvas only.
        taken_in: what another mean had taken in, to go on from there.

    Source: Polyak, Juditsky 1992; with Adam's correction of the start (Kingma, Ba 2015, section 3).
    """

    def __init__(self, decay: float, *, taken_in: tuple[Tensor, int] | None = None) -> None:
        self.decay = decay
        # One name for both, set in one go: Ctrl-C finds the old mean or the new one, nothing between.
        self._taken_in = taken_in

    def update(self, canvas: Tensor) -> None:
        """Take in a canvas, (1, 3, H, W)."""
        nothing = canvas.new_zeros(()).expand_as(canvas)
        total, steps = self._taken_in or (nothing, 0)
        self._taken_in = (total.lerp(canvas.detach(), 1 - self.decay), steps + 1)

    @property
    def empty(self) -> bool:
        """Nothing has been taken in."""
        return self._taken_in is None

    def taken_in(self) -> tuple[Tensor, int]:
        """The sum so far, (1, 3, H, W), not yet divided, and of how many canvases; for a checkpoint."""
        if self._taken_in is None:
            raise RuntimeError("the mean of no canvas")
        return self._taken_in

    def image(self) -> Tensor:
        """The mean so far, (1, 3, H, W), in [0, 1]."""
        total, steps = self.taken_in()
        return (total / (1 - self.decay**steps)).clamp_(0, 1)


def leaf(image: Tensor, height: int, width: int, resized: Resize = resize) -> Tensor:
    """A fresh canvas with the picture on it, at a size.

    Args:
        image: (1, 3, h, w) in [0, 1].
        height: of the canvas, px.
        width: of the canvas, px.
        resized: how a picture is brought to another size.
    Returns:
        (1, 3, height, width), float32, requires grad, of its own memory.
    """
    sized = resized(image, (height, width)).detach()
    if sized.data_ptr() == image.data_ptr():
        sized = sized.clone(memory_format=torch.contiguous_format)
    return sized.contiguous().requires_grad_()
