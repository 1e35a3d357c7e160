"""A chapter of the page: text with formulas, and figures or animations with their captions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TITLES = {
    "feature-maps": "What the network sees",
    "gram-matrix": "Style: which channels are active together",
    "receptive-field": "How much of the picture one unit sees",
    "reconstruct": "What a layer keeps of a picture",
    "sweep": "Content weight against style weight",
    "timeline": "The run, step by step",
    "compare": "Starts and optimisers compared",
    "preferences": "What excites a channel most",
    "sentence": "The same two losses for prose",
    "sound": "The same for sound",
}
"""Titles of the chapters, by their names in ``registry.FIGURES``."""


@dataclass(frozen=True, kw_only=True)
class ChapterFigure:
    """A figure or an animation with its caption.

    Attributes:
        name: of its file, without ending.
        picture: a figure, or the frames of an animation.
        alt: describes the picture for readers who cannot see it.
        caption: text below the picture; HTML.
        half: two of these stand side by side on a wide screen.
        milliseconds: how long a frame is shown.
    """

    name: str
    picture: Figure | Sequence[Image.Image]
    alt: str
    caption: str
    half: bool = False
    milliseconds: int = 100


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One idea, explained in text and figures.

    Attributes:
        text: HTML before the figures.
        figures: in the order they are shown.
        after: HTML after the figures.
    """

    text: str
    figures: tuple[ChapterFigure, ...]
    after: str = ""
