"""Paint frames while they are seen: reading, painting and writing each in a thread of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from impasto.images.resize import fit
from impasto.settings.live import LiveSettings
from impasto.video.consistency import consistency
from impasto.video.flow import SMALLEST_PX, Grey, Motion, dis_flow
from impasto.video.frame_loop import UNCERTAIN
from impasto.video.optional_imports import load
from impasto.video.steady import Before, steadied
from impasto.video.warp import Flow
from impasto.video.writing import Bytes

AHEAD = 2
"""Frames that may wait between two threads."""

NEW_SCENE = 0.7
"""Share of a frame that cannot be found in the one before, from which on it is a new scene; as ``scene_cut``
of videos."""

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Seen:
    """A frame as it comes from the reading thread.

    Attributes:
        pixels: (1, 3, h, w) in [0, 1], at the size of painting.
        half: (1, 3, h / 2, w / 2), the same at half the size.
        motion: to the frame before, at half the size; None for the first.
        time_s: since the first frame.
    """

    pixels: Tensor = field(repr=False)
    half: Tensor = field(repr=False)
    motion: Motion | None = field(repr=False)
    time_s: float


@dataclass(frozen=True, eq=False)
class LiveFrame:
    """A painted frame.

    Attributes:
        pixels: (H, W, 3), sRGB of 8 bits; both sides even.
        time_s: of the original, since the first frame.
    """

    pixels: Bytes = field(repr=False)
    time_s: float

    def snapshot(self) -> Tensor:
        """(1, 3, H, W) in [0, 1]."""
        return torch.from_numpy(self.pixels).permute(2, 0, 1)[None].float() / 255


class FlowBefore:
    """Motion from each frame to the one before, begun with the motion of the last call.

    Args:
        preset: of dense inverse search.
    """

    def __init__(self, preset: str) -> None:
        self.preset = preset
        self._grey: Grey | None = None
        self._flows: tuple[Flow | None, Flow | None] = (None, None)

    def __call__(self, pixels: Bytes) -> Motion | None:
        """The motion from a frame, (h, w, 3), to the one of the last call; None at the first."""
        cv2 = load("cv2")
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        before, self._grey = self._grey, grey
        if before is None:
            return None
        flow = dis_flow(grey, before, preset=self.preset, start=self._flows[0])
        back = dis_flow(before, grey, preset=self.preset, start=self._flows[1])
        self._flows = flow, back
        return Motion(flow, consistency(flow, back))


def seen_frames(
    frames: Iterator[tuple[Bytes, float]], shape: tuple[int, int], settings: LiveSettings
) -> Iterator[Seen]:
    """Frames made ready for painting.

    Args:
        frames: (pixels, (H, W, 3); seconds since the first).
        shape: (height, width) of painting, px.
        settings: how motion is found.
    """
    cv2, flow = load("cv2"), FlowBefore(settings.flow)
    for pixels, time_s in frames:
        small = cv2.resize(pixels, shape[::-1], interpolation=cv2.INTER_AREA)
        half = cv2.resize(small, half_of(shape)[::-1], interpolation=cv2.INTER_AREA)
        motion = flow(half) if settings.steady > 0 else None
        yield Seen(_tensor(small), _tensor(half), motion, time_s)


def half_of(shape: tuple[int, int]) -> tuple[int, int]:
    """Half of (height, width), but not so small that there is no flow."""
    return max(SMALLEST_PX, shape[0] // 2), max(SMALLEST_PX, shape[1] // 2)


def _tensor(pixels: Bytes) -> Tensor:
    """(H, W, 3) of 8 bits -> (1, 3, H, W) in [0, 1]."""
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].float().div(255)


def painted_frames(
    seen: Iterator[Seen],
    paint: Callable[[Tensor], Tensor],
    shape: tuple[int, int],
    *,
    steady: float,
    restart: Callable[[], None] = lambda: None,
) -> Iterator[LiveFrame]:
    """Paint frames one after the other.

    Flicker is taken out at half the size of painting, which is quick; finer detail is that of each frame.

    Args:
        seen: the frames.
        paint: (1, 3, h, w) -> (1, 3, h, w), both in [0, 1].
        shape: (height, width) of the result, px.
        steady: how much flicker is taken out, 0 to 1.
        restart: called when a scene begins.
    """
    cv2, before = load("cv2"), None
    for one in seen:
        if one.motion is not None and (one.motion.certainty < UNCERTAIN).mean() > NEW_SCENE:
            before = None
            restart()
        painted = paint(one.pixels)
        array = painted[0].permute(1, 2, 0).contiguous().numpy()
        if steady > 0:
            half = cv2.resize(array, one.half.shape[:1:-1], interpolation=cv2.INTER_AREA)
            shown = own = torch.from_numpy(half).permute(2, 0, 1)[None]
            if before is not None and one.motion is not None:
                shown = steadied(own, one.half, before, one.motion, steady=steady)
                change = (shown - own)[0].permute(1, 2, 0).contiguous().numpy()
                array = array + cv2.resize(change, array.shape[1::-1], interpolation=cv2.INTER_LINEAR)
            before = Before(one.half, shown)
        rounded = (255 * array.clip(0, 1) + 0.5).astype(np.uint8)
        pixels = cv2.resize(rounded, shape[::-1], interpolation=cv2.INTER_CUBIC)
        yield LiveFrame(pixels, one.time_s)


def even_fit(height: int, width: int, size: int) -> tuple[int, int]:
    """(height, width) with a long side of at most ``size`` px, both even."""
    fitted = fit(height, width, size)
    return fitted[0] - fitted[0] % 2 or 2, fitted[1] - fitted[1] % 2 or 2


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The items in order, worked out in a thread of their own, ``AHEAD`` of them before they are fetched."""
    pool = ThreadPoolExecutor(1)
    try:
        pending = deque(pool.submit(next, items, None) for _ in range(AHEAD))
        while (item := pending.popleft().result()) is not None:
            pending.append(pool.submit(next, items, None))
            yield item
    finally:
        pool.shutdown(cancel_futures=True)
