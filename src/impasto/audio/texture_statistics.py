"""Statistics of the texture of a sound, to measure how near a restyled sound is to its style.

A run does not optimise them, but they depend on what it optimises: its losses compare distributions,
modulations and correlations as well, though of other bands, with another compression and another distance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BANDS = 30
"""Cochlear bands, spaced evenly in equivalent rectangular bandwidths."""

LOWEST_HZ, HIGHEST_HZ = 50.0, 10_000.0
"""Their range."""

ENVELOPE_HZ = 400.0
"""Rate of envelopes."""

COMPRESSION = 0.3
"""Power to which envelopes are raised."""

FLOOR = 1e-3
"""Envelopes end 60 dB below the sound's root mean square: digital silence counts as a quiet room."""

MODULATION_HZ = tuple(0.5 * 2 ** (step / 2) for step in range(17))
"""Edges of the modulation bands: half octaves from 0.5 to 128 Hz."""

CORRELATION_OFFSETS = (1, 2, 3, 5, 8, 11, 16, 21)
"""Distances of the cochlear bands whose envelopes are correlated."""


@dataclass(frozen=True)
class TextureStatistics:
    """The statistics by which people recognise the texture of a sound, after McDermott and Simoncelli.

    Attributes:
        means: of the envelopes, (bands,), relative to their root mean square over bands.
        variations: standard deviation over mean, (bands,).
        skewness: cube root of the third standardised moment, (bands,).
        kurtosis: fourth root of the fourth, (bands,).
        modulations: power in each modulation band over the envelope's variance, (bands, modulations).
        correlations: of the envelopes of bands some distance apart, (pairs,).
    """

    means: Array
    variations: Array
    skewness: Array
    kurtosis: Array
    modulations: Array
    correlations: Array


def texture_statistics(samples: Array, rate_hz: int) -> TextureStatistics:
    """Statistics of the envelopes of cochlear bands.

    Args:
        samples: (T,), any scale.
        rate_hz: of the samples.

    Source: McDermott, Simoncelli 2011, "Sound texture perception via statistics of the auditory periphery".
    Differs: modulation bands are half octaves of the envelope's spectrum instead of filters; of powers and of
    the third and fourth moments the roots, as one band of speech has a kurtosis of hundreds, which would be
    all that is measured; no correlations between modulation bands.
    """
    envelopes = cochlear_envelopes(samples, rate_hz)  # (bands, frames)
    means = envelopes.mean(1)
    centred = envelopes - means[:, None]
    variances = centred.var(1) + 1e-12 * means.max() ** 2
    deviations = np.sqrt(variances)
    standard = centred / deviations[:, None]
    spectrum = np.abs(np.fft.rfft(standard * np.hanning(standard.shape[1]))) ** 2
    hz = np.fft.rfftfreq(standard.shape[1], 1 / ENVELOPE_HZ)
    edges = MODULATION_HZ
    bands = [(hz >= low) & (hz < high) for low, high in pairwise(edges)]
    total = spectrum.sum(1, keepdims=True)
    modulations = np.stack([spectrum[:, band].sum(1) for band in bands], 1) / total
    correlations = np.concatenate([(standard[d:] * standard[:-d]).mean(1) for d in CORRELATION_OFFSETS])
    return TextureStatistics(
        means / np.sqrt((means**2).mean()),
        deviations / np.maximum(means, 1e-9 * means.max()),
        np.cbrt((standard**3).mean(1)),
        (standard**4).mean(1) ** 0.25,
        np.sqrt(modulations),
        correlations,
    )


def texture_distance(first: TextureStatistics, second: TextureStatistics) -> float:
    """Mean over the six groups of |first - second| / (|first|^2 / 2 + |second|^2 / 2)^(1/2).

    Symmetric; 0 for equal statistics, about 1.4 for unrelated ones of the same size.
    """
    distances = []
    for name in first.__dataclass_fields__:
        a, b = getattr(first, name), getattr(second, name)
        size = math.sqrt(((a**2).sum() + (b**2).sum()) / 2) + 1e-12
        distances.append(float(np.linalg.norm(a - b)) / size)
    return sum(distances) / len(distances)


def cochlear_envelopes(samples: Array, rate_hz: int) -> Array:
    """Compressed envelopes of cochlear bands, (bands, frames) at ``ENVELOPE_HZ``.

    Bands are half cosines on the scale of equivalent rectangular bandwidths, each from its lower neighbour's
    centre to its upper one's; an envelope is the magnitude of the analytic signal. All in one spectrum.
    """
    count = len(samples)
    floor = FLOOR * math.sqrt(float((samples**2).mean())) + 1e-30
    spectrum = np.fft.fft(samples)[: count // 2 + 1]
    hz = np.arange(count // 2 + 1) * rate_hz / count
    scale = erb_of_hz(hz)
    high = min(HIGHEST_HZ, 0.45 * rate_hz)
    centres = np.linspace(erb_of_hz(np.array(LOWEST_HZ)), erb_of_hz(np.array(high)), BANDS + 2)
    frames = max(8, int(count / rate_hz * ENVELOPE_HZ))
    out = np.empty((BANDS, frames))
    for band in range(BANDS):
        away = (scale - centres[band + 1]) / (centres[band + 2] - centres[band + 1])
        chosen = np.flatnonzero(np.abs(away) < 1)
        analytic = np.zeros(count, complex)
        analytic[chosen] = 2 * spectrum[chosen] * np.cos(away[chosen] * np.pi / 2)
        envelope = np.hypot(np.abs(np.fft.ifft(analytic)), floor) ** COMPRESSION
        blur = np.fft.rfft(envelope)
        out[band] = np.fft.irfft(blur[: frames // 2 + 1], n=frames) * frames / count
    return np.maximum(out, 0)


def erb_of_hz(hz: Array) -> Array:
    """Number of equivalent rectangular bandwidths below a frequency.

    Source: Glasberg, Moore 1990: 9.265 log(1 + f / (24.7 * 9.265)).
    """
    return np.asarray(9.265 * np.log1p(hz / (24.7 * 9.265)))
