"""The tab of ``doodle``: a map of a painting, and a picture in its colours, both brushed in the browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
from PIL import Image, ImageColor

from impasto.errors import PictureError, SettingError
from impasto.images.masks import read_regions
from impasto.registry import RECIPES, find
from impasto.settings import DoodleSettings, StudioSettings
from impasto.studio import page_html
from impasto.studio.context import StudioContext
from impasto.studio.events import QUIET
from impasto.studio.form import Component
from impasto.studio.mask_inputs import brush, editor, under_brush
from impasto.studio.painting_task import SKETCH_PX, PaintingTask
from impasto.studio.picture_inputs import DECODING, heading, hint, painting_input, photo_input, upload_input
from impasto.studio.tab_layout import painting_tab
from impasto.studio.uploads import brushed, path_of, upright

SAMPLE = {"painting": "swirl", "map": "swirl-map", "doodle": "swirl-doodle"}
"""What the example fills in."""

COLORS = ("#e6194b", "#3cb44b", "#4363d8", "#ffe119", "#911eb4", "#f58231")
"""Of the regions; far apart, so that a stroke's soft edges are not taken for another colour."""

REST = "#808080"
"""Colour of what is left unbrushed."""

REST_FRACTION = 0.02
"""Part of a painting that is left unbrushed, at least, to be a region."""


def labels(
    strokes: Image.Image | None,
    *,
    rest: bool,
    colors: Sequence[str] = COLORS,
    ground: Image.Image | None = None,
) -> Image.Image:
    """A label map of flat colours out of strokes.

    Args:
        strokes: RGBA; None for none.
        rest: what is left unbrushed is a region; otherwise it gets the nearest colour.
        colors: of the brush.
        ground: a map under the strokes; it shows where there are none.
    Raises:
        SettingError: there are no strokes and no map.
    """
    if strokes is None and ground is None:
        raise SettingError("nothing was drawn", got="an empty map", attempt="brush some regions")
    if strokes is None:
        return ground.convert("RGB")  # type: ignore[union-attr]  # one of them is there
    pixels = np.asarray(strokes)
    palette = np.array([ImageColor.getrgb(color)[:3] for color in colors])
    distances = ((pixels[..., None, :3].astype(np.int32) - palette) ** 2).sum(-1)  # (H, W, colours)
    nearest = palette[distances.argmin(-1)].astype(np.uint8)
    empty = pixels[..., 3] < 128
    if ground is not None:
        below = np.asarray(ground.convert("RGB").resize(strokes.size, Image.Resampling.NEAREST))
        nearest[empty] = below[empty]
    elif rest:
        nearest[empty] = ImageColor.getrgb(REST)
    elif empty.any():
        from scipy import ndimage

        rows, columns = ndimage.distance_transform_edt(empty, return_distances=False, return_indices=True)
        nearest = nearest[rows, columns]
    return Image.fromarray(nearest)


def unbrushed(strokes: Image.Image | None) -> float:
    """Fraction of a map that is left unbrushed."""
    return 1.0 if strokes is None else float((np.asarray(strokes)[..., 3] < 128).mean())


def sketch(settings: DoodleSettings) -> DoodleSettings:
    """Settings of a small picture that is painted at once."""
    size = min(SKETCH_PX, settings.size)
    return replace(settings, size=size, method="statistics", steps=5, scales=2, style_loss={"gram": 1.0})


