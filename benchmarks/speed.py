"""Time of a default run, in passes of VGG-19; both are measured together, as machines are noisy.

    python benchmarks/speed.py [--size 512] [--repeats 5]

A pass is one forward and backward run of VGG-19 (to relu5_1, float32, gradient with respect to the picture)
at the same size. Prints medians and spreads, seconds a step by size, how the cost of a megapixel grows with
the size, and the time of ``impasto --help``.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import torch
from torch import nn

from impasto import samples
from impasto.recipes.stylize import RECIPE
from impasto.runtime import facts
from impasto.settings import StylizeSettings
from impasto.synthesis.context import Context

STAGES = ((64, 64), (128, 128), (256,) * 4, (512,) * 4, (512,))


def seconds(work: Callable[[], object], repeats: int, warm: int = 1) -> list[float]:
    """Times of several runs, after ``warm`` that do not count."""
    times = []
    for index in range(warm + repeats):
        start = time.perf_counter()
        work()
        if index >= warm:
            times.append(time.perf_counter() - start)
    return times


def spread(times: list[float]) -> str:
    """Median and range, in words."""
    return f"{statistics.median(times):.3f} s ({min(times):.3f} to {max(times):.3f}, {len(times)} runs)"


def vgg_pass(size: int) -> Callable[[], None]:
    """A forward and backward run of VGG-19, with random weights: time does not depend on them."""
    layers: list[nn.Module] = []
    channels = 3
    for stage, widths in enumerate(STAGES):
        if stage:
            layers.append(nn.MaxPool2d(2))
        for width in widths:
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
    network = nn.Sequential(*layers).requires_grad_(requires_grad=False)
    picture = torch.rand(1, 3, size, size, requires_grad=True)

    def run() -> None:
        picture.grad = None
        network(picture).square().mean().backward()

    return run


def growth(sizes: tuple[int, ...] = (512, 1024, 2048)) -> None:
    """Seconds a megapixel of a default step by size; the fastest of several, with its targets made."""
    first = 0.0
    for size in sizes:
        photo = samples.photo("astronaut").resize((size, size))
        settings = StylizeSettings.of({"size": size, "scales": 1, "steps": 10, "tolerance": 0.0})
        before, times = 0.0, []
        inputs = {"content": photo, "style": samples.style("swirl")}
        for step in RECIPE.job(inputs, settings, Context()).steps():
            times.append(step.seconds - before)
            before = step.seconds
        a_megapixel = min(times[4:]) / (size * size / 1e6)  # each of the first four makes a content target
        first = first or a_megapixel
        ratio = f"{a_megapixel / first:.2f} times that at {sizes[0]} px"
        print(f"a step at {size} px: {a_megapixel:.3f} s a megapixel, {ratio}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--repeats", type=int, default=5)
    args = parser.parse_args()
    machine = facts()
    print("; ".join(f"{key} {machine[key]}" for key in ("cpu", "threads", "precision", "torch", "impasto")))

    vgg = seconds(vgg_pass(args.size), args.repeats)
    print(f"VGG-19 pass, float32, {args.size} x {args.size} px: {spread(vgg)}")
    photo, style = samples.photo("astronaut"), samples.style("swirl")  # 512 x 512 px: a full square
    for preset in ("default", "fast"):
        settings = StylizeSettings.of({"preset": preset, "size": args.size, "tolerance": 0.0})
        sizes: dict[int, list[float]] = {}

        def paint(settings: StylizeSettings = settings, sizes: dict[int, list[float]] = sizes) -> None:
            before = 0.0
            for step in RECIPE.job({"content": photo, "style": style}, settings, Context()).steps():
                sizes.setdefault(step.width, []).append(step.seconds - before)
                before = step.seconds

        times = seconds(paint, args.repeats)
        ratio = statistics.median(times) / statistics.median(vgg)
        print(f"painting, {preset}, {args.size} px, loading included: {spread(times)}, {ratio:.2f} passes")
        steps = ", ".join(f"{size} px {1000 * statistics.median(t):.1f} ms" for size, t in sizes.items())
        print(f"  a step: {steps}")
    growth()
    command = [sys.executable, "-m", "impasto", "--help"]
    print(f"impasto --help: {spread(seconds(lambda: subprocess.run(command, capture_output=True), 5))}")


if __name__ == "__main__":
    main()
