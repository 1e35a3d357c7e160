"""Frames by optimisation: the job of a still with a temporal term and another start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from impasto.images.resize import resize
from impasto.losses.objective import Term
from impasto.losses.temporal import TemporalLoss, temporal_target
from impasto.optimize.loop import Step
from impasto.optimize.schedule import Scale
from impasto.synthesis.feature_view import Shift
from impasto.synthesis.job import Job
from impasto.video.engine import FrameEngine, Past
from impasto.video.flow import Motion
from impasto.video.long_term import long_term_weights
from impasto.video.steady import soft_mask
from impasto.video.warp import Mask

HOLES = 0.002
"""Fraction of a frame without a source from which on its holes are painted by the network first."""


ANCHORS = 2
"""Anchors that are kept; of these the oldest holds what it shows."""

FEW = 0.6
"""A frame becomes an anchor when the others show less than this share of what the frame before shows."""


class OptimiseEngine(FrameEngine):
    """Every frame as a painting of its own that begins with the frame before and is held to earlier ones.

    What changes a little from frame to frame adds up over a scene. Therefore a frame is also held, place by
    place, to anchors: the first frame of the scene, and the first one that shows too little of that.

    Source: Ruder, Dosovitskiy, Brox 2016, "Artistic style transfer for videos", sections 4.1 and 4.2.
    Differs: the first frame of a scene is painted from coarse to fine as a still, not from noise; places
    without a source begin with the frame as a feed-forward network paints it, not with a mean colour; flow by
    dense inverse search, not DeepFlow; the anchors.
    """

    @property
    def reach(self) -> int:
        """How many frames back it needs."""
        return max(self.settings.long_term)

    def paint(
        self, number: int, frame: Tensor, past: Sequence[Past], motion: Mapping[int, Motion]
    ) -> tuple[Tensor, Tensor]:
        """As ``FrameEngine.paint``."""
        s, shape = self.settings, (frame.shape[2], frame.shape[3])
        if not past:
            self.means.restart()
        context = replace(self.context, adjust=self.means)
        known = dict(motion)

        def moved(earlier: Past) -> Motion:
            if earlier.number not in known:
                numbers = (number, earlier.number)
                known[earlier.number] = self.flows.between(frame, earlier.frame, numbers)
            return known[earlier.number]

        held = [earlier for earlier in past if number - earlier.number in s.long_term]
        if not held:
            canvas = last_canvas(job := self.still(frame, self.of_frame(max(shape)), context))
            self.anchors = (number,)
            return canvas, resize(job.finish(canvas).cpu(), shape)
        weights = long_term_weights([moved(earlier).certainty for earlier in held])
        anchors = [one for one in past if one.number in self.anchors and one not in held]
        anchors.sort(key=lambda one: one.number)
        anchored = long_term_weights([_same(frame, one, moved(one)) for one in anchors])
        still = self.still(frame, self.of_frame(max(shape), init="instant"), context)
        scale = replace(still.scales[-1], steps=s.frame_steps)
        loop = replace(still.loop, rate=still.loop.rate * s.frame_rate)
        pulls = [
            placed(moved(earlier).warped(cut_to(earlier.canvas, shape)), weight, scale)
            for weight, earlier in zip([*weights, *anchored], [*held, *anchors], strict=True)
        ]
        still = replace(still, scales=(scale,), loop=loop)
        canvas = last_canvas(job := held_job(still, pulls, s.temporal_weight))
        if anchors and np.sum(anchored) < FEW * moved(held[0]).certainty.sum():
            self.anchors = (*self.anchors, number)[-ANCHORS:]
        return canvas, resize(job.finish(canvas).cpu(), shape)


def _same(frame: Tensor, earlier: Past, motion: Motion) -> Mask:
    """Where a frame shows the same as an earlier one, which may be far back, in the same light: (H, W)."""
    likeness: Mask = motion.certainty * soft_mask(frame, motion.warped(earlier.frame))
    return likeness.astype(np.float32)


def held_job(job: Job, pulls: Sequence[tuple[Tensor, Tensor]], weight: float) -> Job:
    """A job that begins with earlier frames and is held to them.

    Args:
        job: of a still, with a single size.
        pulls: (earlier frame moved along the flow, (1, 3, h, w); its weight, (1, 1, h, w) in [0, 1]).
        weight: of the temporal term.
    """
    device = device_of(job)

    def start(scale: Scale) -> Tensor:
        covered = sum((certainty for _, certainty in pulls), torch.zeros(1))
        mixed = sum((certainty * warped for warped, certainty in pulls), torch.zeros(1))
        mixed = mixed / covered.clamp(min=1e-6)
        certain = (covered / 0.5).clamp(max=1)  # a place that is half certain has a source
        if float((certain < 0.5).float().mean()) < HOLES:
            nearest = pulls[0][0]
            return torch.where(covered > 1e-3, mixed, nearest).to(device)
        fresh = resize(job.start(scale).cpu(), (scale.height, scale.width))
        return fresh.lerp(mixed, certain).to(device)

    return with_temporal_terms(replace(job, start=start), pulls, weight)


def with_temporal_terms(job: Job, pulls: Sequence[tuple[Tensor, Tensor]], weight: float) -> Job:
    """A job that is held to other frames; see ``held_job``."""
    device = device_of(job)
    held = [(warped.to(device), certainty.to(device)) for warped, certainty in pulls if weight > 0]

    def terms(scale: Scale, shift: Shift, tile_px: int | None) -> Sequence[Term]:
        temporal = [
            Term("temporal", TemporalLoss({"image": 1.0}), temporal_target(*pull), weight) for pull in held
        ]
        return [*job.terms(scale, shift, tile_px), *temporal]

    return replace(job, terms=terms)


def device_of(job: Job) -> torch.device:
    """Where the network of a job is."""
    return next((p.device for p in job.view.network.parameters()), torch.device("cpu"))


def last_canvas(job: Job) -> Tensor:
    """The canvas at the end of a job, not finished: (1, 3, h, w)."""
    last: Step | None = None
    for step in job.steps():
        last = step
    if last is None:
        raise RuntimeError("a job has made no step")
    return last.snapshot().detach().cpu()


def cut_to(canvas: Tensor, shape: tuple[int, int]) -> Tensor:
    """The part of a canvas that is seen: its sides may be longer, in whole strides of the network."""
    return canvas[:, :, : shape[0], : shape[1]]


def placed(warped: Tensor, weight: Mask, scale: Scale) -> tuple[Tensor, Tensor]:
    """A moved frame and its weight on a canvas that is larger below and on the right, where it has none."""
    height, width = warped.shape[2:]
    below, right = scale.height - height, scale.width - width
    certainty = np.pad(weight, ((0, below), (0, right)))
    if below or right:
        warped = torch.nn.functional.pad(warped, (0, right, 0, below), mode="replicate")
    return warped, torch.from_numpy(certainty.astype(np.float32))[None, None]
