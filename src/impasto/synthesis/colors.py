"""Whose colours the result has, and what stays of the photo: before the first step, and at the end."""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import Tensor

from impasto.images.color import grey, luminance, match_luminance, with_luminance_of
from impasto.images.color_match import match_colors
from impasto.images.io import Picture
from impasto.images.masks import resize_guides
from impasto.images.plain_ground import flatten_grounds
from impasto.images.resize import resize


@dataclass(frozen=True)
class Colors:
    """Whose colours the result has, and what stays of the photo.

    Attributes:
        mode: "style", "match", "histogram", "luminance" or "luminance-after".
        color_map: the linear map of "match": "monge-kantorovich", "pca" or "cholesky".
        photo: (1, 3, H, W) in [0, 1].
        keep: (1, 1, H, W) in [0, 1], what stays of the photo; None if nothing does.
        grounds: (1, R, h, w) in [0, 1], plain grounds that stay plain (``plain_grounds``); None for none.
        grey: photo and styles are grey, and so is the result.

    Source: Gatys, Bethge, Hertzmann, Shechtman 2016, "Preserving color in neural artistic style transfer".
    Differs: the inverse of the colour transform is exact, not rounded as published.
    """

    mode: str
    color_map: str
    photo: Tensor
    keep: Tensor | None = None
    grounds: Tensor | None = None
    grey: bool = False

    @property
    def content(self) -> Tensor:
        """The photo as the losses see it, (1, 3, H, W): grey where only luminance is painted."""
        return grey(luminance(self.photo)) if self.mode == "luminance" else self.photo

    def style(self, picture: Picture) -> Picture:
        """A style's picture as the losses see it: in the colours of the photo's painted part, or grey."""
        if self.mode in ("style", "luminance-after"):
            return picture
        if self.mode == "luminance":
            light = match_luminance(luminance(picture.pixels), luminance(self._painted_part()))
            return replace(picture, pixels=grey(light))
        method = self.color_map if self.mode == "match" else self.mode
        return replace(picture, pixels=match_colors(picture.pixels, self._painted_part(), method=method))

    def finish(self, canvas: Tensor) -> Tensor:
        """The picture of a canvas: with the photo's chroma, and what is kept of the photo.

        Args:
            canvas: (1, 3, h, w) in [0, 1], any size.
        Returns:
            (1, 3, h, w) in [0, 1]; the canvas itself where nothing of the photo is put back.
        """
        if self.grey:
            canvas = grey(luminance(canvas))
        if self.grounds is not None:
            canvas = flatten_grounds(canvas, self.grounds)
        if self.keep is None and not self.mode.startswith("luminance"):
            return canvas
        size = (canvas.shape[2], canvas.shape[3])
        photo = resize(self.photo.to(canvas.device), size)
        if self.mode.startswith("luminance"):
            canvas = with_luminance_of(canvas, photo)
        if self.keep is not None:
            canvas = canvas.lerp(photo, resize_guides(self.keep.to(canvas.device), size))
        return canvas

    def _painted_part(self) -> Tensor:
        """The photo's pixels that do not stay, in a row: (1, 3, 1, P); the photo if all are painted."""
        if self.keep is None:
            return self.photo
        return self.photo.flatten(2)[:, :, (self.keep < 0.5).flatten()][:, :, None]
