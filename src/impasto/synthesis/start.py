"""The canvas before the first step."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from impasto import runtime
from impasto.images import io
from impasto.images.resize import cover
from impasto.optimize.schedule import Scale
from impasto.synthesis.feed_forward import feed_forward
from impasto.synthesis.styled import Styled

NOISE = 0.25
"""Standard deviation of the noise that a canvas starts from: as spread as a photo; chosen by eye."""

PAPER_NOISE = 1 / 255
"""The same in the units of the paper, for L-BFGS leaves noise that the network hardly sees: one grey level.

Source: randn in pixel values of 0 to 255, the random start in Gatys' PyTorch code.
"""


def start_canvas(styled: Styled, init: str) -> Callable[[Scale], Tensor]:
    """The canvas before the first step.

    Args:
        styled: its photo, styles and seed.
        init: "content", "noise", "style" (the first one), "instant" (the photo through the any-style
            network), or a picture's file.
    Returns:
        Scale -> (1, 3, h, w) in [0, 1], of any size.
    """

    def start(scale: Scale) -> Tensor:
        shape, device = (scale.height, scale.width), styled.network.device
        if init == "content" and styled.photo is not None:
            return styled.photo.to(device)
        if init == "instant" and styled.photo is not None:
            return feed_forward(styled, styled.photo)
        if init == "style":
            return cover(styled.styles[0].picture.pixels, shape).to(device)
        if init == "noise":
            noise = torch.randn(1, 3, *shape, generator=runtime.generator(styled.machine.seed))
            spread = PAPER_NOISE if styled.style.normalization == "paper" else NOISE
            return (0.5 + spread * noise).clamp(0, 1).to(device)
        picture = io.read(init, max_megapixels=styled.machine.max_megapixels, name="init")
        return cover(picture.pixels, shape).to(device)

    return start
