"""The tab that paints after a map of coloured blobs, both drawn in the browser."""

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
from impasto.recipes.doodle import STARTS, prepare
from impasto.settings import DoodleSettings, StudioSettings
from impasto.studio import live
from impasto.studio.context import StudioContext
from impasto.studio.form import Component
from impasto.studio.painting_task import SKETCH_PX, PaintingTask, Pictures, lacking
from impasto.studio.picture_inputs import (
    DECODING,
    QUIET,
    heading,
    hint,
    paintings_input,
    photo_input,
    under_brush,
    wire_check,
)
from impasto.studio.tab_layout import lay_out
from impasto.studio.uploads import brushed, path_of, paths_of, upright
from impasto.synthesis.job import Job

SAMPLE = {"painting": "swirl", "map": "swirl-map", "doodle": "swirl-doodle"}
"""What the example fills in."""

COLORS = ("#e6194b", "#3cb44b", "#4363d8", "#ffe119", "#911eb4", "#f58231")
"""Of the regions; far apart, so that soft edges of a stroke are no colour of their own."""

REST = "#808080"
"""What nobody brushed."""

REST_SHARE = 0.02
"""Of a painting that has to be left unbrushed to be a region of its own."""


def labels(
    strokes: Image.Image | None,
    *,
    rest: bool,
    colors: Sequence[str] = COLORS,
    ground: Image.Image | None = None,
) -> Image.Image:
    """A label map of flat colours out of what was brushed.

    Args:
        strokes: RGBA.
        rest: what is left unbrushed is a region; otherwise it goes to the nearest colour.
        colors: of the brush.
        ground: a map that was brushed on; it shows where nothing was.
    Raises:
        SettingError: nothing was brushed, and there is no map.
    """
    if strokes is None and ground is None:
        raise SettingError("nothing was drawn", got="an empty map", attempt="brush some regions")
    if strokes is None:
        return ground.convert("RGB")  # type: ignore[union-attr]  # one of them is there
    pixels = np.asarray(strokes)
    palette = np.array([ImageColor.getrgb(color)[:3] for color in colors])
    away = ((pixels[..., None, :3].astype(np.int32) - palette) ** 2).sum(-1)  # (H, W, colours)
    nearest = palette[away.argmin(-1)].astype(np.uint8)
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
    """Which share of a map nobody brushed."""
    return 1.0 if strokes is None else float((np.asarray(strokes)[..., 3] < 128).mean())


def job(pictures: Pictures, settings: DoodleSettings) -> Job:
    """What to paint.

    Raises:
        ImpastoError: as the recipe.
    """
    if pictures.get("style") is None:
        raise lacking("a painting is needed")
    return prepare(
        pictures["style"], style_map=pictures["style_map"], doodle=pictures["doodle"],
        content=pictures.get("content"), settings=settings,
    )  # fmt: skip


def sketch(pictures: Pictures, settings: DoodleSettings) -> Job:
    """The small picture that comes first."""
    size = min(SKETCH_PX, settings.size)
    few = replace(settings, size=size, method="statistics", steps=5, scales=2, style_loss={"gram": 1.0})
    return job(pictures, few)


TASK = PaintingTask(
    name="doodle",
    settings=DoodleSettings,
    main=("method", "size", "semantic_weight", "variety", "style_weight", "steps"),
    starts=STARTS,
    job=job,
    sketch=sketch,
    optional=("content",),
)


