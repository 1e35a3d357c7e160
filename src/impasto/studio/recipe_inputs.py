"""The page's components for one input of a recipe, and the value that they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from impasto.settings import StudioSettings
from impasto.settings.task import Input
from impasto.studio.context import StudioContext
from impasto.studio.mask_inputs import mask_brush
from impasto.studio.painting_task import is_photo, may_name_file
from impasto.studio.picture_inputs import (
    gallery_input,
    heading,
    hint,
    mask_upload,
    painting_input,
    paintings_input,
    photo_input,
    upload_input,
)
from impasto.studio.uploads import mask_of, path_of, paths_of

KINDS = ("picture", "pictures", "mask", "masks", "text")
"""Kinds of inputs that the page has components for."""


def make_input(
    context: StudioContext,
    row: Input,
    *,
    task: str,
    photo: gr.Image | None = None,
    choices: Sequence[str] = (),
) -> tuple[dict[str, Any], list[Any]]:
    """The components of an input.

    Args:
        context: of the studio.
        row: the input.
        task: name of the recipe.
        photo: component to brush a mask on; None: masks are files only.
        choices: suggestions for a text.
    Returns:
        Components by name, the input's own name first; and the events that change several pictures.
    """
    element = f"{task}-{row.name.replace('_', '-')}"
    if row.kind == "pictures":
        gallery, events = paintings_input(
            context, name=element, label=row.label, most=context.limits.max_styles
        )
        return {row.name: gallery}, events
    if row.kind == "picture":
        make = photo_input if is_photo(row) else painting_input
        return {row.name: make(context, name=element, label=row.label)}, []
    if may_name_file(row):
        picture = painting_input(context, name=element, label=row.label)
        return {row.name: picture, f"{row.name}_text": _text(row, f"{element}-text", choices)}, []
    if row.kind == "text":
        return {row.name: _text(row, element, choices)}, []
    heading(row.label)
    hint(row.help if photo is None or row.is_plural else f"{row.help} Brush it on the photo, or drop a file.")
    if row.kind == "masks":
        return {row.name: gallery_input(name=element, label=row.label, of="masks")}, []
    words = "Drop a mask here, or click"
    if photo is None:
        return {row.name: upload_input(context, name=element, label=row.label, words=words)}, []
    strokes = mask_brush(photo=str(photo.elem_id), name=f"{element}-brush", label=row.label)
    upload = mask_upload(context, photo, name=element, label=row.label)
    return {row.name: upload, f"{row.name}_strokes": strokes}, []


def _text(row: Input, element: str, choices: Sequence[str]) -> gr.Dropdown | gr.Textbox:
    """A text to type, or one of some suggestions."""
    label = f"{row.label}: in words" if may_name_file(row) else row.label
    if choices:
        return gr.Dropdown(
            ["", *choices], value="", allow_custom_value=True, label=label, info=row.help, elem_id=element
        )
    return gr.Textbox(label=label, info=row.help, elem_id=element)


def value_of(row: Input, sent: Mapping[str, Any], limits: StudioSettings) -> Any:
    """The value of an input; None or empty if there is none.

    Args:
        row: the input.
        sent: values of its components, as the browser sends them.
        limits: of the studio.
    Raises:
        PictureError: strokes of a brush cannot be read.
    """
    value = sent[row.name]
    if row.is_plural:
        return paths_of(value)
    if may_name_file(row):
        return path_of(value) or (sent[f"{row.name}_text"] or "").strip()
    if row.kind == "text":
        return (value or "").strip()
    if row.kind == "mask":
        strokes = mask_of(sent.get(f"{row.name}_strokes"), limits)
        return path_of(value) if strokes is None else strokes
    return path_of(value)
