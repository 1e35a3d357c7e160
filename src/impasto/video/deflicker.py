"""Take the flicker out of a painted video, without knowing how it was painted."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

from torch import Tensor

from impasto.errors import SettingError, VideoError
from impasto.images.resize import resize
from impasto.settings import DeflickerOptions, DeflickerSettings, StylizeSettings, VideoSettings
from impasto.settings.deflicker import TASK
from impasto.synthesis.context import Context
from impasto.synthesis.job import Job
from impasto.synthesis.run import drained
from impasto.video.clip import Clip, Frame
from impasto.video.engine import FrameEngine, Past
from impasto.video.flow import FlowSource, Motion
from impasto.video.frame_loop import VideoStep
from impasto.video.reading import open_clip
from impasto.video.run import VideoResult, VideoRun


class GivenFrames(FrameEngine):
    """Frames that are painted already.

    Args:
        settings: of the video.
        painted: the frames.
        flows: motion between the originals.
    """

    def __init__(self, settings: VideoSettings, *, painted: Clip, flows: FlowSource) -> None:
        super().__init__(settings, still=_no_still, context=Context(), flows=flows)
        self.painted = painted
        self._frames: Iterator[Frame] = painted.frames()

    def paint(
        self, number: int, frame: Tensor, past: Sequence[Past], motion: Mapping[int, Motion]
    ) -> tuple[Tensor, Tensor]:
        """As ``FrameEngine.paint``.

        Raises:
            VideoError: the painted video is shorter than the original.
        """
        for given in self._frames:
            if given.number == number:
                shown = resize(given.pixels, (frame.shape[2], frame.shape[3]))
                return shown, shown
        raise VideoError(
            "the painted video is shorter than the original",
            got=f"{self.painted.info.path} ends before frame {number + 1}",
            expected="as many frames as the original",
            attempt="frames that were painted at the original's own rate",
        )


def _no_still(frame: Tensor, settings: StylizeSettings, context: Context) -> Job:
    raise RuntimeError("given frames are not painted")


def deflicker_steps(
    painted: str | Path,
    content: str | Path,
    out: str | Path,
    *,
    every_frame: str | Path | None = None,
    resume: bool = False,
    **options: Unpack[DeflickerOptions],
) -> Generator[VideoStep, None, VideoResult]:
    """Take the flicker out of a video that was painted frame by frame, by any program.

    Each frame keeps its own gradients and takes the values of the frame before, moved along the motion of the
    original, where that shows the same thing. ``deflicker_steps`` yields after each frame; ``deflicker``
    returns what was written. Sound and time stamps are those of the original.

    Args:
        painted: the frames that flicker: a video, an animation, a folder of frames, or a pattern.
        content: the original, with as many frames, of any size.
        out: as for ``stylize_video``.
        every_frame: as for ``stylize_video``.
        resume: as for ``stylize_video``.
        **options: fields of ``DeflickerSettings``.
    Yields:
        A ``VideoStep`` after each frame.
    Returns:
        What was written.
    Raises:
        VideoError: a video cannot be read, or the painted one is shorter than the original.
        OutputError: the result cannot be written there.
        SettingError: an option is not known or has a value it cannot have.

    Source: Reimann et al. 2023; see ``video.steady``.
    """
    settings = DeflickerSettings.of(dict(options))
    if Path(out) in (Path(painted), Path(content)):
        raise SettingError("the result would replace a video", got=str(out), attempt="another name")
    clip = open_clip(painted)
    values: dict[str, Any] = settings.to_dict()
    of_video = VideoSettings.from_mapping(values)
    run = VideoRun(
        task=TASK,
        inputs={"content": content},
        settings=of_video,
        recorded=settings,
        make_engine=lambda flows: GivenFrames(of_video, painted=clip, flows=flows),
        target=Path(out),
        every_frame=None if every_frame is None else Path(every_frame),
        resume=resume,
        given_shape=(clip.info.height, clip.info.width),
    )
    return (yield from run.steps())


deflicker = drained(deflicker_steps)
