"""A video from its first frame to the finished file."""

from __future__ import annotations

import itertools
import json
import logging
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from PIL import Image

from impasto import runtime
from impasto.errors import SettingError, SoundError
from impasto.images import io
from impasto.images.atomic_write import check_path, write_text
from impasto.images.resize import fit
from impasto.result import FORMAT, without_folders
from impasto.settings import Settings, VideoSettings
from impasto.settings.task import Inputs, Task, as_list
from impasto.synthesis.recipe import describe_controls
from impasto.synthesis.record import absolute_paths, describe_files, describe_source
from impasto.video.clip import Clip, ClipInfo, Frame
from impasto.video.engine import FrameEngine
from impasto.video.flow import FlowSource, flow_method
from impasto.video.frame_colors import to_bytes
from impasto.video.frame_loop import FrameLoop, Painted, VideoStep
from impasto.video.joining import join
from impasto.video.multi_pass import MultiPassEngine, pass_steps
from impasto.video.reading import open_clip, selected
from impasto.video.record import video_record_path
from impasto.video.sound_style import restylable, restyled_track
from impasto.video.work_folder import PART_FRAMES, WorkFolder
from impasto.video.writing import check_every_frame, check_video_output, encoding_of, numbered
from impasto.weights.records import file_sha256

log = logging.getLogger(__name__)

SMALLEST_PX = 32
"""Shortest side of a frame that can be painted."""


@dataclass(frozen=True)
class VideoResult:
    """A video that was written.

    Attributes:
        path: of the video.
        frames: how many it has.
        cuts: numbers of the frames that begin a new scene, from 1.
        record: settings, inputs and versions; also in the file of the same name that ends in .json.
    """

    path: Path
    frames: int
    cuts: tuple[int, ...]
    record: Mapping[str, Any] = field(repr=False)


