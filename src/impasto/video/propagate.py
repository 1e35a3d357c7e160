"""Carry painted frames along a video."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import torch
from torch import Tensor

from impasto import features
from impasto.errors import SettingError
from impasto.images import io
from impasto.images.resize import resize
from impasto.settings import PropagateOptions, PropagateSettings, StylizeSettings, VideoSettings
from impasto.settings.propagate import TASK
from impasto.settings.task import as_list
from impasto.synthesis.context import Context
from impasto.synthesis.job import Job
from impasto.synthesis.run import drained
from impasto.video.engine import FrameEngine, Past
from impasto.video.flow import FlowSource, Motion
from impasto.video.frame_loop import VideoStep
from impasto.video.nearest_patches import LAYER, nearest_patches
from impasto.video.reading import selected
from impasto.video.run import VideoResult, VideoRun
from impasto.video.steady import soft_mask

NEW = 0.1
"""Weight of what no other frame shows, from which on it is made of patches."""


class KeyframeEngine(FrameEngine):
    """Frames made of a few painted ones.

    Args:
        settings: of the video.
        flows: motion between the originals.
        keys: the painted frames with their originals, in order.

    Source: Jamriska et al. 2019, "Stylizing video by example", has the same use.
    Differs: flow and exact nearest neighbours in features; no randomised search.
    """

    def __init__(self, settings: VideoSettings, *, flows: FlowSource, keys: Sequence[Past]) -> None:
        super().__init__(settings, still=_no_still, context=Context(), flows=flows)
        self.keys = tuple(keys)
        self._network = features.load("compact", None, "max")

    def paint(
        self, number: int, frame: Tensor, past: Sequence[Past], motion: Mapping[int, Motion]
    ) -> tuple[Tensor, Tensor]:
        """As ``FrameEngine.paint``; a painted frame is shown as it is."""
        before = [key for key in self.keys if key.number <= number][-1:]
        after = [key for key in self.keys if key.number > number][:1]
        near = [*before, *after]
        if near[0].number == number:
            return near[0].shown, near[0].shown
        span = near[-1].number - near[0].number
        total, weight = torch.zeros_like(frame), torch.zeros_like(frame[:, :1])
        for key in near:
            share = 1.0 if span == 0 else 1 - abs(number - key.number) / span
            moved, certainty = self._moved(number, frame, key, None)
            total, weight = total + share * certainty * moved, weight + share * certainty
        rest = (1 - weight).clamp(min=0)
        if past:
            moved, certainty = self._moved(number, frame, past[0], motion.get(past[0].number))
            total, rest = total + rest * certainty * moved, rest * (1 - certainty)
        nearest = min(near, key=lambda key: abs(key.number - number))
        made = nearest_patches(frame, rest > NEW, nearest.frame, nearest.shown, self._features)
        made = torch.where(rest > NEW, rest, torch.zeros(())) * made
        shown = (total + made) / (1 - torch.where(rest > NEW, torch.zeros(()), rest))
        return shown.clamp(0, 1), shown.clamp(0, 1)

    def _moved(self, number: int, frame: Tensor, other: Past, motion: Motion | None) -> tuple[Tensor, Tensor]:
        """Another frame as painted, moved, and where it shows the same: (1, 3, H, W) and (1, 1, H, W)."""
        motion = motion or self.flows.between(frame, other.frame, (number, other.number))
        likeness = motion.certainty * soft_mask(frame, motion.warped(other.frame))
        return motion.warped(other.shown), torch.from_numpy(likeness.astype(np.float32))[None, None]

    def _features(self, picture: Tensor) -> Tensor:
        with torch.no_grad():
            found: Tensor = self._network(picture, {LAYER})[LAYER]
        return found


def _no_still(frame: Tensor, settings: StylizeSettings, context: Context) -> Job:
    raise RuntimeError("given frames are not painted")


def propagate_steps(
    content: str | Path,
    painted: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    every_frame: str | Path | None = None,
    resume: bool = False,
    **options: Unpack[PropagateOptions],
) -> Generator[VideoStep, None, VideoResult]:
    """Carry a few painted frames along a video.

    ``propagate_steps`` yields after each frame; ``propagate`` returns what was written. Sound and time stamps
    are those of the video.

    Args:
        content: as for ``stylize_video``.
        painted: pictures of some of its frames, painted by hand or by any program; of any size.
        out: as for ``stylize_video``.
        every_frame: as for ``stylize_video``.
        resume: as for ``stylize_video``.
        **options: fields of ``PropagateSettings``; ``at`` says which frames the pictures are.
    Yields:
        A ``VideoStep`` after each frame.
    Returns:
        What was written.
    Raises:
        VideoError: the video cannot be read.
        PictureError: a painted frame cannot be read.
        OutputError: the result cannot be written there.
        SettingError: an option has a value it cannot have, or the video has no such frame.
    """
    settings = PropagateSettings.of(dict(options))
    files = as_list(painted)
    numbers = sorted(set(settings.at))
    if len(files) != len(settings.at) or len(numbers) != len(settings.at):
        raise SettingError(
            "each painted frame needs the number of its frame",
            got=f"{len(files)} pictures, at {', '.join(map(str, settings.at))}",
            expected="one number for each picture, such as --at 1,48",
        )
    pictures = dict(zip(settings.at, files, strict=True))
    values: dict[str, Any] = {name: value for name, value in settings.to_dict().items() if name != "at"}
    of_video = VideoSettings.from_mapping(values)
    read = {
        number: io.read(pictures[number], max_megapixels=settings.max_megapixels).pixels for number in numbers
    }

    def engine(flows: FlowSource) -> FrameEngine:
        return KeyframeEngine(of_video, flows=flows, keys=_keys(run, read))

    run = VideoRun(
        task=TASK,
        inputs={"content": content, "style": files},
        settings=of_video,
        recorded=settings,
        make_engine=engine,
        target=Path(out),
        every_frame=None if every_frame is None else Path(every_frame),
        resume=resume,
    )
    return (yield from run.steps())


def _keys(run: VideoRun, painted: Mapping[int, Tensor]) -> list[Past]:
    """The painted frames, {number from 1: pixels}, with their originals.

    Raises:
        SettingError: the video is shorter.
    """
    s, keys = run.settings, []
    _, frames = selected(run.clip, start_s=s.start, end_s=s.end, rate=s.fps)
    last = 0
    for frame in frames:
        last = frame.number + 1
        if last in painted:
            shown = resize(painted[last], run.shape).clamp(0, 1)
            keys.append(Past(frame.number, resize(frame.pixels, run.shape), shown, shown))
        if len(keys) == len(painted):
            return keys
    raise SettingError(
        "the video has no such frame", got=f"--at {max(painted)}", expected=f"at most {last}, its last"
    )


propagate = drained(propagate_steps)
