"""The colours that a canvas should have: those of the photo, moved to the styles' palette."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from impasto.images.color_distribution import SMALL_PX, transfer_distribution
from impasto.images.oklab import oklab
from impasto.images.resize import fit, resize
from impasto.synthesis.styles import Style, colors_of


def target_colors(photo: Tensor, styles: Sequence[Style]) -> Tensor | None:
    """A small copy of a photo with the distribution of colours of the styles.

    Args:
        photo: (1, 3, H, W), sRGB in [0, 1].
        styles: by their shares; the photo's own statistics and fine styles do not count.
    Returns:
        (1, 3, h, w), OKLab, of at most ``SMALL_PX`` on the long side; None where no style counts.

    Source: as ``transfer_distribution``.
    """
    counted = [style for style in styles if style.share > 0 and not (style.own or style.fine)]
    if not counted:
        return None
    small = resize(photo, fit(photo.shape[2], photo.shape[3], SMALL_PX)).double().cpu()
    moved = transfer_distribution(small, colors_of(counted).double().cpu()).clamp(0, 1)
    return oklab(moved.float()).to(photo.device)
