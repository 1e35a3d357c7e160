"""What all figures share: the two pictures, the network that looks at them, and the runs that are painted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from impasto import features, runtime
from impasto.explain.on_picture import Watch, look_away
from impasto.features.extractor import Extractor, to_device
from impasto.images import io
from impasto.images.io import Picture, PictureSource
from impasto.images.resize import cover, fit
from impasto.losses.objective import Term
from impasto.optimize.loop import Step
from impasto.optimize.schedule import Scale
from impasto.settings import ExplainOptions, ExplainSettings, StylizeSettings
from impasto.synthesis.ground import Ground
from impasto.synthesis.job import Job, history_row
from impasto.synthesis.read import check_size, name_of

METHOD: dict[str, Any] = {
    "style_loss": ("gram",),
    "content_loss": "content",
    "content_weight": 0.05,
    "palette_weight": 0.0,
    "tv_weight": 2.0,
    "optimizer": "lbfgs",
    "rate": 1.0,
    "scales": 1,
    "tolerance": 0.0,
    "average": 0.0,
    "jitter": False,
}
"""Gatys 2016 with losses relative to their targets; every step's canvas is the picture.

A little total variation (chosen by eye) stands for the smoothness that hundreds of steps of VGG bring.
"""

SMALL = 5 / 8
"""Size of the pictures in a grid of many, as a share of ``size``."""


@dataclass(frozen=True)
class NetworkView:
    """What looks at pictures.

    Attributes:
        settings: all of them.
        network: as the losses see through it.
        device: where it is.
        watch: sees what is read and painted, as it is.
    """

    settings: ExplainSettings
    network: Extractor
    device: torch.device
    watch: Watch = look_away

    @classmethod
    def of(cls, settings: ExplainSettings, watch: Watch = look_away) -> NetworkView:
        """The network of some settings.

        Args:
            settings: all of them.
            watch: sees what is read and painted, as it is.
        Raises:
            ImpastoError: as ``features.load``, or the network lacks a layer.
        """
        device = runtime.choose_device(settings.device)
        network = features.load(settings.network, settings.weights, settings.pooling)
        network.check_layers([*settings.layers, settings.content_layer])
        return cls(settings, to_device(network, device, torch.float32), device, watch)

    @cached_property
    def units(self) -> Extractor:
        """The same network, as its own units fire.

        The losses of the embedded network see a linear map of them, whose distances are those of VGG-19.
        """
        return Extractor(self.network.name, self.network.chain.items(), prepare=self.network.prepare)

    def read(self, source: PictureSource, name: str = "image") -> Picture:
        """A picture at the size that is looked at, on the device.

        Raises:
            PictureError: it cannot be read.
            ShapeError: it is too small for the layers.
        """
        picture = io.read(source, max_megapixels=self.settings.max_megapixels, name=name_of(source, name))
        small = self.sized(picture.pixels, self.settings.size).to(self.device)
        picture = replace(picture, pixels=small)
        check_size(picture, self.network, (*self.settings.layers, self.settings.content_layer))
        self.watch(small)
        return picture

    def sized(self, pixels: Tensor, size: int) -> Tensor:
        """A picture, (1, 3, H, W), at a size, cut to whole units of the deepest layer.

        A run would continue it by a mirror to whole units, and paint the seam.
        """
        shape = fit(pixels.shape[2], pixels.shape[3], size)
        return cover(pixels, (self.whole(shape[0]), self.whole(shape[1])))

    def whole(self, side: int) -> int:
        """The nearest length of a side in whole units of the deepest layer, px."""
        known = self.network.geometry
        stride = max(known[x].stride_px for x in (*self.settings.layers, self.settings.content_layer))
        return max(1, round(side / stride)) * stride

    def look(self, pixels: Tensor, layers: tuple[str, ...] | list[str]) -> dict[str, Tensor]:
        """What the units of some layers say: {layer: (1, C, h, w)}, without gradients."""
        with torch.no_grad():
            found: dict[str, Tensor] = self.units(pixels, layers)
        return found


@dataclass(frozen=True)
class RecordedRun:
    """A run that was painted.

    Attributes:
        history: a row a step: scale, step, loss, and its weighted parts.
        by_layer: of each step's picture, the weighted style loss by layer; empty if not filmed.
        frames: each step's picture; empty if not filmed.
        pixels: the last one, (1, 3, H, W) in [0, 1].
        settings: how it was painted.
    """

    history: list[dict[str, Any]]
    by_layer: list[dict[str, float]]
    frames: list[Image.Image]
    pixels: Tensor
    settings: StylizeSettings


@dataclass(frozen=True)
class Scene:
    """Two pictures under a lens, and what has been painted of them.

    Attributes:
        lens: what looks.
        content: the photo, at the size that is looked at.
        style: the painting, likewise.
        tracks: by what was asked for; filled as figures need them.
    """

    lens: NetworkView
    content: Picture
    style: Picture
    tracks: dict[str, RecordedRun] = field(default_factory=dict, repr=False)

    @classmethod
    def read(
        cls,
        content: PictureSource,
        style: PictureSource,
        *,
        watch: Watch = look_away,
        **options: Unpack[ExplainOptions],
    ) -> Scene:
        """Read and check everything that can be wrong before the first figure.

        Args:
            content: the photo: a path, a PIL image, or an array (H, W, 3).
            style: the painting.
            watch: sees what is read and painted, as it is.
            **options: fields of ``ExplainSettings``.
        Raises:
            PictureError: a picture cannot be read.
            SettingError: an option is not known or has a value it cannot have.
            LayerError: the network has no layer of that name.
            ShapeError: a picture is too small for the layers.
            WeightsError: the network's weights cannot be fetched or read.
            DeviceError: the device is not there.
        """
        lens = NetworkView.of(ExplainSettings.from_mapping(dict(options)), watch)
        return cls(lens, lens.read(content, "content"), lens.read(style, "style"))

    @property
    def settings(self) -> ExplainSettings:
        """Of the lens."""
        return self.lens.settings

    @property
    def small_px(self) -> int:
        """Long side of the pictures in a grid of many."""
        smallest = ExplainSettings.info()["size"].low or 0
        return max(int(smallest), round(self.settings.size * SMALL))

    def painting(self, **changes: Any) -> StylizeSettings:
        """Settings of a run: ``METHOD`` with those of the scene and some changes."""
        s = self.settings
        own = {name: getattr(s, name) for name in ("size", "steps", "network", "weights", "pooling", "seed",
                                                   "device", "precision")}  # fmt: skip
        layers = {"style_layers": s.layers, "content_layers": (s.content_layer,)}
        return StylizeSettings.of({**METHOD, **own, **layers, **changes})

    def paint(self, *, filmed: bool = False, textured: bool = False, **changes: Any) -> RecordedRun:
        """Paint, or remember what was painted.

        Args:
            filmed: keep every step's picture and its style loss by layer.
            textured: without the photo, on a square.
            **changes: of ``METHOD``.
        Raises:
            ImpastoError: as ``stylize``.
        """
        settings = self.painting(**changes)
        key = f"{settings.to_dict()} {textured}"
        track = self.tracks.get(key)
        if track is None or (filmed and not track.frames):
            track = self.tracks[key] = self._painted(settings, filmed=filmed, textured=textured)
        return track

    def main(self, *, init: str = "content", filmed: bool = False) -> RecordedRun:
        """Paint the picture that the page is about, coarse to fine; from the photo, as a rule."""
        return self.paint(scales=3, init=init, filmed=filmed)

    def _painted(self, settings: StylizeSettings, *, filmed: bool, textured: bool) -> RecordedRun:
        photo = self.lens.sized(self.content.pixels, settings.size)
        side = self.lens.whole(settings.size) if textured else max(photo.shape[2:])
        settings = replace(settings, size=side)
        ground = Ground(task="texture", asked=settings, height=side, width=side) if textured else None
        content = None if textured else as_array(photo)
        job = Job.prepare(content, as_array(self.style.pixels), settings, ground=ground)
        history: list[dict[str, Any]] = []
        by_layer: list[dict[str, float]] = []
        frames: list[Image.Image] = []
        terms: dict[int, Term] = {}
        pixels = self.content.pixels
        for step in job.steps():
            pixels = step.snapshot().detach()
            self.lens.watch(pixels)
            history.append(history_row(step))
            if filmed:
                frames.append(io.to_pil(pixels))
                by_layer.append(style_by_layer(job, step, terms))
        return RecordedRun(history, by_layer, frames, pixels.to(self.lens.device), settings)


def style_by_layer(job: Job, step: Step, terms: dict[int, Term]) -> dict[str, float]:
    """The weighted style loss of a step's picture, layer by layer.

    Their sum is the step's own, but for what the picture is clipped: L-BFGS leaves [0, 1] a little.

    Args:
        job: being painted.
        step: the last one.
        terms: the style's term of each size; filled here.
    Returns:
        {layer: loss}.
    """
    measures = job.measures
    if step.scale not in terms:
        views = measures.views(Scale(step.height, step.width, step.steps))
        terms[step.scale] = next(term for term in measures.terms.style(views) if term.name == "style")
    term = terms[step.scale]
    with torch.no_grad():
        seen = measures.sight.look(step.snapshot(), term.loss.layers)
        found = term.loss.by_layer(seen, term.target)
    return {layer: term.weight * float(part) for layer, part in found.items()}


def as_array(pixels: Tensor) -> npt.NDArray[np.float32]:
    """(1, 3, H, W) -> (H, W, 3), on the CPU."""
    array: npt.NDArray[np.float32] = pixels[0].permute(1, 2, 0).cpu().numpy()
    return array
