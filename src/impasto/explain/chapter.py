"""A chapter of the page: a text with formulas, and plates of figures and animations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TITLES = {
    "feature-maps": "What the network sees",
    "gram-matrix": "Style: which filters fire together",
    "receptive-field": "How much one unit sees",
    "reconstruct": "What a layer keeps",
    "sweep": "Alpha against beta",
    "timeline": "The run: pixels go downhill",
    "compare": "Where to start, and how to walk",
    "preferences": "Which filter likes what",
}
"""Of the chapters, by their names in ``registry.FIGURES``."""


@dataclass(frozen=True, kw_only=True)
class Plate:
    """A figure or an animation with what is said of it.

    Attributes:
        name: of its file, without ending.
        picture: a figure, or the frames of an animation.
        alt: what there is to see, for who cannot see it.
        caption: below it; HTML.
        half: two of them stand side by side on a wide screen.
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
    """What is told of one idea.

    Attributes:
        title: a line.
        text: HTML before the plates.
        plates: in the order they are shown.
        after: HTML after the plates.
    """

    title: str
    text: str
    plates: tuple[Plate, ...]
    after: str = ""
