"""A painting in the making: everything it needs, the losses of each size, and the record at the end."""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from impasto import features, registry, runtime
from impasto.errors import SettingError
from impasto.features.extractor import Extractor, fingerprint, to_device
from impasto.images import io
from impasto.images.io import Picture, PictureSource
from impasto.images.resize import cover, fit, resize
from impasto.optimize.checkpoint import State
from impasto.optimize.loop import Loop, Step
from impasto.optimize.schedule import Scale, schedule
from impasto.result import FORMAT, Result
from impasto.settings import StylizeSettings
from impasto.settings.weighted import layer_weights
from impasto.synthesis.colors import Colors
from impasto.synthesis.ground import Ground
from impasto.synthesis.guides import Controls, read_guides
from impasto.synthesis.objectives import Measures
from impasto.synthesis.pictures import Pictures
from impasto.synthesis.read import (
    STARTS,
    Styles,
    absolute,
    check_init,
    style_scales,
    style_shares,
)  # fmt: skip
from impasto.synthesis.record import mark_of, pixels_sha256
from impasto.synthesis.styles import Style, check_guided, fine_style

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
        content: the photo as it was read; None if there is none.
        styles: the paintings, as the losses take them.
        network: on its device, in its precision.
        device: where the canvas lies.
        fingerprint: of the network's weights, before its precision was reduced.
        colors: whose colours the result has, and what stays of the photo.
        guides: (1, R, H, W) in [0, 1], which part of the canvas is which region; None for no regions.
        ground: what is painted on, if not the photo's size and start.
        inputs: what the record says of pictures.
        held_bytes: memory that the process held when all of that was read.
    """

    settings: StylizeSettings
    content: Picture | None
    styles: tuple[Style, ...]
    network: Extractor
    device: torch.device
    fingerprint: str
    colors: Colors
    guides: Tensor | None = None
    ground: Ground | None = None
    inputs: dict[str, Any] | None = None
    held_bytes: int = 0

    @classmethod
    def prepare(
        cls,
        content: PictureSource | None,
        style: Styles,
        settings: StylizeSettings,
        *,
        controls: Controls | None = None,
        ground: Ground | None = None,
        network: Extractor | None = None,
    ) -> Job:
        """Read and check everything that can be wrong before the first step.

        Args:
            content: the photo; None where a ground is given.
            style: one painting or several.
            settings: how to paint.
            controls: masks and the like.
            ground: what to paint on, if not the photo's size and start.
            network: what looks, instead of ``settings.network``; ``features.custom.wrap`` makes one.
        Returns:
            The job; nothing has been painted.
        Raises:
            ImpastoError: as ``stylize``.
        """
        controls = controls or Controls()
        check_init(settings.init)
        device = runtime.choose_device(settings.device)
        dtype = runtime.choose_dtype(device, settings.precision)
        limit = settings.max_megapixels
        pictures = Pictures.read(content, style, controls, max_megapixels=limit)
        groups = pictures.styles
        shares = style_shares(settings.style_weights, len(groups))
        scales = style_scales(settings.style_scale, len(groups), fine=pictures.fine is not None)
        guides = read_guides(controls, pictures.photo, groups, max_megapixels=limit)
        if guides is not None:
            check_guided(settings, guides, shares)
            for note in guides.notes:
                log.warning("%s", note)
        if network is None:
            network = features.load(settings.network, settings.weights, settings.pooling)
        of_content, of_style = layer_weights(settings.content_layers), layer_weights(settings.style_layers)
        if ground is not None:
            of_style |= dict.fromkeys(ground.layers, 1.0)
        network.check_layers([*of_content, *of_style])
        pictures.check_sizes(network, of_content, of_style)
        mark = fingerprint(network)
        network = to_device(network, device, dtype)
        colors = Colors.of(settings, pictures.photo, keep=None if guides is None else guides.keep)
        painted_after = (None,) * len(groups) if guides is None else guides.styles
        styles = [
            Style(colors.painting(picture), share / len(group), scale, own)
            for group, share, scale, own in zip(groups, shares, scales, painted_after, strict=False)
            for picture in group
        ]
        if pictures.fine is not None:
            styles.append(fine_style(colors.painting(pictures.fine), styles, settings, scale=scales[-1]))
        return cls(
            settings, pictures.photo, tuple(styles), network, device, mark, colors,
            guides=None if guides is None else guides.canvas, ground=ground,
            inputs={**pictures.describe(), "controls": controls.describe()},
            held_bytes=runtime.used_bytes(device),
        )  # fmt: skip

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to the pictures when they were read, for people."""
        pictures = [style.picture for style in self.styles]
        pictures = pictures if self.content is None else [self.content, *pictures]
        return tuple(f"{picture.name}: {note}" for picture in pictures for note in picture.notes)

    def steps(self, state: State | None = None) -> Iterator[Step]:
        """Paint; with a state, go on from there."""
        s = self.settings
        if self.content is not None and self.ground is None:
            own_height, own_width = self.content.pixels.shape[2:]
            if max(own_height, own_width) < s.size and not s.enlarge:
                log.warning(
                    "the photo is smaller than --size; painting at its own %d x %d px", own_width, own_height
                )
        measures, scales = self.measures, self.scales
        loop = Loop(
            registry.find(registry.OPTIMIZERS, s.optimizer, kind="optimizer"), rate=s.rate, average=s.average,
            tolerance=s.tolerance, clamp=s.optimizer == "adam", resized=measures.resized,
        )  # fmt: skip
        steps = loop.run(
            self.start(scales[0]), scales, measures.measure, smaller=measures.smaller, state=state
        )
        del state  # four pictures, and the loop has copies
        for step in steps:
            yield (
                step
                if self.colors.untouched
                else replace(step, snapshot=self.colors.finishing(step.snapshot))
            )

    @property
    def scales(self) -> list[Scale]:
        """The sizes that are painted, coarsest first."""
        s = self.settings
        height, width = self.shape
        smallest = float(max(self.measures.sight.smallest_px, COARSEST_PX))
        if self.ground is not None and self.ground.shrinks:  # nothing is left of a painting smaller than that
            seen = min(min(style.picture.pixels.shape[2:]) * style.scale for style in self.styles)
            smallest *= max(1.0, min(height, width) / seen)
        return schedule(
            height, width, scales=s.scales, factor=s.scale_factor, steps=s.steps, coarse_steps=s.coarse_steps,
            smallest_px=math.ceil(smallest), first_steps=s.first_steps,
        )  # fmt: skip

    @cached_property
    def measures(self) -> Measures:
        """The losses of every size."""
        ground = self.ground
        return Measures(
            self.settings, self.colors.photo, self.styles, self.network, self.device, guides=self.guides,
            full=(ground.height, ground.width) if ground is not None and ground.shrinks else None,
            wraps=ground is not None and ground.wraps, pulls=() if ground is None else ground.pulls,
            held_bytes=self.held_bytes,
        )  # fmt: skip

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) of the result, px."""
        if self.ground is not None:
            return self.ground.height, self.ground.width
        if self.content is None:
            raise RuntimeError("neither a photo nor a ground")
        height, width = self.content.pixels.shape[2:]
        return fit(height, width, self.settings.size, enlarge=self.settings.enlarge)

    def start(self, scale: Scale) -> Tensor:
        """The canvas before the first step: (1, 3, h, w) in [0, 1]."""
        init = self.settings.init
        shape = (scale.height, scale.width)
        if self.ground is not None and self.ground.start is not None:
            return self.ground.start.to(self.device)
        if init == "content":
            if self.colors.photo is None:
                raise SettingError("there is no content to start from", got=init, expected="noise or style")
            return self.colors.photo.to(self.device)
        if init == "style":
            return cover(self.styles[0].picture.pixels, shape).to(self.device)
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
        pixels = last.snapshot()
        if (last.height, last.width) != self.shape:
            pixels = self.colors.finish(resize(pixels, self.shape))
        pixels = pixels.detach().to("cpu", torch.float32)
        record = {
            **self.origin,
            "size": [pixels.shape[3], pixels.shape[2]],
            "steps": len(history),
            "seconds": round(last.seconds, 3),
            "losses": losses,
            "interrupted": interrupted,
        }
        return Result(pixels, losses, record, history)

    @property
    def origin(self) -> dict[str, Any]:
        """What the record says before the first step: inputs, settings, network and versions."""
        task, asked = (
            ("stylize", self.settings) if self.ground is None else (self.ground.task, self.ground.asked)
        )
        return {
            "impasto_format": FORMAT,
            "task": task,
            "settings": asked.to_dict()
            | {k: v for k, v in absolute(self.settings).items() if k in asked.info()},
            **(self.inputs or {}),
            "network": {"name": self.network.name, "fingerprint": self.fingerprint},
            "versions": runtime.versions(),
        }

    def mark(self) -> dict[str, Any]:
        """What is painted, and how: {name: value}, ready for JSON. The same mark gives the same picture.

        Pictures count by their pixels, the network by its weights, device and precision by what "auto" chose.
        """
        settings, ground, init = self.settings, self.ground, self.settings.init
        asked = {} if ground is None else ground.asked.to_dict()
        return mark_of(
            {**asked, **settings.to_dict()},
            {
                "photo": None if self.content is None else self.content.pixels,
                "guides": self.guides,
                "keep": self.colors.keep,
                "start": None if ground is None else ground.start,
            },
            network=self.network,
            fingerprint=self.fingerprint,
            device=self.device,
            styles=[pixels_sha256(style.picture.pixels) for style in self.styles],
            styles_as=[[style.share, style.scale, style.fine] for style in self.styles],
            style_guides=[None if s.guides is None else pixels_sha256(s.guides) for s in self.styles],
            init=init if init in STARTS else hashlib.sha256(Path(init).read_bytes()).hexdigest(),
            ground=None if ground is None else [ground.task, ground.height, ground.width, ground.wraps],
        )
