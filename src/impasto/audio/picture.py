"""Spectrograms as pictures: content, style and result, one above the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from impasto.audio.io import read_sound
from impasto.audio.result import SoundResult
from impasto.audio.sound import Samples, resampled
from impasto.audio.spectrogram import WINDOWS, band_magnitudes
from impasto.images import io as picture_io

RATE_HZ = 22_050
"""Rate at which sounds are drawn."""

RANGE_DB = 70.0
"""From the darkest to the brightest; the brightest is the loudest band of each sound."""

ROW_PX, LONGEST_PX = 4, 4000
"""Height of a semitone, and width of the picture at most, px."""

COLORS = ((8, 8, 20), (74, 20, 98), (178, 48, 92), (243, 134, 60), (252, 248, 200))
"""Colours from silence to the loudest, at equal distances in decibels; sRGB."""

MARGIN_PX = 18
"""Height of a heading, px."""


def spectrogram_picture(samples: Samples, rate_hz: int) -> NDArray[np.uint8]:
    """A spectrogram on an axis of semitones, low tones below.

    Args:
        samples: (C, T); channels are averaged.
        rate_hz: of the samples.
    Returns:
        (H, W, 3), a frame of 46 ms every 12 ms is one pixel wide; fewer where it would be wider than
        ``LONGEST_PX``.
    """
    mono = torch.from_numpy(resampled(samples, rate_hz, RATE_HZ).mean(0, keepdims=True))
    window = WINDOWS[2]
    padded = torch.nn.functional.pad(mono, (window.samples(RATE_HZ) // 2,) * 2)
    hop = window.hop(RATE_HZ)
    moved = [band_magnitudes(padded[:, shift:], window, RATE_HZ) for shift in range(0, hop, hop // 4)]
    count = min(one.shape[2] for one in moved)
    bands = torch.stack([one[0, :, :count] for one in moved], 2).flatten(1).numpy()  # (bands, frames)
    every = -(-bands.shape[1] // LONGEST_PX)
    bands = bands[::-1, ::every]
    decibels = 20 * np.log10(np.maximum(bands, 1e-9) / max(float(bands.max()), 1e-9))
    level = np.clip(1 + decibels / RANGE_DB, 0, 1) * (len(COLORS) - 1)
    stops = np.arange(len(COLORS))
    channels = [np.interp(level, stops, [color[index] for color in COLORS]) for index in range(3)]
    return np.stack(channels, -1).round().astype(np.uint8).repeat(ROW_PX, 0)


def spectrogram_sheet(sounds: Sequence[tuple[str, Samples, int]]) -> Image.Image:
    """Spectrograms one above the other, each under its heading; time runs alike in all.

    Args:
        sounds: (heading, samples (C, T), rate).
    """
    rows = [(heading, spectrogram_picture(samples, rate_hz)) for heading, samples, rate_hz in sounds]
    width = max(picture.shape[1] for _, picture in rows)
    sheet = Image.new("RGB", (width, sum(picture.shape[0] + MARGIN_PX for _, picture in rows)), "white")
    top = 0
    for heading, picture in rows:
        ImageDraw.Draw(sheet).text((4, top + 3), heading, fill="black")
        sheet.paste(Image.fromarray(picture), (0, top + MARGIN_PX))
        top += picture.shape[0] + MARGIN_PX
    return sheet


def run_sheet(inputs: dict[str, Any], result: SoundResult) -> Image.Image:
    """What went into a run and what came out, as spectrograms one above the other.

    Args:
        inputs: "content" (may be missing) and "style", paths.
        result: of the run.
    """
    minutes = result.record["settings"]["max_minutes"]
    named = [("content", inputs["content"])] if "content" in inputs else []
    named += [("style", style) for style in inputs["style"]]
    sounds = [(what, read_sound(source, max_minutes=minutes)) for what, source in named]
    rows = [(f"{what}: {sound.name}", sound.samples, sound.rate_hz) for what, sound in sounds]
    return spectrogram_sheet([*rows, ("result", result.samples, result.rate_hz)])


def draw_run(path: Path, inputs: dict[str, Any], result: SoundResult) -> None:
    """Draw what went into a run and what came out, as a .png.

    Args:
        path: of the picture.
        inputs: as for ``run_sheet``.
        result: of the run.
    Raises:
        OutputError: it cannot be written.
    """
    picture_io.write(path, run_sheet(inputs, result))
