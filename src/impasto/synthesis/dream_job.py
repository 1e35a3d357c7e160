"""A dream in the making: everything it needs, its steps, and the record at the end."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto import features, runtime
from impasto.errors import SettingError, ShapeError
from impasto.features.extractor import Extractor, fingerprint, prepared
from impasto.images import io
from impasto.images.io import Picture, PictureSource
from impasto.images.resize import fit, resize
from impasto.optimize.checkpoint import State
from impasto.optimize.laplacian_descent import LaplacianDescent
from impasto.optimize.loop import Loop, Step
from impasto.optimize.schedule import schedule
from impasto.result import FORMAT, Result
from impasto.settings import DreamSettings
from impasto.synthesis.read import absolute, check_size, describe, name_of
from impasto.synthesis.record import mark_of
from impasto.synthesis.visions import Visions, check_channel

log = logging.getLogger(__name__)

COARSEST_PX = 64
"""Short side below which nothing is dreamt; chosen by eye."""


@dataclass(frozen=True)
class DreamJob:
    """Everything a dream needs, read and checked before the first step.

    Attributes:
        settings: how to dream.
        photo: as it was read.
        guide: what to dream of; None for whatever the network likes.
        network: on its device, in its precision.
        device: where the canvas lies.
        fingerprint: of the network's weights, before its precision was reduced.
        held_bytes: memory that the process held when all of that was read.
    """

    settings: DreamSettings
    photo: Picture
    guide: Picture | None
    network: Extractor
    device: torch.device
    fingerprint: str
    held_bytes: int = 0

    @classmethod
    def prepare(
        cls,
        photo: PictureSource,
        settings: DreamSettings,
        *,
        guide: PictureSource | None = None,
        network: Extractor | None = None,
    ) -> DreamJob:
        """Read and check everything that can be wrong before the first step.

        Args:
            photo: what to dream into.
            settings: how to dream.
            guide: what to dream of.
            network: what dreams, instead of ``settings.network``; ``features.custom.wrap`` makes one.
        Returns:
            The job; nothing has been dreamt.
        Raises:
            ImpastoError: as ``dream``.
        """
        if guide is not None and (settings.channel is not None or settings.objective is not None):
            raise SettingError(
                "a guide says what grows, and so does a channel or an objective",
                got="a guide and " + ("a channel" if settings.channel is not None else "an objective"),
                attempt="one or the other",
            )
        device = runtime.choose_device(settings.device)
        dtype = runtime.choose_dtype(device, settings.precision)
        read = partial(io.read, max_megapixels=settings.max_megapixels)
        picture = read(photo, name=name_of(photo, "photo"))
        shown = None if guide is None else read(guide, name=name_of(guide, "guide"))
        if network is None:
            network = features.load(settings.network, settings.weights, settings.pooling)
        network.check_layers([settings.layer])
        for one in (picture, shown):
            if one is not None:
                check_size(one, network, [settings.layer])
        mark = fingerprint(network)
        network = prepared(network, device, dtype)
        job = cls(settings, picture, shown, network, device, mark, runtime.used_bytes(device))
        height, width = job.shape
        smallest = job.visions.sight.smallest_px
        if min(height, width) < smallest:
            raise ShapeError(
                f"the picture would be too small for {settings.layer}",
                got=f"{width} x {height} px",
                expected=f"at least {smallest} px on each side",
                attempt="a larger --size, or a shallower --layer",
            )
        check_channel(settings.channel, job.visions.sight, picture.pixels.to(device))
        return job

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to the pictures when they were read, for people."""
        pictures = [self.photo] if self.guide is None else [self.photo, self.guide]
        return tuple(f"{picture.name}: {note}" for picture in pictures for note in picture.notes)

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) of the result, px."""
        height, width = self.photo.pixels.shape[2:]
        return fit(height, width, self.settings.size, enlarge=self.settings.enlarge)

    @cached_property
    def visions(self) -> Visions:
        """What grows, at every size."""
        guide = None if self.guide is None else self.guide.pixels
        return Visions(self.settings, guide, self.network, self.device, self.held_bytes)

    def steps(self, state: State | None = None) -> Iterator[Step]:
        """Dream; with a state, go on from there."""
        s = self.settings
        height, width = self.shape
        own_height, own_width = self.photo.pixels.shape[2:]
        if max(own_height, own_width) < s.size and not s.enlarge:
            log.warning(
                "the photo is smaller than --size; dreaming at its own %d x %d px", own_width, own_height
            )
        scales = schedule(
            height, width, scales=s.octaves, factor=s.octave_scale, steps=s.steps, coarse_steps=1.0,
            smallest_px=max(self.visions.sight.smallest_px, COARSEST_PX),
        )  # fmt: skip
        photo = self.photo.pixels.to(self.device)
        mix = color_mix(photo, s.vividness)
        loop = Loop(
            lambda canvas, rate: LaplacianDescent(canvas, rate, mix=mix, finest=s.grain),
            rate=s.rate, average=0.0, tolerance=0.0, project=True, resize=partial(with_detail, photo=photo),
        )  # fmt: skip
        return loop.run(photo, scales, self.visions.measure, smaller=self.visions.smaller, state=state)

    def result(
        self, last: Step | None, history: list[dict[str, Any]], *, interrupted: bool = False
    ) -> Result:
        """The picture and its record; stopped at a coarse size, it has the photo's detail all the same."""
        if last is None:
            raise SettingError("no step was made", got="0 steps", expected="at least 1")
        losses = {**last.losses, "total": last.loss}
        pixels = with_detail(last.snapshot(), self.shape, photo=self.photo.pixels.to(self.device))
        pixels = pixels.detach().to("cpu", torch.float32)
        record = {
            "impasto_format": FORMAT,
            "task": "dream",
            "settings": self.settings.to_dict() | absolute(self.settings),
            "content": describe(self.photo),
            "styles": [],
            "controls": {"guide": None if self.guide is None else describe(self.guide)},
            "network": {"name": self.network.name, "fingerprint": self.fingerprint},
            "versions": runtime.versions(),
            "size": [pixels.shape[3], pixels.shape[2]],
            "steps": len(history),
            "seconds": round(last.seconds, 3),
            "losses": losses,
            "interrupted": interrupted,
        }
        return Result(pixels, losses, record, history)

    def mark(self) -> dict[str, Any]:
        """What is dreamt, and how: {name: value}, ready for JSON. The same mark gives the same picture."""
        pixels = {"photo": self.photo.pixels, "guide": None if self.guide is None else self.guide.pixels}
        return mark_of(
            self.settings.to_dict(), pixels, network=self.network, fingerprint=self.fingerprint,
            device=self.device, task="dream",
        )  # fmt: skip


