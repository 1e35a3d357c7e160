"""What all figures share: the two pictures, the network that sees them, and the runs painted from them."""

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
from impasto.explain.on_picture import OnPicture, ignore_picture
from impasto.features.extractor import Extractor, prepared
from impasto.images import io
from impasto.images.io import Picture, PictureSource
from impasto.images.resize import cover, fit
from impasto.losses.objective import Term
from impasto.optimize.schedule import Scale
from impasto.recipes.stylize import job as stylize_job
from impasto.settings import ExplainOptions, ExplainSettings, StylizeSettings
from impasto.synthesis.context import Context
from impasto.synthesis.job import Job, history_row
from impasto.synthesis.read import check_size, name_of, read_styles
from impasto.synthesis.start import start_canvas
from impasto.synthesis.styled import Styled
from impasto.synthesis.styles import make_styles

OFF = ("order_weight", "evenness_weight", "palette_weight", "strokes_weight", "bands_weight")
"""Terms that the paper does not have."""

METHOD: dict[str, Any] = {
    **dict.fromkeys(OFF, 0.0),
    "style_loss": ("gram",),
    "content_loss": "content",
    "content_weight": 0.05,
    "tv_weight": 2.0,
    "optimizer": "lbfgs",
    "rate": 1.0,
    "scales": 1,
    "tolerance": 0.0,
    "average": 0.0,
    "jitter": False,
}
"""Gatys 2016 with losses relative to their targets; every step's canvas is the picture.

A little total variation (chosen by eye) replaces the smoothness that hundreds of steps of VGG bring.
"""

GRID_SIZE = 5 / 8
"""Size of the pictures in a grid of many, as a fraction of ``size``."""

SHARED_SETTINGS = ("size", "steps", "network", "weights", "pooling", "seed", "device", "precision")
"""Settings of the page that apply to every run."""


@dataclass(frozen=True)
class NetworkView:
    """The network, and the size at which it is shown pictures.

    Attributes:
        settings: of the page.
        network: as the losses use it.
        device: where it is.
        on_picture: called with each picture that is read or painted.
    """

    settings: ExplainSettings
    network: Extractor
    device: torch.device
    on_picture: OnPicture = ignore_picture

    @classmethod
    def of(cls, settings: ExplainSettings, on_picture: OnPicture = ignore_picture) -> NetworkView:
        """Load the network that the settings name.

        Raises:
            ImpastoError: as ``features.load``, or the network lacks a layer.
        """
        device = runtime.choose_device(settings.device)
        network = features.load_chain(settings.network, settings.weights, settings.pooling)
        network.check_layers([*settings.layers, settings.content_layer])
        return cls(settings, prepared(network, device, torch.float32), device, on_picture)

    @cached_property
    def units(self) -> Extractor:
        """The same network with its own activations.

        The losses of the embedded network see a linear map of them, whose distances are those of VGG-19.
        """
        return Extractor(self.network.name, self.network.chain.items(), prepare=self.network.prepare)

    def read(self, source: PictureSource, name: str = "image") -> Picture:
        """Read a picture, at the size of the settings, on the device.

        Raises:
            PictureError: it cannot be read.
            ShapeError: it is too small for the layers.
        """
        picture = io.read(source, max_megapixels=self.settings.max_megapixels, name=name_of(source, name))
        layers = (*self.settings.layers, self.settings.content_layer)
        check_size(picture, self.network, layers)
        picture = replace(picture, pixels=self.resized(picture.pixels, self.settings.size).to(self.device))
        check_size(picture, self.network, layers, attempt="a larger --size")
        self.on_picture(picture.pixels)
        return picture

    def resized(self, pixels: Tensor, size: int) -> Tensor:
        """A picture, (1, 3, H, W), with a long side of about ``size`` px and sides in whole strides.

        A run would mirror the picture at its edges up to whole strides, and paint the seam.
        """
        height, width = fit(pixels.shape[2], pixels.shape[3], size)
        return cover(pixels, (self.whole_strides(height), self.whole_strides(width)))

    def whole_strides(self, side_px: int) -> int:
        """The multiple of the deepest layer's stride that is nearest to a side, px; at least one stride."""
        layers = (*self.settings.layers, self.settings.content_layer)
        stride = max(self.network.geometry[layer].stride_px for layer in layers)
        return max(1, round(side_px / stride)) * stride

    def features(self, pixels: Tensor, layers: tuple[str, ...] | list[str]) -> dict[str, Tensor]:
        """The network's own activations of a picture: {layer: (1, C, h, w)}, without gradients."""
        with torch.no_grad():
            activations: dict[str, Tensor] = self.units(pixels, layers)
        return activations


@dataclass(frozen=True)
class RecordedRun:
    """A finished run and what was recorded of it.

    Attributes:
        history: one row for each step: scale, step, loss, and the weighted terms.
        by_layer: for each step, {layer: weighted style loss}; empty if frames were not recorded.
        frames: the canvas after each step; empty if they were not recorded.
        pixels: the last canvas, (1, 3, H, W) in [0, 1].
        settings: of the run.
    """

    history: list[dict[str, Any]]
    by_layer: list[dict[str, float]]
    frames: list[Image.Image]
    pixels: Tensor
    settings: StylizeSettings


