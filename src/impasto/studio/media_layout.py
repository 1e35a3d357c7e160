"""A tab of sounds, videos or texts: its parts and their events."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import gradio as gr

from impasto.studio import page_html
from impasto.studio.context import StudioContext
from impasto.studio.events import Read
from impasto.studio.form import Component
from impasto.studio.media_events import MediaEvents, MediaParts
from impasto.studio.media_task import MediaTask
from impasto.studio.tab_layout import columns, small_button, wire_api, wire_buttons, wire_preset


def media_tab(
    task: MediaTask,
    context: StudioContext,
    *,
    make_inputs: Callable[[], Mapping[str, Component]],
    read: Read,
) -> MediaParts:
    """Build a tab that makes a sound, a video or a text.

    Args:
        task: what it makes.
        context: what every tab works with.
        make_inputs: makes the inputs, in a column.
        read: their values, by the names that ``make_inputs`` gives -> (inputs of the task, settings).
    Returns:
        The parts of the tab.
    """
    parts = columns(
        task,
        context,
        make_inputs=make_inputs,
        make_output=lambda: _output(task),
        verb="Make",
        heading=f"The {task.noun}",
    )
    if "preset" in parts.form:
        wire_preset(task, parts.form, context.highest)
    events = MediaEvents(task, context, read)
    wire_buttons(events, parts)
    outputs = [gr.File(label=task.noun, visible=False), gr.File(label="record", visible=False)]
    wire_api(
        events,
        outputs,
        about=f"{task.summary} As `impasto {task.command or task.name}`; settings by their names.",
    )
    return parts


def _output(task: MediaTask) -> MediaParts:
    words = f"Choose {task.needed}, then Make."
    result = gr.HTML(page_html.empty(words), elem_id=f"{task.name}-result")
    progress = gr.HTML(visible=False, elem_id=f"{task.name}-progress")
    status = gr.HTML(page_html.status(), elem_id=f"{task.name}-status")
    off = {"interactive": False}
    with gr.Row(elem_classes="downloads"):
        file = small_button(gr.DownloadButton, f"Download {task.noun}", name=f"{task.name}-download", **off)
        record = small_button(gr.DownloadButton, "Download settings", name=f"{task.name}-record", **off)
    return MediaParts(progress=progress, result=result, status=status, file=file, record=record)
