"""How loud a sound is for people, and how high its peaks reach between the samples."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from impasto.audio.sound import Samples

TRUE_PEAK_DB = -1.0
"""Highest true peak of what is written, dB relative to full scale (EBU R 128)."""

BLOCK_S, STEP_S = 0.4, 0.1
"""Length and distance of the blocks whose loudness is gated, seconds."""

ABSOLUTE_GATE, RELATIVE_GATE = -70.0, -10.0
"""Blocks below -70 LUFS, or 10 LU below the mean of the others, do not count."""

STAGES: tuple[tuple[float, float, float | None], ...] = (
    (1681.974450955533, 0.7071752369554196, 3.999843853973347),
    (38.13547087602444, 0.5003270373238773, None),
)
"""The shelf and the high pass: frequency in Hz, quality, gain in dB."""

PIECE = 1 << 20
"""Samples that are filtered at once."""


def k_weighting(rate_hz: int) -> NDArray[np.float64]:
    """The two filters of K-weighting as second-order sections: a shelf for the head, and a high pass.

    Source: ITU-R BS.1770-5, annex 1, which gives coefficients at 48 kHz; the analogue parameters behind them
    are those of De Man 2014, "Evaluation of implementations of the EBU R128 loudness measurement".
    """
    sections = []
    for f0, q, gain_db in STAGES:
        k = math.tan(math.pi * f0 / rate_hz)
        a0 = 1 + k / q + k * k
        poles = [1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]
        if gain_db is None:
            zeros = [1.0, -2.0, 1.0]
        else:
            high = 10 ** (gain_db / 20)
            band = high**0.4996667741545416
            zeros = [
                (high + band * k / q + k * k) / a0,
                2 * (k * k - high) / a0,
                (high - band * k / q + k * k) / a0,
            ]
        sections.append([*zeros, *poles])
    return np.array(sections)


def loudness_lufs(samples: Samples, rate_hz: int) -> float:
    """Integrated loudness: mean power of the K-weighted channels over the blocks that pass two gates.

    L = -0.691 + 10 log10(mean over blocks of sum over channels of mean square)

    Args:
        samples: (C, T), one or two channels.
        rate_hz: of the samples.
    Returns:
        LUFS; minus infinity where no block is louder than -70 LUFS. A sound shorter than a block is one.

    Source: ITU-R BS.1770-5, annex 1.
    Differs: nothing, for one and two channels.
    """
    filters = k_weighting(rate_hz)
    sums = np.zeros(1 + samples.shape[1])  # of squares, from the beginning on
    squares = sums[1:]
    for channel in samples:
        state = np.zeros((len(filters), 2))
        for start in range(0, len(channel), PIECE):
            piece = channel[start : start + PIECE].astype(np.float64)
            heard, state = signal.sosfilt(filters, piece, zi=state)
            squares[start : start + PIECE] += heard**2
    np.cumsum(squares, out=squares)
    block, step = round(BLOCK_S * rate_hz), round(STEP_S * rate_hz)
    starts = np.arange(0, max(1, samples.shape[1] - block + 1), step)
    ends = np.minimum(starts + block, samples.shape[1])
    powers = np.maximum((sums[ends] - sums[starts]) / np.maximum(ends - starts, 1), 1e-30)
    kept = powers[_lufs(powers) > ABSOLUTE_GATE]
    if not kept.size:
        return -math.inf
    return float(_lufs(kept[_lufs(kept) > _lufs(kept.mean()) + RELATIVE_GATE].mean()))


def _lufs(power: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(-0.691 + 10 * np.log10(power))


def true_peak_db(samples: Samples) -> float:
    """Highest peak of the continuous signal, dB relative to full scale: four times oversampled.

    Args:
        samples: (C, T).

    Source: ITU-R BS.1770-5, annex 2.
    Differs: the low-pass filter is a Kaiser-windowed sinc of 20 samples a side instead of 12 taps a phase.
    """
    peak = 0.0
    for channel in samples:
        for start in range(0, len(channel), PIECE):
            piece = channel[max(0, start - 64) : start + PIECE + 64].astype(np.float64)
            up = signal.resample_poly(piece, 4, 1, window=("kaiser", 8.0))
            peak = max(peak, float(np.abs(up).max(initial=0)), float(np.abs(piece).max(initial=0)))
    return 20 * math.log10(peak) if peak > 0 else -math.inf


def at_loudness(samples: Samples, rate_hz: int, *, lufs: float) -> tuple[Samples, float]:
    """A sound at a loudness, or as loud as its peaks allow: one gain for all, nothing is limited or clipped.

    Args:
        samples: (C, T).
        rate_hz: of the samples.
        lufs: wanted; not finite: only the peaks decide.
    Returns:
        The sound, its true peak at most ``TRUE_PEAK_DB``; and by how many dB it is quieter than wanted.
    """
    now, peak = loudness_lufs(samples, rate_hz), true_peak_db(samples)
    wanted = lufs - now if math.isfinite(lufs) and math.isfinite(now) else 0.0
    allowed = TRUE_PEAK_DB - 0.01 - peak if math.isfinite(peak) else wanted
    gain_db = min(wanted, allowed)
    return (samples * 10 ** (gain_db / 20)).astype(np.float32, copy=False), wanted - gain_db
