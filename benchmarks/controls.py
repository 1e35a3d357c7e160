"""What each control costs: seconds of a whole painting at 512 px, as a multiple of plain stylize in one run.

python benchmarks/controls.py [--size 512] [--repeats 3]

Processor time on one thread, so that a busy machine does not matter much; the least of several turns.
"""

from __future__ import annotations

import argparse
import logging
import time

import numpy as np
import torch

from impasto import runtime, samples
from impasto.recipes.controls import Controls
from impasto.recipes.job import Job
from impasto.settings import StylizeSettings


def labels(*, count: int) -> np.ndarray:
    """A label map of some stripes: (512, 512, 3) bytes."""
    colours = np.array([(255, 0, 0), (0, 0, 255), (0, 255, 0), (255, 255, 0)], np.uint8)
    stripe = np.arange(512) * count // 512
    return np.broadcast_to(colours[stripe][None], (512, 512, 3)).copy()


def cases() -> dict[str, tuple[Controls, dict[str, object]]]:
    """Name -> masks and settings."""
    keep = np.zeros((512, 512), np.uint8)
    keep[100:400, 150:350] = 255
    found: dict[str, tuple[Controls, dict[str, object]]] = {"plain": (Controls(), {})}
    for count in (2, 3, 4):
        mask = labels(count=count)
        found[f"{count} regions"] = (Controls(content_mask=mask, style_mask=mask), {})
    found["keep"] = (Controls(keep=keep), {})
    for mode in ("match", "histogram", "luminance", "luminance-after"):
        found[f"colors {mode}"] = (Controls(), {"colors": mode})
    found["fine style"] = (Controls(fine_style=samples.style("woodcut")), {})
    return found


def main() -> None:
    """Print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", type=int, default=512)
    options.add_argument("--repeats", type=int, default=3)
    given = options.parse_args()
    torch.set_num_threads(1)
    logging.getLogger("impasto").setLevel(logging.ERROR)
    photo, style = samples.photo("astronaut"), samples.style("swirl")
    spent: dict[str, list[tuple[float, float]]] = {}
    for _ in range(given.repeats):
        for name, (controls, changes) in cases().items():
            settings = StylizeSettings.of({"size": given.size, "enlarge": True, "tolerance": 0.0, **changes})
            start = time.process_time()
            job = Job.prepare(photo, style, settings, controls=controls)
            ready = time.process_time()
            for step in job.steps():
                last = step
            last.snapshot()
            spent.setdefault(name, []).append((ready - start, time.process_time() - ready))
    plain = min(painting for _, painting in spent["plain"])
    print(f"{given.size} px, one thread, {runtime.versions()['torch']}, least of {given.repeats}")
    print("| control | reading, s | painting, s | painting, times plain |\n| --- | --- | --- | --- |")
    for name, times in spent.items():
        reading, painting = (min(column) for column in zip(*times, strict=True))
        print(f"| {name} | {reading:.2f} | {painting:.2f} | {painting / plain:.2f} |")


if __name__ == "__main__":
    main()
