"""What all tabs share: columns, buttons, the live picture, the form, the history, and their events."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import gradio as gr

from impasto.studio import page_html
from impasto.studio.context import DEVICE, StudioContext
from impasto.studio.download_formats import FORMATS
from impasto.studio.events import QUIET, Read, TabEvents, TabParts
from impasto.studio.form import Component, fields, update
from impasto.studio.limits import network_choices, networks
from impasto.studio.painting_events import PaintingEvents, PaintingParts
from impasto.studio.painting_task import PaintingTask, TabTask, may_name_file
from impasto.studio.restore_settings import wire_history

Parts = TypeVar("Parts", bound=TabParts)

SCROLL_TO_PICTURE = """() => {
  if (innerWidth <= 760)
    [...document.querySelectorAll(".output")].find((column) => column.offsetParent)?.scrollIntoView();
  return [];
}"""
"""Run by the browser at Paint: on a phone the picture is below the inputs."""


def painting_tab(
    task: PaintingTask,
    context: StudioContext,
    *,
    make_inputs: Callable[[], Mapping[str, Component]],
    read: Read,
) -> PaintingParts:
    """Build a tab that paints.

    Args:
        task: what it makes.
        context: what every tab works with.
        make_inputs: makes the inputs of pictures and texts, in a column.
        read: their values, by the names that ``make_inputs`` gives -> (inputs of the task, settings).
    Returns:
        The parts of the tab.
    """
    parts = columns(
        task,
        context,
        make_inputs=make_inputs,
        make_output=lambda: _output(task),
        verb="Paint",
        heading="The painting",
    )
    events = PaintingEvents(task, context, read)
    if "preset" in parts.form:
        wire_preset(task, parts.form, context.highest)
    wire_buttons(events, parts)
    wire_history(events, parts)
    outputs = [gr.File(label="picture", visible=False), gr.File(label="record", visible=False)]
    wire_api(events, outputs, about=f"{task.summary} As `impasto {task.name}`; settings by their names.")
    return parts


def columns(
    task: TabTask,
    context: StudioContext,
    *,
    make_inputs: Callable[[], Mapping[str, Component]],
    make_output: Callable[[], Parts],
    verb: str,
    heading: str,
) -> Parts:
    """The three columns of a tab: inputs, output, settings.

    Args:
        task: what it makes.
        context: what every tab works with.
        make_inputs: as for ``painting_tab``.
        make_output: makes the parts below the buttons.
        verb: on the button that starts a run.
        heading: of the output, for screen readers.
    Returns:
        The parts of the tab, with its buttons and inputs.
    """
    choices: dict[str, tuple[str, ...]] = {
        "network": network_choices(task.settings),
        "init": task.init_words,
        "preset": _presets(task),
    }
    for name, info in task.settings.info().items():
        if info.choices and info.default is None:
            choices[name] = ("", *info.choices)  # empty: left out
    make_fields = partial(fields, settings=task.settings, choices=choices, most=context.highest)
    with gr.Row(elem_classes="tab-columns"):
        with gr.Column(elem_classes="inputs"):
            inputs = dict(make_inputs())
        with gr.Column(elem_classes="output"):
            gr.HTML(f"<h2 class='unseen'>{heading}</h2>")
            with gr.Row(elem_classes="go"):
                paint = gr.Button(verb, variant="primary", elem_id=f"{task.name}-paint", min_width=80)
                stop = gr.Button(
                    "Stop", variant="stop", interactive=False, elem_id=f"{task.name}-stop", min_width=80
                )
            parts = make_output()
        with gr.Column(elem_classes="settings"):
            gr.HTML("<h2>Settings</h2>")
            form = make_fields(task.main)
            with gr.Accordion("All settings", open=False):
                form |= make_fields(task.others)
    return replace(parts, paint=paint, stop=stop, form=form, inputs=inputs)


def _presets(task: TabTask) -> tuple[str, ...]:
    """The presets of a task whose network is on this machine."""
    here = networks()
    presets = task.settings.presets
    return tuple(name for name, values in presets.items() if values.get("network", "compact") in here)


def small_button(make: Callable[..., Any], label: str, *, name: str, **more: Any) -> Any:
    """A small button; ``more`` as its class takes it."""
    return make(label, size="sm", min_width=120, elem_id=name, **more)


def _output(task: PaintingTask) -> PaintingParts:
    words = f"Choose {task.needed}, then Paint."
    canvas = gr.HTML(page_html.empty(words), elem_id=f"{task.name}-canvas")
    result = gr.HTML(visible=False, elem_id=f"{task.name}-result")
    status = gr.HTML(page_html.status(), elem_id=f"{task.name}-status")
    off = {"interactive": False}
    with gr.Row(elem_classes="downloads"):
        picture = small_button(gr.DownloadButton, "Download picture", name=f"{task.name}-picture", **off)
        record = small_button(gr.DownloadButton, "Download settings", name=f"{task.name}-record", **off)
    kind = gr.Dropdown(
        list(FORMATS),
        label="Format of the download",
        elem_id=f"{task.name}-format",
        elem_classes="plain",
        visible=task.recipe.job is not None,  # a series is a zip
    )
    curve = gr.HTML("", elem_id=f"{task.name}-curve")
    with gr.Accordion("History of this visit", open=False, elem_classes="history"):
        history = gr.Gallery(
            label="Paintings of this visit",
            show_label=False,
            columns=6,
            height="auto",
            visible=False,
            allow_preview=False,
            object_fit="cover",
            interactive=False,
            fit_columns=False,
            format="png",
            elem_id=f"{task.name}-history",
        )
        compare = gr.Checkbox(
            label="Compare: lay the next one that I choose over the painting shown",
            container=False,
            elem_id=f"{task.name}-compare",
            elem_classes="plain",
        )
        with gr.Row(elem_classes="downloads"):
            reuse = small_button(gr.Button, "Use its settings", name=f"{task.name}-reuse", **off)
            load = small_button(
                gr.UploadButton, "Load settings", name=f"{task.name}-load", file_types=[".json"]
            )
    return PaintingParts(
        canvas=canvas,
        result=result,
        status=status,
        picture=picture,
        record=record,
        curve=curve,
        history=history,
        reuse=reuse,
        compare=compare,
        format=kind,
        load=load,
    )


def wire_preset(task: TabTask, form: Mapping[str, Component], highest: Mapping[str, float]) -> None:
    """Make the choice of a preset change the other inputs.

    Args:
        task: of the tab.
        form: its inputs of settings, by name.
        highest: values that the studio allows, by setting.
    """

    def apply(preset: str) -> list[Any]:
        settings = task.settings.of({"preset": preset})
        return [update(name, task.settings, getattr(settings, name), most=highest.get(name)) for name in form]

    preset: Any = form["preset"]
    # ``select``, because gradio 6.31 sends ``input`` whenever the focus passes by.
    preset.select(apply, preset, list(form.values()), **QUIET)


def wire_buttons(events: TabEvents, parts: TabParts) -> None:
    """Connect Paint and Stop; runs of all tabs take turns."""
    instant: dict[str, Any] = {**QUIET, "queue": False}
    events.context.changing.extend(parts.changing)
    names = [*parts.inputs, *parts.form]
    clicked = parts.paint.click(events.on_paint(parts), None, parts.changing, js=SCROLL_TO_PICTURE, **instant)
    run = clicked.then(
        events.on_turn(parts, list(parts.inputs), names),
        [*parts.inputs.values(), *parts.form.values()],
        parts.changing,
        preprocess=False,
        concurrency_limit=None,  # ``Turns`` has the line
        show_progress="minimal",
        show_progress_on=parts.status,
        api_visibility="private",
        trigger_mode="multiple",  # a cancelled request is still in gradio's queue when Paint is clicked again
    )
    buttons = [parts.status, parts.paint, parts.stop]
    run.failure(events.on_failure(parts), None, buttons, **instant)
    stopping = parts.stop.click(events.on_stop(parts), None, buttons, **instant)
    stopping.then(events.on_stop_answered(parts), parts.status, parts.status, **instant)


def wire_api(
    events: TabEvents,
    outputs: Sequence[Component],
    *,
    about: str,
    more: Mapping[str, Component] | None = None,
) -> None:
    """Let programs run the task: its inputs are files and texts, and what comes back are files.

    Args:
        events: of the tab.
        outputs: for the files that come back.
        about: what the call does.
        more: inputs for options besides ``settings``.
    """
    names: dict[str, str] = {}
    files: dict[str, Component] = {}
    texts: dict[str, Component] = {}
    for row in sorted(events.task.inputs, key=lambda row: not row.required):
        is_text = row.kind in ("text", "texts")
        name = f"{row.name}s" if row.is_plural and row.kind != "masks" else row.name
        takes_file = not is_text or may_name_file(row)
        if takes_file:
            names[name] = row.name
            count: Any = "multiple" if row.is_plural else "single"
            files[name] = gr.File(label=name, file_count=count, visible=False)
        if is_text:
            text = f"{name}_text" if takes_file else name
            names[text] = row.name
            texts[text] = gr.Textbox(label=text, visible=False)
    inputs = {name: files.get(name) or texts[name] for name in names}
    options = {"settings": gr.JSON(label="settings", value={}, visible=False), **(more or {})}
    call = gr.Button(visible=False)
    call.click(
        events.on_api_call(names, list(options), texts=list(texts)),
        [*inputs.values(), *options.values()],
        list(outputs),
        api_name=events.task.name,
        api_description=about,
        concurrency_id=DEVICE,
        concurrency_limit=1,
    )
