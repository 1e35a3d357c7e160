"""The tab that paints after a map of coloured blobs, both drawn in the browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import gradio as gr
import numpy as np
from PIL import Image, ImageColor

from impasto.errors import SettingError
from impasto.recipes.doodle import prepare
from impasto.recipes.job import Job
from impasto.settings import DoodleSettings
from impasto.studio.chooser import after, paintings_input
from impasto.studio.desk import Desk
from impasto.studio.easel import lay_out
from impasto.studio.form import Component
from impasto.studio.pictures import brushed, paths_of
from impasto.studio.task import SKETCH_PX, Pictures, Task

STARTS = ("pieces", "noise", "style")
"""Words that ``init`` may be."""

COLORS = ("#e6194b", "#3cb44b", "#4363d8", "#ffe119", "#911eb4", "#f58231")
"""Of the regions; far apart, so that soft edges of a stroke are no colour of their own."""

REST = "#808080"
"""What nobody brushed."""

REST_SHARE = 0.02
"""Of a painting that has to be left unbrushed to be a region of its own."""

SIDE_PX = 512
"""Of the empty doodle."""


def labels(strokes: Image.Image | None, *, rest: bool) -> Image.Image:
    """A label map of flat colours out of what was brushed.

    Args:
        strokes: RGBA.
        rest: what is left unbrushed is a region; otherwise it goes to the nearest colour.
    Raises:
        SettingError: nothing was brushed.
    """
    if strokes is None:
        raise SettingError("nothing was drawn", got="an empty map", attempt="brush some regions")
    pixels = np.asarray(strokes)
    palette = np.array([ImageColor.getrgb(color) for color in COLORS])
    away = ((pixels[..., None, :3].astype(np.int32) - palette) ** 2).sum(-1)  # (H, W, colours)
    nearest = palette[away.argmin(-1)].astype(np.uint8)
    empty = pixels[..., 3] < 128
    if rest:
        nearest[empty] = ImageColor.getrgb(REST)
    elif empty.any():
        from scipy import ndimage

        rows, columns = ndimage.distance_transform_edt(empty, return_distances=False, return_indices=True)
        nearest = nearest[rows, columns]
    return Image.fromarray(nearest)


def unbrushed(strokes: Image.Image | None) -> float:
    """Which share of a map nobody brushed."""
    return 1.0 if strokes is None else float((np.asarray(strokes)[..., 3] < 128).mean())


def no_style() -> SettingError:
    """What is said when there is no painting."""
    return SettingError("a painting is needed", got="no painting", attempt="drop one, or pick a sample")


def job(pictures: Pictures, settings: DoodleSettings) -> Job:
    """What to paint.

    Raises:
        ImpastoError: as the recipe.
    """
    if pictures.get("style") is None:
        raise SettingError("a painting is needed", got="no painting", attempt="drop one, or pick a sample")
    return prepare(
        pictures["style"], style_map=pictures["style_map"], doodle=pictures["doodle"], content=None,
        settings=settings,
    )  # fmt: skip


def sketch(pictures: Pictures, settings: DoodleSettings) -> Job:
    """The small picture that comes first."""
    size = min(SKETCH_PX, settings.size)
    few = replace(settings, size=size, method="statistics", steps=5, scales=2, style_loss=("gram",))
    return job(pictures, few)


TASK = Task(
    name="doodle",
    settings=DoodleSettings,
    main=("method", "size", "semantic_weight", "variety", "style_weight", "steps"),
    starts=STARTS,
    job=job,
    sketch=sketch,
    apart=("content_weight", "content_layers", "content_loss"),
)


def build(desk: Desk) -> None:
    """Make the tab."""
    made: dict[str, Any] = {}

    def materials() -> Mapping[str, Component]:
        style, events = paintings_input(desk, task=TASK.name, most=1, label="Painting")
        look: dict[str, Any] = {
            "type": "filepath", "sources": (), "transforms": (), "layers": False, "height": 330,
            "brush": gr.Brush(colors=list(COLORS), default_color=COLORS[0], color_mode="fixed",
                              default_size=48),
        }  # fmt: skip
        gr.HTML("<p class='hint'>1. Brush the regions of the painting, a colour each.</p>")
        style_map = gr.ImageEditor(label="What is what in the painting", elem_id="doodle-style-map", **look)
        gr.HTML("<p class='hint'>2. Draw a picture of your own in these colours.</p>")
        blank = Image.new("RGB", (SIDE_PX, SIDE_PX), "white")
        drawing = gr.ImageEditor(
            {"background": blank, "layers": [], "composite": None}, label="Your doodle",
            elem_id="doodle-drawing", **look,
        )  # fmt: skip
        after(events, _under_brush, style, style_map)
        made.update(style_map=style_map, drawing=drawing)
        return {"style": style, "style_map": style_map, "doodle": drawing}

    def read(sent: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        of_style = brushed(sent["style_map"], made["style_map"], desk.limits)
        drawn = brushed(sent["doodle"], made["drawing"], desk.limits)
        rest = unbrushed(of_style) > REST_SHARE
        style = paths_of(sent["style"])
        if not style:
            raise SettingError(
                "a painting is needed", got="no painting", attempt="drop one, or pick a sample"
            )
        maps = {"style_map": labels(of_style, rest=rest), "doodle": labels(drawn, rest=rest)}
        return {"style": style[0], **maps}, {}

    names = ("style", "style_map", "doodle")
    lay_out(
        TASK, desk, materials=materials, read=read, waiting="Brush both maps, then Paint.",
        api={name: gr.File(label=name, visible=False) for name in names},
    )  # fmt: skip


def _under_brush(sent: Any) -> Any:
    """The painting, under the brush of its map."""
    paths = paths_of(sent)
    return {"background": str(paths[0]), "layers": [], "composite": None} if paths else None
