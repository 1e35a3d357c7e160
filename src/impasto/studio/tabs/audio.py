"""The tab of ``audio``: a sound in another's texture, with players and spectrograms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import gradio as gr
from PIL import Image

from impasto.settings.audio import TASK
from impasto.settings.task import Task, as_list
from impasto.studio import page_html
from impasto.studio.context import StudioContext
from impasto.studio.form import Component
from impasto.studio.media_inputs import file_paths, files_input, media_path, sound_input
from impasto.studio.media_layout import media_tab
from impasto.studio.media_task import Made, MediaProgress, MediaRun, MediaTask
from impasto.studio.picture_inputs import hint
from impasto.studio.tabs.installed import missing_package

SHEET_PX = 1200
"""Width of the spectrograms on the page, at most."""

BITS = 24
"""A sample of the result's file."""


def run(given: MediaRun) -> Iterator[MediaProgress | Made]:
    """Restyle a sound; stopped, it is the sound so far. As ``MediaTask.run``."""
    from impasto.audio.picture import run_sheet
    from impasto.audio.stylize import job
    from impasto.synthesis.context import Context
    from impasto.synthesis.run import Run

    styles = [path for path in as_list(given.inputs["style"]) if path]
    inputs = {"content": given.inputs.get("content"), "style": styles}
    running = Run(job(inputs, given.settings, Context()))
    interrupted = False
    for step in running.steps():
        total = step.seconds + step.seconds_left
        where = f"sample rate {step.scale} of {step.scales}, step {step.step} of {step.steps}"
        yield MediaProgress(
            fraction=step.seconds / total if total else 0.0, where=where, seconds_left=step.seconds_left
        )
        interrupted = given.is_stopped()
        if interrupted:
            break
    result = running.result(interrupted=interrupted)
    folder = given.new_folder()
    folder.mkdir(parents=True)
    names = [entry["name"] for entry in (result.record["content"], *result.record["styles"]) if entry]
    file = result.save(folder / f"{'-'.join(names)[:80]}-{TASK.name}.wav", bits=BITS)
    sheet = run_sheet({name: value for name, value in inputs.items() if value}, result)
    sheet.thumbnail((SHEET_PX, SHEET_PX), Image.Resampling.LANCZOS)
    shown = (
        f'<div class="player"><audio controls src="{page_html.address(file)}"></audio></div>'
        f'<div class="canvas"><img src="{page_html.data_url(sheet)}" '
        'alt="Spectrograms of what went in and of the result, one above the other"></div>'
    )
    yield Made(
        files=(file, file.with_suffix(".json")), shown=shown, notes=result.notes, interrupted=interrupted
    )


TAB = MediaTask(**{f.name: getattr(TASK, f.name) for f in fields(Task)}, noun="sound", run=run)


def build(context: StudioContext) -> None:
    """Make the tab; if a package is missing, say how to install it."""
    from impasto.audio.io import load_soundfile

    if missing_package(load_soundfile):
        return

    def make_inputs() -> Mapping[str, Component]:
        content = sound_input(context, name="audio-content", label="Content")
        hint("Left out, the result is a texture of the style: as long as Length says.")
        style = sound_input(context, name="audio-style", label="Style")
        with gr.Accordion("More styles", open=False):
            more = files_input(context, name="audio-more", label="More styles", types=["audio"])
        return {"content": content, "style": style, "more": more}

    media_tab(TAB, context, make_inputs=make_inputs, read=read)


def read(sent: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The sounds; as ``events.Read``."""
    styles = [path for path in (media_path(sent["style"]), *file_paths(sent["more"])) if path is not None]
    content = media_path(sent["content"])
    return {"style": styles, **({} if content is None else {"content": content})}, {}
