"""What is compared of a sound: its spectrograms, random features, pitch classes, onsets and loudness."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.audio.network import BANDS, SoundNetwork
from impasto.audio.random_features import WIDTHS, random_features
from impasto.audio.spectrogram import SEMITONES, WINDOWS, Window, band_magnitudes, compressed
from impasto.losses.base import Features

RHYTHM_BANDS = 8
"""Groups of mel bands whose autocorrelation is compared."""

RHYTHM_LAG_S = 2.0
"""Longest lag of the autocorrelation, seconds."""

ENVELOPE_POOL = (4, 5)
"""Bands and frames over which the content's spectrogram is averaged: 4 of 64 bands, about 60 ms."""

CHROMA_OCTAVES = (1, 7)
"""Octaves above ``LOWEST_HZ`` whose tones make up pitch classes: lower semitones are too near to each other
for the long window; higher ones (above 5.3 kHz) have more noise than pitch."""


def rhythm_lags(rate_hz: int) -> int:
    """``RHYTHM_LAG_S`` in frames of the middle window."""
    return math.ceil(RHYTHM_LAG_S * SoundView(rate_hz).frames_per_s("middle"))


def without_margins(frames: Tensor, window: Window, rate_hz: int) -> Tensor:
    """Frames of a padded sound without those whose centre lies in the padding, (..., frames).

    A sound is padded for the longest window. Shorter ones have frames in the padding alone, which are silent:
    statistics of the canvas would then be those of a sound with pauses.
    """
    margin = (WINDOWS[-1].samples(rate_hz) - window.samples(rate_hz)) // 2 // window.hop(rate_hz)
    kept = frames.shape[-1] - 2 * margin
    return frames[..., margin : margin + kept] if kept > 0 else frames


def onsets(spectrogram: Tensor) -> Tensor:
    """Onset function: how much all bands together rise from frame to frame.

    O[t] = mean over bands of max(0, S[t + 1] - S[t])

    Args:
        spectrogram: (N, bands, frames).
    Returns:
        (N, 1, 1, frames - 1), >= 0.

    Source: Dixon 2006, "Onset detection revisited", half-wave rectified spectral flux.
    Differs: of compressed bands instead of magnitudes.
    """
    return (spectrogram[..., 1:] - spectrogram[..., :-1]).relu().mean(1)[:, None, None]


def pitch_classes(magnitudes: Tensor) -> Tensor:
    """Chroma: how strong each of the twelve pitch classes is, over octaves.

    C[p, t] = m[p, t] / (|m[., t]| + e), m the root of the octaves' power, e a tenth of |m|'s mean over time

    Args:
        magnitudes: (N, bands, frames), bands of one semitone.
    Returns:
        (N, 1, 12, frames), >= 0; 1 for a frame with one pitch only, near 0 in pauses.
    """
    low, high = CHROMA_OCTAVES
    octaves = range(low, min(high, magnitudes.shape[1] // SEMITONES))
    power = torch.stack([magnitudes[:, SEMITONES * k :][:, :SEMITONES].square() for k in octaves]).sum(0)
    folded = (power + 1e-12).sqrt()  # (N, 12, frames)
    norm = power.sum(1, keepdim=True).sqrt()
    floor = 0.1 * norm.detach().mean(2, keepdim=True) + 1e-9
    relative: Tensor = folded / (norm + floor)
    return relative[:, None]


def envelope(spectrogram: Tensor) -> Tensor:
    """A blurred spectrogram: (N, bands, frames) -> (N, bands / 4, 1, frames / 5)."""
    return F.avg_pool2d(spectrogram[:, None], ENVELOPE_POOL).transpose(1, 2)


@dataclass(frozen=True)
class SoundView:
    """Features of a piece of sound, by name.

    Names are "CHANNEL/KIND": "mid/short-3" is the mid channel's random features of the short window with
    kernels of 3 frames, "mid/network-0" those of a layer of a network that takes their place. The other kinds
    are the windows ("short", "middle", "long": spectrograms), "rhythm", "chroma", "onset" and "envelope".

    Attributes:
        rate_hz: of the samples.
        seed: of the random kernels.
        network: takes the place of the random convolutions; None: they are used.
    """

    rate_hz: int
    seed: int = 0
    network: SoundNetwork | None = None

    def frames_per_s(self, window: str) -> float:
        """Frames a second of a window, by its name."""
        return next(self.rate_hz / one.hop(self.rate_hz) for one in WINDOWS if one.name == window)

    @property
    def texture_kinds(self) -> tuple[str, ...]:
        """Kinds of features of the network's layers, or of each window with each of its random kernels."""
        if self.network is not None:
            return tuple(f"network-{layer}" for layer in self.network.layers)
        return tuple(f"{name}-{width}" for name, widths in WIDTHS.items() for width in widths)

    def features(self, samples: Tensor, channels: Iterable[str]) -> Features:
        """All features of all channels.

        Args:
            samples: (C, T), scaled to ``REFERENCE_RMS``.
            channels: C names.
        Returns:
            {"CHANNEL/KIND": (1, c, 1, frames)}; chroma is (1, 1, 12, frames), one pattern as a whole.
        """
        features: dict[str, Tensor] = {}
        magnitudes = {
            w.name: without_margins(band_magnitudes(samples, w, self.rate_hz), w, self.rate_hz)
            for w in WINDOWS
        }
        spectrograms = {name: compressed(bands) for name, bands in magnitudes.items()}
        for name, spectrogram in spectrograms.items():
            features[name] = spectrogram[:, :, None]
            for width in WIDTHS[name] if self.network is None else ():
                features[f"{name}-{width}"] = random_features(spectrogram, width, seed=self.seed)
        middle = spectrograms["middle"]
        if self.network is not None:  # bands that a low sample rate does not have are silent
            layers = self.network(F.pad(middle, (0, 0, 0, BANDS - middle.shape[1])))
            features |= {f"network-{layer}": layers[layer][:, :, None] for layer in self.network.layers}
        groups = torch.tensor_split(middle, RHYTHM_BANDS, dim=1)
        features["rhythm"] = torch.cat([group.mean(1, keepdim=True) for group in groups], 1)[:, :, None]
        features["chroma"] = pitch_classes(magnitudes["long"])
        features["onset"] = onsets(middle)
        features["envelope"] = envelope(middle)
        return {
            f"{channel}/{kind}": value[index : index + 1]
            for index, channel in enumerate(channels)
            for kind, value in features.items()
        }
