"""A photo in the colours of a theme: of a painting, of an emotion, named, or written."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

from impasto.errors import SettingError
from impasto.images.io import Picture, PictureSource
from impasto.images.theme_transfer import ThemeMatch, transfer_theme
from impasto.images.themes import (
    Theme,
    emotion_themes,
    hex_colors,
    is_written,
    named_theme,
    painted_theme,
    written_theme,
)
from impasto.result import Result, describe
from impasto.settings import RecolorOptions, RecolorSettings
from impasto.settings.recolor import TASK
from impasto.settings.task import Inputs
from impasto.synthesis.context import Context
from impasto.synthesis.read import read_painting, read_photo
from impasto.synthesis.recipe import Recipe, Steps, recorded_input
from impasto.synthesis.record import record_of
from impasto.synthesis.run import drain

Palette = PictureSource | Sequence[str]
"""A theme's name, colours with commas or as a list, or a painting."""


def recolor(
    photo: PictureSource, *, palette: Palette | None = None, **options: Unpack[RecolorOptions]
) -> Result:
    """Give a photo the colours of a theme, and leave what it shows as it is.

    Args:
        photo: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        palette: a name such as "sunset"; colours, "#112233,#aa8800" or a list of them; or a painting, in the
            forms of the photo. A text is a file if there is one, else colours if it can be, else a name.
        **options: fields of ``RecolorSettings``; ``emotion`` stands instead of a palette.
    Returns:
        The picture, (1, 3, H, W) of the photo's size, and the record of its making; no losses.
    Raises:
        PictureError: a picture cannot be read, or the painting has one colour only.
        SettingError: an option is not known or has a value it cannot have; there is no such theme or colour;
            a theme has too few or too many; palette and emotion are both given, or neither.

    Source: He, Qi, Zaretzki 2013, "Image color transfer to evoke different emotions based on color
        combinations", arXiv 1307.3581.
    Differs: see ``match_theme`` and ``color_shifts`` in ``images/theme_transfer.py``; the emotions' colours
    are our own.
    """
    inputs = {"content": photo, "palette": palette}
    return drain(RECIPE.steps(inputs, RecolorSettings.of(dict(options)), Context()))


def steps(inputs: Inputs, settings: RecolorSettings, context: Context) -> Steps:
    """Recolour at once: there are no steps to yield, and no network; see ``recolor``."""
    yield from ()
    started = time.perf_counter()
    TASK.check_inputs(inputs)
    themes, painting = choose_themes(inputs.get("palette"), settings)
    limit, keep_alpha = settings.max_megapixels, settings.keep_alpha
    content = read_photo(inputs["content"], "photo", max_megapixels=limit, keep_alpha=keep_alpha)
    pixels, best, match = transfer_theme(content.pixels, [theme.oklab() for theme in themes], settings)
    palette = None if painting is None else describe(painting)
    record = {
        **record_of("recolor", settings, content=content, styles=[] if palette is None else [palette]),
        "palette": palette,
        "theme": describe_theme(themes[best], match),
        "size": [pixels.shape[3], pixels.shape[2]],
        "seconds": round(time.perf_counter() - started, 3),
    }
    return Result(pixels, {}, record, alpha=content.alpha)


def choose_themes(
    palette: Palette | None, settings: RecolorSettings
) -> tuple[tuple[Theme, ...], Picture | None]:
    """The themes to choose from, and the painting that they are taken from, if any.

    Raises:
        SettingError: there is no such theme, or a palette and an emotion, or neither.
        PictureError: the painting cannot be read or has one colour only.
    """
    if palette is not None and settings.emotion is not None:
        given = palette if isinstance(palette, (str, os.PathLike)) else "as well"
        raise SettingError(
            "a palette and an emotion exclude each other",
            got=f"palette {given}, emotion {settings.emotion}",
            attempt="one or the other",
        )
    if settings.emotion is not None:
        return emotion_themes(settings.emotion), None
    if palette is None:
        raise SettingError(
            "a palette or an emotion is needed",
            got="neither",
            expected="a painting, a theme, colours, or an emotion",
            attempt="--palette sunset or --emotion serene; impasto recolor --list shows all",
        )
    if isinstance(palette, str) and not is_path(palette):
        if is_written(palette):
            return (written_theme([word for word in palette.split(",") if word.strip()]),), None
        return (named_theme(palette),), None
    if isinstance(palette, Sequence) and not isinstance(palette, (str, bytes, bytearray, memoryview)):
        return (written_theme(palette),), None
    painting = read_painting(palette, "palette", max_megapixels=settings.max_megapixels)
    return (painted_theme(painting.pixels, colors=settings.colors, name=painting.name),), painting


def is_path(text: str) -> bool:
    """Whether a text means a file: there is one, or it ends or is divided as names of files are."""
    path = Path(text)
    try:
        exists = path.is_file()
    except OSError:  # longer than names of files are
        exists = False
    return exists or "/" in text or os.sep in text or bool(path.suffix and "," not in text)


def describe_theme(theme: Theme, match: ThemeMatch) -> dict[str, Any]:
    """What the record says of a theme: its colours, and which group of the photo got which."""
    groups = [
        {"color": color, "share": round(float(share), 4), "to": theme.colors[to]}
        for color, share, to in zip(hex_colors(match.clusters), match.shares, match.theme_rows, strict=True)
    ]
    return {"name": theme.name, "colors": list(theme.colors), "groups": groups}


def restore(record: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of a record: the photo, and the painting or the colours of the theme unless by emotion."""
    inputs = {"content": recorded_input(record, TASK.inputs[0])}
    if record["settings"].get("emotion") is None:
        painting = record["palette"]
        inputs["palette"] = painting["path"] if painting else ",".join(record["theme"]["colors"])
    return inputs


RECIPE = Recipe.of(TASK, steps=steps, restore=restore)
