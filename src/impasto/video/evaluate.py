"""How much a video flickers, with the motion of its original taken out."""

from __future__ import annotations

import itertools
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean

import torch
from torch import Tensor

from impasto import features, runtime
from impasto.errors import VideoError
from impasto.features.extractor import prepared
from impasto.images.resize import resize
from impasto.metrics.warping_error import feature_warping_error, warping_error
from impasto.settings import EvaluateSettings
from impasto.video.flow import FlowSource, Motion, flow_method
from impasto.video.reading import open_clip

log = logging.getLogger(__name__)

DISTANCES = (1, 10)
"""Frames between two that are compared.

Source: the tables of Liu et al. 2021 (AdaAttN) and later ones.
"""

VISIBLE = 0.5
"""Certainty from which on a pixel counts as visible in both frames."""

MotionBetween = Callable[[Tensor, Tensor, tuple[int, int]], Motion]
"""(frame, earlier frame, their numbers) -> the motion from the first to the second."""


@dataclass(frozen=True, kw_only=True)
class ClipScores:
    """How much a video flickers at one distance; lower is better.

    Attributes:
        distance: frames between two that are compared.
        pairs: how many were.
        warping: root of the mean squared difference (``warping_error``).
        features: the same of the directions of activations (``feature_warping_error``).
        original: ``warping`` of the original itself, which is not 0: light changes, and flow errs.
    """

    distance: int
    pairs: int
    warping: float
    features: float
    original: float

    def to_dict(self) -> dict[str, float]:
        """Names and numbers, ready for JSON."""
        return asdict(self)


def score_frames(
    shown: Iterable[Tensor],
    originals: Iterable[Tensor],
    *,
    between: MotionBetween,
    features_of: Callable[[Tensor], dict[str, Tensor]],
    distances: Sequence[int] = DISTANCES,
) -> list[ClipScores]:
    """Scores of frames.

    Args:
        shown: (1, 3, H, W) in [0, 1] of each frame of the result.
        originals: of the original, as many and as large.
        between: motion between originals: true flow, where it is known.
        features_of: picture -> {layer: activations}.
        distances: frames between two that are compared; those longer than the video are left out.
    """
    values: dict[int, list[tuple[float, float, float]]] = {distance: [] for distance in distances}
    kept: deque[tuple[Tensor, Tensor]] = deque(maxlen=max(distances))
    for number, (frame, original) in enumerate(zip(shown, originals, strict=False)):
        for distance in distances:
            if distance > len(kept):
                continue
            before, original_before = kept[-distance]
            motion = between(original, original_before, (number, number - distance))
            visible = torch.from_numpy(motion.certainty > VISIBLE).float()[None, None]
            if not visible.any():
                continue  # a scene cut
            moved = motion.warped(before)
            values[distance].append(
                (
                    warping_error(frame, moved, visible),
                    feature_warping_error(features_of(frame), features_of(moved), visible),
                    warping_error(original, motion.warped(original_before), visible),
                )
            )
        kept.append((frame, original))
    return [
        ClipScores(
            distance=distance,
            pairs=len(found),
            warping=fmean(one[0] for one in found),
            features=fmean(one[1] for one in found),
            original=fmean(one[2] for one in found),
        )
        for distance, found in values.items()
        if found
    ]


def evaluate_clip(
    result: str | Path, *, content: str | Path, settings: EvaluateSettings | None = None
) -> list[ClipScores]:
    """How much a painted video flickers, at distances of 1 and 10 frames.

    Frames are moved along the flow of the original, and compared where that is certain. Flow is worked out at
    the size of the result.

    Args:
        result: the painted video.
        content: the original, with as many frames.
        settings: network and layers.
    Raises:
        VideoError: a video cannot be read, or they have fewer than two frames.
        LayerError: the network has no layer of that name.
    """
    s = settings or EvaluateSettings()
    painted, original = open_clip(result), open_clip(content)
    shape = (painted.info.height, painted.info.width)
    device = runtime.choose_device(s.device)
    network = features.load(s.network, s.weights, s.pooling)
    network.check_layers(s.style_layers)
    network = prepared(network, device, runtime.choose_dtype(device, s.precision))

    def features_of(picture: Tensor) -> dict[str, Tensor]:
        with torch.no_grad():
            return {k: v.cpu() for k, v in network(picture.to(device), set(s.style_layers)).items()}

    def resized() -> Iterator[Tensor]:
        for frame in original.frames():
            yield resize(frame.pixels, shape)

    scores = score_frames(
        (frame.pixels for frame in painted.frames()),
        resized(),
        between=FlowSource(flow_method("medium", refine=True)).between,
        features_of=features_of,
    )
    if not scores:
        raise VideoError(
            "two frames are needed to see flicker", got=str(result), expected="a video and its original"
        )
    return scores


def mean_scores(clips: Iterable[Sequence[ClipScores]]) -> list[ClipScores]:
    """The means over several videos, by distance."""
    flat = sorted(itertools.chain.from_iterable(clips), key=lambda score: score.distance)
    return [
        ClipScores(
            distance=distance,
            pairs=sum(score.pairs for score in of_distance),
            warping=fmean(score.warping for score in of_distance),
            features=fmean(score.features for score in of_distance),
            original=fmean(score.original for score in of_distance),
        )
        for distance, group in itertools.groupby(flat, key=lambda score: score.distance)
        for of_distance in [list(group)]
    ]
