"""Whole sounds in the frequency domain: other lengths, and the long-term spectrum of another sound."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

FFT_SAMPLES = 2048
"""Window of long-term spectra."""

SMOOTHING = 9
"""Frequencies over which they are smoothed."""

GAIN_LIMITS = (10**-3.0, 10**1.5)
"""Least and greatest gain: -60 and +30 dB. What is silent in the style may be made so; more gain would raise
noise."""


def resize_samples(samples: Tensor, count: int, *, periodic: bool = False) -> Tensor:
    """The same sound at another sample rate: its spectrum is cut or extended with zeros.

    Args:
        samples: (..., T).
        count: samples of the result.
        periodic: the end runs on into the beginning; else both are mirrored.
    Returns:
        (..., count); the same tensor if it has that length.
    """
    length = samples.shape[-1]
    if length == count:
        return samples
    if samples.ndim > 1:  # one row after the other: the memory is that of one
        resized = samples.new_empty((*samples.shape[:-1], count))
        for row, out in zip(samples.reshape(-1, length), resized.view(-1, count), strict=True):
            out.copy_(resize_samples(row, count, periodic=periodic))
        return resized
    # Mirrored: a spectrum takes the end for the neighbour of the beginning, and a jump would ring.
    times = 1 if periodic else 2
    wide = samples if periodic else torch.cat([samples, samples.flip(-1)], -1)
    kept = min(times * length, times * count) // 2
    spectrum = torch.fft.rfft(wide)[:kept]
    del wide
    made: Tensor = torch.fft.irfft(F.pad(spectrum, (0, times * count // 2 + 1 - kept)), n=times * count)
    made *= count / length
    return made[:count]


def long_term_power(samples: Tensor) -> Tensor:
    """Mean power of each frequency over time, smoothed: (C, T) -> (C, FFT_SAMPLES / 2 + 1)."""
    count = min(FFT_SAMPLES, 2 * (samples.shape[1] // 2))
    window = torch.hann_window(FFT_SAMPLES).to(samples)
    padded = F.pad(samples, (0, max(0, FFT_SAMPLES - samples.shape[1])))
    total, frames = samples.new_zeros((len(samples), FFT_SAMPLES // 2 + 1)), 0
    for start in range(0, max(1, padded.shape[1] - FFT_SAMPLES + 1), 256 * FFT_SAMPLES):
        piece = padded[:, start : start + 257 * FFT_SAMPLES].unfold(1, FFT_SAMPLES, count // 2 or 1)
        total += torch.fft.rfft(piece * window).abs().square().sum(1)
        frames += piece.shape[1]
    smooth = torch.full((1, 1, SMOOTHING), 1 / SMOOTHING).to(samples)
    half = SMOOTHING // 2
    return F.conv1d(F.pad(total[:, None] / frames, (half, half), mode="replicate"), smooth)[:, 0]


def with_spectrum(samples: Tensor, power: Tensor, *, share: float = 1.0) -> Tensor:
    """A sound whose long-term spectrum is another's, and nothing else: an equaliser without phase.

    Args:
        samples: (C, T).
        power: (C, F), as ``long_term_power`` of the other sound at the same rate.
        share: 0 leaves the sound as it is, 1 gives it all of the other's spectrum; decibels between.
    Returns:
        (C, T), of the sound's own root mean square.
    """
    own = long_term_power(samples)
    floor = 1e-9 * power.amax(1, keepdim=True)
    gain = ((power + floor) / (own + 1e-9 * own.amax(1, keepdim=True))).sqrt().clamp(*GAIN_LIMITS) ** share
    count, rows = samples.shape[1], []
    for row, curve in zip(samples, gain[:, None, None], strict=True):  # the memory is that of one row
        spectrum = torch.fft.rfft(row)
        spectrum *= F.interpolate(curve, size=len(spectrum), mode="linear", align_corners=True)[0, 0]
        made = torch.fft.irfft(spectrum, n=count)
        del spectrum
        rms = [x.square().mean().sqrt() + 1e-12 for x in (row, made)]
        rows.append(made.mul_(rms[0] / rms[1]))
    return torch.stack(rows)
