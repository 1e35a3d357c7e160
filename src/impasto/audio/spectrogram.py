"""Spectrograms on two axes: mel bands, as wide as those of the ear, and bands of one semitone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from impasto.checks import expect

COMPRESSION = 300.0
"""k in log(1 + k |X|), for sounds of root mean square ``REFERENCE_RMS``. Magnitudes far below 1 / k are
hardly compressed. Chosen by eye, from spectrograms of results: lower loses decays, higher puts noise into
pauses."""

REFERENCE_RMS = 0.1
"""Root mean square to which sounds are scaled before they are compared."""

LOWEST_HZ = 440.0 * 2 ** (-41 / 12)
"""Lowest frequency of all bands: E1, so that the semitone axis lies on the tones of A = 440 Hz."""

SEMITONES = 12
"""Bands an octave on the semitone axis."""


@dataclass(frozen=True)
class Window:
    """One resolution in time and frequency.

    Attributes:
        name: of its features.
        seconds: length of the window.
        axis: "mel" for bands as the ear has them, "semitone" for bands of equal musical intervals.
        bands: number of mel bands up to ``HIGHEST_HZ``; those above half the sample rate are left out.
        overlap: number of frames in which each sample lies.
    """

    name: str
    seconds: float
    axis: str
    bands: int = 0
    overlap: int = 4

    def hop(self, rate_hz: int) -> int:
        """Samples from one frame to the next."""
        return self.samples(rate_hz) // self.overlap

    def samples(self, rate_hz: int) -> int:
        """Length in samples, a multiple of 4; a power of two at 11,025 Hz and its multiples."""
        exact = self.seconds * rate_hz
        power = 2 ** round(math.log2(exact))
        return power if abs(power / exact - 1) < 0.15 else 4 * round(exact / 4)


HIGHEST_HZ = 16_000.0
"""Highest edge of the mel axis."""

WINDOWS = (
    Window("short", 512 / 44_100, "mel", 32, overlap=2),
    Window("middle", 2048 / 44_100, "mel", 64),
    Window("long", 8192 / 44_100, "semitone"),
)
"""The short window tells when a drum is hit, the long one which of two neighbouring bass tones sounds."""


def mel_of_hz(hz: float) -> float:
    """Frequency on the mel scale, as HTK has it: 2595 log10(1 + f / 700).

    Source: O'Shaughnessy 1987.
    """
    return 2595 * math.log10(1 + hz / 700)


def hz_of_mel(mel: float) -> float:
    """Inverse of ``mel_of_hz``."""
    return float(700.0 * (10.0 ** (mel / 2595) - 1))


def band_edges_hz(window: Window, rate_hz: int) -> list[float]:
    """Edges of triangular bands: band b rises from edge b to b + 1 and falls to b + 2.

    The axis does not depend on the rate, so that a band means the same at each; bands whose upper edge lies
    above half the rate are left out.
    """
    if window.axis == "semitone":
        octaves = math.log2(HIGHEST_HZ / LOWEST_HZ)
        edges = [LOWEST_HZ * 2 ** (step / SEMITONES) for step in range(int(octaves * SEMITONES) + 1)]
    else:
        low, high = mel_of_hz(LOWEST_HZ), mel_of_hz(HIGHEST_HZ)
        edges = [
            hz_of_mel(low + (high - low) * step / (window.bands + 1)) for step in range(window.bands + 2)
        ]
    return [edge for edge in edges if edge <= rate_hz / 2]


@lru_cache(maxsize=32)
def filterbank(window: Window, rate_hz: int) -> Tensor:
    """Weights of the frequencies in each band, (bands, n / 2 + 1); each row sums to 1.

    A band narrower than the distance of two frequencies takes the nearest two, weighted by their distance.
    """
    edges = torch.tensor(band_edges_hz(window, rate_hz), dtype=torch.float64)
    count = window.samples(rate_hz)
    hz = torch.arange(count // 2 + 1, dtype=torch.float64) * rate_hz / count
    low, centre, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    step = rate_hz / count
    half_up = (high - centre).clamp_min(step)
    half_down = (centre - low).clamp_min(step)
    rise, fall = 1 - (centre - hz) / half_down, 1 - (hz - centre) / half_up
    weights = torch.minimum(rise, fall).clamp_min(0)
    return (weights / weights.sum(1, keepdim=True)).float()


@lru_cache(maxsize=32)
def _hann(count: int) -> Tensor:
    """A Hann window scaled so that a sine of amplitude 1 gives 1/2 at its frequency."""
    window = torch.hann_window(count, dtype=torch.float64)
    return (window / window.sum()).float()


def band_magnitudes(samples: Tensor, window: Window, rate_hz: int) -> Tensor:
    """How strong each band is in each frame.

    M[n, b, t] = (sum over f of w[b, f] |X[n, f, t]|^2)^(1/2)

    Args:
        samples: (N, T), T at least one window; frames lie wholly inside.
        window: its resolution.
        rate_hz: of the samples.
    Returns:
        (N, bands, frames), > 0; 1/2 at most for a sine of amplitude 1.
    """
    expect(samples, "n t", name="samples")
    frames = samples.unfold(1, window.samples(rate_hz), window.hop(rate_hz))  # (N, frames, count)
    power: Tensor = _Power.apply(frames, _hann(frames.shape[2]).to(frames))  # type: ignore[no-untyped-call]
    bands = (power @ filterbank(window, rate_hz).to(power).mT).mT  # (N, bands, frames)
    magnitudes: Tensor = (bands + 1e-12).sqrt()
    return magnitudes


class _Power(torch.autograd.Function):
    """|rfft(frames * window)|^2, with its gradient in one inverse transform: half the time of autograd's."""

    @staticmethod
    def forward(ctx: Any, frames: Tensor, window: Tensor) -> Tensor:
        """(N, frames, count), (count,) -> (N, frames, count / 2 + 1)."""
        spectrum = torch.fft.rfft(frames * window)
        ctx.save_for_backward(spectrum, window)
        power: Tensor = spectrum.real.square() + spectrum.imag.square()
        return power

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        """d|X[f]|^2 / dx[t] = 2 Re(X[f] e^(2 pi i f t / n)); irfft counts inner frequencies twice itself."""
        spectrum, window = ctx.saved_tensors
        product = spectrum * gradient
        product[..., 0] *= 2
        product[..., -1] *= 2
        count = len(window)
        back: Tensor = torch.fft.irfft(product, n=count) * (window * count)
        return back, None


def compressed(magnitudes: Tensor) -> Tensor:
    """Magnitudes compressed, roughly as loudness is perceived; any shape, >= 0.

    log(1 + k M) / log(1 + k / 100)
    """
    levels: Tensor = torch.log1p(COMPRESSION * magnitudes) / math.log1p(COMPRESSION / 100)
    return levels
