"""Photorealism: in every small window a picture is an affine function of the photo's colours."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.losses.base import LayerTarget, Loss, full_precision

SIDE = 3
"""Side of a window, px. Source: Levin, Lischinski, Weiss 2008; Luan et al. 2017."""

EPSILON = 1e-7
"""Regularises the affine map of flat windows, in sRGB squared. Source: Luan et al. 2017."""


def box_mean(planes: Tensor) -> Tensor:
    """Mean over each window that lies fully inside: (N, C, H, W) -> (N, C, H - 2, W - 2)."""
    return F.avg_pool2d(planes, SIDE, stride=1)


def box_spread(windows: Tensor) -> Tensor:
    """Sum, for each pixel, over the windows that contain it: (N, C, H - 2, W - 2) -> (N, C, H, W).

    It is the transpose of ``box_mean``, times the 9 pixels of a window.
    """
    padded = F.pad(windows, (SIDE - 1,) * 4)
    spread: Tensor = SIDE**2 * F.avg_pool2d(padded, SIDE, stride=1)
    return spread


def _split(planes: Tensor, first: int) -> Tensor:
    """(N, K * C, H, W) -> (N, K, C, H, W)."""
    return planes.view(planes.shape[0], first, -1, *planes.shape[2:])


def window_statistics(photo: Tensor, *, epsilon: float = EPSILON) -> dict[str, Tensor]:
    """What the operator needs of a photo, worked out once.

    Args:
        photo: (1, C, H, W) in [0, 1], both sides at least 3.
        epsilon: larger makes flat windows stiffer: less contrast is added to them.
    Returns:
        {"photo": (1, C, H, W), about its mean; "mean": (1, C, H - 2, W - 2); "inverse": (1, C, C, H - 2,
        W - 2), (covariance of the window + epsilon / 9)^-1}.
    Raises:
        ShapeError: photo is not (1, C, H, W).
    """
    expect(photo, "1 c h w", name="photo")
    photo = full_precision(photo)
    photo = photo - photo.mean((2, 3), keepdim=True)  # keeps rounding errors small; the operator is the same
    wide = photo.double() if photo.device.type != "mps" else photo
    mean = box_mean(wide)
    channels = photo.shape[1]
    products = (wide[:, :, None] * wide[:, None]).flatten(1, 2)  # (1, C * C, H, W)
    covariance = _split(box_mean(products), channels) - mean[:, :, None] * mean[:, None]
    diagonal = epsilon / SIDE**2 * torch.eye(channels).to(covariance)
    inverse = torch.linalg.inv(covariance.movedim((1, 2), (-2, -1)) + diagonal).movedim((-2, -1), (1, 2))
    return {"photo": photo, "mean": mean.to(photo), "inverse": inverse.to(photo).contiguous()}


def laplacian_product(values: Tensor, windows: LayerTarget) -> Tensor:
    """The matting Laplacian times a picture, without the matrix.

    (L v)_i = sum over windows k that contain i of v_i - a_k' I_i - b_k, where a_k and b_k are the affine map
    from the photo's colours I to v in the window, fitted by ridge regression.

    Args:
        values: (N, K, H, W), any range; each of the N * K planes is a vector v.
        windows: of the photo, as from ``window_statistics``; its H and W are the same.
    Returns:
        (N, K, H, W). Of a part of a picture it is right but for the outermost two rows and columns, so it is
        exact in tiles with a rim of 2 px.
    Raises:
        ShapeError: values is not (N, K, H, W) of the photo's H and W.

    Source: Levin, Lischinski, Weiss 2008, "A closed-form solution to natural image matting", eq. 12; by box
        filters: He, Sun, Tang 2010, "Fast matting using large kernel matting Laplacian matrices".
    Differs: nothing.
    """
    photo, mean, inverse = windows["photo"], windows["mean"], windows["inverse"]
    expect(values, f"n k {photo.shape[2]} {photo.shape[3]}", name="values")
    shifted = values - values.mean((2, 3), keepdim=True)  # L of a constant is 0
    value_mean = box_mean(shifted)  # (N, K, h, w)
    products = (shifted[:, :, None] * photo[:, None]).flatten(1, 2)  # (N, K * C, H, W)
    covariance = _split(box_mean(products), values.shape[1])  # (N, K, C, h, w)
    covariance = covariance - value_mean[:, :, None] * mean[:, None]
    slope = torch.stack(
        [(covariance * row[:, None]).sum(2) for row in inverse.unbind(1)], 2
    )  # (N, K, C, h, w)
    offset = value_mean - (slope * mean[:, None]).sum(2)  # (N, K, h, w)
    spread = _split(box_spread(slope.flatten(1, 2)), values.shape[1])  # (N, K, C, H, W)
    inside = box_spread(torch.ones_like(mean[:, :1]))  # (1, 1, H, W), windows that contain a pixel
    product: Tensor = inside * shifted - (spread * photo[:, None]).sum(2) - box_spread(offset)
    return product


class _Energy(torch.autograd.Function):
    """v' L v for each picture; its gradient 2 L v is known as soon as its value is."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, photo: Tensor, mean: Tensor, inverse: Tensor) -> Tensor:
        """(N, K, H, W) -> (N,)."""
        product = laplacian_product(values, {"photo": photo, "mean": mean, "inverse": inverse})
        ctx.save_for_backward(product)
        return (values * product).flatten(1).sum(1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None, None]:
        """(N,) -> (N, K, H, W)."""
        (product,) = ctx.saved_tensors
        return 2 * gradient[:, None, None, None] * product, None, None, None


def matting_energy(images: Tensor, windows: LayerTarget) -> Tensor:
    """How far a picture is, in windows of 3 x 3 px, from an affine function of the photo's colours.

    sum over channels c of V_c' L V_c, divided by H * W

    Args:
        images: (N, C, H, W), sRGB in [0, 1].
        windows: of the photo, as from ``window_statistics``.
    Returns:
        (N,), in sRGB squared; 0 for a constant, and for a photo with other colours, brightness or contrast
        nearly 0: as much as ``EPSILON`` allows.
    Raises:
        ShapeError: images is not (N, C, H, W) of the photo's H and W.

    Source: Luan, Paris, Shechtman, Bala 2017, "Deep photo style transfer", eq. 4.
    Differs: divided by the number of pixels, so that it does not grow with the picture.
    """
    photo = windows["photo"]
    expect(images, f"n c {photo.shape[2]} {photo.shape[3]}", name="images")
    energy: Tensor = _Energy.apply(full_precision(images), photo, windows["mean"], windows["inverse"])  # type: ignore[no-untyped-call]
    mean: Tensor = energy / (photo.shape[2] * photo.shape[3])
    return mean


class MattingLaplacianLoss(Loss):
    """Local deviation of a picture from an affine map of the photo's colours; see ``matting_energy``.

    Args:
        layers: {"image": weight} as a rule.
        epsilon: as for ``window_statistics``.
    """

    def __init__(self, layers: dict[str, float], *, epsilon: float = EPSILON) -> None:
        super().__init__(layers)
        self.epsilon = epsilon

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """As ``window_statistics``, of the photo."""
        return window_statistics(features, epsilon=self.epsilon)

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N, C, H, W) -> (N,)."""
        return matting_energy(features, target)
