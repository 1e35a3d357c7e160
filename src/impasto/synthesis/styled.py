"""Jobs whose loss is that of Gatys 2016: content terms of a photo, and style terms of one or more styles."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto import runtime
from impasto.images.masks import resize_guides
from impasto.images.resize import resize
from impasto.losses.base import PositionSums
from impasto.losses.by_name import loss_class
from impasto.losses.objective import Term
from impasto.optimize.descent import CanvasOptimizer
from impasto.optimize.loop import Loop
from impasto.optimize.optimizers import find_optimizer
from impasto.optimize.pyramid_adam import PyramidAdam
from impasto.optimize.schedule import Scale, schedule
from impasto.settings import ContentSettings, LoopSettings, NetworkSettings, Settings, StyleSettings
from impasto.synthesis.appearance import target_appearance
from impasto.synthesis.content_terms import content_scene, content_terms, photo_terms
from impasto.synthesis.context import Context
from impasto.synthesis.feature_view import JITTER, FeatureView, Shift, cyclic_shifts
from impasto.synthesis.guides import RegionGuides
from impasto.synthesis.job import Job, unfinished
from impasto.synthesis.memory import MemoryBudget, optimizer_pictures
from impasto.synthesis.network import NetworkHandle
from impasto.synthesis.periodic import resize_periodic
from impasto.synthesis.record import identity_of, pixels_sha256
from impasto.synthesis.styles import Style
from impasto.synthesis.terms import ExtraTerm, StyleTerms

COARSEST_PX = 48
"""Shortest side of the canvas below which the motif of a photo is lost; chosen by eye."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Styled:
    """Content and style terms of every size, and all that a job needs besides; ``job`` puts them together.

    Attributes:
        style: style losses, layers and weights.
        loop: optimiser, steps and sizes.
        machine: seed and memory.
        network: reads the canvas.
        styles: their pictures.
        shape: (height, width) of the result, px.
        content: layers, loss and weight of the content; None without a photo.
        photo: (1, 3, H, W) in [0, 1], as the losses see it; None if nothing holds the canvas to a photo.
        guides: masks; None for no regions.
        extra: terms towards the styles besides those of the settings.
        fine_layers: taken from the fine style, if there is one.
        shrink_styles: styles shrink with the canvas at coarser sizes, as in texture synthesis; else they have
            as many pixels as the canvas.
        periodic: the canvas' edges meet.
        context: keeps the styles' targets.
        cut: cuts a canvas, at any size, to the proportions of the result; see ``on_whole_strides``.
    """

    style: StyleSettings
    loop: LoopSettings
    machine: NetworkSettings
    network: NetworkHandle
    styles: tuple[Style, ...]
    shape: tuple[int, int]
    context: Context
    content: ContentSettings | None = None
    photo: Tensor | None = None
    guides: RegionGuides | None = None
    extra: tuple[ExtraTerm, ...] = ()
    fine_layers: tuple[str, ...] = ()
    shrink_styles: bool = False
    periodic: bool = False
    cut: Callable[[Tensor], Tensor] = unfinished

    def job(
        self,
        task: str,
        settings: Settings,
        *,
        start: Callable[[Scale], Tensor],
        record: Mapping[str, Any],
        init_words: Sequence[str],
        finish: Callable[[Tensor], Tensor] = unfinished,
        notes: Sequence[str] = (),
        alpha: Tensor | None = None,
        **identity: Tensor | None,
    ) -> Job:
        """The job.

        Args:
            task: name of the recipe.
            settings: of the run; they are part of its identity.
            start: Scale -> the canvas before the first step, (1, 3, h, w) in [0, 1].
            record: what the result's record says before the first step.
            init_words: what the setting ``init`` may be besides a file.
            finish: as ``Job.finish``; of the canvas after ``cut``.
            notes: what was done to the inputs.
            alpha: (1, 1, H, W) in [0, 1], how opaque the result is; None for all of it.
            **identity: pictures and masks that decide the pixels besides the styles.
        """
        s = self.loop
        return Job(
            scales=self.scales,
            start=start,
            terms=self,
            view=self.view,
            loop=Loop(
                self._make_optimizer(),
                rate=s.rate,
                average=s.average,
                tolerance=s.tolerance,
                project=s.optimizer != "lbfgs",
                resize=resize_periodic if self.periodic else resize,
            ),
            budget=self.budget,
            record=record,
            identity=lambda: identity_of(
                task,
                settings,
                network=self.network,
                pixels=identity | {"guides": None if self.guides is None else self.guides.canvas},
                words=init_words,
                styles=[pixels_sha256(style.picture.pixels) for style in self.styles],
                styles_as=[[style.share, style.scale, style.fine] for style in self.styles],
                style_guides=[None if x.guides is None else pixels_sha256(x.guides) for x in self.styles],
                shape=list(self.shape),
            ),
            shift=cyclic_shifts(self.shifts),
            periodic=self.periodic,
            finish=lambda canvas: finish(self.cut(canvas)),
            notes=tuple(notes),
            alpha=alpha,
        )

    def _make_optimizer(self) -> Callable[[Tensor, float], CanvasOptimizer]:
        """(canvas, rate) -> the optimiser of the settings."""
        kind = find_optimizer(self.loop.optimizer)
        return partial(PyramidAdam, periodic=True) if kind is PyramidAdam and self.periodic else kind

    @cached_property
    def view(self) -> FeatureView:
        """The network, and all layers that the terms read."""
        content = () if self.content is None else tuple(self.content.content_layers)
        extra = (layer for term in self.extra for layer in term.loss.layers)
        layers = (*content, *self.style.style_layers, *extra)
        return FeatureView(self.network.network, layers, self.style.guides)

    @cached_property
    def scales(self) -> tuple[Scale, ...]:
        """Sizes of the canvas, coarsest first."""
        s = self.loop
        height, width = self.shape
        smallest = float(max(self.view.smallest_px, COARSEST_PX))
        if self.shrink_styles:  # nothing is left of a style that shrinks below that
            shortest = min(min(style.picture.pixels.shape[2:]) * style.scale for style in self.styles)
            smallest *= max(1.0, min(height, width) / shortest)
        count, strokes_px = s.scales, self.style_terms.strokes_px
        while height * width / s.scale_factor ** (2 * count - 2) > strokes_px > 0 and count < 12:
            count += 1  # a large picture gets coarser sizes, where strokes are laid
        return tuple(
            schedule(
                height,
                width,
                scales=count,
                factor=s.scale_factor,
                steps=s.steps,
                coarse_steps=s.coarse_steps,
                smallest_px=math.ceil(smallest),
                first_steps=s.first_steps,
            )
        )

    @cached_property
    def style_terms(self) -> StyleTerms:
        """Makes the style terms; a region weighs as much as the part of the canvas that it takes."""
        regions = () if self.guides is None else tuple(self.guides.canvas.mean((0, 2, 3)).tolist())
        return StyleTerms(
            self.style,
            self.styles,
            self.view,
            regions=regions,
            strengths=() if self.guides is None else self.guides.strengths,
            extra=self.extra,
            fine_layers=self.fine_layers,
            cache=self.context.targets,
            network_fingerprint=self.network.fingerprint,
        )

    def __call__(self, scale: Scale, shift: Shift, tile_px: int | None) -> list[Term]:
        """Equation 7 of Gatys 2016, alpha * L_content + beta * L_style, and the terms beyond it.

        Args:
            scale: size of the canvas.
            shift: of the network's grid.
            tile_px: side of the tiles; None for the whole canvas at once.
        """
        scene, photo, wanted, style_terms = self._at(scale, tile_px)
        content: list[Term] = []
        if self.content is not None:
            content = content_terms(
                self.content, self.view, photo, shift, tile_px, normalization=self.style.normalization
            )
        tiled = tile_px is not None
        return content + self.style_terms.spatial(style_terms, scene, shift, wanted=wanted, tiled=tiled)

    @cached_property
    def _kept(self) -> dict[tuple[Scale, int | None], tuple[Tensor, Tensor, Tensor | None, list[Term]]]:
        """What ``_at`` returned last; a function that caches would refer to itself through this object."""
        return {}

    def _at(self, scale: Scale, tile_px: int | None) -> tuple[Tensor, Tensor, Tensor | None, list[Term]]:
        """The scene and its guides, the photo and its focus, the appearance wanted, and terms of any grid."""
        key = scale, tile_px
        if key not in self._kept:
            self._kept.clear()  # frees the memory of the size before
            scene, views = self._scene(scale), self.style_views(scale)
            photo, of_photo = scene, []
            if self.content is not None:
                photo, of_photo = content_scene(self.content, scene), photo_terms(self.content, scene)
            of_styles = self.style_terms.terms(views, tile_px, pixels=scale.pixels)
            wanted = None
            if any(term.loss.reads_appearance for term in of_styles) and self._wanted is not None:
                size = (scale.height, scale.width)  # not ``resize``, which clamps: colours have a sign
                wanted = F.interpolate(self._wanted.to(scene), size, mode="bilinear", antialias=True)
            self._kept[key] = scene, photo, wanted, of_photo + of_styles
        return self._kept[key]

    @cached_property
    def _wanted(self) -> Tensor | None:
        """As ``target_appearance``; None without a photo, or where places have other styles than the rest."""
        parted = any(style.fine or (style.guides is not None and not style.own) for style in self.styles)
        return None if self.photo is None or parted else target_appearance(self.photo, self.styles)

    def style_views(self, scale: Scale) -> list[Tensor]:
        """Every style at the size that suits a size of the canvas, with its guides: (1, 3 + R, h, w)."""
        reduction = self.shape[0] / scale.height if self.shrink_styles else None
        return [
            self.style_terms.style_view(style, scale.pixels, reduction=reduction) for style in self.styles
        ]

    def _scene(self, scale: Scale) -> Tensor:
        """The photo, or black, with guides, at the size of the canvas: (1, 3 + R, h, w)."""
        device, size = self.network.device, (scale.height, scale.width)
        if self.photo is None:
            photo = torch.zeros(1, 3, 1, 1, device=device).expand(1, 3, *size)
        else:
            photo = resize(self.photo.to(device), size)
        if self.guides is None:
            return photo
        return torch.cat([photo, resize_guides(self.guides.canvas.to(device), size)], 1)

    @property
    def shifts(self) -> tuple[Shift, ...]:
        """Where the network's grid lies, in turn; L-BFGS needs the same loss at every step."""
        jitter = self.loop.jitter and self.loop.optimizer != "lbfgs" and not self.periodic
        return JITTER if jitter else JITTER[:1]

    @property
    def budget(self) -> MemoryBudget:
        """What decides about tiles."""
        style, content = self.style, self.content
        has_content = content is not None and content.content_weight > 0
        losses = [content.content_loss] if content is not None and has_content else []
        losses += list(style.style_loss) if style.style_weight > 0 else []
        whole = [name for name in losses if not issubclass(loss_class(name), PositionSums)]
        whole += [term.name for term in self.extra if not isinstance(term.loss, PositionSums)]
        return MemoryBudget(
            device=self.network.device,
            pictures=lambda scale: optimizer_pictures(self.loop.optimizer) + self._scene_pictures(scale),
            limit=self.machine.memory,
            held_bytes=runtime.used_bytes(self.network.device),
            spatial_layers=tuple(content.content_layers) if content is not None and has_content else (),
            shifts=len(self.shifts),
            whole_losses=tuple(whole),
            whole_px=self.style_terms.strokes_px,
        )

    def _scene_pictures(self, scale: Scale) -> int:
        """Pictures of three channels that the photo, its focus and its guides take at a size."""
        content, pictures = self.content, 0
        if content is not None and content.content_focus > 0 and content.content_weight > 0:
            pictures = 2  # the photo again, with a fourth channel: 4 / 3, rounded up
        if self.guides is not None:
            return pictures + 2 + self.guides.canvas.shape[1] // 3
        if self.photo is None:
            return 0
        size = (scale.height, scale.width)
        resized = self.photo.shape[2:] != size or self.photo.device != self.network.device
        return pictures + int(resized)