def build(desk: StudioContext) -> None:
    """Make the tab."""

    def materials() -> Mapping[str, Component]:
        style, events = paintings_input(desk, task=TASK.name, most=1, label="Painting")
        example = gr.Button("Fill in an example", size="sm", elem_id="doodle-example")
        heading("What is what in it")
        hint("Brush its regions, a colour each.")
        style_map = editor("What is what in the painting", name="style-map")
        map_file = map_input(desk, label="Map of the painting", name="map", sample=SAMPLE["map"])
        heading("Your doodle")
        hint("Draw a picture of your own in the same colours.")
        drawing = editor("Your doodle", name="drawing", value=under_brush(str(desk.shelf.blank())))
        doodle_file = map_input(desk, label="Doodle", name="doodle", sample=SAMPLE["doodle"])
        with gr.Accordion("Hold on to a photo", open=False):
            hint("The doodle is the map of this photo then, and the painting keeps its forms.")
            content = photo_input(desk, task=TASK.name)
        for event in [*events, map_file.change]:
            event(_painting_or_map(desk), [style, map_file], style_map, preprocess=False, **DECODING, **QUIET)
        doodle_file.change(_blank_or_doodle(desk), doodle_file, drawing, preprocess=False, **QUIET)
        map_file.change(_colors_of(desk), map_file, drawing, preprocess=False, **DECODING, **QUIET)
        example.click(_example(desk), None, [style, map_file, doodle_file], **QUIET)
        return {"style": style, "style_map": style_map, "map_file": map_file, "doodle": drawing,
                "doodle_file": doodle_file, "content": content}  # fmt: skip

    def read(sent: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        style = paths_of(sent["style"])
        if not style:
            raise lacking("a painting is needed")
        known, drawn = path_of(sent["map_file"]), path_of(sent["doodle_file"])
        of_style = brushed(sent["style_map"], desk.limits)
        of_doodle = brushed(sent["doodle"], desk.limits)
        rest = known is None and unbrushed(of_style) > REST_SHARE
        colors = palette(known, desk.limits)
        maps = {
            "style_map": labels(of_style, rest=rest, colors=colors, ground=opened(known, desk.limits)),
            "doodle": labels(of_doodle, rest=rest, colors=colors, ground=opened(drawn, desk.limits)),
        }
        return {"style": style[0], "content": path_of(sent["content"]), **maps}, {}

    names = ("style", "style_map", "doodle", "content")
    lay_out(
        TASK, desk, materials=materials, read=read, waiting="Brush both maps, then Paint.",
        api={name: gr.File(label=name, visible=False) for name in names},
    )  # fmt: skip


def _example(desk: StudioContext) -> Callable[[], tuple[list[str], str, str]]:
    def example() -> tuple[list[str], str, str]:
        painting, known, drawn = (str(desk.shelf.picture(name)) for name in SAMPLE.values())
        return [painting], known, drawn

    return example


def editor(label: str, *, name: str, value: Any = None) -> gr.ImageEditor:
    """A map to brush."""
    return gr.ImageEditor(
        value, label=label, elem_id=f"doodle-{name}", type="filepath", sources=(), transforms=(),
        layers=False, height=330, brush=brush(COLORS), placeholder="Choose a painting first, then the brush",
    )  # fmt: skip


def brush(colors: Sequence[str]) -> gr.Brush:
    """A brush with some colours."""
    return gr.Brush(colors=list(colors), default_color=colors[0], color_mode="fixed", default_size=48)


def map_input(desk: StudioContext, *, label: str, name: str, sample: str) -> gr.Image:
    """A map that comes as a file."""
    with gr.Accordion("From a file", open=False, elem_id=f"doodle-{name}-fold"):
        image = gr.Image(label=label, type="filepath", image_mode=None, height=150, sources=["upload"],
                         elem_id=f"doodle-{name}", placeholder="Drop flat colours, one a region")  # fmt: skip
        pick = gr.Button(
            f"The sample: {sample.replace('-', ' ')}", size="sm", elem_id=f"doodle-{name}-sample"
        )
    pick.click(lambda: str(desk.shelf.picture(sample)), None, image, **QUIET)
    wire_check(desk, image)
    return image


def opened(path: Path | None, limits: StudioSettings) -> Image.Image | None:
    """A map from a file.

    Raises:
        PictureError: it is no picture, or too large.
    """
    return None if path is None else upright(path, limits)


def palette(path: Path | None, limits: StudioSettings) -> tuple[str, ...]:
    """Colours to brush with: those of a map from a file, or ours.

    Raises:
        PictureError: the file is no map.
    """
    if path is None:
        return COLORS
    return read_regions(path, max_megapixels=limits.max_megapixels).names


def _colors_of(desk: StudioContext) -> Callable[[Any], Any]:
    def change(sent: Any) -> Any:
        return gr.update(brush=brush(_palette_or_ours(path_of(sent), desk)))

    return change


def _painting_or_map(desk: StudioContext) -> Callable[[Any, Any], Any]:
    def change(style: Any, known: Any) -> Any:
        shown = path_of(known) or next(iter(paths_of(style)), None)
        colors = _palette_or_ours(path_of(known), desk)
        return gr.update(value=under_brush(shown), brush=brush(colors))

    return change


def _blank_or_doodle(desk: StudioContext) -> Callable[[Any], Any]:
    def change(sent: Any) -> Any:
        return under_brush(path_of(sent) or desk.shelf.blank())

    return change


def _palette_or_ours(path: Path | None, desk: StudioContext) -> tuple[str, ...]:
    """As ``palette``; what is wrong with a map is said when it is painted from."""
    try:
        return palette(path, desk.limits)
    except PictureError as error:
        gr.Warning(live.sentence(error))
        return COLORS
