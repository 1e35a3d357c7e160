"""Inputs for sounds, videos and files of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from impasto.errors import PictureError
from impasto.samples.sounds import SOUNDS
from impasto.studio import page_html
from impasto.studio.context import StudioContext
from impasto.studio.events import QUIET
from impasto.studio.limits import check_file_size
from impasto.studio.picture_inputs import heading


def sound_input(context: StudioContext, *, name: str, label: str) -> gr.Audio:
    """A sound to drop, choose or record; or a sample.

    Args:
        context: of the studio.
        name: of the element on the page.
        label: the heading.
    """
    heading(label)
    sound = gr.Audio(label=label, type="filepath", sources=["upload", "microphone"], elem_id=name, buttons=[])
    _keep_track(context, sound)
    with gr.Row(elem_classes="samples"):
        for sample in SOUNDS:
            button = gr.Button(sample, size="sm", min_width=60, elem_classes=[f"sample-{sample}"])
            button.click(lambda sample=sample: str(context.samples.sound(sample)), None, sound, **QUIET)
    return sound


def video_input(context: StudioContext, *, name: str, label: str) -> gr.Video:
    """A video to drop, choose or record; as ``sound_input``."""
    heading(label)
    video = gr.Video(label=label, sources=["upload", "webcam"], elem_id=name, height=200, buttons=[])
    _keep_track(context, video)
    return video


def files_input(
    context: StudioContext, *, name: str, label: str, types: Sequence[str], several: bool = True
) -> gr.File:
    """Files to drop or choose.

    Args:
        context: of the studio.
        name: of the element on the page.
        label: for screen readers.
        types: "audio", or endings.
        several: whether more than one is taken.
    """
    files = gr.File(
        label=label,
        file_count="multiple" if several else "single",
        file_types=list(types),
        elem_id=name,
        height=110,
    )
    _keep_track(context, files)
    return files


def file_paths(sent: Any) -> list[Path]:
    """The files of a file input, as the browser sends them."""
    entries: Sequence[Mapping[str, Any]] = sent if isinstance(sent, list) else [sent] if sent else []
    return [Path(entry["path"]) for entry in entries if entry.get("path")]


def media_path(sent: Any) -> Path | None:
    """The file of a sound or video input; None if it is empty."""
    if isinstance(sent, Mapping) and isinstance(sent.get("video"), Mapping):
        sent = sent["video"]
    return Path(sent["path"]) if isinstance(sent, Mapping) and sent.get("path") else None


def _keep_track(context: StudioContext, part: Any) -> None:
    """Remember uploads, to remove them when the visitor leaves; refuse those that are too large."""

    def check(sent: Any, request: gr.Request) -> Any:
        session = context.sessions.get(request.session_hash)
        session.add_uploads(sent)
        paths = file_paths(sent) if isinstance(sent, list) else [media_path(sent)]
        try:
            for path in paths:
                if path is not None:
                    session.add_uploads(path)
                    check_file_size(path, context.limits)
        except PictureError as error:
            gr.Warning(f"{page_html.sentence(error)} Got {error.got}.")
            return None
        return gr.skip()

    part.upload(check, part, part, preprocess=False, **QUIET)
