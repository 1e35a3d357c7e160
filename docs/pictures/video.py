"""The strip and the clip of docs/video.md: a pan over a photo, painted frame by frame and without flicker.

python docs/pictures/video.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import impasto
from impasto import samples
from impasto.images import grid, io
from impasto.video.reading import open_clip
from impasto.video.time_slice import time_slice

COUNT, SIDE, PX_A_FRAME = 24, 320, 2
"""Frames, their side in px, and how far the window moves from frame to frame."""

NOISE = 2 / 255
"""Standard deviation of the noise of a camera, which makes networks flicker."""


def main() -> None:
    """Write video-strip.jpg and video.webp beside this file."""
    random = np.random.default_rng(0)
    photo = np.asarray(samples.photo("coffee").convert("RGB").resize((540, 360), Image.Resampling.LANCZOS))
    rows = {"the original": [camera(photo, number, random) for number in range(COUNT)]}
    with tempfile.TemporaryDirectory() as folder:
        for number, frame in enumerate(rows["the original"]):
            io.write(Path(folder) / f"in_{number:02}.png", frame)
        samples.style("watercolour").save(Path(folder) / "style.png")
        for name, steady in (("frame by frame", 0.0), ("--steady 0.7", 0.7)):
            out = Path(folder) / f"{steady}_%02d.png"
            impasto.stylize_video(
                Path(folder) / "in_%02d.png", Path(folder) / "style.png", out, steady=steady
            )
            rows[name] = [frame.pixels for frame in open_clip(out).frames()]
    here = Path(__file__).parent
    strip = [[*(frames[k] for k in (0, 11, 23)), slice_of(frames)] for frames in rows.values()]
    labels = [[name, "frame 12", "frame 24", "one column over time"] for name in rows]
    pictures = [[io.to_pil(picture) for picture in row] for row in strip]
    sheet = grid.contact_sheet(pictures, labels=labels, cell_px=SIDE, gap_px=5)
    sheet.save(here / "video-strip.jpg", quality=80, optimize=True)
    sides = [io.to_pil(torch.cat(frames, 3)) for frames in zip(*rows.values(), strict=True)]
    first, *others = (side.resize((660, 220), Image.Resampling.LANCZOS) for side in sides)
    first.save(here / "video.webp", save_all=True, append_images=others, duration=80, loop=0, quality=45)


def camera(photo: np.ndarray, number: int, random: np.random.Generator) -> torch.Tensor:
    """A frame, (1, 3, SIDE, SIDE): a window that moves to the right, with noise."""
    left = 60 + PX_A_FRAME * number
    window = photo[20 : 20 + SIDE, left : left + SIDE] / 255 + random.normal(0, NOISE, (SIDE, SIDE, 3))
    return torch.from_numpy(window.astype(np.float32)).permute(2, 0, 1)[None].clamp(0, 1)


def slice_of(frames: list[torch.Tensor]) -> torch.Tensor:
    """The y-t slice, as wide as a frame."""
    return time_slice(frames, widen=SIDE // COUNT)


if __name__ == "__main__":
    main()
