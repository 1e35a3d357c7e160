"""A style on frames that must be ready at once: one pass of the network, with maps that change slowly."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from impasto.fast.any_style import level_moments
from impasto.fast.apply import StylePainter
from impasto.fast.restyle import padded
from impasto.fast.statistics import LinearMap, Moments, whitening_and_coloring
from impasto.images.color_match import monge_kantorovich
from impasto.settings.live import LiveSettings
from impasto.video.running_means import RunningMeans

MAPS_EVERY = 5
"""Frames between two changes of the maps, which need a seventh of a frame's time. Chosen by eye."""

SHARE = 0.3
"""Of new statistics in their mean: with ``MAPS_EVERY`` it reaches back about half a second. Chosen by eye."""

LEAST_VARIANCE = 1e-4
"""Added to variances of colours, so that a dark room is not stretched into noise."""


class LivePainter:
    """Paints frames in one pass each.

    Statistics of the frames, and the maps that are made of them, are worked out once in ``MAPS_EVERY`` frames
    and averaged, so that they are quick and do not jump.

    Args:
        style: a trained style or a painting.
        settings: how to paint.
    Raises:
        ImpastoError: as ``StylePainter``.
    """

    def __init__(self, style: Path, settings: LiveSettings) -> None:
        s = settings
        self.painter = StylePainter(
            style, strength=s.strength, device=s.device, styles=s.styles, max_megapixels=s.max_megapixels
        )
        self.strength, self._means, self._frames = s.strength, RunningMeans(share=SHARE), 0
        self._maps: list[LinearMap] = []
        self._colors: list[LinearMap] = []
        palette = self.painter.palette
        self._palette = None if palette is None else _color_moments(palette)

    @torch.inference_mode()
    def __call__(self, frame: Tensor) -> Tensor:
        """Paint a frame: (1, 3, H, W) in [0, 1], both."""
        height, width = frame.shape[2:]
        due, network = self._frames % MAPS_EVERY == 0, self.painter.network
        self._frames += 1
        canvas = padded(frame.to(self.painter.device))
        if due:
            self._colors = [self._color_map("frame", canvas)]
        levels = network.encode(self._colors[0](canvas).clamp(0, 1))
        if due:
            moments = [self._mean(f"level {k}", level) for k, level in enumerate(level_moments(levels))]
            self._maps = [
                whitening_and_coloring(*pair).weakened(self.strength)
                for pair in zip(moments, self.painter.style, strict=True)
            ]
        changed = [change(level) for change, level in zip(self._maps, levels, strict=True)]
        painted = network.decode(changed).clamp(0, 1)
        if due:
            self._colors.append(self._color_map("result", painted))
        return self._colors[1](painted)[:, :, :height, :width].clamp(0, 1).cpu().clone()

    def restart(self) -> None:
        """Forget the statistics: the next frame is of another scene."""
        self._means.restart()
        self._frames = 0

    def _mean(self, name: str, moments: Moments) -> Moments:
        return Moments(
            self._means(f"{name} mean", moments.mean), self._means(f"{name} covariance", moments.covariance)
        )

    def _color_map(self, name: str, picture: Tensor) -> LinearMap:
        """The map of a picture's colours to the palette's."""
        if self._palette is None:
            eye = torch.eye(3, device=picture.device)[None]
            return LinearMap(eye, torch.zeros(1, 3, device=picture.device))
        moments = self._mean(name, _color_moments(picture))
        matrix = monge_kantorovich(moments.covariance[0], self._palette.covariance[0]).to(picture)[None]
        offset = self._palette.mean.to(picture) - (matrix @ moments.mean.to(picture)[:, :, None])[:, :, 0]
        return LinearMap(matrix, offset).weakened(self.strength)


def _color_moments(picture: Tensor) -> Moments:
    """Mean and covariance of colours, in float64."""
    flat = picture[:, :, ::2, ::2].flatten(2).double()
    mean = flat.mean(2)
    centred = flat - mean[:, :, None]
    noise = LEAST_VARIANCE * torch.eye(3, dtype=flat.dtype, device=flat.device)
    return Moments(mean, centred @ centred.mT / flat.shape[2] + noise)
