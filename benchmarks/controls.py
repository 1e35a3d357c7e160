"""Cost of each control: a step at full size, as a multiple of a plain step in the same run.

python benchmarks/controls.py [--size 512] [--repeats 3]

Processor time on one thread, so that a busy machine does not matter much; the least of several runs.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Callable

import numpy as np
import torch

from impasto import runtime, samples
from impasto.recipes.doodle import RECIPE as DOODLE
from impasto.recipes.stylize import RECIPE as STYLIZE
from impasto.recipes.texture import RECIPE as TEXTURE
from impasto.settings import DoodleSettings, StylizeSettings, TextureSettings
from impasto.synthesis.context import Context
from impasto.synthesis.job import Job

STEPS = 6


def labels(*, count: int) -> np.ndarray:
    """A label map of some stripes: (512, 512, 3) bytes."""
    colours = np.array([(255, 0, 0), (0, 0, 255), (0, 255, 0), (255, 255, 0)], np.uint8)
    stripe = np.arange(512) * count // 512
    return np.broadcast_to(colours[stripe][None], (512, 512, 3)).copy()


def cases(size: int) -> dict[str, Callable[[], Job]]:
    """Name -> a function that makes the job; every canvas is a square, except those of the doodles."""
    photo, style = samples.photo("astronaut"), samples.style("swirl")
    run = {"size": size, "steps": STEPS, "scales": 1, "tolerance": 0.0}

    def stylized(changes: dict[str, object] | None = None, **inputs: object) -> Callable[[], Job]:
        settings = StylizeSettings.of({**run, "enlarge": True, **(changes or {})})
        return lambda: STYLIZE.job({"content": photo, "style": style, **inputs}, settings, Context())

    keep = np.zeros((512, 512), np.uint8)
    keep[100:400, 150:350] = 255
    jobs = {"plain": stylized()}
    for count in (2, 3, 4):
        mask = labels(count=count)
        jobs[f"{count} regions"] = stylized(content_mask=mask, style_mask=mask)
    jobs["--keep"] = stylized(keep=keep)
    jobs |= {f"--colors {mode}": stylized({"colors": mode}) for mode in ("match", "histogram", "luminance")}
    jobs["--fine-style"] = stylized(fine_style=samples.style("woodcut"))
    for tile in (False, True):
        settings = TextureSettings.from_mapping({**run, "size": f"{size}x{size}", "tile": tile})
        jobs["texture --tile" if tile else "texture"] = lambda s=settings: TEXTURE.job(
            {"style": style}, s, Context()
        )
    maps = {name: samples.label_map(f"swirl-{name}") for name in ("map", "doodle")}
    for method in ("statistics", "patches"):
        drawn = DoodleSettings.from_mapping({**run, "method": method})
        inputs = {"style": style, "style_map": maps["map"], "doodle": maps["doodle"]}
        jobs[f"doodle --method {method} (7 regions)"] = lambda s=drawn, i=inputs: DOODLE.job(i, s, Context())
    return jobs


def main() -> None:
    """Print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", type=int, default=512)
    options.add_argument("--repeats", type=int, default=3)
    given = options.parse_args()
    torch.set_num_threads(1)
    logging.getLogger("impasto").setLevel(logging.ERROR)
    reading: dict[str, float] = {}
    stepping: dict[str, float] = {}
    for _ in range(given.repeats):
        for name, prepare in cases(given.size).items():
            start = time.process_time()
            job = prepare()
            reading[name] = min(reading.get(name, np.inf), time.process_time() - start)
            height, width = job.shape
            before = None
            for _step in job.steps():
                now = time.process_time()
                if before is not None:
                    cost = (now - before) / (height * width / given.size**2)
                    stepping[name] = min(stepping.get(name, np.inf), cost)
                before = now
    print(f"{given.size} px, one thread, torch {runtime.versions()['torch']}, least of {given.repeats} runs")
    print("| control | reading, s | a step, ms | times plain |\n| --- | --- | --- | --- |")
    for name, cost in stepping.items():
        print(f"| {name} | {reading[name]:.2f} | {1000 * cost:.0f} | {cost / stepping['plain']:.2f} |")


if __name__ == "__main__":
    main()
