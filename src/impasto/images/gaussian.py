"""Gaussian blur of a picture."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.errors import SettingError

REACH = 4.0
"""Half the width of the kernel, in sigmas; the weights beyond it sum to less than 1e-4."""


def gaussian_blur(image: Tensor, sigma_px: float) -> Tensor:
    """Replace each value by the mean of its surroundings, near ones weighted more.

    w(t) = exp(-t^2 / (2 sigma^2)) / sum of it over t = -r ... r, r = ceil(4 sigma), along columns, then rows

    Args:
        image: (N, C, H, W), any range.
        sigma_px: larger blurs more; above 0.
    Returns:
        (N, C, H, W), in the range of the image.
    Raises:
        ShapeError: image is not 4-D.
        SettingError: ``sigma_px`` is not above 0.

    Source: sampled Gaussian kernel, as in ``scipy.ndimage.gaussian_filter``.
    Differs: edges are reflected about the outermost pixel, which is not repeated; a side of at most r pixels
    repeats its edge.
    """
    expect(image, "n c h w", name="image")
    if not sigma_px > 0:
        raise SettingError("a blur needs a sigma above 0 px", got=str(sigma_px), attempt="1.0")
    reach = math.ceil(REACH * sigma_px)
    steps = torch.arange(-reach, reach + 1, dtype=image.dtype, device=image.device)
    weights = torch.exp(-(steps**2) / (2 * sigma_px**2))
    weights = weights / weights.sum()
    single = image.flatten(0, 1)[:, None]  # (N C, 1, H, W)
    mode = "reflect" if reach < image.shape[2] else "replicate"
    single = F.conv2d(F.pad(single, (0, 0, reach, reach), mode=mode), weights.view(1, 1, -1, 1))
    mode = "reflect" if reach < image.shape[3] else "replicate"
    single = F.conv2d(F.pad(single, (reach, reach, 0, 0), mode=mode), weights.view(1, 1, 1, -1))
    return single.view_as(image)
