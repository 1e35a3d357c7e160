"""A sound as the canvas has it: mid and side, each at one level, and the way back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from impasto.audio.loudness import at_loudness
from impasto.audio.sound import Samples, from_mid_side, to_mid_side
from impasto.audio.spectrogram import REFERENCE_RMS

CHANNELS = ("mid", "side")
"""Names of the channels of a canvas."""

NO_SIDE = 1e-3
"""A side channel 60 dB below the mid is none: the sound is mono in two channels."""

FADE_S = 0.005
"""Length of the fades at both ends, seconds: too short to hear, long enough not to click."""


@dataclass(frozen=True)
class Levels:
    """Levels of a sound's channels: the canvas does without them, and they are put back at the end.

    Attributes:
        gains: root mean square of each channel over ``REFERENCE_RMS``.
        channels: of the result, 1 or 2. Where it has 2 and there is one gain, both are the same.
    """

    gains: tuple[float, ...]
    channels: int

    @property
    def names(self) -> tuple[str, ...]:
        """Of the channels of the canvas."""
        return CHANNELS[: len(self.gains)]


def levelled(samples: Samples) -> tuple[Tensor, Levels]:
    """Mid and side of a sound, each scaled to ``REFERENCE_RMS``.

    Args:
        samples: (1 or 2, T), not silent.
    Returns:
        (1 or 2, T), and what was taken away. A sound without a side channel has the mid only.
    """
    channels = to_mid_side(samples)
    rms = np.sqrt((channels.astype(np.float64) ** 2).mean(1))
    if len(channels) == 2 and rms[1] < NO_SIDE * rms[0]:
        channels, rms = channels[:1], rms[:1]
    if len(channels) == 2 and rms[0] < NO_SIDE * rms[1]:  # left and right cancel: nothing is in the middle
        rms[0] = rms[1]
    gains = tuple(float(value) / REFERENCE_RMS for value in rms)
    scaled = channels / np.array(gains, np.float32)[:, None]
    return torch.from_numpy(np.ascontiguousarray(scaled, np.float32)), Levels(gains, len(samples))


def finished(
    canvas: Tensor, levels: Levels, rate_hz: int, *, lufs: float, fades: bool
) -> tuple[Samples, float]:
    """A canvas as samples: left and right at the old width, at a loudness, without a peak beyond -1 dBTP.

    Args:
        canvas: (1, C, 1, T).
        levels: of the sound whose width it gets.
        rate_hz: of the canvas.
        lufs: loudness; not finite: only the peaks decide.
        fades: fade both ends.
    Returns:
        (1 or 2, T), and by how many dB it is quieter than wanted because of its peaks.
    """
    gains = canvas.new_tensor(levels.gains)[:, None]
    samples = from_mid_side((canvas[0, :, 0] * gains).numpy())
    if levels.channels > len(samples):
        samples = np.repeat(samples, levels.channels, 0)
    if fades:
        count = min(round(FADE_S * rate_hz), samples.shape[1] // 2)
        ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / count)).astype(np.float32)
        samples = samples.copy()
        samples[:, :count] *= ramp
        samples[:, -count:] *= ramp[::-1]
    return at_loudness(samples, rate_hz, lufs=lufs)
