"""The default: the waveform itself is the canvas, compared with the style over several window sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from impasto.audio.blocks import BLOCK_S, blocks_of, loss_by_blocks, padded
from impasto.audio.levels import Levels, levelled
from impasto.audio.network import SoundNetwork
from impasto.audio.sound import Sound, resampled
from impasto.audio.sound_view import SoundView, rhythm_lags
from impasto.audio.spectrum import long_term_power, resize_samples, with_spectrum
from impasto.losses.autocorrelation import AutocorrelationLoss
from impasto.losses.base import Features, Loss, Target
from impasto.losses.channel_correlation import ChannelCorrelationLoss
from impasto.losses.correlation import CorrelationLoss
from impasto.losses.modulation import ModulationLoss
from impasto.losses.objective import Objective, Term
from impasto.losses.quantiles import QuantileLoss
from impasto.losses.wasserstein import WassersteinLoss
from impasto.optimize.oom_fallback import CanvasLoss
from impasto.optimize.schedule import Scale
from impasto.settings.audio import AudioSettings

LOWEST_RATE_HZ = 8000
"""Lowest sample rate of a canvas: a lower one leaves too few bands to compare."""

CONTENT_KINDS = ("chroma", "onset", "envelope")
"""Features that are compared with the content; each has a weight in the settings."""

SPECTROGRAMS = ("short", "middle", "long")
"""Features that are spectrograms."""

ENVELOPES = ("short", "middle")
"""Spectrograms whose bands are compared by how fast, and how much together, they rise and fall. The long
window is too long for that."""

LOWEST_MODULATION_HZ = 0.5
"""Centre of the lowest modulation band: in a sound of a few seconds, slower
changes belong to the arrangement."""

STYLE_S = 60.0
"""Seconds of a style that are used, spread over all of it."""


@dataclass(frozen=True, eq=False)
class Waveform:
    """The losses of a canvas that is a waveform, at every sample rate.

    Attributes:
        content: (C, T), levelled, at ``rate_hz``; None for a texture.
        levels: of the content, or of the first style.
        styles: sounds.
        shares: of each style; their sum is 1.
        settings: weights and seed.
        rate_hz: of the result.
        scales: lengths of the canvas.
        count: samples of the result.
        network: in place of the random convolutions.
    """

    content: Tensor | None
    levels: Levels
    styles: Sequence[Sound]
    shares: Sequence[float]
    settings: AudioSettings
    rate_hz: int
    scales: tuple[Scale, ...]
    count: int
    network: SoundNetwork | None = None

    @cached_property
    def start(self) -> Tensor:
        """The canvas before the first step: the content, or noise, with the style's long-term spectrum."""
        return self.start_at(self.scales[0].width)

    def rate_at(self, width: int) -> int:
        """Sample rate of a canvas of that length."""
        return round(self.rate_hz * width / self.count)

    def start_at(self, width: int) -> Tensor:
        """The start at the sample rate of a canvas of that width: (1, C, 1, width)."""
        return resize_samples(self._whole_start(), width, periodic=self.settings.loop)[None, :, None]

    def _whole_start(self) -> Tensor:
        """The start at the rate of the result, (C, T); not kept, as it is as large as the sound."""
        channels = len(self.levels.gains)
        if self.content is None:
            draw = torch.Generator().manual_seed(self.settings.seed)
            source = torch.randn(channels, self.count, generator=draw) / 10
        else:
            source = self.content
        share = 1.0 if self.content is None else self.settings.strength
        return with_spectrum(source, self._style_power, share=share)

    @cached_property
    def _style_power(self) -> Tensor:
        """Long-term spectrum of the styles together, (C, F)."""
        powers = torch.stack([long_term_power(style) for style in self.style_samples(self.rate_hz)])
        # Relative to its sum: a blend of spectra, not of loudness.
        powers = powers / powers.sum(2, keepdim=True).clamp_min(1e-20)
        return (torch.tensor(self.shares)[:, None, None] * powers).sum(0)

    def resize(self, canvas: Tensor, shape: tuple[int, int]) -> Tensor:
        """A canvas at another rate; the tones that it cannot hold yet are those of the start."""
        width = shape[1]
        if canvas.shape[3] == width:
            return canvas
        periodic = self.settings.loop
        if width < canvas.shape[3]:
            return resize_samples(canvas, width, periodic=periodic)
        start = self.start_at(width)
        small = resize_samples(start, canvas.shape[3], periodic=periodic)
        start -= resize_samples(small, width, periodic=periodic)
        return start.add_(resize_samples(canvas, width, periodic=periodic))

    def style_samples(self, rate_hz: int) -> list[Tensor]:
        """Each style at a rate, (C, T), levelled; a mono style is both mid and side."""
        samples = []
        for style in self.styles:
            channels, _ = levelled(resampled(style.samples, style.rate_hz, rate_hz))
            if len(channels) < len(self.levels.gains):
                channels = channels.repeat(2, 1)
            samples.append(channels[: len(self.levels.gains)])
        return samples

    def loss_at(self, scale: Scale) -> CanvasLoss:
        """The loss of a canvas at one sample rate."""
        rate_hz = self.rate_at(scale.width)
        view = SoundView(rate_hz, seed=self.settings.seed, network=self.network)
        loop = self.settings.loop
        source = None
        if self.content is not None:
            source = resize_samples(self.content, scale.width)[None, :, None]
        count = padded(torch.empty(1, 1, 1, scale.width), rate_hz, loop=loop).shape[1]
        blocks = blocks_of(count, rate_hz)
        own: Sequence[Features] | None = None
        content_terms: list[list[Term]] = [[]]
        if source is not None:
            whole = padded(source, rate_hz, loop=False)
            pieces = (view.features(whole[:, start:stop], self.levels.names) for start, stop in blocks)
            if self.settings.strength < 1:
                own = list(pieces)
            # One block after the other: all features of a long sound are larger than the sound.
            content_terms = [self._content_terms(features) for features in own or pieces]
        style_terms = self._style_terms(view, own)
        own = None
        objectives = [Objective([*style_terms, *terms]) for terms in content_terms]

        def block_loss(samples: Tensor, number: int) -> tuple[Tensor, dict[str, Tensor]]:
            features = view.features(samples, self.levels.names)
            return objectives[number if len(objectives) > 1 else 0](features)

        def loss(canvas: Tensor, evaluation: int = 0) -> tuple[Tensor, dict[str, Tensor]]:
            if loop:  # another seam at each evaluation, so that no place is always at an edge
                canvas = canvas.roll(evaluation * 7919 % canvas.shape[3], 3)
            return loss_by_blocks(canvas, rate_hz, blocks, block_loss, loop=loop)

        return loss

    def _layers(self, kinds: Sequence[str]) -> dict[str, float]:
        """{feature: weight} of some kinds in all channels; the weights sum to 1."""
        names = self.levels.names
        return {f"{name}/{kind}": 1 / (len(kinds) * len(names)) for name in names for kind in kinds}

    def _style_terms(self, view: SoundView, own: Sequence[Features] | None) -> list[Term]:
        """The terms that compare a block with the style, each with its target."""
        settings = self.settings
        half = settings.modulation_weight / len(ENVELOPES)
        losses: list[tuple[str, Loss, float]] = [
            ("texture", WassersteinLoss(self._layers(view.texture_kinds)), settings.style_weight),
            ("spectrum", WassersteinLoss(self._layers(SPECTROGRAMS)), settings.style_weight),
            (
                "rhythm",
                AutocorrelationLoss(self._layers(("rhythm",)), lags=rhythm_lags(view.rate_hz)),
                settings.rhythm_weight,
            ),
            ("levels", QuantileLoss(self._layers(SPECTROGRAMS)), settings.levels_weight),
            ("together", ChannelCorrelationLoss(self._layers(ENVELOPES)), settings.modulation_weight),
        ]
        for name in ENVELOPES:
            lowest = LOWEST_MODULATION_HZ / view.frames_per_s(name)
            layers = self._layers((name,))
            losses.append((f"modulation of {name}", ModulationLoss(layers, lowest=lowest), half))
        losses = [row for row in losses if row[2] > 0]
        targets: dict[str, list[Target]] = {name: [] for name, _, _ in losses}
        for samples in self.style_samples(view.rate_hz):
            pieces = style_pieces(samples, view.rate_hz)
            features = [view.features(piece, self.levels.names) for piece in pieces]
            for name, loss, _ in losses:
                targets[name].append(pooled(loss, features))
        terms = []
        for name, loss, weight in losses:
            target = loss.blend(targets[name], self.shares)
            if own is not None and settings.strength < 1:
                target = loss.interpolate(pooled(loss, own), target, settings.strength)
            terms.append(Term(name.partition(" ")[0], loss, loss.finish(target), weight))
        return terms

    def _content_terms(self, features: Features) -> list[Term]:
        """The terms that compare a block with the content's."""
        terms = []
        for kind in CONTENT_KINDS:
            weight = getattr(self.settings, f"{kind}_weight")
            if weight > 0:
                loss = CorrelationLoss(self._layers((kind,)))
                terms.append(Term(kind, loss, loss.target(features), weight))
        return terms


def pooled(loss: Loss, features: Sequence[Features]) -> Target:
    """The target of several pieces of one sound together; each counts by its length."""
    layer = next(iter(loss.layers))
    with torch.no_grad():
        return loss.blend([loss.target(one) for one in features], [one[layer].shape[3] for one in features])


def style_pieces(samples: Tensor, rate_hz: int) -> list[Tensor]:
    """Pieces of at most ``BLOCK_S`` of a style, spread over it: (C, T) -> several (C, T').

    The style has no silence added at its ends, as the canvas has: its statistics are of what sounds.
    """
    block, count = round(BLOCK_S * rate_hz), samples.shape[1]
    if count <= 1.5 * block:
        return [samples]
    pieces = min(round(STYLE_S / BLOCK_S), -(-count // block))
    starts = torch.linspace(0, count - block, pieces).long().tolist()
    return [samples[:, start : start + block] for start in starts]
