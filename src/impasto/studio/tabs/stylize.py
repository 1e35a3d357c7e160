"""What the tab of ``stylize`` has besides its row: a sketch, a mask's brush, a painting for the strokes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from impasto.errors import SettingError
from impasto.settings import PRESETS, StudioSettings, StylizeSettings
from impasto.settings.task import Inputs
from impasto.studio.context import StudioContext
from impasto.studio.form import Component
from impasto.studio.mask_inputs import mask_brush
from impasto.studio.picture_inputs import follow, hint, mask_upload
from impasto.studio.tabs.recipe import Variant
from impasto.studio.uploads import grey_of, mask_of, path_of, paths_of

BLEND, STROKES = "blended, by their shares", "forms of the first, strokes of the last"
"""How several paintings are used."""

KEEP, WEAK, SECOND = "it stays as in the photo", "it is painted weakly", "it gets the second painting"
"""What happens to the brushed part of the photo."""

WEAK_GREY = 100
"""Of a weakly painted part in the strength mask, 0 to 255: a face keeps its features; chosen by eye."""


ONE_PASS_PX = 384
"""Long side of the first picture, which takes one pass of a network: within a second on one core."""


def sketch(settings: StylizeSettings) -> StylizeSettings:
    """Settings of the picture that is painted first: the instant preset, in the same colours."""
    kept = (
        "colors",
        "color_map",
        "style_weights",
        "style_scale",
        "strength",
        "enlarge",
        "seed",
        "max_megapixels",
        "device",
    )
    values = {name: getattr(settings, name) for name in kept}
    size = min(ONE_PASS_PX, settings.size)
    return StylizeSettings.of({**PRESETS["instant"], **values, "preset": "instant", "size": size})


def make(context: StudioContext, made: Mapping[str, Any], events: Sequence[Any]) -> Mapping[str, Component]:
    """The choice of how several paintings are used, and the brush; as ``Variant.make``."""
    use = gr.Radio(
        [BLEND, STROKES], value=BLEND, label="How they are used", visible=False, elem_id="stylize-use"
    )
    follow(events, lambda sent: gr.update(visible=len(paths_of(sent)) > 1), made["style"], use)
    with gr.Accordion("Brush a mask", open=False, elem_id="stylize-mask-fold"):
        hint("Paint over a part of the photo, or drop a mask, and say what becomes of it.")
        brush = mask_brush(photo="stylize-content", name="stylize-mask", label="Mask")
        file = mask_upload(context, made["content"], name="stylize-mask-file", label="Mask")
        choice = gr.Radio(
            [KEEP, WEAK, SECOND], value=KEEP, label="What becomes of it", elem_id="stylize-brushed"
        )
    return {"use": use, "mask": brush, "mask_file": file, "brushed": choice}


def read(sent: Mapping[str, Any], inputs: Inputs, limits: StudioSettings) -> Inputs:
    """The inputs with the strokes' painting and the mask; as ``Variant.read``.

    Raises:
        SettingError: there is no second painting for the brushed part.
        PictureError: the mask cannot be read.
    """
    styles, more = list(inputs["style"]), {}
    if len(styles) > 1 and sent["use"] == STROKES:
        more["fine_style"] = styles.pop()
    mask: Any = mask_of(sent["mask"], limits)
    file = path_of(sent["mask_file"])
    if mask is None and file is not None:
        mask = grey_of(file, limits)
    if mask is not None and sent["brushed"] == KEEP:
        more["keep"] = mask
    elif mask is not None and sent["brushed"] == WEAK:
        more["strength_mask"] = mask.point(lambda grey: round(255 - (255 - WEAK_GREY) * grey / 255))
    elif mask is not None:
        if len(styles) != 2:
            raise SettingError(
                "the brushed part is to get the second painting",
                got=f"{len(styles)} paintings",
                expected="two: the first for the rest of the photo",
            )
        more |= {"content_mask": mask, "style_mask": ["black", "white"]}
    return {**inputs, "style": styles, **more}


VARIANT = Variant(
    sketch=sketch,
    api_only=("content_mask", "style_mask", "keep", "fine_style", "strength_mask"),
    make=make,
    read=read,
)
