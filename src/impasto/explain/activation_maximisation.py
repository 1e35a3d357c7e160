"""The picture that a channel likes best, found by going uphill."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto import runtime
from impasto.explain.context import NetworkView
from impasto.losses.total_variation import total_variation

SIDE_PX, RATE, VARIATION, SHIFTS, SLOPE = 128, 0.05, 20.0, 8, 0.1
"""Of the pictures that are sought: side, Adam's step, weight of what keeps them smooth, shifts; by eye.

SLOPE is that of the rectifier below zero: a unit that is silent in grey noise still says which way to go.
"""


def favourite(
    lens: NetworkView, layer: str, channel: int, *, side_px: int = SIDE_PX, steps: int = 40
) -> Tensor:
    """The picture that a channel likes best, found by gradient ascent from grey noise.

    x* = arg max of the mean over places of F[channel](x), over the largest so far, - VARIATION * variation

    Args:
        lens: what looks.
        layer: a name.
        channel: which.
        side_px: of the picture.
        steps: at each of three sizes, coarse to fine.
    Returns:
        (1, 3, side_px, side_px) in [0, 1].

    Source: after Erhan, Bengio, Courville, Vincent 2009, eq. 1; Olah, Mordvintsev, Schubert 2017 (that it
        needs smoothing and shifts).
    Differs: the mean of a map, under a leaky rectifier, instead of one unit; pixels in [0, 1] and total
        variation instead of a fixed norm; coarse to fine.
    """
    names = list(lens.units.chain)
    # Before the rectifier, where a silent unit still has a gradient.
    rectified = isinstance(lens.units.chain[layer], nn.ReLU)
    read = names[names.index(layer) - 1] if rectified else layer
    smallest = lens.units.geometry[layer].smallest_input_px
    random = runtime.generator(lens.settings.seed)
    canvas = 0.5 + 0.02 * torch.randn(1, 3, side_px // 4, side_px // 4, generator=random).to(lens.device)
    for share in (4, 2, 1):
        side = max(side_px // share, smallest + 4)
        canvas = F.interpolate(canvas, size=(side, side), mode="bicubic", align_corners=False)
        canvas = canvas.clamp(0, 1).detach().requires_grad_()
        adam = torch.optim.Adam([canvas], lr=RATE, betas=(0.9, 0.99))
        scale = 1e-6
        for _ in range(steps):
            shift = [int(x) for x in torch.randint(0, SHIFTS, (2,), generator=random)]
            seen = lens.units(torch.roll(canvas, shift, (2, 3)), [read])[read][0, channel]
            liked = F.leaky_relu(seen, SLOPE).mean()
            scale = max(scale, abs(float(liked.detach())))
            loss = VARIATION * total_variation(canvas).sum() - liked / scale
            (canvas.grad,) = torch.autograd.grad(loss, canvas)
            adam.step()
            canvas.data.clamp_(0, 1)
            lens.watch(canvas.detach())
    return F.interpolate(canvas.detach(), size=(side_px, side_px), mode="bicubic").clamp(0, 1)
