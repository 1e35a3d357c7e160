"""Evenness: where the photo does not vary, the picture may vary by fine strokes only."""

from __future__ import annotations

from torch import Tensor

from impasto.checks import expect
from impasto.images.pyramid import cells
from impasto.losses.base import LayerTarget, Loss, full_precision
from impasto.losses.matting_laplacian import SIDE, matting_energy, window_statistics

GRID = 96
"""Cells along the long side: what is smaller than about 1 % of the picture, as fine strokes are, is free."""

STIFFNESS = 1e-4
"""Regularises the affine map of flat windows, in sRGB squared; ``window_statistics`` divides it by 9. So a
window in which the photo's cells differ by less than 0.003, which is what noise of 0.01 leaves at 512 px,
counts as even. Chosen by eye; with 1e-2 small motifs lose their own colours."""

EPSILON = 1e-4
"""Added to the variance of the picture's cells, in sRGB squared: a picture of one colour is even."""


def unevenness(colors: Tensor, windows: LayerTarget) -> Tensor:
    """What no affine map of the photo's colours explains in windows of 3 x 3 cells, relative to the variance.

    sum over channels c of V_c' L V_c / (3 h w (var + EPSILON)), L the matting Laplacian of the photo's grid,
    V the colours, var their variance over the grid, mean over channels

    Args:
        colors: (N, 3, h, w), sRGB in [0, 1].
        windows: of the photo's grid, as from ``window_statistics``.
    Returns:
        (N,), 0 to about 9, as a cell lies in nine windows; about 0 for the photo in any other colours,
        brightness and contrast, as far as ``STIFFNESS`` allows.

    Source: the energy is that of Luan et al. 2017, eq. 4; see ``matting_energy``.
    Differs: of a small grid, so that fine strokes stay free, and relative to the variance of the picture, so
    that it does not depend on the style's contrast.
    """
    variance = colors.var((2, 3), correction=0).mean(1)
    relative: Tensor = matting_energy(colors, windows) / colors.shape[1] / (variance + EPSILON)
    return relative


class EvennessLoss(Loss):
    """What varies, above about 1 % of the picture, where the photo does not; see ``unevenness``.

    Deep activations answer to edges. Where the painting's colours leave no room for the photo's contrast, an
    edge is kept by a halo along it, and plain areas get blotches. Both are uneven where the photo is even.

    max(0, unevenness of the canvas - unevenness of the photo)

    Args:
        layers: {"image": weight}.

    Source: as ``unevenness``.
    """

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """As ``window_statistics``, of the photo's grid; and "own": (1,), what the photo itself has."""
        grid = self._grid(features)
        windows = window_statistics(grid, epsilon=STIFFNESS)
        return {**windows, "own": unevenness(grid, windows)}

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N, 3, H, W) -> (N,)."""
        excess: Tensor = unevenness(self._grid(features), target) - target["own"]
        return excess.clamp_min(0)

    def _grid(self, features: Tensor) -> Tensor:
        expect(features, "n c h w", name="image")
        return cells(full_precision(features), GRID, least=SIDE)
