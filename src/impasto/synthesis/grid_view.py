"""A canvas that is a bilateral grid: the network sees the photo as the grid changes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from torch import Tensor

from impasto.images.bilateral_grid import slice_grid
from impasto.synthesis.feature_view import FeatureView, Shift

GRID = "grid"
"""The layer that is the canvas itself."""


@dataclass(frozen=True, kw_only=True)
class GridView(FeatureView):
    """A network that reads the slice of a grid.

    Attributes:
        photo: (1, 3, h, w), sRGB in [0, 1], what the grid is sliced with.
        masks: (1, R, h, w) in [0, 1], sum 1 over R.
    """

    photo: Tensor
    masks: Tensor

    def features(self, image: Tensor, layers: Iterable[str], shift: Shift = (0, 0)) -> dict[str, Tensor]:
        """Features of the slice of a grid; "image" is the slice, "grid" the grid.

        Args:
            image: (1, R * 12 * 8, 16, 16), the grid.
            layers: of the network, "image" or "grid".
            shift: as for ``FeatureView.features``.
        Returns:
            {layer: (1, C, h, w)}.
        """
        picture = slice_grid(image, self.photo, self.masks)
        return {**super().features(picture, set(layers) - {GRID}, shift), GRID: image}
