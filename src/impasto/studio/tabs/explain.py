"""The tab that explains: the chapters of ``impasto explain``, on the visitor's own pictures."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import gradio as gr

from impasto.explain.chapter import TITLES
from impasto.explain.optional_imports import PURPOSES, missing
from impasto.explain.page import COSTS, START_COST
from impasto.registry import FIGURES
from impasto.settings import ExplainSettings
from impasto.studio import live
from impasto.studio.context import StudioContext
from impasto.studio.explain_events import FIRST, HERO, ExplainEvents, ExplainParts
from impasto.studio.form import Component
from impasto.studio.painting_task import TabTask
from impasto.studio.picture_inputs import QUIET, paintings_input, photo_input
from impasto.studio.tab_layout import columns, wire_api, wire_turn
from impasto.studio.uploads import path_of, paths_of

TASK = TabTask(
    name="explain", settings=ExplainSettings, main=("size", "steps", "network"), apart=("figures",)
)

WAITING = "Choose a photo and a painting, then Explain."


def build(desk: StudioContext) -> None:
    """Make the tab; if a package is missing, say how to install it."""
    for package in PURPOSES:
        if find_spec(package) is None:
            gr.HTML(live.alert(missing(package)))
            return

    def materials() -> Mapping[str, Component]:
        photo = photo_input(desk, task=TASK.name)
        style, _ = paintings_input(desk, task=TASK.name, most=1, label="Painting")
        figures = chapters_input()
        every = gr.Button("All chapters", size="sm", elem_id="explain-all")
        every.click(lambda: list(FIGURES), None, figures, **QUIET)
        return {"content": photo, "style": style, "figures": figures}

    board = columns(TASK, desk, materials=materials, stage=_stage, verb="Explain", heading="The page")
    lesson = ExplainEvents(TASK, desk, read)
    wire_turn(lesson, board)
    wire_api(
        lesson,
        {name: gr.File(label=name, visible=False) for name in ("content", "style")},
        [gr.File(label="page", visible=False)],
        about="Write the page of `impasto explain`; settings by their names, figures as a list.",
        more={"figures": gr.JSON(label="figures", value=[], visible=False)},
    )


def chapters_input() -> gr.CheckboxGroup:
    """Which chapters, with what they take."""
    choices = [(f"{TITLES[name]} ({live.clock(max(1, COSTS[name]))})", name) for name in FIGURES]
    return gr.CheckboxGroup(
        choices, value=list(FIRST), label="Chapters", elem_id="explain-figures",
        info=f"With the time that one core takes for it at the first size and steps; {START_COST:g} s more "
        "to begin with.",
    )  # fmt: skip


def read(sent: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The pictures and the chapters, out of what the browser sends."""
    styles = paths_of(sent["style"])
    pictures = {"content": path_of(sent["content"]), "style": styles[0] if styles else None}
    return pictures, {"figures": tuple(sent["figures"] or ())}


def _stage() -> ExplainParts:
    canvas = gr.HTML(live.empty(WAITING), elem_id="explain-canvas")
    status = gr.HTML(live.status(), elem_id="explain-status")
    with gr.Row(elem_classes="downloads"):
        page = gr.DownloadButton("Download page", interactive=False, size="sm", min_width=120,
                                 elem_id="explain-page")  # fmt: skip
        figures = gr.DownloadButton("Download figures", interactive=False, size="sm", min_width=120,
                                    elem_id="explain-zip")  # fmt: skip
    frames = {name: gr.HTML(visible=False, elem_id=f"explain-{name}") for name in (HERO, *FIGURES)}
    return ExplainParts(canvas=canvas, status=status, page=page, figures=figures, frames=frames)
