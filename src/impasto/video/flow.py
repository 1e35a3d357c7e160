"""Optical flow between two frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from impasto.errors import VideoError
from impasto.video.consistency import consistency
from impasto.video.flow_file import read_flow, write_flow
from impasto.video.frame_colors import to_bytes
from impasto.video.optional_imports import load
from impasto.video.warp import Flow, Mask, warp

DIS = ("medium", "fast", "ultrafast")
"""Presets of dense inverse search."""

SMALLEST_PX = 32
"""Shortest side for which DIS is used: its patches of 8 px are searched at a quarter of the size."""

Grey = np.ndarray[Any, np.dtype[np.uint8]]
"""(H, W) of 8 bits."""


@dataclass(frozen=True, eq=False)
class Motion:
    """From one frame to another.

    Attributes:
        flow: (H, W, 2), px: where each pixel is in the other frame.
        certainty: (H, W) in [0, 1].
    """

    flow: Flow = field(repr=False)
    certainty: Mask = field(repr=False)

    def warped(self, other: Tensor) -> Tensor:
        """The other frame as it looks from this one, (1, 3, H, W)."""
        return warp(other, self.flow)


def dis_flow(first: Grey, second: Grey, *, preset: str = "medium", start: Flow | None = None) -> Flow:
    """Flow by dense inverse search.

    Args:
        first: (H, W), grey.
        second: (H, W), grey.
        preset: one of ``DIS``.
        start: (H, W, 2), a guess; None: no motion.
    Returns:
        (H, W, 2), px, from the first frame to the second.
    Raises:
        VideoError: OpenCV is not installed.

    Source: Kroeger et al. 2016, "Fast optical flow using dense inverse search"; OpenCV's program.
    Differs: nothing. Frames below ``SMALLEST_PX`` have no motion.
    """
    cv2 = load("cv2")
    if min(first.shape) < SMALLEST_PX:
        return np.zeros((*first.shape, 2), np.float32)
    search = cv2.DISOpticalFlow_create(getattr(cv2, f"DISOPTICAL_FLOW_PRESET_{preset.upper()}"))
    flow: Flow = search.calc(first, second, None if start is None else start.copy())
    return flow


def refined(first: Grey, second: Grey, flow: Flow) -> Flow:
    """The flow that minimises a variational energy near another, for flow that need not be quick."""
    cv2 = load("cv2")
    result: Flow = cv2.VariationalRefinement_create().calc(first, second, flow.copy())
    return result


def deep_flow(first: Grey, second: Grey) -> Flow:
    """Flow as in Ruder 2016, by DeepFlow (without DeepMatching); needs opencv-contrib.

    Raises:
        VideoError: this OpenCV has no DeepFlow.
    """
    module = getattr(load("cv2"), "optflow", None)
    if module is None:
        raise VideoError(
            "this OpenCV has no DeepFlow",
            got="opencv without contrib",
            attempt="--flow medium, or pip install opencv-contrib-python-headless",
        )
    flow: Flow = module.createOptFlow_DeepFlow().calc(first, second, None)
    return flow


def grey_of(frame: Tensor) -> Grey:
    """(1, 3, H, W) -> (H, W) of 8 bits."""
    grey: Grey = load("cv2").cvtColor(to_bytes(frame), load("cv2").COLOR_RGB2GRAY)
    return grey


def flow_method(name: str, *, refine: bool = False) -> Callable[[Grey, Grey], Flow]:
    """(first frame, second frame) -> flow.

    Args:
        name: "medium", "fast", "ultrafast" or "deepflow".
        refine: improve it by ``refined``.
    """

    def method(first: Grey, second: Grey) -> Flow:
        if name == "deepflow":
            return deep_flow(first, second)
        flow = dis_flow(first, second, preset=name)
        return refined(first, second, flow) if refine and min(first.shape) >= SMALLEST_PX else flow

    return method


@dataclass(frozen=True)
class FlowSource:
    """Flow between the frames of a video, worked out or read from files.

    Attributes:
        method: (first frame, second frame) -> flow.
        folder: of .flo files, which are read where they are there and else written; None: no files.
    """

    method: Callable[[Grey, Grey], Flow]
    folder: Path | None = None

    def between(self, frame: Tensor, other: Tensor, numbers: tuple[int, int]) -> Motion:
        """The motion from one frame to another, with its certainty by the flow back.

        Args:
            frame: (1, 3, H, W) in [0, 1].
            other: of the same size.
            numbers: of the two frames in the video, for the names of files.
        """
        grey, other_grey = grey_of(frame), grey_of(other)
        flow = self._flow(grey, other_grey, numbers)
        back = self._flow(other_grey, grey, (numbers[1], numbers[0]))
        return Motion(flow, consistency(flow, back))

    def _flow(self, first: Grey, second: Grey, numbers: tuple[int, int]) -> Flow:
        if self.folder is None:
            return self.method(first, second)
        path = self.folder / flow_name(*numbers)
        if path.exists():
            return read_flow(path, (first.shape[0], first.shape[1]))
        flow = self.method(first, second)
        write_flow(path, flow)
        return flow


def flow_name(first: int, second: int) -> str:
    """Name of the file of a flow, frames numbered from 1, as the tools of Ruder 2016 name them."""
    return f"{'forward' if second > first else 'backward'}_{first + 1}_{second + 1}.flo"
