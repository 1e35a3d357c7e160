"""A GPU against the CPU: do both compute the same, and how long does a picture take.

    python benchmarks/gpu.py [--device cuda] [--sizes 512,1024,2048,4096] [--minutes 8]

Prints in Markdown, each as soon as it is measured: the relative difference of each loss and of its gradient
with respect to the picture, through the network, between CPU and device; the difference of a picture painted
in bfloat16 from one in float32; seconds a step and a picture by size and precision, with the share of the
device's own fastest matrix product that the convolutions reach. What does not fit into --minutes is left
out, and says so. On a machine without a GPU, ``--device cpu`` runs the same script.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from impasto import features, registry, samples
from impasto.errors import OutOfMemoryError
from impasto.features.extractor import Extractor
from impasto.losses.base import Loss
from impasto.recipes.stylize import RECIPE
from impasto.runtime import choose_device, facts
from impasto.settings import StylizeSettings
from impasto.synthesis.context import Context

LAYERS = {"relu3_1": 1.0, "relu4_1": 1.0}
MATRIX_SIDE = 4096
PRODUCTS = 10
ALLOWED = 1e-3
"""Relative difference of CPU and device, in float32, above which a row is marked."""


@dataclass
class Clock:
    """Time that is left.

    Attributes:
        seconds: in all.
    """

    seconds: float

    def __post_init__(self) -> None:
        self.start = time.perf_counter()

    @property
    def left(self) -> float:
        """Seconds; negative when the time is up."""
        return self.seconds - (time.perf_counter() - self.start)


def timed(work: Callable[[], object], device: torch.device) -> float:
    """Seconds of some work, the device's queue included."""
    synchronise(device)
    start = time.perf_counter()
    work()
    synchronise(device)
    return time.perf_counter() - start


def synchronise(device: torch.device) -> None:
    """Wait until the device has done what it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def relative_difference(x: Tensor, y: Tensor) -> float:
    """|x - y| / |x|, both on the CPU in float64."""
    x, y = x.detach().double().cpu(), y.detach().double().cpu()
    return float((x - y).norm() / x.norm().clamp_min(1e-30))


def loss_and_gradient(loss: Loss, image: Tensor, other: Tensor, network: Extractor) -> tuple[Tensor, Tensor]:
    """The loss of a picture towards another one, and its gradient: (1,), (1, 3, H, W)."""
    leaf = image.clone().requires_grad_()
    layers = [layer for layer in loss.layers if layer != "image"]

    def read(picture: Tensor) -> dict[str, Tensor]:
        return {"image": picture, **(network(picture, layers) if layers else {})}

    value = loss(read(leaf), loss.finish(loss.target(read(other))))
    value.sum().backward()  # type: ignore[no-untyped-call]
    return value, leaf.grad if leaf.grad is not None else torch.zeros_like(leaf)


def contracts(device: torch.device) -> Iterator[tuple[str, float, float]]:
    """(name, difference of the value, difference of the gradient) of every loss, CPU against device."""
    draw = torch.Generator().manual_seed(0)
    image, other = torch.rand(2, 1, 3, 128, 128, generator=draw)
    torch.backends.cudnn.allow_tf32 = False
    for name in registry.LOSSES:
        kind = registry.find(registry.LOSSES, name, kind="loss")
        on_picture = name in ("palette", "laplacian-bands", "lightness-order", "evenness", "total-variation")
        loss = kind({"image": 1.0} if on_picture else LAYERS)
        both = []
        for place in (torch.device("cpu"), device):
            network = features.load("compact", None, "max").to(place)
            both.append(loss_and_gradient(loss, image.to(place), other.to(place), network))
        (value, gradient), (there, gradient_there) = both
        yield name, relative_difference(value, there), relative_difference(gradient, gradient_there)


def paint(device: torch.device, size: int, precision: str, steps: int) -> tuple[Tensor, list[float]]:
    """A picture of ``steps`` steps at one size, and the seconds of each step."""
    photo, style = (samples.photo("astronaut").resize((size, size)), samples.style("swirl"))
    settings = StylizeSettings.of(
        {
            "size": size,
            "scales": 1,
            "steps": steps,
            "tolerance": 0.0,
            "device": str(device),
            "precision": precision,
        }
    )
    times, before = [], 0.0
    for step in RECIPE.job({"content": photo, "style": style}, settings, Context()).steps():
        synchronise(device)
        times.append(step.seconds - before)
        before, last = step.seconds, step
    return last.snapshot().cpu(), times


def whole_picture(device: torch.device, size: int, precision: str) -> float:
    """Seconds of a picture with the default settings."""
    photo, style = (samples.photo("astronaut").resize((size, size)), samples.style("swirl"))
    settings = StylizeSettings.of({"size": size, "device": str(device), "precision": precision})
    job = RECIPE.job({"content": photo, "style": style}, settings, Context())

    def run() -> None:
        for _ in job.steps():
            pass

    return timed(run, device)


def operations(network: nn.Module, size: int) -> float:
    """Floating-point operations of a run at size x size px: two a product forward, two backward."""
    count, stride = 0.0, 1
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            height, width = layer.kernel_size
            count += layer.in_channels * layer.out_channels * height * width * (size / stride) ** 2
        elif isinstance(layer, (nn.MaxPool2d, nn.AvgPool2d)):
            stride *= 2
    return 4.0 * count  # weights have no gradient


def peak(device: torch.device, dtype: torch.dtype, side: int) -> float:
    """Operations a second of the device's own matrix product, the yardstick of the tables."""
    a, b = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
    timed(lambda: a @ b, device)
    return 2.0 * side**3 * PRODUCTS / timed(lambda: [a @ b for _ in range(PRODUCTS)], device)


