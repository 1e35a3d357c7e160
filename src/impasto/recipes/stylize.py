"""Repaint a photo in the style of one or more paintings."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, Unpack

import torch
from torch import Tensor

from impasto import features, registry, runtime
from impasto.errors import SettingError
from impasto.features.extractor import Extractor, fingerprint, to_device
from impasto.images import io
from impasto.images.io import Picture, PictureSource
from impasto.images.resize import cover, fit, resize
from impasto.losses.base import Loss, Target
from impasto.losses.content import ContentLoss
from impasto.losses.gram import GramLoss
from impasto.losses.objective import Objective, Term
from impasto.losses.palette import PaletteLoss
from impasto.losses.total_variation import TotalVariationLoss
from impasto.optimize.loop import Loop, Measure, Step
from impasto.optimize.schedule import Scale, schedule
from impasto.result import FORMAT, Result
from impasto.settings import StylizeOptions, StylizeSettings
from impasto.settings.stylize import layer_weights

log = logging.getLogger(__name__)

Styles = PictureSource | Sequence[PictureSource]


def stylize(content: PictureSource, style: Styles, **options: Unpack[StylizeOptions]) -> Result:
    """Repaint a photo in the style of a painting.

    Args:
        content: the photo: a path, a PIL image, or an array (H, W, 3) in [0, 255] or [0, 1].
        style: the painting, or a list of several.
        **options: fields of ``StylizeSettings``; what is left out is as in the preset.
    Returns:
        The picture, its losses and the record of its making.
    Raises:
        PictureError: a picture cannot be read.
        SettingError: an option is not known or has a value it cannot have.
        DivergedError: the optimisation ran away twice.

    Source: Gatys, Ecker, Bethge 2016.
    Differs: see ``docs/how-it-works.md``; ``preset="gatys"`` is the paper's method.
    """
    return drain(stylize_steps(content, style, **options))


def stylize_steps(
    content: PictureSource, style: Styles, **options: Unpack[StylizeOptions]
) -> Generator[Step, None, Result]:
    """The same, step by step: for previews, progress bars and animations.

    Args:
        content: as for ``stylize``.
        style: as for ``stylize``.
        **options: as for ``stylize``.
    Yields:
        A ``Step`` after each change of the canvas; ``step.snapshot()`` is the picture so far.
    Returns:
        The ``Result``, as the value of the generator (``drain`` collects it).
    """
    settings = StylizeSettings.of(dict(options))
    job = Job.prepare(content, style, settings)
    history: list[dict[str, Any]] = []
    last: Step | None = None
    for step in job.steps():
        history.append({"scale": step.scale, "step": step.step, "loss": step.loss, **step.losses})
        last = step
        yield step
    return job.result(last, history)


T = TypeVar("T")


def drain(steps: Generator[Any, None, T]) -> T:
    """Run a generator of steps to its end and return its result."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


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
    """

    settings: StylizeSettings
    content: Picture
    styles: tuple[Picture, ...]
    shares: tuple[float, ...]
    network: Extractor
    device: torch.device

    @classmethod
    def prepare(cls, content: PictureSource, style: Styles, settings: StylizeSettings) -> Job:
        """Read the pictures and load the network."""
        sources = listed(style)
        if not sources:
            raise SettingError("there is no style", got="an empty list", expected="one or more pictures")
        shares = style_shares(settings.style_weights, len(sources))
        device = runtime.choose_device(settings.device)
        dtype = runtime.choose_dtype(device, settings.precision)
        limit = settings.max_megapixels
        photo = io.read(content, max_megapixels=limit, name="content")
        paintings = tuple(
            io.read(s, max_megapixels=limit, name=f"style {i}") for i, s in enumerate(sources, 1)
        )
        network = features.load(settings.network, settings.weights, settings.pooling)
        network.check_layers([*layer_weights(settings.content_layers), *layer_weights(settings.style_layers)])
        return cls(settings, photo, paintings, shares, to_device(network, device, dtype), device)

    def steps(self) -> Iterator[Step]:
        """Paint."""
        s = self.settings
        height, width = self.content.pixels.shape[2:]
        target_height, target_width = fit(height, width, s.size, enlarge=s.enlarge)
        if max(height, width) < s.size and not s.enlarge:
            log.warning("the photo is smaller than --size; painting at its own %d x %d px", width, height)
        layers = {**layer_weights(s.content_layers), **layer_weights(s.style_layers)}
        smallest = max(self.network.geometry[layer].smallest_input_px for layer in layers)
        scales = schedule(
            target_height, target_width, scales=s.scales, factor=s.scale_factor, steps=s.steps,
            coarse_steps=s.coarse_steps, smallest_px=max(smallest, 48),
        )  # fmt: skip
        loop = Loop(
            registry.find(registry.OPTIMIZERS, s.optimizer, kind="optimizer"),
            rate=s.rate, average=s.average, tolerance=s.tolerance, clamp=s.optimizer == "adam",
        )  # fmt: skip
        yield from loop.run(self.start(scales[0]), scales, self.measure)

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
            return (0.5 + 0.25 * torch.randn(1, 3, *shape, generator=generator)).clamp(0, 1).to(self.device)
        picture = io.read(init, max_megapixels=self.settings.max_megapixels, name="init")
        return cover(picture.pixels, shape).to(self.device)

    def measure(self, scale: Scale) -> Measure:
        """The loss of a canvas at one size."""
        s = self.settings
        photo = resize(self.content.pixels.to(self.device), (scale.height, scale.width))
        content_layers = layer_weights(s.content_layers)
        seen = self.look(photo, content_layers)
        if s.normalization == "paper":
            # Equation 1 is half a sum, ours is a mean: the paper's number for a canvas of this size.
            content_layers = {
                layer: weight * 0.5 * seen[layer].numel() for layer, weight in content_layers.items()
            }
        content_loss = ContentLoss(content_layers, relative=s.normalization == "relative")
        style_loss = GramLoss(layer_weights(s.style_layers), relative=s.normalization == "relative")
        palette_loss = PaletteLoss({"image": 1.0})
        variation = TotalVariationLoss({"image": 1.0})
        style_views = [self.style_at(style, scale) for style in self.styles]
        terms = [
            Term("content", content_loss, content_loss.target(seen), s.content_weight),
            Term("style", style_loss, self.blended(style_loss, style_views), s.style_weight),
            Term("palette", palette_loss, self.blended(palette_loss, style_views), s.palette_weight),
            Term("variation", variation, {}, s.tv_weight),
        ]  # fmt: skip
        objective = Objective([term for term in terms if term.weight > 0])
        if not objective.terms:
            raise SettingError(
                "every weight is 0: there is nothing to paint for", got="0", expected="one above 0"
            )

        def measure(canvas: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
            return objective(self.look(canvas, objective.layers))

        return measure

    def style_at(self, style: Picture, scale: Scale) -> Tensor:
        """A painting at the size that suits a scale: as many pixels as the canvas, never enlarged."""
        height, width = style.pixels.shape[2:]
        ratio = self.settings.style_scale * (scale.pixels / (height * width)) ** 0.5
        smallest = max(
            self.network.geometry[x].smallest_input_px for x in layer_weights(self.settings.style_layers)
        )
        ratio = max(min(ratio, 1.0), smallest / min(height, width))
        return resize(style.pixels.to(self.device), (round(height * ratio), round(width * ratio)))

    def blended(self, loss: Loss, views: Sequence[Tensor]) -> Target:
        """The target between all styles."""
        return loss.blend([loss.target(self.look(view, loss.layers)) for view in views], self.shares)

    def look(self, image: Tensor, layers: Sequence[str] | set[str] | dict[str, float]) -> dict[str, Tensor]:
        """Features of a picture (1, 3, H, W), and the picture itself as the layer "image"."""
        wanted = set(layers) - {"image"}
        if not wanted:
            return {"image": image}
        dtype = next(self.network.parameters()).dtype
        seen = image.to(dtype).contiguous(memory_format=torch.channels_last)
        return {"image": image, **self.network(seen, wanted)}

    def result(
        self, last: Step | None, history: list[dict[str, Any]], *, interrupted: bool = False
    ) -> Result:
        """The picture and its record."""
        if last is None:
            raise SettingError("no step was made", got="0 steps", expected="at least 1")
        losses = {**last.losses, "total": last.loss}
        image = io.to_pil(last.snapshot())
        record = {
            "impasto_format": FORMAT,
            "task": "stylize",
            "settings": self.settings.to_dict(),
            "content": describe(self.content),
            "styles": [describe(style) for style in self.styles],
            "network": {"name": self.network.name, "fingerprint": fingerprint(self.network)},
            "versions": runtime.versions(),
            "size": list(image.size),
            "steps": len(history),
            "seconds": round(last.seconds, 3),
            "losses": losses,
            "interrupted": interrupted,
        }
        return Result(image, losses, record, history)


def listed(style: Styles) -> list[PictureSource]:
    """One painting or several, as a list."""
    if isinstance(style, Sequence) and not isinstance(style, str):
        return list(style)
    return [style]


def style_shares(weights: Sequence[float] | None, count: int) -> tuple[float, ...]:
    """Shares of the styles, sum 1.

    Raises:
        SettingError: there are more or fewer weights than styles, or all are 0.
    """
    if weights is None:
        return (1 / count,) * count
    if len(weights) != count:
        raise SettingError(
            f"style_weights has {len(weights)} values for {count} styles",
            got=", ".join(f"{w:g}" for w in weights),
            attempt="one weight per style, or leave style_weights out for equal shares",
        )
    total = sum(weights)
    if total <= 0:
        raise SettingError("the style weights are all zero", got="0", expected="at least one above 0")
    return tuple(weight / total for weight in weights)


def describe(picture: Picture) -> dict[str, Any]:
    """What the record says of an input."""
    height, width = picture.pixels.shape[2:]
    path = str(picture.path.resolve()) if picture.path else None
    return {"name": picture.name, "path": path, "sha256": picture.sha256, "size": [width, height],
            "notes": list(picture.notes)}  # fmt: skip
