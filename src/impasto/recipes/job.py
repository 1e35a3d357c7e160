"""A painting in the making: everything it needs, the losses of each size, and the record at the end."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from impasto import features, registry, runtime
from impasto.errors import SettingError
from impasto.features.extractor import Extractor, fingerprint, smallest_px, to_device
from impasto.images import io
from impasto.images.io import Picture, PictureSource
from impasto.images.resize import cover, fit, mirror_pad, resize, shrink_to
from impasto.losses.base import Loss, Target
from impasto.losses.objective import Objective, Term
from impasto.losses.palette import PaletteLoss
from impasto.losses.total_variation import TotalVariationLoss
from impasto.optimize.checkpoint import State
from impasto.optimize.loop import Loop, Measure, Step
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
from impasto.result import FORMAT, Result
from impasto.settings import StylizeSettings
from impasto.settings.stylize import layer_weights, loss_shares

log = logging.getLogger(__name__)

COARSEST_PX = 48
"""Short side below which nothing of a photo is left to paint by; chosen by eye."""

SHIFTS = ((0, 0), (1, 2), (3, 1), (2, 3))
"""Where the network's grid lies in turn: rows and columns mirrored on top and left, all residues of 4."""


def make_loss(name: str, layers: dict[str, float], normalization: str) -> Loss:
    """A loss by name; in plain means or a paper's units if it is not to be relative and has such units."""
    kind = registry.find(registry.LOSSES, name, kind="loss")
    plain = normalization != "relative" and "relative" in inspect.signature(kind).parameters
    loss: Loss = kind(layers, relative=False) if plain else kind(layers)
    return loss


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
    """

    settings: StylizeSettings
    content: Picture
    styles: tuple[Picture, ...]
    shares: tuple[float, ...]
    network: Extractor
    device: torch.device
    fingerprint: str

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
        return cls(settings, photo, paintings, shares, to_device(network, device, dtype), device, mark)

    def steps(self, state: State | None = None) -> Iterator[Step]:
        """Paint; with a state, go on from there."""
        s = self.settings
        height, width = self.content.pixels.shape[2:]
        target_height, target_width = self.shape
        if max(height, width) < s.size and not s.enlarge:
            log.warning("the photo is smaller than --size; painting at its own %d x %d px", width, height)
        smallest = smallest_px(self.network, self.layers)
        scales = schedule(
            target_height, target_width, scales=s.scales, factor=s.scale_factor, steps=s.steps,
            coarse_steps=s.coarse_steps, smallest_px=max(smallest, COARSEST_PX), first_steps=s.first_steps,
        )  # fmt: skip
        loop = Loop(
            registry.find(registry.OPTIMIZERS, s.optimizer, kind="optimizer"),
            rate=s.rate, average=s.average, tolerance=s.tolerance, clamp=s.optimizer == "adam",
        )  # fmt: skip
        yield from loop.run(self.start(scales[0]), scales, self.measure, state=state)

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

    def measure(self, scale: Scale) -> Measure:
        """The loss of a canvas at one size.

        With jitter, the network's grid lies on the canvas in four ways in turn: gradients of max pooling
        favour the same pixel of each 2 x 2 block, and would print the network's grid on the picture.
        """
        s = self.settings
        photo = resize(self.content.pixels.to(self.device), (scale.height, scale.width))
        shifts = SHIFTS if s.jitter and s.optimizer == "adam" else SHIFTS[:1]
        style_terms = self.style_terms([self.style_at(style, scale) for style in self.styles])
        objectives = [Objective(self.content_terms(photo, shift) + style_terms) for shift in shifts]
        if not objectives[0].terms:
            raise SettingError(
                "every weight is 0: there is nothing to paint for", got="0", expected="one above 0"
            )

        def measure(canvas: Tensor, look: int = 0) -> tuple[Tensor, dict[str, Tensor]]:
            turn = look % len(shifts)
            objective = objectives[turn]
            return objective(self.look(canvas, objective.layers, shifts[turn]))

        return measure

    def content_terms(self, photo: Tensor, shift: tuple[int, int]) -> list[Term]:
        """What holds on to the photo, (1, 3, H, W), seen at a shift; empty without weight."""
        s = self.settings
        if s.content_weight == 0:
            return []
        layers = layer_weights(s.content_layers)
        seen = self.look(photo, layers, shift)
        if s.normalization == "paper":
            # Equation 1 is half a sum, ours is a mean: the paper's number for a canvas of this size.
            layers = {layer: weight * 0.5 * seen[layer].numel() for layer, weight in layers.items()}
        loss = make_loss(s.content_loss, layers, s.normalization)
        return [Term("content", loss, loss.target(seen), s.content_weight)]

    def style_terms(self, views: Sequence[Tensor]) -> list[Term]:
        """What pulls towards the paintings, (1, 3, h, w) each; terms without weight are left out."""
        s = self.settings
        layers, shares = layer_weights(s.style_layers), loss_shares(s.style_loss)
        weighted: list[tuple[str, Loss, float]] = [
            *(
                (
                    name if len(shares) > 1 else "style",
                    make_loss(name, layers, s.normalization),
                    s.style_weight * w,
                )
                for name, w in shares.items()
            ),
            ("palette", PaletteLoss({"image": 1.0}), s.palette_weight),
            ("variation", TotalVariationLoss({"image": 1.0}), s.tv_weight),
        ]
        return [Term(name, loss, self.blended(loss, views), w) for name, loss, w in weighted if w > 0]

    def style_at(self, style: Picture, scale: Scale) -> Tensor:
        """A painting at the size that suits a scale: as many pixels as the canvas, never enlarged."""
        smallest = smallest_px(self.network, layer_weights(self.settings.style_layers))
        ratio = self.settings.style_scale
        return shrink_to(style.pixels.to(self.device), scale.pixels, ratio=ratio, smallest_px=smallest)

    def blended(self, loss: Loss, views: Sequence[Tensor]) -> Target:
        """The target between all styles."""
        targets = [loss.target(self.look(view, loss.layers)) for view in views]
        return loss.finish(loss.blend(targets, self.shares))

    @property
    def layers(self) -> list[str]:
        """Every layer that the settings name."""
        return [*layer_weights(self.settings.content_layers), *layer_weights(self.settings.style_layers)]

    @property
    def stride_px(self) -> int:
        """Between units of the deepest layer that the settings name; 1 where the geometry is not known."""
        known = self.network.geometry
        return max(known[layer].stride_px if layer in known else 1 for layer in self.layers)

    def look(
        self, image: Tensor, layers: Iterable[str], shift: tuple[int, int] = (0, 0)
    ) -> dict[str, Tensor]:
        """Features of a picture, and the picture itself as the layer "image".

        Args:
            image: (1, 3, H, W) in [0, 1].
            layers: of the network, or "image".
            shift: rows and columns mirrored on top and left, so that the network's grid lies elsewhere.
        Returns:
            {layer: (1, C, h, w)}. The picture continues like a mirror to a whole number of units of the
            deepest layer, as a network drops odd rows and columns.
        """
        wanted = set(layers) - {"image"}
        if not wanted:
            return {"image": image}
        framed = mirror_pad(image, top=shift[0], left=shift[1], multiple=self.stride_px)
        return {"image": image, **self.network(framed.contiguous(memory_format=torch.channels_last), wanted)}

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
