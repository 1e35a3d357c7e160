"""Settings of a photo in the colours of a theme."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from impasto.settings.base import as_in, setting
from impasto.settings.choices import Emotion
from impasto.settings.network import InputOptions, InputSettings
from impasto.settings.size import SizeSettings
from impasto.settings.task import PHOTO, Input, Inputs, Task
from impasto.settings.themes import EMOTIONS


@dataclass(frozen=True, kw_only=True)
class RecolorSettings(InputSettings):
    """How a photo gets the colours of a theme."""

    emotion: str | None = setting(
        None,
        choices=tuple(EMOTIONS),
        help="Instead of a palette: of this emotion's combinations of three colours, the one that fits best.",
        source="the idea is that of He, Qi, Zaretzki 2013; the colours are chosen by eye",
    )
    colors: int = setting(
        5, unit="colours", low=2, high=5, help="Number of colours taken from a painting.", slider=(2, 5, 1)
    )
    strength: float = setting(
        1.0, low=0, high=1, help="0 is the photo, 1 is the theme; between, a mixture.", slider=(0, 1, 0.05)
    )
    variety: float = setting(
        0.5,
        low=0,
        high=1,
        help="Higher keeps more of the photo's own variety of colour around each colour of the theme.",
        slider=(0, 1, 0.05),
    )
    gradients: float = setting(
        2.0,
        low=0,
        high=1000,
        help="Higher keeps gradients of colour more like the photo's, lower shows the theme more clearly.",
        slider=(0, 10, 0.1),
    )
    keep_luminance: bool = setting(
        True,
        help="Keep the photo's light and dark. Off: each group of colours gets as light or dark as its theme "
        "colour.",
    )
    keep_alpha: bool = as_in(SizeSettings, "keep_alpha")


class RecolorOptions(InputOptions, total=False):
    """Keywords of ``recolor``: every field of ``RecolorSettings``."""

    emotion: Emotion | None
    colors: int
    strength: float
    variety: float
    gradients: float
    keep_luminance: bool
    keep_alpha: bool


def result_stem(inputs: Inputs, settings: RecolorSettings) -> str:
    """PHOTO-THEME, with the name of the emotion, the painting or the theme, or "colors"."""
    palette = inputs.get("palette")
    name = settings.emotion or "colors"
    if settings.emotion is None and isinstance(palette, (str, Path)):
        is_plain = all(letter.isalnum() or letter in "-_ ./\\" for letter in str(palette))
        name = Path(palette).stem if is_plain else "colors"
    return f"{Path(inputs['content']).stem}-{name}"


TASK = Task(
    name="recolor",
    summary="Give a photo the colours of a painting, of a theme or of an emotion.",
    settings=RecolorSettings,
    inputs=(
        PHOTO,
        Input(
            name="palette",
            kind="text",
            label="Palette",
            help="A painting, a theme's name, or 2 to 5 colours: '#112233,#aa8800' in quotes, or navy,gold.",
            required=False,
            metavar="FILE|NAME|COLORS",
        ),
    ),
    main=("emotion", "strength", "variety", "keep_luminance"),
    result_stem=result_stem,
    alternatives=(("palette", "emotion"),),
    has_steps=False,
)
