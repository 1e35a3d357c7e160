"""The tab of ``video``: a clip in the style of paintings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from impasto.errors import VideoError
from impasto.images.file_names import fitting
from impasto.result import record_path
from impasto.settings.task import Task, as_list
from impasto.settings.video import TASK
from impasto.studio import page_html
from impasto.studio.context import StudioContext
from impasto.studio.form import Component
from impasto.studio.media_inputs import media_path, video_input
from impasto.studio.media_layout import media_tab
from impasto.studio.media_task import Made, MediaProgress, MediaRun, MediaTask
from impasto.studio.picture_inputs import paintings_input
from impasto.studio.preview_stream import shown
from impasto.studio.tabs.installed import missing_package
from impasto.studio.uploads import paths_of
from impasto.video.optional_imports import load


def run(given: MediaRun) -> Iterator[MediaProgress | Made]:
    """Paint a clip; stopped, there is none. As ``MediaTask.run``.

    Raises:
        VideoError: the clip is too long.
    """
    from impasto.video.stylize import video_steps

    clip = Path(given.inputs["content"])
    settings, notes = within_limits(clip, given)
    folder = given.new_folder()
    folder.mkdir(parents=True)
    styles = [Path(style) for style in as_list(given.inputs["style"])]
    name = "-".join([clip.stem, *(style.stem for style in styles)])
    out = fitting(folder / f"{name}.mp4", ".mp4", spare_bytes=40)
    with closing(video_steps(clip, styles, out, **settings.to_dict())) as steps:
        while True:
            try:
                step = next(steps)
            except StopIteration:
                break
            if given.is_stopped():
                yield Made(interrupted=True)
                return
            count = f" of {step.frames}" if step.frames else ""
            in_pass = "" if step.pass_number is None else f", pass {step.pass_number}"
            yield MediaProgress(
                fraction=step.fraction or 0.0,
                where=f"frame {step.frame}{count}{in_pass}",
                seconds_left=step.seconds_left,
                picture=shown(step),
            )
    html = "".join(
        f'<figure><video controls loop src="{page_html.address(file)}"></video>'
        f"<figcaption>{words}</figcaption></figure>"
        for words, file in (("Painted", out), ("Before", clip))
    )
    yield Made(files=(out, record_path(out)), shown=f'<div class="pair">{html}</div>', notes=notes)


def within_limits(clip: Path, given: MediaRun) -> tuple[Any, tuple[str, ...]]:
    """The settings with a size that the studio allows, and a note where the clip is larger.

    Raises:
        VideoError: the clip is too long, or cannot be read.
    """
    from impasto.video.reading import open_clip

    info, settings, limits = open_clip(clip).info, given.settings, given.limits
    if info.count is not None:
        end = info.count / float(info.rate) if settings.end is None else settings.end
        minutes = (end - settings.start) / 60
        if minutes > limits.max_minutes:
            raise VideoError(
                "the video is longer than this studio allows",
                got=f"{minutes:.1f} minutes",
                expected=f"at most {limits.max_minutes:g}",
                attempt="Start and End among the settings; or impasto studio --max-minutes with more",
            )
    if settings.size is None and max(info.width, info.height) > limits.max_size:
        note = f"the video is painted at {limits.max_size} px, the most here"
        return replace(settings, size=limits.max_size), (note,)
    return settings, ()


TAB = MediaTask(
    **{f.name: getattr(TASK, f.name) for f in fields(Task)},
    noun="video",
    run=run,
)


def build(context: StudioContext) -> None:
    """Make the tab; if a package is missing, say how to install it."""
    if missing_package(partial(load, "av"), partial(load, "cv2")):
        return

    def make_inputs() -> Mapping[str, Component]:
        clip = video_input(context, name="video-content", label="Video")
        gallery, _ = paintings_input(
            context, name="video-style", label="Style", most=context.limits.max_styles
        )
        return {"content": clip, "style": gallery}

    media_tab(TAB, context, make_inputs=make_inputs, read=read)


def read(sent: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The clip and the paintings; as ``events.Read``."""
    clip = media_path(sent["content"])
    return {"style": paths_of(sent["style"]), **({} if clip is None else {"content": clip})}, {}
