"""The tabs of the page: for each row of ``registry.RECIPES``, for other media, and the one that explains.

A row that is not named in here gets the generic tab of ``tabs.recipe``, after those of ``ORDER``.
"""

from __future__ import annotations

from impasto.registry import RECIPES, find
from impasto.settings.themes import THEMES
from impasto.studio.context import StudioContext
from impasto.studio.tabs import audio, doodle, explain, recipe, several_photos, stylize, text, texture, video

ORDER = ("stylize", "texture", "doodle", "dream", "recolor", "interpolate")
"""The first tabs, from left to right; the one that explains is the last."""

MEDIA = ("several-photos", "video", "audio", "text")
"""Tabs of what is no single picture."""

CUSTOM = {
    "doodle": doodle.build,
    "explain": explain.build,
    "several-photos": several_photos.build,
    "video": video.build,
    "audio": audio.build,
    "text": text.build,
}
"""Tabs that are built by hand: name -> function(context)."""

VARIANTS = {
    "stylize": stylize.VARIANT,
    "texture": texture.VARIANT,
    "recolor": recipe.Variant(choices={"palette": tuple(THEMES)}),
    "interpolate": recipe.Variant(separate=("style_weights",)),  # they differ from picture to picture
}
"""What generic tabs have besides their row."""


def tab_names() -> tuple[str, ...]:
    """The tabs from left to right."""
    ordered = [name for name in ORDER if name in RECIPES]
    return (*ordered, *(name for name in RECIPES if name not in ORDER), *MEDIA, "explain")


def title(name: str) -> str:
    """The word on a tab."""
    return name.replace("-", " ").replace("_", " ").capitalize()


def build_tab(name: str, context: StudioContext) -> None:
    """Make the content of a tab."""
    if name in CUSTOM:
        CUSTOM[name](context)
    else:
        row = find(RECIPES, name, kind="recipe")
        recipe.build(context, row, VARIANTS.get(name, recipe.Variant()))