def build(context: StudioContext) -> None:
    """Make the tab."""
    task = PaintingTask.of(find(RECIPES, "doodle", kind="recipe"), sketch=sketch)

    def make_inputs() -> Mapping[str, Component]:
        style = painting_input(context, name="doodle-style", label="Painting")
        example = gr.Button("Fill in an example", size="sm", elem_id="doodle-example")
        heading("What is what in it")
        hint("Brush its regions, a colour each.")
        words = "Choose a painting first, then the brush"
        style_map = editor(
            "What is what in the painting", name="doodle-style-map", colors=COLORS, words=words
        )
        map_file = map_input(context, label="Map of the painting", name="doodle-map", sample=SAMPLE["map"])
        heading("Your doodle")
        hint("Draw a picture of your own in the same colours.")
        blank = under_brush(context.samples.blank())
        drawing = editor("Your doodle", name="doodle-drawing", colors=COLORS, words="", value=blank)
        doodle_file = map_input(context, label="Doodle", name="doodle-doodle", sample=SAMPLE["doodle"])
        with gr.Accordion("Hold on to a photo", open=False):
            hint("The doodle is the map of this photo then, and the painting keeps its forms.")
            content = photo_input(context, name="doodle-content", label="Photo")
        decoding = {"preprocess": False, **DECODING, **QUIET}
        for event in (style.change, map_file.change):
            event(_painting_or_map(context), [style, map_file], style_map, **decoding)
        doodle_file.change(_blank_or_doodle(context), doodle_file, drawing, preprocess=False, **QUIET)
        map_file.change(_colors_of(context), map_file, drawing, **decoding)
        example.click(_example(context), None, [style, map_file, doodle_file], **QUIET)
        return {
            "style": style,
            "style_map": style_map,
            "map_file": map_file,
            "doodle": drawing,
            "doodle_file": doodle_file,
            "content": content,
        }

    def read(sent: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        return read_inputs(sent, context.limits), {}

    painting_tab(task, context, make_inputs=make_inputs, read=read)


def read_inputs(sent: Mapping[str, Any], limits: StudioSettings) -> dict[str, Any]:
    """The inputs of the recipe; only the photo without a painting, which is missed first.

    Raises:
        SettingError: nothing was drawn.
        PictureError: a map cannot be read.
    """
    pictures = {"style": path_of(sent["style"]), "content": path_of(sent["content"])}
    if pictures["style"] is None:
        return pictures
    map_file, doodle_file = path_of(sent["map_file"]), path_of(sent["doodle_file"])
    of_style, of_doodle = (brushed(sent[name], limits) for name in ("style_map", "doodle"))
    rest = map_file is None and unbrushed(of_style) > REST_FRACTION
    colors = palette(map_file, limits)
    return {
        **pictures,
        "style_map": labels(of_style, rest=rest, colors=colors, ground=opened(map_file, limits)),
        "doodle": labels(of_doodle, rest=rest, colors=colors, ground=opened(doodle_file, limits)),
    }


def _example(context: StudioContext) -> Callable[[], list[str]]:
    return lambda: [str(context.samples.picture(name)) for name in SAMPLE.values()]


def map_input(context: StudioContext, *, label: str, name: str, sample: str) -> gr.Image:
    """A map from a file."""
    with gr.Accordion("From a file", open=False, elem_id=f"{name}-fold"):
        words = "Drop flat colours, one a region"
        image = upload_input(context, name=name, label=label, words=words, height_px=150)
        pick = gr.Button(f"The sample: {sample.replace('-', ' ')}", size="sm", elem_id=f"{name}-sample")
    pick.click(lambda: str(context.samples.picture(sample)), None, image, **QUIET)
    return image


def opened(path: Path | None, limits: StudioSettings) -> Image.Image | None:
    """A map from a file.

    Raises:
        PictureError: it is no picture, or too large.
    """
    return None if path is None else upright(path, limits)


def palette(path: Path | None, limits: StudioSettings) -> tuple[str, ...]:
    """Colours of the brush: those of a map from a file, else ``COLORS``.

    Raises:
        PictureError: the file is not a map.
    """
    if path is None:
        return COLORS
    return read_regions(path, max_megapixels=limits.max_megapixels).names


def _colors_of(context: StudioContext) -> Callable[[Any], Any]:
    def change(sent: Any) -> Any:
        return gr.update(brush=brush(_palette_or_default(path_of(sent), context)))

    return change


def _painting_or_map(context: StudioContext) -> Callable[[Any, Any], Any]:
    def change(style: Any, known: Any) -> Any:
        shown = path_of(known) or path_of(style)
        colors = _palette_or_default(path_of(known), context)
        return gr.update(value=under_brush(shown), brush=brush(colors))

    return change


def _blank_or_doodle(context: StudioContext) -> Callable[[Any], Any]:
    def change(sent: Any) -> Any:
        return under_brush(path_of(sent) or context.samples.blank())

    return change


def _palette_or_default(path: Path | None, context: StudioContext) -> tuple[str, ...]:
    """As ``palette``, with a message instead of an error: Paint gives the error."""
    try:
        return palette(path, context.limits)
    except PictureError as error:
        gr.Warning(page_html.sentence(error))
        return COLORS
