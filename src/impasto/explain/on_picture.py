"""The callback that receives every picture while figures are drawn."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

OnPicture = Callable[[Tensor], None]
"""Called with each picture that is read or painted, (1, 3, H, W) in [0, 1]; its exceptions end the work."""


def ignore_picture(pixels: Tensor) -> None:
    """Do nothing with the picture: the default callback."""
