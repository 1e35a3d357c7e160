"""Inputs for masks and label maps: a brush in the browser, or a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from impasto.studio.events import QUIET
from impasto.studio.uploads import path_of

MASK_COLOR = "#ff3b30"
"""Colour of a mask's brush, chosen to be seen on any photo."""


def editor(
    label: str, *, name: str, colors: Sequence[str], words: str, value: Any = None, size_px: int = 48
) -> gr.ImageEditor:
    """A picture to brush on.

    Args:
        label: for screen readers.
        name: of the element on the page.
        colors: of the brush.
        words: shown while it is empty.
        value: as ``under_brush`` makes it.
        size_px: width of a stroke.
    """
    return gr.ImageEditor(
        value,
        label=label,
        elem_id=name,
        type="filepath",
        sources=(),
        transforms=(),
        layers=False,
        height=330,
        brush=brush(colors, size_px=size_px),
        placeholder=words,
    )


def brush(colors: Sequence[str], *, size_px: int = 48) -> gr.Brush:
    """A brush of some colours."""
    return gr.Brush(colors=list(colors), default_color=colors[0], color_mode="fixed", default_size=size_px)


def under_brush(picture: Any) -> Any:
    """The value of an editor that shows a file, or a Pillow picture, below its strokes; None for nothing."""
    if picture is None:
        return None
    shown = str(picture) if isinstance(picture, Path) else picture
    return {"background": shown, "layers": [], "composite": None}


def mask_editor(photo: gr.Image, fold: gr.Accordion | None, *, name: str, label: str) -> gr.ImageEditor:
    """A brush on the photo; within a fold the photo is loaded when it opens, because a hidden editor cannot.

    Args:
        photo: the component of the photo.
        fold: where the editor lies; None: it is always shown.
        name: of the element on the page.
        label: for screen readers.
    """
    words = "Choose a photo first, then the brush"
    made = editor(label, name=name, colors=[MASK_COLOR], words=words, size_px=40)
    for event in [photo.change, *([] if fold is None else [fold.expand])]:
        event(_photo_under_brush, photo, made, preprocess=False, **QUIET)
    return made


def _photo_under_brush(sent: Any) -> Any:
    return under_brush(path_of(sent))
