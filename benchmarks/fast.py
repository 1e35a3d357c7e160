"""Speed of the one-pass networks, beside the usual one and MicroAST, in one run.

    python benchmarks/fast.py --data ../shared/data [--threads 2] [--rounds 10]

Prints frames a second without reading and writing files, milliseconds for reading a style, and times of
``impasto stylize --preset instant`` and ``impasto apply`` as commands, from start to file. The networks take
turns, round by round, so that a busy machine slows all of them alike; figures are medians.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch

from impasto.fast.any_style import load
from impasto.fast.export import OneStyle
from impasto.fast.johnson import JohnsonNetwork
from impasto.fast.restyle import Region, read_style, restyle
from impasto.images import io
from impasto.images.resize import cover, shrink_to
from impasto.runtime import facts
from peers.microast import MicroAST

SIZES = ((512, 512), (720, 1280))
"""(height, width) of the frames."""


def milliseconds(run: Callable[[], object]) -> float:
    """Time of one call."""
    begin = time.perf_counter()
    run()
    return 1000 * (time.perf_counter() - begin)


def medians(runs: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median time of each, in milliseconds; they take turns, after one round that does not count."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            taken = milliseconds(run)
            if number:
                times[name].append(taken)
    return {name: statistics.median(values) for name, values in times.items()}


def frames(data: Path, rounds: int) -> None:
    """Frames a second of every network, at every size."""
    network, usual, peer = load(), JohnsonNetwork().eval(), MicroAST(data / "weights" / "peers" / "microast")
    style = shrink_to(io.read(data / "paintings" / "a0360.jpg").pixels, 512 * 512)
    photo = io.read(data / "photos" / "p0000.jpg").pixels
    print(
        "| network | size | ms a frame | frames a second | times the usual |\n| --- | --- | --- | --- | --- |"
    )
    for height, width in SIZES:
        frame = cover(photo, (height, width))
        painting = cover(style, (512, 512))
        runs: dict[str, Callable[[], object]] = {
            "any-style": partial(restyle, network, frame, [Region(read_style(network, style))]),
            "any-style, as exported": partial(OneStyle(network, read_style(network, style)), frame),
            "usual (Johnson 2016)": partial(usual, frame),
            "MicroAST": partial(peer, frame, painting),
        }
        times = medians(runs, rounds)
        for name, value in times.items():
            ratio = times["usual (Johnson 2016)"] / value
            print(
                f"| {name} | {width} x {height} | {value:.0f} | {1000 / value:.1f} | {ratio:.1f} |",
                flush=True,
            )
    taken = medians({"style": partial(read_style, network, style)}, rounds)["style"]
    print(f"\na new painting of 512 x 512 pixels: {taken:.0f} ms; MicroAST reads it at every frame")


def commands(data: Path, rounds: int) -> None:
    """Times of the commands, from start to file."""
    photo, painting = data / "photos" / "p0000.jpg", data / "paintings" / "a0360.jpg"
    with tempfile.TemporaryDirectory() as folder:
        impasto = [sys.executable, "-m", "impasto"]
        instant = [*impasto, "stylize", photo, painting, "--preset", "instant", "-o", f"{folder}/o.png", "-q"]
        apply = [*impasto, "apply", painting, photo, "-o", folder, "--size", "512", "--force", "-q"]
        runs = {
            "impasto stylize --preset instant": lambda: subprocess.run(instant, check=True),
            "impasto apply": lambda: subprocess.run(apply, check=True),
        }
        for name, value in medians(runs, max(3, rounds // 3)).items():
            print(f"{name}, 512 px, start to file: {value / 1000:.1f} s")


@torch.no_grad()
def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=10)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    known = facts()
    print(f"{known['cpu']}, {args.threads} threads, float32, torch {known['torch']}\n")
    frames(args.data, args.rounds)
    commands(args.data, args.rounds)


if __name__ == "__main__":
    main()
