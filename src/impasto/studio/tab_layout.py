"""What all tabs share: the buttons, the live picture, the settings, the history, and their wiring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import gradio as gr

from impasto.settings import PRESETS
from impasto.studio import live
from impasto.studio.context import DEVICE, StudioContext
from impasto.studio.events import Read, TabEvents, TabParts
from impasto.studio.form import Component, fields, update
from impasto.studio.limits import networks
from impasto.studio.painting_events import PaintingEvents, PaintingParts
from impasto.studio.painting_task import PaintingTask, TabTask
from impasto.studio.restore_settings import wire_history

__all__ = ["columns", "lay_out", "wire_api", "wire_turn"]

Tab = TypeVar("Tab", bound=TabParts)

TO_THE_STAGE = """() => {
  if (innerWidth <= 760)
    [...document.querySelectorAll(".stage")].find((stage) => stage.offsetParent)?.scrollIntoView();
  return [];
}"""
"""What the browser does at Paint: on a phone the picture is below the fold."""


def lay_out(
    task: PaintingTask,
    desk: StudioContext,
    *,
    materials: Callable[[], Mapping[str, Component]],
    read: Read,
    api: Mapping[str, Component],
    waiting: str,
) -> PaintingParts:
    """Build a tab.

    Args:
        task: what it paints.
        desk: what every tab works with.
        materials: makes the inputs for pictures, in a column; their names go to ``read``.
        read: (what the browser sends of them, by name) -> (pictures, settings).
        api: inputs of the API's call by the names of ``PaintingTask.job``'s pictures; outside the layout.
        waiting: words where the picture will be.
    Returns:
        The parts of the tab.
    """
    stage = columns(
        task, desk, materials=materials, stage=lambda: _stage(task, waiting), verb="Paint",
        heading="The painting",
    )  # fmt: skip
    session = PaintingEvents(task, desk, read)
    if "preset" in stage.knobs:
        _wire_preset(task, stage.knobs, desk.most)
    wire_turn(session, stage)
    wire_history(session, stage)
    outputs = [gr.File(label="picture", visible=False), gr.File(label="record", visible=False)]
    wire_api(session, api, outputs, about=f"Paint as `impasto {task.name}` does; settings by their names.")
    return stage


def columns(
    task: TabTask,
    desk: StudioContext,
    *,
    materials: Callable[[], Mapping[str, Component]],
    stage: Callable[[], Tab],
    verb: str,
    heading: str,
) -> Tab:
    """The three columns of a tab: pictures, what is made of them, settings.

    Args:
        task: what it makes.
        desk: what every tab works with.
        materials: as for ``lay_out``.
        stage: makes the parts below the buttons.
        verb: on the button that begins.
        heading: of the middle, for screen readers.
    Returns:
        The parts of the tab, with its buttons and inputs.
    """
    most = desk.most
    choices = {"network": networks(), "init": task.starts, "preset": _presets()}
    with gr.Row(elem_classes="easel"):
        with gr.Column(elem_classes="materials"):
            inputs = dict(materials())
        with gr.Column(elem_classes="stage"):
            gr.HTML(f"<h2 class='unseen'>{heading}</h2>")
            with gr.Row(elem_classes="go"):
                paint = gr.Button(verb, variant="primary", elem_id=f"{task.name}-paint", min_width=80)
                stop = gr.Button("Stop", variant="stop", interactive=False, elem_id=f"{task.name}-stop",
                                 min_width=80)  # fmt: skip
            made = stage()
        with gr.Column(elem_classes="knobs"):
            gr.HTML("<h2>Settings</h2>")
            knobs = fields(task.main, task.settings, choices=choices, most=most)
            with gr.Accordion("All settings", open=False):
                knobs |= fields(task.others, task.settings, choices=choices, most=most)
    return replace(made, paint=paint, stop=stop, knobs=knobs, inputs=inputs)


def _presets() -> tuple[str, ...]:
    """Those whose network is here."""
    here = networks()
    return tuple(name for name, values in PRESETS.items() if values.get("network", "compact") in here)


def _stage(task: PaintingTask, waiting: str) -> PaintingParts:
    canvas = gr.HTML(live.empty(waiting), elem_id=f"{task.name}-canvas")
    pages = gr.HTML(visible=False, elem_id=f"{task.name}-result")
    status = gr.HTML(live.status(), elem_id=f"{task.name}-status")
    with gr.Row(elem_classes="downloads"):
        picture = gr.DownloadButton("Download picture", interactive=False, size="sm", min_width=120,
                                    elem_id=f"{task.name}-picture")  # fmt: skip
        record = gr.DownloadButton("Download settings", interactive=False, size="sm", min_width=120,
                                   elem_id=f"{task.name}-record")  # fmt: skip
    curve = gr.HTML("", elem_id=f"{task.name}-curve")
    with gr.Accordion("History of this visit", open=False, elem_classes="history"):
        history = gr.Gallery(label="Paintings of this visit", show_label=False, columns=6, height="auto",
                             visible=False, allow_preview=False, object_fit="cover", interactive=False,
                             fit_columns=False, format="png", elem_id=f"{task.name}-history")  # fmt: skip
        with gr.Row(elem_classes="downloads"):
            reuse = gr.Button("Use its settings", interactive=False, size="sm", min_width=120,
                              elem_id=f"{task.name}-reuse")  # fmt: skip
            load = gr.UploadButton("Load settings", file_types=[".json"], size="sm", min_width=120,
                                   elem_id=f"{task.name}-load")  # fmt: skip
    return PaintingParts(
        canvas=canvas,
        pages=pages,
        status=status,
        picture=picture,
        record=record,
        curve=curve,
        history=history,
        reuse=reuse,
        load=load,
    )


def _wire_preset(task: PaintingTask, knobs: Mapping[str, Component], most: Mapping[str, float]) -> None:
    def follow(preset: str) -> list[Any]:
        settings = task.settings.of({"preset": preset})
        return [update(name, task.settings, getattr(settings, name), most=most.get(name)) for name in knobs]

    preset: Any = knobs["preset"]
    # Not at every input: gradio 6.31 sends one when the focus only passes by.
    preset.select(follow, preset, list(knobs.values()), show_progress="hidden", api_visibility="private")


def wire_turn(session: TabEvents, stage: TabParts) -> None:
    """Let the buttons begin and stop a turn; turns are taken one at a time.

    Args:
        session: what happens.
        stage: the tab.
    """
    asked = stage.paint.click(
        session.begin(stage), None, stage.changing, queue=False, show_progress="hidden",
        api_visibility="private", js=TO_THE_STAGE,
    )  # fmt: skip
    inputs = stage.inputs
    names = [*inputs, *stage.knobs]
    taken = asked.then(
        session.called(stage, list(inputs), names), [*inputs.values(), *stage.knobs.values()], stage.changing,
        preprocess=False, concurrency_id=DEVICE, concurrency_limit=1, show_progress="minimal",
        show_progress_on=stage.status, api_visibility="private",
        trigger_mode="multiple",  # a place that was given up is still in the line when Paint is clicked again
    )  # fmt: skip
    quiet: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    taken.failure(session.failed(stage), None, [stage.status, stage.paint, stage.stop], **quiet)
    told = stage.stop.click(session.stopping(stage), None, [stage.paint, stage.stop, stage.status], **quiet)
    told.then(session.stop(stage), stage.status, stage.status, **quiet)


def wire_api(
    session: TabEvents,
    api: Mapping[str, Component],
    outputs: Sequence[Component],
    *,
    about: str,
    more: Mapping[str, Component] | None = None,
) -> None:
    """Let programs ask for the same.

    Args:
        session: what happens.
        api: inputs for pictures, by name.
        outputs: for the files that come back.
        about: what it does, in words.
        more: inputs for options besides ``settings``.
    """
    settings = gr.JSON(label="settings", value={}, visible=False)
    options: dict[str, Component] = {"settings": settings, **(more or {})}
    call = gr.Button(visible=False)
    call.click(
        session.call(list(api), list(options)), [*api.values(), *options.values()], list(outputs),
        api_name=session.task.name, api_description=about, concurrency_id=DEVICE, concurrency_limit=1,
    )  # fmt: skip
