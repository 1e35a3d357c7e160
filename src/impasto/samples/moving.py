"""Short clips of drawn scenes whose motion is known exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float32]]

WAVES = 40
"""Waves of a ground."""

WAVELENGTHS_PX = (7.0, 70.0)
"""Shortest and longest of them."""


@dataclass(frozen=True, eq=False)
class MovingScene:
    """Frames and their true motion.

    Attributes:
        frames: (H, W, 3) in [0, 1] of each.
        flows: (H, W, 2), px, of each frame but the first: where its pixels were in the frame before.
        hidden: (H, W), of each frame but the first: what was covered, or outside, in the frame before.
    """

    frames: tuple[Array, ...] = field(repr=False)
    flows: tuple[Array, ...] = field(repr=False)
    hidden: tuple[np.ndarray[Any, np.dtype[np.bool_]], ...] = field(repr=False)


Motion = Callable[[Array, Array, float], tuple[Array, Array]]
"""(x, y, time) -> where that point of the frame lies on the ground."""


def pan(x: Array, y: Array, time: float) -> tuple[Array, Array]:
    """To the right and a little down."""
    return x - 2.3 * time, y - 0.7 * time


def rotation(x: Array, y: Array, time: float) -> tuple[Array, Array]:
    """By 1.5 degrees a frame about a point near the upper left corner."""
    angle = np.radians(1.5 * time)
    cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return cosine * (x - 20) - sine * (y - 20), sine * (x - 20) + cosine * (y - 20)


def zoom(x: Array, y: Array, time: float) -> tuple[Array, Array]:
    """Larger by 2 % a frame, about the upper left corner."""
    return x / np.float32(1.02**time), y / np.float32(1.02**time)


MOTIONS: dict[str, Motion] = {"pan": pan, "rotation": rotation, "zoom": zoom}
"""Motions of a ground."""

INVERSES: dict[str, Motion] = {
    "pan": lambda x, y, time: pan(x, y, -time),
    "rotation": lambda x, y, time: _turned_back(x, y, time),
    "zoom": lambda x, y, time: zoom(x, y, -time),
}
"""(x, y on the ground, time) -> where that point is in the frame."""


def moving_scene(
    kind: str = "sprites", *, count: int = 4, height: int = 96, width: int = 128, seed: int = 0
) -> MovingScene:
    """A scene with known motion.

    Args:
        kind: "pan", "rotation", "zoom", or "sprites": two discs over a ground that pans.
        count: number of frames.
        height: px.
        width: px.
        seed: of the ground.
    """
    y, x = np.mgrid[:height, :width].astype(np.float32)
    ground, move = _ground(seed), "pan" if kind == "sprites" else kind
    discs = _discs(height, width, seed) if kind == "sprites" else []
    frames, flows, hidden = [], [], []
    for time in range(count):
        frame = ground(*MOTIONS[move](x, y, time))
        before = INVERSES[move](*MOTIONS[move](x, y, time), time - 1)
        flow = np.stack([before[0] - x, before[1] - y], 2)
        covered = np.zeros((height, width), bool)
        for disc in discs:
            covered |= disc.covers(*before, time - 1)
        for disc in discs:
            inside = disc.covers(x, y, time)
            frame = np.where(
                inside[..., None], disc.colors(x - time * disc.speed[0], y - time * disc.speed[1]), frame
            )
            flow[inside] = (-disc.speed[0], -disc.speed[1])
            covered &= ~inside
        left = x + flow[..., 0], y + flow[..., 1]
        outside = (left[0] < 0) | (left[0] > width - 1) | (left[1] < 0) | (left[1] > height - 1)
        frames.append(frame.astype(np.float32))
        if time:
            flows.append(flow.astype(np.float32))
            hidden.append(covered | outside)
    return MovingScene(tuple(frames), tuple(flows), tuple(hidden))


@dataclass(frozen=True)
class _Disc:
    center: tuple[float, float]
    radius: float
    speed: tuple[float, float]
    colors: Callable[[Array, Array], Array]

    def covers(self, x: Array, y: Array, time: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
        across = x - self.center[0] - time * self.speed[0]
        down = y - self.center[1] - time * self.speed[1]
        result: np.ndarray[Any, np.dtype[np.bool_]] = across**2 + down**2 <= self.radius**2
        return result


def _discs(height: int, width: int, seed: int) -> list[_Disc]:
    """Two that do not meet: one to the left, one up."""
    return [
        _Disc((0.62 * width, 0.3 * height), 0.2 * height, (-3.0, 0.0), _ground(seed + 1)),
        _Disc((0.25 * width, 0.7 * height), 0.16 * height, (1.0, -2.0), _ground(seed + 2)),
    ]


def _ground(seed: int) -> Callable[[Array, Array], Array]:
    """Colours at any place: a sum of waves, so that it can be moved by fractions of a pixel exactly."""
    random = np.random.default_rng(seed)
    shortest, longest = (float(np.log(length)) for length in WAVELENGTHS_PX)
    lengths = np.exp(random.uniform(shortest, longest, WAVES))
    angles, phases = random.uniform(0, 2 * np.pi, (2, WAVES))
    strengths = random.normal(0, 1, (WAVES, 3)) * lengths[:, None] ** 0.5
    strengths *= 0.18 / np.sqrt(np.square(strengths).sum(0) / 2)

    def colors(x: Array, y: Array) -> Array:
        total = np.full((*x.shape, 3), 0.5, np.float32)
        for length, angle, phase, strength in zip(lengths, angles, phases, strengths, strict=True):
            wave = np.sin(2 * np.pi * (np.cos(angle) * x + np.sin(angle) * y) / length + phase)
            total += wave[..., None].astype(np.float32) * strength.astype(np.float32)
        return total.clip(0, 1)

    return colors


def _turned_back(x: Array, y: Array, time: float) -> tuple[Array, Array]:
    angle = np.radians(-1.5 * time)
    cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return cosine * x - sine * y + 20, sine * x + cosine * y + 20
