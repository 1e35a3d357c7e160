"""A painting in the making: everything it needs, the losses of each size, and the record at the end."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from impasto import features, registry, runtime
from impasto.errors import SettingError
from impasto.features.extractor import Extractor, fingerprint, smallest_px, to_device
from impasto.images import io
from impasto.images.io import Picture, PictureSource
from impasto.images.resize import cover, fit, resize
from impasto.optimize.checkpoint import State
from impasto.optimize.loop import Loop, Step
from impasto.optimize.schedule import Scale, schedule
from impasto.recipes.inputs import (
    Styles,
    absolute,
    check_init,
    check_size,
    describe,
    listed,
    name_of,
    style_shares,
)  # fmt: skip
from impasto.recipes.measures import Measures
from impasto.result import FORMAT, Result
from impasto.settings import StylizeSettings
from impasto.settings.stylize import layer_weights

log = logging.getLogger(__name__)

COARSEST_PX = 48
"""Short side below which nothing of a photo is left to paint by; chosen by eye."""


def history_row(step: Step) -> dict[str, Any]:
    """What a result's history keeps of a step."""
    return {"scale": step.scale, "step": step.step, "loss": step.loss, **step.losses}


@dataclass(frozen=True)
class Job:
    """Everything a painting needs, read and checked before the first step.

    Attributes:
        settings: how to paint.
        content: the photo.
        styles: the paintings.
        shares: of each style, sum 1.
        network: on its device, in its precision.
        device: where the canvas lies.
        fingerprint: of the network's weights, before its precision was reduced.
        held_bytes: memory that the process held when all of that was read.
    """

    settings: StylizeSettings
    content: Picture
    styles: tuple[Picture, ...]
    shares: tuple[float, ...]
    network: Extractor
    device: torch.device
    fingerprint: str
    held_bytes: int = 0

    @classmethod
    def prepare(
        cls,
        content: PictureSource,
        style: Styles,
        settings: StylizeSettings,
        *,
        network: Extractor | None = None,
    ) -> Job:
        """Read and check everything that can be wrong before the first step.

        Args:
            content: the photo.
            style: one painting or several.
            settings: how to paint.
            network: what looks, instead of ``settings.network``; ``features.custom.wrap`` makes one.
        Returns:
            The job; nothing has been painted.
        Raises:
            ImpastoError: as ``stylize``.
        """
        sources = listed(style)
        if not sources:
            raise SettingError("there is no style", got="an empty list", expected="one or more pictures")
        check_init(settings.init)
        shares = style_shares(settings.style_weights, len(sources))
        device = runtime.choose_device(settings.device)
        dtype = runtime.choose_dtype(device, settings.precision)
        limit = settings.max_megapixels
        photo = io.read(content, max_megapixels=limit, name=name_of(content, "content"))
        paintings = tuple(
            io.read(s, max_megapixels=limit, name=name_of(s, f"style {i}")) for i, s in enumerate(sources, 1)
        )
        if network is None:
            network = features.load(settings.network, settings.weights, settings.pooling)
        network.check_layers([*layer_weights(settings.content_layers), *layer_weights(settings.style_layers)])
        for picture, layers in (
            (photo, settings.content_layers),
            *((p, settings.style_layers) for p in paintings),
        ):
            check_size(picture, network, layer_weights(layers))
        mark = fingerprint(network)
        network = to_device(network, device, dtype)
        held = runtime.used_bytes(device)
        return cls(settings, photo, paintings, shares, network, device, mark, held)

    def steps(self, state: State | None = None) -> Iterator[Step]:
        """Paint; with a state, go on from there."""
        s = self.settings
        height, width = self.content.pixels.shape[2:]
        target_height, target_width = self.shape
        if max(height, width) < s.size and not s.enlarge:
            log.warning("the photo is smaller than --size; painting at its own %d x %d px", width, height)
        measures = self.measures
        smallest = smallest_px(self.network, measures.layers)
        scales = schedule(
            target_height, target_width, scales=s.scales, factor=s.scale_factor, steps=s.steps,
            coarse_steps=s.coarse_steps, smallest_px=max(smallest, COARSEST_PX), first_steps=s.first_steps,
        )  # fmt: skip
        loop = Loop(
            registry.find(registry.OPTIMIZERS, s.optimizer, kind="optimizer"),
            rate=s.rate, average=s.average, tolerance=s.tolerance, clamp=s.optimizer == "adam",
        )  # fmt: skip
        steps = loop.run(
            self.start(scales[0]), scales, measures.measure, smaller=measures.smaller, state=state
        )
        del state  # four pictures, and the loop has copies
        yield from steps

    @property
    def measures(self) -> Measures:
        """The losses of every size."""
        photo, styles = self.content.pixels, tuple(style.pixels for style in self.styles)
        return Measures(self.settings, photo, styles, self.shares, self.network, self.device, self.held_bytes)

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) of the result, px."""
        height, width = self.content.pixels.shape[2:]
        return fit(height, width, self.settings.size, enlarge=self.settings.enlarge)

    def start(self, scale: Scale) -> Tensor:
        """The canvas before the first step: (1, 3, h, w) in [0, 1]."""
        init = self.settings.init
        shape = (scale.height, scale.width)
        if init == "content":
            return self.content.pixels.to(self.device)
        if init == "style":
            return cover(self.styles[0].pixels, shape).to(self.device)
        if init == "noise":
            generator = runtime.generator(self.settings.seed)
            noise = torch.randn(1, 3, *shape, generator=generator)
            return (0.5 + 0.25 * noise).clamp(0, 1).to(self.device)  # as spread as a photo; chosen by eye
        picture = io.read(init, max_megapixels=self.settings.max_megapixels, name="init")
        return cover(picture.pixels, shape).to(self.device)

    def result(
        self, last: Step | None, history: list[dict[str, Any]], *, interrupted: bool = False
    ) -> Result:
        """The picture and its record; a run that was stopped at a coarse size gives a blurred full size."""
        if last is None:
            raise SettingError("no step was made", got="0 steps", expected="at least 1")
        losses = {**last.losses, "total": last.loss}
        pixels = resize(last.snapshot(), self.shape).detach().to("cpu", torch.float32)
        record = {
            "impasto_format": FORMAT,
            "task": "stylize",
            "settings": self.settings.to_dict() | absolute(self.settings),
            "content": describe(self.content),
            "styles": [describe(style) for style in self.styles],
            "network": {"name": self.network.name, "fingerprint": self.fingerprint},
            "versions": runtime.versions(),
            "size": [pixels.shape[3], pixels.shape[2]],
            "steps": len(history),
            "seconds": round(last.seconds, 3),
            "losses": losses,
            "interrupted": interrupted,
        }
        return Result(pixels, losses, record, history)
