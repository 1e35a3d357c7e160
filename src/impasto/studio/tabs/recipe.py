"""The generic tab: inputs, form and events made of a recipe's row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import gradio as gr

from impasto.settings import Settings, StudioSettings
from impasto.settings.task import Input, Inputs
from impasto.studio.context import StudioContext
from impasto.studio.form import Component
from impasto.studio.painting_task import PaintingTask
from impasto.studio.recipe_inputs import KINDS, make_input, value_of
from impasto.studio.style_weights import MAX_STYLES, slider_values, weight_inputs, weights_of
from impasto.studio.tab_layout import painting_tab
from impasto.synthesis.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class Variant:
    """What a generic tab has besides its row.

    Attributes:
        sketch: settings -> those of a small picture that is painted first.
        api_only: inputs that the page does not show.
        separate: settings that the page does not show.
        choices: suggestions for texts, by input.
        make: (context, components so far, events that change several paintings) -> more components.
        read: (values of the components, inputs, limits) -> inputs.
    """

    sketch: Callable[[Any], Settings] | None = None
    api_only: tuple[str, ...] = ()
    separate: tuple[str, ...] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    make: Callable[[StudioContext, Mapping[str, Any], Sequence[Any]], Mapping[str, Component]] | None = None
    read: Callable[[Mapping[str, Any], Inputs, StudioSettings], Inputs] | None = None


def build(context: StudioContext, recipe: Recipe[Any], variant: Variant) -> None:
    """Make the tab of a row; a message if the page has no component for one of its inputs."""
    unknown = [row.kind for row in recipe.inputs if row.required and row.kind not in KINDS]
    if unknown:
        gr.HTML(f"<p>The page has no input for a {unknown[0]}; in a terminal: impasto {recipe.name}</p>")
        return
    task = task_of(recipe, variant)
    limits, has_weights = context.limits, weighted(recipe, variant)
    rows = [row for row in recipe.inputs if row.kind in KINDS and row.name not in variant.api_only]

    def make_inputs() -> Mapping[str, Component]:
        made: dict[str, Any] = {}
        changes: list[Any] = []

        def add(row: Input) -> None:
            parts, events = make_input(
                context,
                row,
                task=task.name,
                photo=made.get(task.before),
                choices=variant.choices.get(row.name, ()),
            )
            made.update(parts)
            changes.extend(events)
            if has_weights and row.kind == "pictures":
                made.update(weight_inputs(made[row.name], events, limits.max_styles))

        for row in rows:
            if row.required or row.kind == "text":
                add(row)
        if variant.make is not None:
            made |= variant.make(context, made, changes)
        optional = [row for row in rows if row.name not in made]
        if optional:
            with gr.Accordion("More pictures", open=False, elem_id=f"{task.name}-more"):
                for row in optional:
                    add(row)
        return made

    def read(sent: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        values: Inputs = {row.name: value_of(row, sent, limits) for row in rows}
        if variant.read is not None:
            values = variant.read(sent, values, limits)
        styles: Sequence[Any] = next((values[row.name] for row in rows if row.kind == "pictures"), [])
        settings = weights_of(sent, len(styles)) if has_weights else {}
        return {name: value for name, value in values.items() if value}, settings

    painting_tab(task, context, make_inputs=make_inputs, read=read)


def weighted(recipe: Recipe[Any], variant: Variant) -> bool:
    """Whether the tab has a slider for the weight of each painting."""
    return "style_weights" in recipe.settings.info() and "style_weights" not in variant.separate


def task_of(recipe: Recipe[Any], variant: Variant) -> PaintingTask:
    """The task of a row."""
    task = PaintingTask.of(recipe, sketch=variant.sketch, separate=("style_weights", *variant.separate))
    if not weighted(recipe, variant):
        return task
    return replace(task, restore=lambda settings: slider_values(settings.style_weights, MAX_STYLES))