def speed(device: torch.device, sizes: Sequence[int], clock: Clock, *, steps: int, side: int) -> None:
    """Print the table of times."""
    network = features.load("compact", None, "max")
    print("\n| size, px | precision | a step, s | share of the fastest product | a picture, s |")
    print("| --- | --- | --- | --- | --- |")
    spent = 1.0
    for size in sizes:
        for precision, dtype in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
            if clock.left < 6 * spent:  # four times the pixels, and some more
                print(f"| {size} | {precision} | left out: {clock.left:.0f} s were left | | |")
                continue
            start = time.perf_counter()
            try:
                a_step = min(paint(device, size, precision, steps)[1][1:])
                picture = whole_picture(device, size, precision)
            except (torch.OutOfMemoryError, OutOfMemoryError) as error:
                print(f"| {size} | {precision} | {str(error).splitlines()[0]} | | |")
                continue
            share = operations(network, size) / a_step / peak(device, dtype, side)
            print(f"| {size} | {precision} | {a_step:.4f} | {share:.1%} | {picture:.2f} |", flush=True)
            spent = time.perf_counter() - start


def main(words: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--sizes", default="512,1024,2048,4096")
    parser.add_argument("--minutes", type=float, default=8.0)
    parser.add_argument("--steps", type=int, default=8, help="steps that are timed at each size, from 2 on")
    parser.add_argument(
        "--matrix", type=int, default=MATRIX_SIDE, help="side of the product that is the yardstick"
    )
    args = parser.parse_args(words)
    clock, device = Clock(60 * args.minutes), choose_device(args.device)
    machine = facts()
    print("; ".join(f"{key} {machine[key]}" for key in ("cpu", "devices", "torch", "impasto")))

    print("\n| loss | value, relative difference | gradient, relative difference | |")
    print("| --- | --- | --- | --- |")
    for name, value, gradient in contracts(device):
        mark = "" if max(value, gradient) <= ALLOWED else f"above {ALLOWED:g}"
        print(f"| {name} | {value:.1e} | {gradient:.1e} | {mark} |", flush=True)

    size = min(256, int(args.sizes.split(",")[0]))
    plain, half = (paint(device, size, precision, args.steps)[0] for precision in ("float32", "bfloat16"))
    levels = 255 * (plain - half).abs()
    print(
        f"\nA picture of {size} px in bfloat16 differs from one in float32 by {levels.mean():.2f} levels "
        f"of 255 on the mean, {levels.max():.0f} at most. Gradients in bfloat16 have the range of float32, "
        "so the loss is not scaled."
    )
    speed(device, [int(side) for side in args.sizes.split(",")], clock, steps=args.steps, side=args.matrix)


if __name__ == "__main__":
    main()
