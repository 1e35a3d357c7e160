"""The published method: a log spectrogram as canvas, one wide random convolution, and Griffin-Lim.

``--preset ulyanov``. Source of all constants: Ulyanov, Lebedev 2016, "Audio texture synthesis and style
transfer", the notebook. Differs where a docstring says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.audio.sound import Sound, resampled
from impasto.losses.gram import gram_matrix
from impasto.optimize.oom_fallback import CanvasLoss
from impasto.optimize.schedule import Scale
from impasto.settings.audio import AudioSettings

RATE_HZ, FFT_SAMPLES, HOP_SAMPLES = 22_050, 2048, 512
"""Everything is mono at this rate; window and hop of the spectrogram."""

WIDTH = 11
"""Frames of the convolution."""

GRIFFIN_LIM_STEPS = 500
"""Iterations that look for a phase."""

NOISE = 1e-3
"""Standard deviation of the canvas before the first step."""


def log_spectrogram(samples: Tensor) -> Tensor:
    """log(1 + |X|): (T,) -> (F, frames), F = 1025."""
    window = torch.hann_window(FFT_SAMPLES).to(samples)
    spectrum = torch.stft(samples, FFT_SAMPLES, HOP_SAMPLES, window=window, return_complex=True)
    return torch.log1p(spectrum.abs())


def mono(sound: Sound) -> Tensor:
    """A sound as the notebook takes it: (T,), mono, 22,050 Hz."""
    return torch.from_numpy(resampled(sound.samples, sound.rate_hz, RATE_HZ).mean(0))


def random_kernel(filters: int, seed: int) -> Tensor:
    """(filters, F, WIDTH), normal, of standard deviation 2^(1/2) (2 / ((F + filters) WIDTH))^(1/2)."""
    channels = FFT_SAMPLES // 2 + 1
    draw = torch.Generator().manual_seed(seed)
    deviation = math.sqrt(2) * math.sqrt(2 / ((channels + filters) * WIDTH))
    return torch.randn(filters, channels, WIDTH, generator=draw) * deviation


def network_features(spectrogram: Tensor, kernel: Tensor) -> Tensor:
    """ReLU of the convolution over time, without padding: (F, frames) -> (1, filters, 1, frames - 10)."""
    return F.conv1d(spectrogram[None], kernel).relu()[:, :, None]


def ulyanov_loss(
    content: Tensor | None, styles: Sequence[Tensor], shares: Sequence[float], settings: AudioSettings
) -> CanvasLoss:
    """The notebook's loss: alpha |F - F_content|^2 + |G - G_style|^2, with G = F F' / frames.

    Args:
        content: (F, frames), log spectrogram; None for a texture.
        styles: the same of each style.
        shares: of each style, of sum 1.
        settings: ``content_weight`` is alpha.

    Differs: several styles are blended by their Gram matrices.
    """
    kernel = random_kernel(settings.filters, settings.seed)
    with torch.no_grad():
        grams = [gram_matrix(network_features(style, kernel)) for style in styles]
        target = sum((share * gram for share, gram in zip(shares, grams, strict=True)), torch.zeros(()))
        kept = None if content is None else network_features(content, kernel)

    def loss(canvas: Tensor, evaluation: int = 0) -> tuple[Tensor, dict[str, Tensor]]:
        features = network_features(canvas[0, 0], kernel)
        parts = {"style": settings.style_weight * (gram_matrix(features) - target).square().sum()}
        if kept is not None:
            parts["content"] = settings.content_weight * (features - kept).square().sum()
        total = torch.stack(list(parts.values())).sum()
        return total, {name: value.detach() for name, value in parts.items()}

    return loss


def noise_canvas(scale: Scale, seed: int) -> Tensor:
    """(1, 1, F, frames) of normal noise."""
    draw = torch.Generator().manual_seed(seed)
    return NOISE * torch.randn(1, 1, scale.height, scale.width, generator=draw)


def griffin_lim(spectrogram: Tensor, *, steps: int | None = None, seed: int = 0) -> Tensor:
    """Samples whose spectrogram has the magnitudes of a canvas, as nearly as a phase can be found.

    Args:
        spectrogram: (F, frames), log(1 + |X|); negative values count as 0.
        steps: iterations from a random phase; None: ``GRIFFIN_LIM_STEPS``.
        seed: of the phase.
    Returns:
        (HOP_SAMPLES (frames - 1),).

    Source: Griffin, Lim 1984, "Signal estimation from modified short-time Fourier transform".
    Differs: nothing.
    """
    magnitude = torch.expm1(spectrogram.clamp(0, 20))
    window = torch.hann_window(FFT_SAMPLES).to(magnitude)
    draw = torch.Generator().manual_seed(seed)
    angle = 2 * math.pi * torch.rand(magnitude.shape, generator=draw)
    phase = torch.polar(torch.ones_like(magnitude), angle)
    samples = torch.istft(magnitude * phase, FFT_SAMPLES, HOP_SAMPLES, window=window)
    for _ in range(GRIFFIN_LIM_STEPS if steps is None else steps):
        spectrum = torch.stft(samples, FFT_SAMPLES, HOP_SAMPLES, window=window, return_complex=True)
        phase = spectrum / spectrum.abs().clamp_min(1e-12)
        samples = torch.istft(magnitude * phase, FFT_SAMPLES, HOP_SAMPLES, window=window)
    return samples
