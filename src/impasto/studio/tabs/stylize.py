"""The tab that repaints a photo in the style of one or more paintings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import gradio as gr

from impasto.errors import SettingError
from impasto.settings import StylizeSettings
from impasto.studio.context import StudioContext
from impasto.studio.form import Component
from impasto.studio.painting_task import PaintingTask, Pictures, lacking, sketched
from impasto.studio.picture_inputs import QUIET, after, hint, paintings_input, photo_input, under_brush
from impasto.studio.shares import MOST_STYLES, share_inputs, shares_of, shown_shares
from impasto.studio.tab_layout import lay_out
from impasto.studio.uploads import brushed, mask_of, path_of, paths_of
from impasto.synthesis.guides import Controls
from impasto.synthesis.job import Job
from impasto.synthesis.read import STARTS

BLEND, STROKES = "blended, by their shares", "forms of the first, strokes of the last"
"""How several paintings are used."""

KEEP, SECOND = "it stays as in the photo", "it gets the second painting"
"""What becomes of the brushed part of the photo."""

BRUSH = "#ff3b30"
"""Colour of the mask's brush, chosen to be seen on any photo."""


def controls(pictures: Pictures) -> Controls:
    """The masks, out of what was brushed or sent.

    Raises:
        SettingError: there is no second painting for the brushed part.
    """
    mask = pictures.get("mask")
    sent = Controls(
        content_mask=pictures.get("content_mask"), style_mask=pictures.get("style_mask") or None,
        keep=pictures.get("keep"), fine_style=pictures.get("fine_style"),
    )  # fmt: skip
    if mask is None:
        return sent
    if pictures.get("brushed", KEEP) == KEEP:
        return replace(sent, keep=mask)
    if len(pictures["styles"]) != 2:
        raise SettingError(
            "the brushed part is to get the second painting",
            got=f"{len(pictures['styles'])} paintings",
            expected="two: the first for the rest of the photo",
        )
    return replace(sent, content_mask=mask, style_mask=["black", "white"])


def job(pictures: Pictures, settings: StylizeSettings) -> Job:
    """What to paint.

    Raises:
        ImpastoError: as ``Job.prepare``.
    """
    if pictures.get("content") is None or not pictures.get("styles"):
        raise lacking("a photo and at least one painting are needed", photo=pictures.get("content"))
    return Job.prepare(pictures["content"], pictures["styles"], settings, controls=controls(pictures))


def sketch(pictures: Pictures, settings: StylizeSettings) -> Job:
    """The small picture that comes first."""
    return job(pictures, sketched(settings))


TASK = PaintingTask(
    name="stylize",
    settings=StylizeSettings,
    main=("preset", "size", "content_weight", "style_weight", "style_scale", "colors"),
    starts=STARTS,
    job=job,
    sketch=sketch,
    before="content",
    apart=("style_weights",),
    restore=lambda settings: shown_shares(settings.style_weights, MOST_STYLES),
    optional=("content_mask", "style_mask", "keep", "fine_style"),
)


def build(desk: StudioContext) -> None:
    """Make the tab."""
    most = desk.limits.max_styles

    def materials() -> Mapping[str, Component]:
        photo = photo_input(desk, task=TASK.name)
        styles, events = paintings_input(desk, task=TASK.name, most=most, label="Paintings")
        use = gr.Radio([BLEND, STROKES], value=BLEND, label="How they are used", visible=False,
                       elem_id="stylize-use")  # fmt: skip
        after(events, _visible_if_several, styles, use)
        shares = share_inputs(styles, events, most)
        with gr.Accordion("Brush a mask", open=False, elem_id="stylize-mask-fold") as fold:
            hint("Paint over a part of the photo, and say what becomes of it.")
            editor = gr.ImageEditor(
                label="Mask", type="filepath", sources=(), transforms=(), layers=False, height=330,
                brush=gr.Brush(colors=[BRUSH], color_mode="fixed", default_size=40), elem_id="stylize-mask",
                placeholder="Choose a photo first, then the brush",
            )  # fmt: skip
            choice = gr.Radio(
                [KEEP, SECOND], value=KEEP, label="What becomes of it", elem_id="stylize-brushed"
            )
        fold.expand(_photo_under_brush, photo, editor, preprocess=False, **QUIET)
        photo.change(_photo_under_brush, photo, editor, preprocess=False, **QUIET)
        return {"content": photo, "styles": styles, "mask": editor, "brushed": choice, "use": use, **shares}

    def read(sent: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        styles = paths_of(sent["styles"])
        fine = styles.pop() if len(styles) > 1 and sent["use"] == STROKES else None
        pictures = {
            "content": path_of(sent["content"]),
            "styles": styles,
            "fine_style": fine,
            "mask": mask_of(brushed(sent["mask"], desk.limits)),
            "brushed": sent["brushed"],
        }
        return pictures, shares_of(sent, len(styles))

    lay_out(
        TASK, desk, materials=materials, read=read, waiting="Choose a photo and a painting, then Paint.",
        api={
            "content": gr.File(label="content", visible=False),
            "styles": gr.File(label="styles", file_count="multiple", visible=False),
            "content_mask": gr.File(label="content_mask", visible=False),
            "style_mask": gr.File(label="style_mask", file_count="multiple", visible=False),
            "keep": gr.File(label="keep", visible=False),
            "fine_style": gr.File(label="fine_style", visible=False),
        },
    )  # fmt: skip


def _photo_under_brush(sent: Any) -> Any:
    return under_brush(path_of(sent))


def _visible_if_several(sent: Any) -> Any:
    return gr.update(visible=len(paths_of(sent)) > 1)
