"""What a place looks like, beside its activations: colour, and how much detail there is around it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from skimage.exposure import match_histograms
from torch import Tensor

from impasto.images.color_distribution import SMALL_PX, transfer_distribution
from impasto.images.detail import detail_map
from impasto.images.oklab import oklab
from impasto.images.resize import fit, resize
from impasto.synthesis.styles import Style, colors_of

DETAIL = 0.5
"""OKLab units that all detail is worth, against none; chosen by eye among 0, 0.3, 0.5 and 1."""

DETAIL_SAMPLES = 1 << 16
"""Values, at most, that stand for the detail of several styles."""


def appearance(picture: Tensor) -> Tensor:
    """Colour and detail of every pixel.

    Args:
        picture: (1, 3, H, W), sRGB in [0, 1].
    Returns:
        (1, 4, H, W): OKLab, and ``detail_map`` times ``DETAIL``.
    """
    return torch.cat([oklab(picture), DETAIL * detail_map(picture)], 1)


def target_appearance(photo: Tensor, styles: Sequence[Style]) -> Tensor | None:
    """The appearance that a canvas should have: the photo's, in the amounts of the styles.

    Light places of the photo should get light colours of the styles, plain places the plainest of them.

    Args:
        photo: (1, 3, H, W), sRGB in [0, 1].
        styles: by their shares; the photo's own statistics and fine styles do not count.
    Returns:
        (1, 4, h, w), as ``appearance``, of at most ``SMALL_PX`` on the long side; None where no style counts.

    Source: colours as ``transfer_distribution``; detail by ranks, as histograms are matched.
    """
    counted = [style for style in styles if style.share > 0 and not (style.own or style.fine)]
    if not counted:
        return None
    small = _small(photo)
    colors = transfer_distribution(small.double(), colors_of(counted).cpu().double())
    theirs = torch.cat([_sample(detail_map(_small(x.picture.pixels)).flatten(), x.share) for x in counted])
    detail = match_histograms(detail_map(small)[0, 0].numpy(), theirs[None].numpy())
    joined = torch.cat([oklab(colors.clamp(0, 1).float()), DETAIL * torch.from_numpy(detail)[None, None]], 1)
    return joined.float().to(photo.device)


def _sample(values: Tensor, share: float) -> Tensor:
    """As many of some values as a share says, evenly spaced; of a small share at least one."""
    count = max(1, round(DETAIL_SAMPLES * share))
    return values[torch.arange(count) * len(values) // count]


def _small(picture: Tensor) -> Tensor:
    """(1, 3, H, W) -> (1, 3, h, w) of at most ``SMALL_PX``, on the CPU."""
    return resize(picture, fit(picture.shape[2], picture.shape[3], SMALL_PX)).float().cpu()
