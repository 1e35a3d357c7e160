"""Do strokes fade under the filter against flicker? Fine detail of a painted pan, against frame by frame.

    python benchmarks/pan.py PHOTO PAINTING [--frames 40] [--steady 0.7 0.9]

A window of 192 x 144 px moves over the photo by 1.4 px a frame. Energy: of the three finest bands of the
Laplacian pyramid, mean over the frames from the eleventh on, as a fraction of that of frame by frame. The
warping error and the distance from the style are those of ``benchmarks/video.py``.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from statistics import fmean

import cv2
import numpy as np
import torch
from torch import Tensor

from impasto import features
from impasto.images import io
from impasto.images.resize import resize, shrink_to
from impasto.metrics.style_distance import gram_distance
from impasto.settings import VideoSettings
from impasto.settings.presets import PAPER_LAYERS
from impasto.synthesis.context import Context
from impasto.video.clip import Frame
from impasto.video.evaluate import score_frames
from impasto.video.flow import FlowSource, flow_method
from impasto.video.frame_loop import FrameLoop
from impasto.video.instant import InstantEngine
from impasto.video.stylize import still_job

HEIGHT, WIDTH = 144, 192
"""Of a frame, px."""

PX_A_FRAME = 1.4
"""How far the window moves from frame to frame."""

SKIPPED = 10
"""Frames at the beginning that do not count for the energy."""


def pan(photo: Tensor, count: int) -> list[Tensor]:
    """Frames, (1, 3, HEIGHT, WIDTH) each."""
    wide = resize(photo, (HEIGHT + 16, WIDTH + round(PX_A_FRAME * count) + 8))
    pixels = np.ascontiguousarray(wide[0].permute(1, 2, 0).numpy())
    frames = []
    for number in range(count):
        move = np.array([[1, 0, -PX_A_FRAME * number], [0, 1, -4]], np.float32)
        frame = cv2.warpAffine(pixels, move, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC).clip(0, 1)
        frames.append(torch.from_numpy(frame).permute(2, 0, 1)[None].contiguous())
    return frames


def energies(picture: Tensor) -> list[float]:
    """Mean square of the three finest bands."""
    pixels, found = np.ascontiguousarray(picture[0].permute(1, 2, 0).numpy()), []
    for _ in range(3):
        small = cv2.pyrDown(pixels)
        band = pixels - cv2.pyrUp(small, dstsize=(pixels.shape[1], pixels.shape[0]))
        found.append(float(np.square(band).mean()))
        pixels = small
    return found


def main() -> None:
    """Paint, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("photo", type=Path)
    parser.add_argument("painting", type=Path)
    parser.add_argument("--frames", type=int, default=40)
    parser.add_argument("--steady", type=float, nargs="+", default=[0.7, 0.9])
    options = parser.parse_args()
    frames = pan(io.read(options.photo).pixels, options.frames)
    network = features.load("compact", None, "max")

    def features_of(picture: Tensor) -> dict[str, Tensor]:
        with torch.no_grad():
            return dict(network(picture, set(PAPER_LAYERS)))

    style = shrink_to(io.read(options.painting).pixels, HEIGHT * WIDTH, smallest_px=64)
    target = features_of(style)
    still = still_job({"content": options.photo, "style": options.painting}, max_megapixels=100)
    apart: np.ndarray | None = None
    for steady in (0.0, *options.steady):
        settings = VideoSettings.of({"engine": "instant", "preset": "fast", "steady": steady})
        flows = FlowSource(flow_method("medium"))
        engine = InstantEngine(settings, still=still, context=Context(), flows=flows)
        loop = FrameLoop(settings, engine, (HEIGHT, WIDTH))
        shown = [one.past.shown for one in loop.run(Frame(k, frame, k) for k, frame in enumerate(frames))]
        energy = np.mean([energies(one) for one in shown[SKIPPED:]], 0)
        apart = energy if apart is None else apart
        between = FlowSource(flow_method("medium", refine=True)).between
        errors = [
            one.warping for one in score_frames(shown, frames, between=between, features_of=features_of)
        ]
        distance = fmean(gram_distance(features_of(one), target) for one in shown[::5])
        print(
            f"steady {steady:g}: energy {', '.join(f'{x:.2f}' for x in energy / apart)}; warping error "
            f"{', '.join(f'{x:.4f}' for x in errors)} (1 and 10 frames); style {distance:.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
