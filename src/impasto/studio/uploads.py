"""Values of picture inputs, as the browser sends them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter

from impasto.errors import PictureError
from impasto.images import decode, io
from impasto.settings import StudioSettings

MOST_FEATHER = 0.2
"""Widest soft edge of a brushed mask, as a part of its shorter side."""

# Events take the browser's values unchanged (preprocess=False): gradio has checked that the files are
# uploads, and here a picture's size is checked before it is decoded.


def path_of(sent: Mapping[str, Any] | None) -> Path | None:
    """The file of an image input; None if it is empty."""
    return Path(sent["path"]) if sent and sent.get("path") else None


def paths_of(sent: Sequence[Mapping[str, Any]] | None) -> list[Path]:
    """The files of a gallery."""
    paths = [path_of(entry.get("image") or entry.get("video")) for entry in sent or []]
    return [path for path in paths if path is not None]


def brushed(sent: Mapping[str, Any] | None, limits: StudioSettings) -> Image.Image | None:
    """The strokes in an editor, without the picture under them: RGBA; None for none.

    Args:
        sent: value of the editor.
        limits: larger pictures are refused.
    Raises:
        PictureError: there is more than one layer, or it is not a PNG, or too large.
    """
    layers: Sequence[Any] = (sent or {}).get("layers") or ()
    if len(layers) > 1:
        raise PictureError("there is more than one brushed layer", got=str(len(layers)), expected="one")
    layer = _layer(layers[0], limits) if layers else None
    return layer if layer is not None and layer.getchannel("A").getextrema()[1] else None


def _layer(layer: Any, limits: StudioSettings) -> Image.Image | None:
    try:
        if path_of(layer) is not None:
            source: Any = path_of(layer)
        elif isinstance(layer, Mapping) and str(layer.get("url", "")).startswith("data:"):
            source = BytesIO(base64.b64decode(str(layer["url"]).partition(",")[2]))
        else:
            return None
        # Editors write PNG. Pillow would try every format it knows, and run other programs for some.
        with Image.open(source, formats=("PNG",)) as picture:
            megapixels = picture.width * picture.height / 1e6
            if megapixels > limits.max_megapixels:
                raise PictureError(
                    "the brushed layer is too large",
                    got=f"{megapixels:.1f} megapixels",
                    expected=f"at most {limits.max_megapixels:g}",
                )
            return picture.convert("RGBA")
    except decode.DAMAGE as error:
        raise PictureError("the brushed layer is no picture", got=type(error).__name__) from error


def mask_of(sent: str | None, limits: StudioSettings) -> Image.Image | None:
    """The mask of the brush: grey, white where there are strokes; None for none.

    Args:
        sent: what ``brush.js`` sends: JSON with a PNG whose opacity is the mask, and the width of the soft
            edge as a part of the shorter side.
        limits: larger pictures are refused.
    Raises:
        PictureError: it is no such JSON, or no PNG, or too large.
    """
    if not sent:
        return None
    try:
        value = json.loads(sent)
        url, feather = str(value["png"]), float(value["feather"])
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise PictureError("the brushed mask is no picture", got=type(error).__name__) from error
    layer = _layer({"url": url}, limits)
    if layer is None or not layer.getchannel("A").getextrema()[1]:
        return None
    mask = layer.getchannel("A")
    radius_px = max(0.0, min(feather, MOST_FEATHER)) * min(mask.size)
    return mask.filter(ImageFilter.GaussianBlur(radius_px)) if radius_px else mask


def grey_of(path: Path, limits: StudioSettings) -> Image.Image:
    """An uploaded mask as grey, upright.

    Raises:
        PictureError: it cannot be read.
    """
    return upright(path, limits).convert("L")


def upright(path: Path, limits: StudioSettings) -> Image.Image:
    """A picture as recipes read it: turned upright, RGB."""
    return io.to_pil(io.read(path, max_megapixels=limits.max_megapixels).pixels)
