"""The tab that paints the texture of a painting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import gradio as gr

from impasto.recipes.texture import STARTS, prepare
from impasto.settings import TextureSettings
from impasto.settings.size import SIDES_PX, parse_size
from impasto.studio.context import StudioContext
from impasto.studio.form import Component
from impasto.studio.painting_task import SKETCH_PX, PaintingTask, Pictures, lacking
from impasto.studio.picture_inputs import paintings_input
from impasto.studio.shares import MOST_STYLES, share_inputs, shares_of, shown_shares
from impasto.studio.tab_layout import lay_out
from impasto.studio.uploads import paths_of
from impasto.synthesis.job import Job


def job(pictures: Pictures, settings: TextureSettings) -> Job:
    """What to paint.

    Raises:
        ImpastoError: as the recipe.
    """
    if not pictures.get("styles"):
        raise lacking("at least one painting is needed")
    return prepare(pictures["styles"], settings)


def sketch(pictures: Pictures, settings: TextureSettings) -> Job:
    """The small picture that comes first."""
    width, height = parse_size(settings.size)
    shrink = min(1.0, SKETCH_PX / max(width, height))
    small = [max(SIDES_PX[0], round(side * shrink)) for side in (width, height)]
    scales = tuple(max(0.05, scale * shrink) for scale in settings.style_scale)
    few = replace(
        settings,
        size="x".join(map(str, small)),
        style_scale=scales,
        steps=8,
        scales=3,
        style_loss={"gram": 1.0},
    )
    return job(pictures, few)


TASK = PaintingTask(
    name="texture",
    settings=TextureSettings,
    main=("size", "tile", "style_scale", "palette_weight", "steps"),
    starts=STARTS,
    job=job,
    sketch=sketch,
    apart=("style_weights",),
    restore=lambda settings: shown_shares(settings.style_weights, MOST_STYLES),
)


def build(desk: StudioContext) -> None:
    """Make the tab."""

    def materials() -> Mapping[str, Component]:
        most = desk.limits.max_styles
        styles, events = paintings_input(desk, task=TASK.name, most=most, label="Paintings")
        return {"styles": styles, **share_inputs(styles, events, most)}

    def read(sent: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        styles = paths_of(sent["styles"])
        return {"styles": styles}, shares_of(sent, len(styles))

    lay_out(
        TASK, desk, materials=materials, read=read, waiting="Choose a painting, then Paint.",
        api={"styles": gr.File(label="styles", file_count="multiple", visible=False)},
    )  # fmt: skip
