"""Inputs for pictures, and what the browser sends of them."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from impasto.errors import PictureError
from impasto.images import decode, io
from impasto.settings import StudioSettings

# Events take what the browser sends as it is (preprocess=False): gradio has checked that the files are
# uploads, and whatever decodes a visitor's file here asks for its size first.


def path_of(sent: Mapping[str, Any] | None) -> Path | None:
    """The file of an image input; None if it is empty."""
    return Path(sent["path"]) if sent and sent.get("path") else None


def paths_of(sent: Sequence[Mapping[str, Any]] | None) -> list[Path]:
    """The files of a gallery."""
    found = [path_of(entry.get("image") or entry.get("video")) for entry in sent or []]
    return [path for path in found if path is not None]


def brushed(sent: Mapping[str, Any] | None, limits: StudioSettings) -> Image.Image | None:
    """What a visitor painted in an editor, without the picture under it: RGBA; None for nothing.

    Args:
        sent: by the editor.
        limits: pictures with more pixels are refused.
    Raises:
        PictureError: there is more than one layer, or it is no PNG, or too large.
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


def mask_of(strokes: Image.Image | None) -> Image.Image | None:
    """A grey mask of what was brushed, white; None for nothing."""
    return None if strokes is None else strokes.getchannel("A").point(lambda alpha: 255 * (alpha > 127))


def upright(path: Path, limits: StudioSettings) -> Image.Image:
    """A picture as it is painted from: turned upright, RGB."""
    return io.to_pil(io.read(path, max_megapixels=limits.max_megapixels).pixels)
