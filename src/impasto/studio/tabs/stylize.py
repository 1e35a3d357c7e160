"""The tab that repaints a photo in the style of one or more paintings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr

from impasto.errors import SettingError
from impasto.recipes.controls import Controls
from impasto.recipes.inputs import STARTS
from impasto.recipes.job import Job
from impasto.settings import StylizeSettings
from impasto.studio.chooser import QUIET, after, paintings_input, photo_input
from impasto.studio.desk import Desk
from impasto.studio.easel import lay_out
from impasto.studio.form import Component
from impasto.studio.pictures import brushed, mask_of, path_of, paths_of
from impasto.studio.task import Pictures, Task, sketched

KEEP, SECOND = "it stays as in the photo", "it gets the second painting"
"""What becomes of the brushed part of the photo."""

BRUSH = "#ff3b30"
"""Colour of the mask's brush, chosen to be seen on any photo."""


def controls(pictures: Pictures) -> Controls:
    """The masks, out of what was brushed.

    Raises:
        SettingError: there is no second painting for the brushed part.
    """
    mask = pictures.get("mask")
    if mask is None:
        return Controls()
    if pictures.get("brushed", KEEP) == KEEP:
        return Controls(keep=mask)
    if len(pictures["styles"]) != 2:
        raise SettingError(
            "the brushed part is to get the second painting",
            got=f"{len(pictures['styles'])} paintings",
            expected="two: the first for the rest of the photo",
        )
    return Controls(content_mask=mask, style_mask=["black", "white"])


def job(pictures: Pictures, settings: StylizeSettings) -> Job:
    """What to paint.

    Raises:
        ImpastoError: as ``Job.prepare``.
    """
    if pictures.get("content") is None or not pictures.get("styles"):
        raise SettingError(
            "a photo and at least one painting are needed",
            got="no photo" if pictures.get("content") is None else "no painting",
            attempt="drop one, or pick a sample",
        )
    return Job.prepare(pictures["content"], pictures["styles"], settings, controls=controls(pictures))


def sketch(pictures: Pictures, settings: StylizeSettings) -> Job:
    """The small picture that comes first."""
    return job(pictures, sketched(settings))


TASK = Task(
    name="stylize",
    settings=StylizeSettings,
    main=("preset", "size", "content_weight", "style_weight", "style_scale", "colors"),
    starts=STARTS,
    job=job,
    sketch=sketch,
    before="content",
    apart=("style_weights", "fine_layers"),
)


def build(desk: Desk) -> None:
    """Make the tab."""
    most = desk.limits.max_styles
    made: dict[str, Any] = {}

    def materials() -> Mapping[str, Component]:
        photo = photo_input(desk, task=TASK.name)
        styles, events = paintings_input(desk, task=TASK.name, most=most, label="Paintings")
        shares = [
            gr.Slider(0, 1, value=1, step=0.05, label=f"Share of painting {number}", visible=False,
                      elem_classes=["share"])
            for number in range(1, most + 1)
        ]  # fmt: skip
        with gr.Accordion("Brush a mask", open=False) as fold:
            gr.HTML("<p class='hint'>Paint over a part of the photo, and say what becomes of it.</p>")
            editor = gr.ImageEditor(
                label="Mask", type="filepath", sources=(), transforms=(), layers=False, height=330,
                brush=gr.Brush(colors=[BRUSH], color_mode="fixed", default_size=40), elem_id="stylize-mask",
            )  # fmt: skip
            choice = gr.Radio([KEEP, SECOND], value=KEEP, label="What becomes of it")
        fold.expand(_under_brush, photo, editor, preprocess=False, **QUIET)
        photo.change(_under_brush, photo, editor, preprocess=False, **QUIET)
        after(events, _visible_shares(most), styles, shares)
        made["editor"] = editor
        named = {f"share_{number}": share for number, share in enumerate(shares)}
        return {"content": photo, "styles": styles, "mask": editor, "brushed": choice, **named}

    def read(sent: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        styles = paths_of(sent["styles"])
        strokes = brushed(sent["mask"], made["editor"], desk.limits)
        pictures = {
            "content": path_of(sent["content"]),
            "styles": styles,
            "mask": mask_of(strokes),
            "brushed": sent["brushed"],
        }
        if len(styles) < 2:
            return pictures, {}
        return pictures, {"style_weights": tuple(float(sent[f"share_{i}"]) for i in range(len(styles)))}

    lay_out(
        TASK, desk, materials=materials, read=read, waiting="Choose a photo and a painting, then Paint.",
        api={
            "content": gr.File(label="content", visible=False),
            "styles": gr.File(label="styles", file_count="multiple", visible=False),
        },
    )  # fmt: skip


def _under_brush(sent: Any) -> Any:
    """The photo, under the brush of the mask."""
    path = path_of(sent)
    return None if path is None else {"background": str(path), "layers": [], "composite": None}


def _visible_shares(most: int) -> Any:
    def visible(sent: Any) -> list[Any]:
        count = len(paths_of(sent))
        return [gr.update(visible=count > 1 and number < count) for number in range(most)]

    return visible