def with_detail(image: Tensor, shape: tuple[int, int], *, photo: Tensor) -> Tensor:
    """A dream at another size: the photo at that size, and what has been dreamt so far, resampled.

    photo(new) + resampled(image - photo(old))

    Args:
        image: (1, 3, h, w) in [0, 1].
        shape: (h, w) of the result.
        photo: (1, 3, H, W) in [0, 1], any size of the same proportions.
    Returns:
        (1, 3, h, w) in [0, 1]; the image itself where it has that shape already.

    Source: Mordvintsev, Olah, Tyka 2015, DeepDream (octaves).
    Differs: cubic resampling.
    """
    if tuple(image.shape[2:]) == tuple(shape):
        return image
    change = image - resize(photo, (image.shape[2], image.shape[3]))
    moved = F.interpolate(change, size=shape, mode="bicubic", antialias=True, align_corners=False)
    return moved.add_(resize(photo, shape)).clamp_(0, 1)


def color_mix(photo: Tensor, vividness: float) -> Tensor:
    """How a pull at one colour channel moves all three, so that a dream keeps to the colours of its photo.

    (1 - v) * S / trace S + v / 3 * I, with S the covariance of the photo's colours. A step along S is one
    down the gradient in the coordinates in which the photo's colours are uncorrelated and of one spread.

    Args:
        photo: (1, 3, H, W) in [0, 1].
        vividness: v, 0 (the photo's colours) to 1 (each channel by itself).
    Returns:
        (3, 3), symmetric, of trace 1.

    Source: Olah, Mordvintsev, Schubert 2017, "Feature visualization", appendix (decorrelated colours).
    Differs: the covariance of the photo itself, not of a collection; blended with none.
    """
    alone = torch.eye(3, device=photo.device) / 3
    flat = photo[0].flatten(1)
    centred = flat - flat.mean(1, keepdim=True)
    together = centred @ centred.mT
    total = together.trace()
    if not total > 1e-6 * flat.shape[1]:  # a photo of one colour has no others
        return alone
    return (1 - vividness) * together / total + vividness * alone