@dataclass
class VideoRun:
    """Everything that one run needs.

    Attributes:
        task: the rows of its inputs are recorded.
        inputs: by name; "content" is the video.
        settings: of the video.
        recorded: settings as the record says them.
        make_engine: source of motion -> what paints the frames.
        target: the file to be written.
        every_frame: pattern for a picture of each frame; None: none.
        resume: go on from the folder of frames.
        given_shape: (height, width) of the result, px; None: as the settings say.
    """

    task: Task[Any]
    inputs: Inputs
    settings: VideoSettings
    recorded: Settings
    make_engine: Callable[[FlowSource], FrameEngine]
    target: Path
    every_frame: Path | None = None
    resume: bool = False
    given_shape: tuple[int, int] | None = None

    def steps(self) -> Generator[VideoStep, None, VideoResult]:
        """Paint all frames and write the video; see ``stylize_video``."""
        begin = time.monotonic()
        check_video_output(self.target)
        check_path(self._record_path, ())
        if self.every_frame is not None:
            check_every_frame(self.every_frame)
        clip, s = self.clip, self.settings
        new_sound = s.sound_style is not None and restylable(clip.info.path, s.sound_style, self.target)
        for note in clip.info.notes:
            log.info("%s: %s", clip.info.path.name, note)
        info, frames = selected(clip, start_s=s.start, end_s=s.end, rate=s.fps)
        loop = FrameLoop(s, self._engine(), self.shape, float(info.time_base))
        folder = WorkFolder(
            self.target.with_name(self.target.name + ".parts"),
            info.time_base,
            info.rate,
            encoding_of(self.target),
        )
        restored = folder.begin(self._identity(), resume=self.resume)
        offset = 0
        if isinstance(loop.engine, MultiPassEngine):
            again = selected(clip, start_s=s.start, end_s=s.end, rate=s.fps)
            yield from pass_steps(loop.engine, *again, self.shape, folder.path / "passes", begin)
        if s.loop and (s.passes == 1 or s.steadiness > 0):
            offset = self._first_round(loop, restored.done > 0)
        if restored.done:
            log.warning("going on after frame %d", restored.done)
            loop.past, loop.scene_start = restored.past, restored.scene_start + offset
            loop.engine.means.means.update(restored.means)
            loop.engine.anchors = restored.anchors
        stamps: list[int] = []
        cuts: list[int] = []
        origin, last = 0, None
        for first, frame in zip(itertools.chain([True], itertools.repeat(False)), frames, strict=False):
            if first:
                origin, loop.origin = frame.pts if s.start > 0 else 0, frame.pts
            if frame.number >= restored.done:
                (painted,) = loop.run(iter([frame]), offset=offset)
                self._keep(folder, loop, painted, offset)
                if painted.is_cut:
                    cuts.append(frame.number + 1)
                yield self._step(painted, info, begin, done=frame.number + 1 - restored.done)
            last = frame
            stamps.append(frame.pts - origin)
            if len(stamps) == PART_FRAMES:
                folder.close_part(frame.number - PART_FRAMES + 1, stamps)
                stamps = []
        if last is None:
            raise SettingError("there is no frame", got=str(clip.info.path))
        count = last.number + 1
        folder.close_part(count - len(stamps), stamps)
        self._join(folder, info, origin, last, sound_style=s.sound_style if new_sound else None)
        record = self._record(info, count, cuts, time.monotonic() - begin)
        said = {**without_folders(record), "picture": self.target.name}
        write_text(self._record_path, json.dumps(said, indent=1) + "\n")
        folder.remove()
        return VideoResult(self.target, count, tuple(cuts), record)

    @cached_property
    def clip(self) -> Clip:
        """The video."""
        return open_clip(self.inputs["content"])

    @cached_property
    def shape(self) -> tuple[int, int]:
        """(height, width) of the result, px.

        Raises:
            SettingError: a side is too short, or the frames are larger than ``max_megapixels``.
        """
        info, s = self.clip.info, self.settings
        if info.width * info.height > s.max_megapixels * 1e6:
            raise SettingError(
                "the frames are too large",
                got=f"{info.width} x {info.height} px",
                expected=f"at most {s.max_megapixels:g} megapixels",
                attempt="a larger --max-megapixels, if you trust the file",
            )
        shape = self.given_shape or (info.height, info.width)
        if s.size is not None:
            shape = fit(*shape, s.size, enlarge=True)
        if min(shape) < SMALLEST_PX:
            raise SettingError(
                "the frames are too small to be painted",
                got=f"{shape[1]} x {shape[0]} px",
                expected=f"at least {SMALLEST_PX} px on each side",
                attempt="a larger --size",
            )
        return shape

    @property
    def _record_path(self) -> Path:
        return video_record_path(self.target)

    def _engine(self) -> FrameEngine:
        s = self.settings
        folder = None if s.flow_files is None else Path(s.flow_files)
        if folder is not None and not folder.is_dir():
            raise SettingError(
                "the folder of flow files is missing", got=str(folder), attempt=f"mkdir -p {folder}"
            )
        flows = FlowSource(flow_method(s.flow, refine=s.engine == "optimise" and s.flow == "medium"), folder)
        return self.make_engine(flows)

    def _first_round(self, loop: FrameLoop, is_done: bool) -> int:
        """Paint all frames once, so that the second round begins with the last of them; their number."""
        s = self.settings
        _, frames = selected(self.clip, start_s=s.start, end_s=s.end, rate=s.fps)
        if is_done:
            return sum(1 for _ in frames)
        return sum(1 for _ in loop.run(frames))

    def _keep(self, folder: WorkFolder, loop: FrameLoop, painted: Painted, offset: int) -> None:
        number, past = painted.frame.number, painted.past
        pixels = to_bytes(past.shown)
        scene_start = painted.scene_start - offset
        engine = loop.engine
        folder.keep(
            number,
            pixels,
            loop.past,
            means=engine.means.means,
            anchors=engine.anchors,
            scene_start=scene_start,
        )
        if self.every_frame is not None:
            io.write(numbered(self.every_frame, number + 1), Image.fromarray(pixels))

    def _step(self, painted: Painted, info: ClipInfo, begin: float, *, done: int) -> VideoStep:
        number, seconds = painted.frame.number + 1, time.monotonic() - begin
        left = None if info.count is None else max(0, info.count - number) * seconds / max(1, done)
        shown = painted.past.shown
        return VideoStep(
            number,
            info.count,
            *self.shape,
            painted.is_cut,
            seconds,
            left,
            snapshot=lambda: shown,
            fraction=None if info.count is None else min(1.0, number / info.count),
        )

    def _join(
        self, folder: WorkFolder, info: ClipInfo, origin: int, last: Frame, *, sound_style: str | None
    ) -> None:
        base = info.time_base
        start, end = origin * base, (last.pts + max(last.duration, 1)) * base
        path, end_s = self.clip.info.path, None if self.settings.end is None else end
        if sound_style is not None:
            try:
                path = restyled_track(path, sound_style, folder.path, self.target, start_s=start, end_s=end_s)
                start, end_s = Fraction(0), None
            except SoundError as error:  # the frames are painted, and not lost
                log.warning("the sound stays as it is: %s (%s)", error.problem, error.got)
        join(
            self.target,
            folder.parts,
            info=info,
            sound=path if path.is_file() else None,
            start_s=start,
            end_s=end_s,
            last_s=last.duration * base if last.duration else 1 / info.rate,
        )

    def _identity(self) -> dict[str, Any]:
        """What decides the frames."""
        path = self.clip.info.path
        return {
            "task": self.task.name,
            "video": [str(path.resolve()), path.stat().st_size if path.is_file() else 0],
            "styles": [style["sha256"] if style else None for style in self._styles()],
            "controls": {name: repr(value) for name, value in self._controls().items()},
            "settings": {k: v for k, v in self.settings.to_dict().items() if k != "memory"},
            "versions": runtime.versions(),
            "format": self.target.suffix.lower(),
        }

    def _styles(self) -> list[dict[str, Any] | None]:
        return [describe_source(one) for one in as_list(self.inputs.get("style", ()))]

    def _controls(self) -> dict[str, Any]:
        return describe_controls(self.task.inputs, self.inputs)

    def _record(self, info: ClipInfo, count: int, cuts: list[int], seconds: float) -> dict[str, Any]:
        path = self.clip.info.path
        return {
            "impasto_format": FORMAT,
            "task": self.task.name,
            "settings": self.recorded.to_dict() | absolute_paths(self.recorded),
            "files": describe_files(self.recorded),
            "content": {
                "name": path.stem,
                "path": str(path.resolve()),
                "sha256": file_sha256(path) if path.is_file() else None,
                "size": [info.width, info.height],
            },
            "styles": self._styles(),
            "controls": self._controls(),
            "versions": runtime.versions(),
            "size": [self.shape[1], self.shape[0]],
            "frames": count,
            "rate": str(info.rate),
            "cuts": cuts,
            "seconds": round(seconds, 3),
        }
