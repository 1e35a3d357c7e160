"""Repaint a video in the style of one or more paintings."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any, Unpack

import numpy as np
from torch import Tensor

from impasto.errors import SettingError
from impasto.fast.style_file import SUFFIX
from impasto.images import io
from impasto.images.io import PictureSource
from impasto.images.picture_file import SUFFIXES
from impasto.registry import VIDEO_ENGINES, find
from impasto.settings import StylizeSettings, VideoOptions, VideoSettings
from impasto.settings.task import Inputs, as_list
from impasto.settings.video import TASK
from impasto.synthesis.context import Context
from impasto.synthesis.guides import Mask
from impasto.synthesis.job import Job
from impasto.synthesis.read import Styles, read_styles
from impasto.synthesis.recipe import find_recipe
from impasto.synthesis.run import drained
from impasto.video.engine import StillJob
from impasto.video.frame_loop import VideoStep
from impasto.video.multi_pass import MultiPassEngine
from impasto.video.run import VideoResult, VideoRun
from impasto.video.style_times import check_times

STILL = "stylize"
"""Task of a single frame."""


def still_job(inputs: Inputs, *, max_megapixels: float) -> StillJob:
    """Makes the job of a frame out of the inputs of the video, with the frame in place of the video."""
    recipe = find_recipe(STILL)
    others = {name: value for name, value in inputs.items() if name != "content" and value is not None}
    read_styles(others["style"], max_megapixels=max_megapixels)  # an unreadable one is told before any work
    others["style"] = [_read_once(one, max_megapixels) for one in as_list(others["style"])]

    def job(frame: Tensor, settings: StylizeSettings, context: Context) -> Job:
        if recipe.job is None:
            raise RuntimeError("the recipe of a frame makes no job")
        content = np.ascontiguousarray(frame[0].permute(1, 2, 0).numpy())
        made: Job = recipe.job({**others, "content": content}, settings, context)
        return made

    return job


def _read_once(style: Any, max_megapixels: float) -> Any:
    """A style's picture as an array, so that its file is not decoded for every frame; else as it is."""
    is_file = isinstance(style, (str, Path)) and Path(style).suffix.lower() in SUFFIXES
    if not is_file or Path(style).suffix.lower() == SUFFIX:
        return style
    pixels = io.read(style, max_megapixels=max_megapixels).pixels
    return np.ascontiguousarray(pixels[0].permute(1, 2, 0).numpy())


def video_steps(
    content: str | Path,
    style: Styles,
    out: str | Path,
    *,
    content_mask: Mask | None = None,
    style_mask: Mask | list[Mask | None] | None = None,
    keep: Mask | None = None,
    strength_mask: Mask | None = None,
    fine_style: PictureSource | None = None,
    every_frame: str | Path | None = None,
    context: Context | None = None,
    resume: bool = False,
    **options: Unpack[VideoOptions],
) -> Generator[VideoStep, None, VideoResult]:
    """Repaint a video in the style of a painting, without flicker.

    ``video_steps`` yields after each frame, for previews and progress bars; ``stylize_video`` returns what
    was written. Sound and subtitles are copied. A run that is stopped leaves the folder ``OUT.parts``, from
    which ``resume`` goes on; the frames are those of a run that was never stopped.

    Args:
        content: a video, an animation, a folder of frames, or a pattern such as ``frame_%05d.png``.
        style: as for ``stylize``.
        out: .mp4, .mov, .mkv, .webm, .gif, .webp, .png or .apng; or a pattern for one picture a frame.
        content_mask: as for ``stylize``; the same for all frames.
        style_mask: as for ``stylize``.
        keep: as for ``stylize``; the same for all frames.
        strength_mask: as for ``stylize``; the same for all frames.
        fine_style: as for ``stylize``.
        every_frame: a pattern such as ``frames/%05d.png``: each frame is written as a picture besides.
        context: network and targets that outlive the run; share it between runs.
        resume: continue from the folder ``OUT.parts``, if it is there.
        **options: fields of ``VideoSettings``; what is left out is as in the preset.
    Yields:
        A ``VideoStep`` after each frame; ``step.snapshot()`` is the painted frame.
    Returns:
        What was written.
    Raises:
        VideoError: the video cannot be read, or PyAV or OpenCV is not installed.
        OutputError: the result cannot be written there.
        CheckpointError: the folder to resume from is of another run.
        ImpastoError: as ``stylize``.

    Source: Ruder, Dosovitskiy, Brox 2016; Reimann et al. 2023.
    Differs: see ``video.optimise`` and ``video.steady``.
    """
    inputs = {
        "content": content,
        "style": style,
        "content_mask": content_mask,
        "style_mask": style_mask,
        "keep": keep,
        "strength_mask": strength_mask,
        "fine_style": fine_style,
    }
    settings = VideoSettings.of({"preset": VideoSettings.defaults()["preset"], **options})
    TASK.check_inputs(inputs)
    if Path(out) == Path(content):
        raise SettingError("the result would replace the video", got=str(out), attempt="another name")
    if settings.style_times is not None:
        check_times(settings.style_times, len(as_list(style)))
    still = still_job(inputs, max_megapixels=settings.max_megapixels)
    kind = find(VIDEO_ENGINES, settings.engine, kind="video engine")
    if settings.passes > 1:
        if settings.engine != "optimise":
            raise SettingError(
                "several passes need the engine optimise",
                got=f"passes {settings.passes} with {settings.engine}",
                attempt="--engine optimise, or one pass",
            )
        kind = MultiPassEngine
    run = VideoRun(
        task=TASK,
        inputs=inputs,
        settings=settings,
        recorded=settings,
        make_engine=lambda flows: kind(settings, still=still, context=context or Context(), flows=flows),
        target=Path(out),
        every_frame=None if every_frame is None else Path(every_frame),
        resume=resume,
    )
    return (yield from run.steps())


stylize_video = drained(video_steps, name="stylize_video")
