"""Inputs for masks and label maps: a brush in the browser, or a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr


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


def mask_brush(*, photo: str, name: str, label: str) -> gr.Textbox:
    """A brush on a photo; ``brush.js`` draws, and ``uploads.mask_of`` reads what it sends.

    gradio's editor uploads each layer at the size of the photo again and again; this one sends a small PNG.

    Args:
        photo: name of the photo's element on the page.
        name: of the brush's element; its value is in ``name-value``.
        label: for screen readers.
    """
    tools = (
        '<label>Brush <input class="brush-size" type="range" min="2" max="60" value="20"></label>'
        '<label>Soft edge <input class="brush-feather" type="range" min="0" max="8" step="0.5" value="1">'
        "</label>"
        '<label><input class="brush-erase" type="checkbox"> Erase</label>'
        '<button type="button" class="brush-undo">Undo</button>'
        '<button type="button" class="brush-clear">Clear</button>'
        '<button type="button" class="brush-large">Large</button>'
    )
    gr.HTML(
        f'<div class="brush" data-photo="#{photo}" data-value="#{name}-value">'
        '<div class="brush-place"><p>Choose a photo first.</p><div class="brush-sheet">'
        f'<img class="brush-photo" alt="The photo under the brush"><canvas role="img" aria-label="{label}: '
        'brush with a mouse, a pen or a finger"></canvas></div></div>'
        f'<div class="brush-tools" role="group" aria-label="Brush">{tools}</div>'
        '<div class="brush-said" role="status" aria-live="polite"></div></div>',
        elem_id=name,
    )
    sent = f"{label}, as sent"
    return gr.Textbox(label=sent, elem_id=f"{name}-value", elem_classes="brush-value", container=False)
