"""The two passes that repaint an object in a painting: matched place by place, then consistently."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.images.guided_filter import guided_maps
from impasto.images.oklab import oklab, to_srgb
from impasto.images.resize import resize
from impasto.losses.base import Loss, Target, merged
from impasto.losses.content import ContentLoss
from impasto.losses.histogram import HistogramLoss
from impasto.losses.objective import Term
from impasto.losses.regions import by_region
from impasto.losses.sliced import SlicedWassersteinLoss
from impasto.losses.wasserstein import WassersteinLoss
from impasto.optimize.loop import Loop
from impasto.optimize.pyramid_adam import PyramidAdam
from impasto.optimize.schedule import Scale
from impasto.settings import HarmonizeSettings
from impasto.settings.weighted import normalised
from impasto.synthesis.context import Context
from impasto.synthesis.feature_view import FeatureView, Shift
from impasto.synthesis.job import Job
from impasto.synthesis.memory import OPTIMIZER_PICTURES, MemoryBudget
from impasto.synthesis.painting_match import consistent_positions, counted_once, nearest_positions
from impasto.synthesis.paste import Paste
from impasto.synthesis.record import pixels_sha256

LAYER = "relu4_1"
"""Layer at which an object's places are matched with the painting's."""

FIRST_LAYERS = ("relu3_1", "relu4_1")
"""Style layers of the first pass. Theirs has relu5_1 too."""

HISTOGRAM_LAYERS = ("relu1_1", "relu4_1")
"""Source: Luan et al. 2018, section 4."""

MIDDLE_TAU = 5.0
"""Level at which the weights are those of the settings."""

TONE, TONE_PX = "tone", 8
"""The layer of mean colours of squares, and their side; chosen by eye."""

TONE_UNIT = 0.05
"""A difference of tone that counts 1, in sRGB."""

CHROMA_RADIUS_PX, CHROMA_EDGE = 2, 0.1
"""Guided filter of the chroma. Source: Luan et al. 2018, post-processing."""


@dataclass(frozen=True, kw_only=True)
class PasteView(FeatureView):
    """A network that reads the composite with the canvas in place of the object.

    Attributes:
        outside: (1, 3, h, w), the composite.
        wide: (1, 1, h, w), 1 where the canvas may change.
    """

    outside: Tensor
    wide: Tensor

    def features(self, image: Tensor, layers: Iterable[str], shift: Shift = (0, 0)) -> dict[str, Tensor]:
        """As ``FeatureView.features``; outside, the canvas has no say and no gradient."""
        mixed = torch.lerp(self.outside, image, self.wide)
        read = super().features(mixed, set(layers) - {TONE}, shift)
        return {**read, TONE: F.avg_pool2d(mixed, TONE_PX, ceil_mode=True)}


@dataclass(frozen=True, kw_only=True, eq=False)
class Passes:
    """Both passes of the method, on the part of the painting around the object.

    Attributes:
        paste: composite, with the object in the painting's colours, painting and mask, at the result's size.
        naive: (1, 3, H, W), the composite with the object's own colours.
        settings: of the run.
        tau: level of stylisation, 1 to 10.
        view: the network and its layers.
        fingerprint: of the network.
        context: keeps the features of the painting.
    """

    paste: Paste
    naive: Tensor
    settings: HarmonizeSettings
    tau: float
    view: FeatureView
    fingerprint: str
    context: Context

    def first(self) -> Tensor:
        """The robust pass, at half the size: places are matched one by one.

        Returns:
            (1, 3, h, w), the part around the object, at its full size.
        """
        rows, columns = self.paste.box
        whole = tuple(self.paste.mask.shape[2:])
        half = self.paste.resized(max(64, max(whole) // 2))
        crop = half.box
        composite, mask, wide = (x[..., crop[0], crop[1]] for x in (half.composite, half.mask, half.wide))
        layers = [x for x in FIRST_LAYERS if x in self.settings.style_layers] or list(
            self.settings.style_layers
        )
        base = WassersteinLoss(dict.fromkeys(layers, 1.0 / len(layers)))
        features, painting = self.view.features(composite, layers), self.seen(half.painting, layers)
        regional = by_region(base, (1.0,))
        spatial = regional.spatial_target(self.view.guides(torch.cat([composite, mask], 1), layers))
        target: Target = {}
        for layer in layers:
            chosen = spatial[layer].get("index", {}).get(0)
            if chosen is None:
                target[layer] = {}
                continue
            pictures = (composite, half.painting)
            found = nearest_positions(features[layer], painting[layer], chosen, pictures=pictures)
            rows_ = painting[layer][0].flatten(1)[:, found][None, :, None]  # (1, C, 1, P)
            target[layer] = {"regions": {0: base.layer_finish(base.layer_target(rows_))}}
        terms = [Term("style", regional, merged(target, spatial), self.style_weight)]
        last = self._run(composite, wide, terms, composite)
        change = last - composite
        size = (rows.stop - rows.start, columns.stop - columns.start)
        full = self.paste.composite[..., rows, columns]
        larger = F.interpolate(change, size=size, mode="bilinear", align_corners=False)
        return (full + larger).clamp(0, 1)

    def second(self) -> Job:
        """The consistent pass: matches of neighbours agree, and a place of the painting counts once."""
        rows, columns = self.paste.box
        robust = self.first()
        composite, mask, wide = (
            x[..., rows, columns] for x in (self.paste.composite, self.paste.mask, self.paste.wide)
        )
        layers = tuple(self.settings.style_layers)
        deep = LAYER if LAYER in layers else layers[-1]
        painting = self.paste.painting
        features = self.view.features(robust, (deep,))[deep]
        theirs = self.seen(painting, layers)
        guides = self.view.guides(torch.cat([composite, mask], 1), layers)
        chosen = (guides[deep].flatten() >= 0.5).nonzero()[:, 0]
        if not len(chosen):
            chosen = guides[deep].flatten().argmax()[None]
        shape = (theirs[deep].shape[2], theirs[deep].shape[3])
        matches = nearest_positions(features, theirs[deep], chosen, pictures=(composite, painting))
        small = F.interpolate(painting, size=shape, mode="bilinear", antialias=True)
        matches = consistent_positions(matches, chosen, features.shape[3], small, shape)
        once = counted_once(matches, shape)
        full = F.interpolate(once, size=tuple(painting.shape[2:]), mode="nearest")
        style = torch.cat([painting, full], 1)
        style_guides = self.view.guides(style, layers)
        terms = []
        s = self.settings
        losses: list[tuple[str, Loss, float]] = [
            ("style", WassersteinLoss(normalised(s.style_layers)), self.style_weight),
            ("palette", SlicedWassersteinLoss({"image": 1.0}, count=12, ranks=256), s.palette_weight),
        ]
        histogram = [x for x in HISTOGRAM_LAYERS if x in layers]
        if histogram:
            ranked = HistogramLoss(dict.fromkeys(histogram, 1 / len(histogram)), ranks=256)
            losses.append(("histogram", ranked, 0.5 * self.style_weight))
        for name, loss, weight in losses:
            if weight == 0:
                continue
            regional = by_region(loss, (1.0,))
            seen = {**theirs, "image": painting}
            target = regional.finish(regional.target(seen, {**style_guides, "image": full}))
            spatial = regional.spatial_target({**guides, "image": mask})
            terms.append(Term(name, regional, merged(target, spatial), weight))
        made = self._job(composite, wide, terms, composite)
        return replace(made, finish=lambda canvas: self.finished(canvas.cpu()))

    def seen(self, painting: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
        """Features of the painting; made once for all objects that are put into it."""

        def make() -> Target:
            return {layer: {"features": x} for layer, x in self.view.features(painting, layers).items()}

        key = ("painting", self.fingerprint, pixels_sha256(painting), tuple(layers))
        target = self.context.targets.get(key, make)
        return {layer: parts["features"] for layer, parts in target.items()}

    @property
    def style_weight(self) -> float:
        """Of the style losses: larger for freer paintings."""
        return self.settings.style_weight * math.sqrt(self.tau / MIDDLE_TAU)

    def finished(self, canvas: Tensor) -> Tensor:
        """The canvas in the painting: chroma without noise, a soft rim, the painting untouched elsewhere."""
        paste = self.paste.on("cpu")
        rows, columns = paste.box
        guide = paste.composite[..., rows, columns]
        lab = oklab(canvas)
        maps = guided_maps(lab[:, 1:], guide, radius_px=CHROMA_RADIUS_PX, edge=CHROMA_EDGE)
        lab = torch.cat([lab[:, :1], maps.of(guide)], 1)
        painted = to_srgb(lab[0].flatten(1)).view_as(canvas).clamp(0, 1)
        naive = self.naive.cpu()[..., rows, columns]
        painted = torch.lerp(naive, painted, self.settings.strength)
        result = paste.painting.clone()
        part = result[..., rows, columns]
        soft = paste.soft[..., rows, columns]
        result[..., rows, columns] = torch.where(soft > 0, torch.lerp(part, painted, soft), part)
        return result

    def _job(self, composite: Tensor, wide: Tensor, terms: list[Term], start: Tensor) -> Job:
        height, width = composite.shape[2:]
        view = PasteView(self.view.network, self.view.layers, outside=composite, wide=wide)
        content = ContentLoss(normalised(self.settings.content_layers))
        target = content.target(self.view.features(composite, content.layers))
        held = math.sqrt(MIDDLE_TAU / self.tau)
        every = list(terms)
        if self.settings.content_weight > 0:
            every.append(Term("content", content, target, self.settings.content_weight * held))
        if self.settings.tone_weight > 0:
            tone = ContentLoss({TONE: 1.0}, units="mean")
            share = float(wide.mean()) * TONE_UNIT**2
            wanted = tone.target({TONE: F.avg_pool2d(composite, TONE_PX, ceil_mode=True)})
            every.append(Term("tone", tone, wanted, self.settings.tone_weight * held / share))
        return Job(
            scales=(Scale(height, width, self.settings.steps),),
            start=lambda scale: start,
            terms=lambda scale, shift, tile_px: every,
            view=view,
            loop=Loop(
                PyramidAdam,
                rate=self.settings.rate,
                average=0.85,
                tolerance=self.settings.tolerance,
                project=True,
                resize=resize,
            ),
            budget=MemoryBudget(
                device=composite.device,
                pictures=lambda scale: OPTIMIZER_PICTURES["pyramid"],
                whole_px=height * width,
            ),
            record={},
            identity=dict,
        )

    def _run(self, composite: Tensor, wide: Tensor, terms: list[Term], start: Tensor) -> Tensor:
        """The last canvas of a pass."""
        snapshot = start
        for step in self._job(composite, wide, terms, start).steps():
            snapshot = step.snapshot()
        return snapshot
