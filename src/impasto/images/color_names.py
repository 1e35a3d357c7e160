"""Names of colours, for the regions of label maps."""

from __future__ import annotations

from collections.abc import Iterable

Color = tuple[int, int, int]

WORDS: dict[str, Color] = {
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "grey": (128, 128, 128),
    "dark grey": (64, 64, 64),
    "light grey": (192, 192, 192),
    "red": (255, 0, 0),
    "dark red": (150, 0, 0),
    "pink": (255, 150, 170),
    "orange": (255, 140, 0),
    "brown": (130, 75, 25),
    "yellow": (255, 255, 0),
    "olive": (128, 128, 0),
    "lime": (170, 255, 0),
    "green": (0, 255, 0),
    "dark green": (0, 110, 0),
    "light green": (150, 240, 150),
    "cyan": (0, 255, 255),
    "teal": (0, 128, 128),
    "blue": (0, 0, 255),
    "dark blue": (0, 0, 120),
    "light blue": (110, 170, 255),
    "purple": (128, 0, 160),
    "violet": (170, 110, 255),
    "magenta": (255, 0, 255),
}
"""Word -> levels of red, green and blue; chosen by eye."""


def color_of(name: str) -> Color:
    """The colour of a region's name.

    Args:
        name: "#rrggbb" or one of the words; "all" is white.
    Returns:
        Levels of red, green and blue, 0 to 255.
    """
    if name.startswith("#"):
        red, green, blue = bytes.fromhex(name[1:])
        return red, green, blue
    return WORDS["white" if name == "all" else name]


def named_color(name: str) -> str:
    """A region's name with a word for its colour: "#ff0000 (red)".

    Args:
        name: "#rrggbb"; any other is returned unchanged.
    """
    if not name.startswith("#"):
        return name
    red, green, blue = color_of(name)

    def difference(word: str) -> float:
        r, g, b = WORDS[word]
        return (
            2 * (r - red) ** 2 + 4 * (g - green) ** 2 + 3 * (b - blue) ** 2
        )  # the eye is most sensitive to green

    return f"{name} ({min(WORDS, key=difference)})"


def list_colors(names: Iterable[str]) -> str:
    """Regions' names with their words, separated by commas."""
    return ", ".join(named_color(name) for name in names)


def distance(name: str, other: str) -> float:
    """Largest difference of a channel between the colours of two regions, in [0, 1]."""
    return max(abs(a - b) for a, b in zip(color_of(name), color_of(other), strict=True)) / 255
