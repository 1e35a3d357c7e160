"""Gradient ascent from grey noise to a picture that excites one channel."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto import runtime
from impasto.explain.context import NetworkView
from impasto.losses.total_variation import total_variation

SIDE_PX = 128
"""Side of the picture; chosen by eye, as the numbers below."""

RATE, VARIATION, SHIFTS_PX = 0.05, 20.0, 8
"""Adam's step, weight of the total variation, random shifts from 0 to one less than this."""

SLOPE = 0.1
"""Slope of the rectifier below zero: a unit that is silent in grey noise still has a gradient."""


def maximise_activation(
    view: NetworkView, layer: str, channel: int, *, side_px: int = SIDE_PX, steps: int = 40
) -> Tensor:
    """A picture that excites a channel, found by gradient ascent from grey noise.

    x* = arg max of mean(F[channel](x)) / (the largest mean so far) - VARIATION * variation(x)

    Args:
        view: the network.
        layer: a name.
        channel: its number.
        side_px: of the picture.
        steps: at each of three sizes, coarse to fine.
    Returns:
        (1, 3, side_px, side_px) in [0, 1].

    Source: after Erhan, Bengio, Courville, Vincent 2009, eq. 1; Olah, Mordvintsev, Schubert 2017 (smoothing
        and random shifts).
    Differs: the mean of a map, under a leaky rectifier, instead of one unit; pixels in [0, 1] and total
        variation instead of a fixed norm; coarse to fine.
    """
    names = list(view.units.chain)
    # Before the rectifier, where a silent unit still has a gradient.
    rectified = isinstance(view.units.chain[layer], nn.ReLU)
    source = names[names.index(layer) - 1] if rectified else layer
    smallest = view.units.geometry[layer].smallest_input_px
    random = runtime.generator(view.settings.seed)
    canvas = 0.5 + 0.02 * torch.randn(1, 3, side_px // 4, side_px // 4, generator=random).to(view.device)
    for divisor in (4, 2, 1):
        side = max(side_px // divisor, smallest + 4)
        canvas = F.interpolate(canvas, size=(side, side), mode="bicubic", align_corners=False)
        canvas = canvas.clamp(0, 1).detach().requires_grad_()
        adam = torch.optim.Adam([canvas], lr=RATE, betas=(0.9, 0.99))
        largest = 1e-6
        for _ in range(steps):
            shift = [int(x) for x in torch.randint(0, SHIFTS_PX, (2,), generator=random)]
            activations = view.units(torch.roll(canvas, shift, (2, 3)), [source])[source][0, channel]
            mean = F.leaky_relu(activations, SLOPE).mean()
            largest = max(largest, abs(float(mean.detach())))
            loss = VARIATION * total_variation(canvas).sum() - mean / largest
            (canvas.grad,) = torch.autograd.grad(loss, canvas)
            adam.step()
            canvas.data.clamp_(0, 1)
            view.on_picture(canvas.detach())
    return F.interpolate(canvas.detach(), size=(side_px, side_px), mode="bicubic").clamp(0, 1)
