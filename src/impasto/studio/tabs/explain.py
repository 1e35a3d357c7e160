"""The tab of ``explain``: chapters on how style transfer works, drawn on the visitor's pictures."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import gradio as gr

from impasto.explain.chapter import TITLES
from impasto.explain.optional_imports import PURPOSES, missing
from impasto.explain.page import COSTS, START_COST
from impasto.optimize.timing import duration_text
from impasto.registry import FIGURES
from impasto.settings import ExplainSettings
from impasto.settings.task import Input
from impasto.studio import page_html
from impasto.studio.context import StudioContext
from impasto.studio.events import QUIET
from impasto.studio.explain_events import FIRST, HERO, ExplainEvents, ExplainParts
from impasto.studio.form import Component
from impasto.studio.painting_task import TabTask
from impasto.studio.picture_inputs import painting_input, photo_input
from impasto.studio.tab_layout import columns, small_button, wire_api, wire_buttons
from impasto.studio.uploads import path_of

TASK = TabTask(
    name="explain",
    summary="Write the page of `impasto explain`.",
    settings=ExplainSettings,
    inputs=(
        Input(name="content", kind="picture", label="Photo", help="The photo."),
        Input(name="style", kind="picture", label="Painting", help="The painting."),
    ),
    main=("size", "steps", "network"),
    separate=("figures",),
)


def build(context: StudioContext) -> None:
    """Make the tab; if a package is missing, say how to install it."""
    for package in PURPOSES:
        if find_spec(package) is None:
            gr.HTML(page_html.alert(missing(package)))
            return

    def make_inputs() -> Mapping[str, Component]:
        photo = photo_input(context, name="explain-content", label="Photo")
        style = painting_input(context, name="explain-style", label="Painting")
        figures = chapters_input()
        every = gr.Button("All chapters", size="sm", elem_id="explain-all")
        every.click(lambda: list(FIGURES), None, figures, **QUIET)
        return {"content": photo, "style": style, "figures": figures}

    parts = columns(
        TASK, context, make_inputs=make_inputs, make_output=_output, verb="Explain", heading="The page"
    )
    events = ExplainEvents(TASK, context, read)
    wire_buttons(events, parts)
    wire_api(
        events,
        [gr.File(label="page", visible=False)],
        about=f"{TASK.summary} Settings by their names, figures as a list.",
        more={"figures": gr.JSON(label="figures", value=[], visible=False)},
    )


def chapters_input() -> gr.CheckboxGroup:
    """The chapters to choose from, with the time that each takes."""
    choices = [(f"{TITLES[name]} ({duration_text(max(1, COSTS[name]))})", name) for name in FIGURES]
    return gr.CheckboxGroup(
        choices,
        value=list(FIRST),
        label="Chapters",
        elem_id="explain-figures",
        info=f"With the time on one core at the first size and steps; the start takes {START_COST:g} s more.",
    )


def read(sent: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The pictures, and the chapters as a setting; as ``events.Read``."""
    pictures = {name: path_of(sent[name]) for name in ("content", "style")}
    return pictures, {"figures": tuple(sent["figures"] or ())}


def _output() -> ExplainParts:
    words = f"Choose {TASK.needed}, then Explain."
    canvas = gr.HTML(page_html.empty(words), elem_id="explain-canvas")
    status = gr.HTML(page_html.status(), elem_id="explain-status")
    off = {"interactive": False}
    with gr.Row(elem_classes="downloads"):
        page = small_button(gr.DownloadButton, "Download page", name="explain-page", **off)
        figures = small_button(gr.DownloadButton, "Download figures", name="explain-zip", **off)
    frames = {name: gr.HTML(visible=False, elem_id=f"explain-{name}") for name in (HERO, *FIGURES)}
    return ExplainParts(canvas=canvas, status=status, page=page, figures=figures, frames=frames)
