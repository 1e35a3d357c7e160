"""The object that is put into a painting: its pixels, its mask, and how it is turned."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.errors import SettingError
from impasto.images.io import Picture
from impasto.images.masks import read_mask, resize_guides
from impasto.settings import HarmonizeSettings
from impasto.settings.task import Inputs
from impasto.synthesis.cut_out import BLACK, WHITE, Box, cut_out


def read_object_mask(inputs: Inputs, settings: HarmonizeSettings, item: Picture) -> Tensor | None:
    """(1, 1, h, w) in [0, 1]: what is cut out; or the mask or the alpha channel, mended; None for none.

    Args:
        inputs: of the run.
        settings: of the run.
        item: the object's picture, or the composite.
    Raises:
        SettingError: the cut is no box, or nothing says where the object is.
        PictureError: a mask cannot be read.
    """
    limit = settings.max_megapixels
    strokes, box, mask = inputs.get("strokes"), read_box(settings.cut), item.alpha
    if inputs.get("mask") is not None:
        mask = read_mask(inputs["mask"], max_megapixels=limit, name="mask")
    if strokes is not None:
        strokes = read_mask(strokes, max_megapixels=limit, name="strokes")
    if box is not None or (strokes is not None and mask is None):
        return cut_out(item.pixels, box=box, strokes=strokes)
    if strokes is None or mask is None:
        return mask
    drawn = resize_guides(strokes, (mask.shape[2], mask.shape[3]))
    return torch.where(drawn > WHITE, 1.0, torch.where(drawn < BLACK, 0.0, mask))


def read_box(text: str | None) -> Box | None:
    """(x, y, width, height) of "40,30,200,120".

    Raises:
        SettingError: the text is no box.
    """
    if text is None:
        return None
    try:
        x, y, width, height = (int(part) for part in text.split(","))
    except ValueError as error:
        raise SettingError(
            "that is no box", got=text, expected="x,y,width,height in px", attempt="--cut 40,30,200,120"
        ) from error
    return x, y, width, height


def turned(item: Picture, mask: Tensor | None, *, degrees: float) -> tuple[Picture, Tensor | None]:
    """An object turned to the left, on a canvas that holds all of it.

    Args:
        item: its picture.
        mask: (1, 1, ...), 1 on the object; None: all of it.
        degrees: counter-clockwise.
    Returns:
        The picture and its mask, which is 0 in the new corners.
    """
    if degrees % 360 == 0:
        return item, mask
    height, width = item.pixels.shape[2:]
    full = torch.ones(1, 1, height, width) if mask is None else resize_guides(mask, (height, width))
    angle = torch.tensor(degrees / 180 * torch.pi)
    cos, sin = float(angle.cos()), float(angle.sin())
    rows = round(abs(height * cos) + abs(width * sin))
    columns = round(abs(width * cos) + abs(height * sin))
    y, x = torch.meshgrid(
        torch.arange(rows) - (rows - 1) / 2, torch.arange(columns) - (columns - 1) / 2, indexing="ij"
    )
    there = torch.stack([(cos * x - sin * y) / (width / 2), (sin * x + cos * y) / (height / 2)], 2)
    pixels = F.grid_sample(item.pixels, there[None], padding_mode="border", align_corners=False)
    return replace(item, pixels=pixels), F.grid_sample(full, there[None], align_corners=False)
