"""Pictures to start with: styles and maps drawn by our own code, photos that come with scikit-image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impasto.registry import find

if TYPE_CHECKING:
    from PIL.Image import Image

DRAWINGS = {
    "swirl": "impasto.samples.swirl:draw",
    "mosaic": "impasto.samples.mosaic:draw",
    "woodcut": "impasto.samples.woodcut:draw",
    "watercolour": "impasto.samples.watercolour:draw",
    "pointillism": "impasto.samples.pointillism:draw",
    "stained-glass": "impasto.samples.stained_glass:draw",
}
"""Sample styles: name -> function(size, *, seed) -> (H, W, 3) bytes."""

LABELLINGS = {
    "swirl-map": "impasto.samples.swirl_map:draw_map",
    "swirl-doodle": "impasto.samples.swirl_map:draw_doodle",
}
"""Sample label maps: name -> function(size) -> (H, W, 3) bytes."""

PHOTOGRAPHS = {
    "astronaut": "skimage.data:astronaut",
    "chelsea": "skimage.data:chelsea",
    "coffee": "skimage.data:coffee",
    "rocket": "skimage.data:rocket",
}
"""Sample photos: name -> function() -> (H, W, 3) bytes; only files inside the package, so no network."""

MASKED = {"coffee": "impasto.samples.masks:coffee"}
"""Sample masks, by the photo they go with: name -> function() -> (H, W) bytes."""

STYLES: tuple[str, ...] = tuple(DRAWINGS)
"""Names of the sample styles."""

MAPS: tuple[str, ...] = tuple(LABELLINGS)
"""Names of the sample label maps: that of the swirl, and a doodle in its colours."""

PHOTOS: tuple[str, ...] = tuple(PHOTOGRAPHS)
"""Names of the sample photos."""

MASKS: tuple[str, ...] = tuple(MASKED)
"""Names of the sample photos that have a mask."""


def style(name: str) -> Image:
    """A style picture, drawn on each call, which takes one to three seconds.

    Args:
        name: one of ``STYLES``.
    Returns:
        An RGB picture with sides of 768 px or more, the same bytes each time.
    Raises:
        SettingError: there is no style of that name.
    """
    from PIL import Image

    return Image.fromarray(find(DRAWINGS, name, kind="sample style")())


def label_map(name: str) -> Image:
    """A label map, for doodles and masks.

    Args:
        name: one of ``MAPS``; ``swirl-map`` is that of the style ``swirl``, at its size.
    Returns:
        An RGB picture in six flat colours.
    Raises:
        SettingError: there is no map of that name.
    """
    from PIL import Image

    return Image.fromarray(find(LABELLINGS, name, kind="sample map")())


def photo(name: str) -> Image:
    """A photo to paint.

    Args:
        name: one of ``PHOTOS``.
    Returns:
        An RGB picture with sides of 300 to 640 px.
    Raises:
        SettingError: there is no photo of that name.
    """
    from PIL import Image

    return Image.fromarray(find(PHOTOGRAPHS, name, kind="sample photo")())


def mask(name: str) -> Image:
    """The grey mask of the main thing in a sample photo.

    Args:
        name: one of ``MASKS``.
    Returns:
        A grey picture of the photo's size, white where the thing is.
    Raises:
        SettingError: there is no mask of that name.
    """
    from PIL import Image

    return Image.fromarray(find(MASKED, name, kind="sample mask")())
