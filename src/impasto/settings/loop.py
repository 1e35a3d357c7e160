"""Settings of the optimisation loop: its optimiser, steps and sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from impasto.registry import OPTIMIZERS
from impasto.settings.base import Settings, setting
from impasto.settings.choices import Optimizer, OptimizerObject


@dataclass(frozen=True, kw_only=True)
class LoopSettings(Settings, panel="Steps and sizes"):
    """How a canvas is optimised, size by size."""

    init: str = setting("noise", help="Start from: noise, style, or a picture file.")
    steps: int = setting(15, low=1, high=100000, help="Steps at full size, at most.", slider=(1, 200, 1))
    scales: int = setting(
        3,
        low=1,
        high=12,
        help="Number of sizes to paint at, from coarse to full size; more if all are too large for strokes.",
        slider=(1, 8, 1),
    )
    scale_factor: float = setting(
        2.0, low=1.05, high=4, help="Ratio of one size to the next.", slider=(1.1, 4, 0.1)
    )
    coarse_steps: float = setting(
        1.5,
        low=0.1,
        high=20,
        help="A coarser size gets this many times the steps of the next one; small sizes are quick.",
        slider=(0.5, 4, 0.1),
    )
    first_steps: int | None = setting(
        None, low=1, high=100000, help="Steps at the coarsest size. Left out: as --coarse-steps gives."
    )
    optimizer: str = setting(
        "pyramid",
        choices=tuple(OPTIMIZERS),
        objects=True,
        help="pyramid: Adam on the bands of a Laplacian pyramid, which leaves no grain; adam: Adam on "
        "pixels; lbfgs: that of the 2016 paper.",
    )
    rate: float = setting(
        0.02,
        low=1e-6,
        high=10,
        help="Length of a step: of each pixel, in [0, 1], for adam; of each band for pyramid.",
    )
    average: float = setting(
        0.85,
        low=0,
        high=0.9999,
        help="The result is the running mean of the canvas; higher: over more steps. 0: the last canvas.",
        slider=(0, 0.99, 0.01),
    )
    tolerance: float = setting(
        2e-4, low=0, high=1, help="End a size when the loss falls less than this fraction a step. 0: never."
    )
    jitter: bool = setting(
        True,
        help="Shift the canvas by up to 3 px at each step, so that no grid shows (not with lbfgs).",
        source="Mordvintsev et al. 2015, DeepDream",
    )


class LoopOptions(TypedDict, total=False):
    """Keywords: every field of ``LoopSettings``."""

    init: str
    steps: int
    scales: int
    scale_factor: float
    coarse_steps: float
    first_steps: int | None
    optimizer: Optimizer | OptimizerObject
    rate: float
    average: float
    tolerance: float
    jitter: bool
