"""Memory of a run by size, whole and in tiles, and the time that tiles cost.

    python benchmarks/memory.py [--sizes 512,1024,2048] [--networks compact,vgg19] [--steps 3] [--large]

Every run has its own process and one size (--scales 1). Prints the peak of its resident memory
(everything: Python, torch, the pictures), and the median of the seconds a step, without the first. VGG-19 has
random weights: neither memory nor time depends on them. ``--large`` paints 4096 and 8192 px in tiles, which
takes minutes a step.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from PIL import Image
from torch import nn

from impasto import samples
from impasto.features.blocks import Normalise, convolution
from impasto.features.extractor import Extractor, freeze
from impasto.recipes.stylize import RECIPE
from impasto.runtime import facts
from impasto.settings import StylizeSettings
from impasto.synthesis.context import Context
from impasto.synthesis.network import NetworkHandle

STAGES = ((64, 64), (128, 128), (256,) * 4, (512,) * 4, (512,))
WHOLE = "100GB"
LIMITS = {512: "900MB", 1024: "1.1GB", 2048: "1.5GB", 4096: "3GB", 8192: "8GB"}
VGG_LIMITS = {512: "1.2GB", 1024: "1.5GB", 2048: "2.5GB", 4096: "6GB", 8192: "12GB"}


def random_vgg19() -> Extractor:
    """VGG-19 up to relu5_1 with random weights."""
    draw = torch.Generator().manual_seed(0)
    chain: list[tuple[str, nn.Module]] = []
    channels = 3
    for stage, widths in enumerate(STAGES, start=1):
        if stage > 1:
            chain.append((f"pool{stage - 1}", nn.MaxPool2d(2)))
        for index, width in enumerate(widths, start=1):
            weight = torch.randn(width, channels, 3, 3, generator=draw) * (2 / 9 / channels) ** 0.5
            chain.append((f"conv{stage}_{index}", convolution(weight, torch.zeros(width))))
            chain.append((f"relu{stage}_{index}", nn.ReLU()))
            channels = width
    return freeze(Extractor("vgg19", chain, prepare=Normalise()))


def peak_bytes() -> int:
    """Peak of this process' resident memory."""
    return int(re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[0]) * 1024


def paint(photo: str, options: dict[str, object]) -> None:
    """Paint, and print memory and time; runs in its own process."""
    vgg19 = options.pop("vgg19")
    settings = StylizeSettings.of({"scales": 1, "tolerance": 0.0, "max_megapixels": 200.0, **options})
    network = NetworkHandle.of(random_vgg19(), precision=settings.precision) if vgg19 else None
    inputs = {"content": photo, "style": samples.style("swirl")}
    job = RECIPE.job(inputs, settings, Context(network=network))
    before, times = 0.0, []
    for step in job.steps():
        times.append(step.seconds - before)
        before = step.seconds
    job.result(step, [])
    print(peak_bytes(), statistics.median(times[1:] or times))


def measured(photo: str, size: int, network: str, memory: str, args: argparse.Namespace) -> str:
    """One row of the table."""
    code = f"import memory; memory.paint({photo!r}, dict(size={size}, memory={memory!r}, steps={args.steps}, "
    code += f"vgg19={network == 'vgg19'}, precision={args.precision!r}))"
    paths = os.pathsep.join(filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH"))))
    env = {**os.environ, "PYTHONPATH": paths}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=env)
    if run.returncode:
        return f"failed: {run.stderr.strip().splitlines()[-1] if run.stderr.strip() else run.returncode}"
    tiles = re.findall(r"tiles of at most (\d+) px", run.stderr)
    how = f"--memory {memory}, at most {tiles[-1]} px" if tiles else "whole"
    peak, seconds = run.stdout.split()[-2:]
    return f"{how} | {int(peak) / 1e9:.2f} GB | {float(seconds):.2f} s"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="512,1024,2048")
    parser.add_argument("--networks", default="compact")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--large", action="store_true", help="4096 and 8192 px as well, in tiles")
    args = parser.parse_args()
    machine = facts()
    print("; ".join(f"{key} {machine[key]}" for key in ("cpu", "threads", "precision", "memory", "torch")))
    print("| network | size | how | peak memory | a step |\n| --- | --- | --- | --- | --- |")
    sizes = [int(size) for size in args.sizes.split(",")] + ([4096, 8192] if args.large else [])
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            photo = str(Path(folder) / f"{size}.png")
            samples.photo("astronaut").resize((size, size), Image.Resampling.BICUBIC).save(photo)
            for network in args.networks.split(","):
                limit = (VGG_LIMITS if network == "vgg19" else LIMITS)[size]
                for memory in (WHOLE, limit) if size <= 2048 else (limit,):
                    row = measured(photo, size, network, memory, args)
                    print(f"| {network} | {size} px | {row} |", flush=True)


if __name__ == "__main__":
    main()