@dataclass(frozen=True)
class ExplainContext:
    """The two pictures, the network, and the runs painted so far.

    Attributes:
        view: the network.
        content: the photo, at the size of the settings.
        style: the painting, likewise.
        runs: {settings as text: run}; each is painted when a figure first needs it.
        shared: the network and the style's targets, which all runs share.
    """

    view: NetworkView
    content: Picture
    style: Picture
    runs: dict[str, RecordedRun] = field(default_factory=dict, repr=False)
    shared: Context = field(default_factory=Context, repr=False)

    @classmethod
    def read(
        cls,
        content: PictureSource,
        style: PictureSource,
        *,
        on_picture: OnPicture = ignore_picture,
        **options: Unpack[ExplainOptions],
    ) -> ExplainContext:
        """Read and check everything that can be wrong before the first figure.

        Args:
            content: the photo: a path, a PIL image, or an array (H, W, 3).
            style: the painting.
            on_picture: called with each picture that is read or painted.
            **options: fields of ``ExplainSettings``.
        Raises:
            PictureError: a picture cannot be read.
            SettingError: an option is not known or has a value it cannot have.
            LayerError: the network has no layer of that name.
            ShapeError: a picture is too small for the layers.
            WeightsError: the network's weights cannot be fetched or read.
            DeviceError: the device is not there.
        """
        view = NetworkView.of(ExplainSettings.from_mapping(dict(options)), on_picture)
        return cls(view, view.read(content, "content"), view.read(style, "style"))

    @property
    def settings(self) -> ExplainSettings:
        """Of the page."""
        return self.view.settings

    @property
    def grid_px(self) -> int:
        """Long side of the pictures in a grid of many."""
        smallest = ExplainSettings.info()["size"].low or 0
        return max(int(smallest), round(self.settings.size * GRID_SIZE))

    def run(self, *, record: bool = False, texture: bool = False, **changes: Any) -> RecordedRun:
        """Paint a picture, or return the run that was painted before with the same settings.

        Args:
            record: keep every step's canvas and its style loss by layer.
            texture: paint without the photo, on a square.
            **changes: settings that differ from ``METHOD`` and from those of the page.
        Raises:
            ImpastoError: as ``stylize``.
        """
        shared = {name: getattr(self.settings, name) for name in SHARED_SETTINGS}
        layers = {"style_layers": self.settings.layers, "content_layers": (self.settings.content_layer,)}
        settings = StylizeSettings.of({**METHOD, **shared, **layers, **changes})
        key = f"{settings.to_dict()} {texture}"
        if key not in self.runs or (record and not self.runs[key].frames):
            self.runs[key] = self._paint(settings, record=record, texture=texture)
        return self.runs[key]

    def page_run(self, *, init: str = "content", record: bool = False) -> RecordedRun:
        """Paint the page's own result, coarse to fine."""
        return self.run(scales=3, init=init, record=record)

    def _paint(self, settings: StylizeSettings, *, record: bool, texture: bool) -> RecordedRun:
        photo = self.view.resized(self.content.pixels, settings.size)
        side = self.view.whole_strides(settings.size) if texture else max(photo.shape[2:])
        settings = replace(settings, size=side)
        job = make_job(None if texture else photo, self.style.pixels, settings, self.shared)
        pixels, scale, terms = self.content.pixels, -1, list[Term]()
        run = RecordedRun([], [], [], pixels, settings)
        for step in job.steps():
            pixels = step.snapshot().detach()
            self.view.on_picture(pixels)
            run.history.append(history_row(step))
            if record:
                if step.scale != scale:
                    scale, terms = step.scale, style_terms(job, Scale(step.height, step.width, step.steps))
                run.frames.append(io.to_pil(pixels))
                run.by_layer.append(style_by_layer(job, pixels, terms[0]))
        return replace(run, pixels=pixels.to(self.view.device))


def make_job(photo: Tensor | None, painting: Tensor, settings: StylizeSettings, shared: Context) -> Job:
    """The engine's job for one run.

    Args:
        photo: (1, 3, H, W) in [0, 1]; None for a texture, which is a square of ``settings.size``.
        painting: (1, 3, H, W) in [0, 1].
        settings: of the run.
        shared: the network and the style's targets.
    """
    style = as_array(painting)
    if photo is not None:
        return stylize_job({"content": as_array(photo), "style": style}, settings, shared)
    styled = Styled(
        style=settings,
        loop=settings,
        machine=settings,
        network=shared.network_for(settings),
        styles=make_styles(read_styles(style, max_megapixels=settings.max_megapixels), None, (1.0,)),
        shape=(settings.size, settings.size),
        context=shared,
        content=settings,  # its layers decide the padding; its weight is 0
    )
    start = start_canvas(styled, settings.init)
    return styled.job("texture", settings, start=start, record={}, init_words=("noise",))


def style_terms(job: Job, scale: Scale) -> list[Term]:
    """The style terms of the loss at one canvas size."""
    return [term for term in job.terms(scale, (0, 0), None) if term.name == "style"]


def style_by_layer(job: Job, pixels: Tensor, term: Term) -> dict[str, float]:
    """The weighted style loss of a canvas, layer by layer.

    The sum is the step's style loss, except where the canvas was clipped: L-BFGS leaves [0, 1] a little.

    Args:
        job: being painted.
        pixels: the canvas, (1, 3, H, W) in [0, 1].
        term: the style term at this size.
    Returns:
        {layer: loss}.
    """
    with torch.no_grad():
        losses = term.loss.by_layer(job.view.features(pixels, term.loss.layers), term.target)
    return {layer: term.weight * float(loss) for layer, loss in losses.items()}


def as_array(pixels: Tensor) -> npt.NDArray[np.float32]:
    """(1, 3, H, W) -> (H, W, 3), on the CPU."""
    array: npt.NDArray[np.float32] = pixels[0].permute(1, 2, 0).cpu().numpy()
    return array
