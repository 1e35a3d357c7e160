"""Whose colours a painting has, and what of the photo stays: before the first step, and at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from torch import Tensor

from impasto.errors import SettingError
from impasto.images.color import grey, luminance, match_luminance, with_luminance_of
from impasto.images.color_match import match_colors
from impasto.images.io import Picture
from impasto.images.masks import resize_guides
from impasto.images.resize import resize
from impasto.settings import StylizeSettings


@dataclass(frozen=True)
class Colors:
    """What happens to colours around a painting.

    Attributes:
        mode: as ``StylizeSettings.colors``.
        color_map: as there.
        original: the photo, (1, 3, H, W) in [0, 1]; None if there is none.
        photo: the photo as the losses see it: grey where only luminance is painted.
        keep: (1, 1, H, W) in [0, 1], what stays of the photo; None if nothing does.

    Source: Gatys, Bethge, Hertzmann, Shechtman 2016, "Preserving color in neural artistic style transfer".
    Differs: the inverse of the colour transform is exact, not rounded as published.
    """

    mode: str
    color_map: str
    original: Tensor | None
    photo: Tensor | None
    keep: Tensor | None = None

    @classmethod
    def of(cls, settings: StylizeSettings, photo: Picture | None, *, keep: Tensor | None) -> Colors:
        """As the settings say.

        Raises:
            SettingError: colours are to be those of a photo, and there is none.
        """
        if photo is None and settings.colors != "style":
            raise SettingError(
                "there is no photo whose colours could be kept", got=settings.colors, expected="style"
            )
        original = None if photo is None else photo.pixels
        seen = original
        if original is not None and settings.colors == "luminance":
            seen = grey(luminance(original))
        return cls(settings.colors, settings.color_map, original, seen, keep)

    def painting(self, picture: Picture) -> Picture:
        """A painting as the losses see it: in the colours of the photo where it is painted, or grey."""
        if self.original is None or self.mode in ("style", "luminance-after"):
            return picture
        if self.mode == "luminance":
            light = match_luminance(luminance(picture.pixels), luminance(self._painted(self.original)))
            return replace(picture, pixels=grey(light))
        method = self.color_map if self.mode == "match" else self.mode
        return replace(
            picture, pixels=match_colors(picture.pixels, self._painted(self.original), method=method)
        )

    def _painted(self, photo: Tensor) -> Tensor:
        """The pixels that do not stay as they are, in a row: (1, 3, 1, P); the photo if all are painted."""
        if self.keep is None:
            return photo
        return photo.flatten(2)[:, :, (self.keep < 0.5).flatten()][:, :, None]

    @property
    def untouched(self) -> bool:
        """Whether the canvas is the picture as it is."""
        return self.original is None or (self.keep is None and not self.mode.startswith("luminance"))

    def finish(self, canvas: Tensor) -> Tensor:
        """The picture of a canvas: with the photo's chroma, and what is kept of the photo.

        Args:
            canvas: (1, 3, h, w) in [0, 1], any size.
        Returns:
            (1, 3, h, w) in [0, 1].
        """
        if self.original is None or self.untouched:
            return canvas
        size = (canvas.shape[2], canvas.shape[3])
        photo = resize(self.original.to(canvas.device), size)
        if self.mode.startswith("luminance"):
            canvas = with_luminance_of(canvas, photo)
        if self.keep is not None:
            canvas = canvas.lerp(photo, resize_guides(self.keep.to(canvas.device), size))
        return canvas

    def finishing(self, snapshot: Callable[[], Tensor]) -> Callable[[], Tensor]:
        """The same of what a step shows."""
        return lambda: self.finish(snapshot())
