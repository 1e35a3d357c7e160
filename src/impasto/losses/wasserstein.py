"""Style as a Gaussian cloud of activations: mean and covariance, compared by their Wasserstein distance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from impasto.checks import expect
from impasto.losses.base import LayerTarget, PositionSums, positions, precise, rounded_root
from impasto.losses.gram import moments_and_products

EPSILON = 1e-12
"""Keeps the relative distance to a black picture finite."""

RIDGE = 1e-4
"""Added to both diagonals, relative to the target's mean variance: less is rounding of float32."""

PAPER_RIDGE = 1e-4
"""Added to both diagonals in Crowson's loss, in activation squared."""


def covariance_matrix(mean: Tensor, products: Tensor) -> Tensor:
    """Covariance of channels from raw moments: E[F F'] - E[F] E[F]'.

    Args:
        mean: (N, C), mean over positions.
        products: (N, C, C), mean over positions of the products of two channels.
    Returns:
        (N, C, C), symmetric, float64, as it is the difference of two large numbers. On the CPU where the
        device (Apple's MPS) has no float64, and so is everything made from it.
    """
    mean, products = precise(mean), precise(products)
    return products - mean[:, :, None] * mean[:, None, :]


def symmetric_root(matrix: Tensor, *, low: Tensor) -> Tensor:
    """The symmetric R with R R = A, after small eigenvalues of A are raised to a floor.

    Args:
        matrix: (N, C, C), symmetric.
        low: (N, 1) or (), > 0; the floor. Rounding makes small eigenvalues negative.
    Returns:
        (N, C, C).
    """
    values, vectors = torch.linalg.eigh(matrix)
    root: Tensor = (vectors * values.clamp_min(low).sqrt()[:, None, :]) @ vectors.mT
    return root


def bures_distance(covariance: Tensor, root: Tensor) -> Tensor:
    """Squared Wasserstein-2 distance of two centred Gaussian clouds of covariances C and A.

    tr(A) + tr(C) - 2 tr((R C R)^(1/2)), with A = R R, worked out as tr((1 - T) C (1 - T)), where
    T = R (R C R)^(-1/2) R is the optimal transport map

    The second form is a sum of squares: no large numbers cancel, it is 0 at C = A, and its gradient by C is
    1 - T. So one eigendecomposition a call suffices, the gradient is exact even where eigenvalues coincide,
    and none goes through the eigenvectors.

    Measured at C = 512 on one thread: 19 ms for the eigendecomposition in float64, 3 ms for each of five
    products; twelve Newton-Schulz rounds, which are not exact, take 52 ms forward in float32 and as long
    again backward. Float32 is not enough: the eigenvalues of R C R are squares of variances, so that those of
    weak channels are lost. A Cholesky factor of C avoids the squares, but needs the singular values of a
    product, and their decomposition takes twice as long (C = 256). With fewer positions than channels the
    decomposition could be that of a smaller matrix, but not from sums over positions.

    Args:
        covariance: (N, C, C), symmetric, positive up to rounding; float64.
        root: (1, C, C), R, the symmetric root of the target's covariance, positive; float64.
    Returns:
        (N,), >= 0, in activation squared.

    Source: Dowson, Landau 1982, "The Fréchet distance between multivariate normal distributions"; the map:
    Takatsu 2011, "Wasserstein geometry of Gaussian measures".
    Differs: nothing.
    """
    distance: Tensor = _Bures.apply(covariance, root)  # type: ignore[no-untyped-call]
    return distance


def transport_map(covariance: Tensor, root: Tensor) -> Tensor:
    """The optimal transport map from a centred Gaussian cloud of covariance C to one of R R.

    T = R (R C R)^(-1/2) R, so that T C T = R R

    Args:
        covariance: (N, C, C), C, symmetric, positive up to rounding; float64.
        root: (1 or N, C, C), R, symmetric, positive; float64.
    Returns:
        (N, C, C), symmetric.

    Source: Takatsu 2011, "Wasserstein geometry of Gaussian measures".
    Differs: nothing.
    """
    values, vectors = torch.linalg.eigh(root @ covariance @ root)
    rounding = torch.finfo(values.dtype).eps * values[:, -1:] + torch.finfo(values.dtype).tiny
    product = root @ vectors  # (N, C, C)
    transport: Tensor = product * torch.maximum(values, rounding).rsqrt()[:, None, :] @ product.mT
    return transport


class _Bures(torch.autograd.Function):
    """tr((1 - T) C (1 - T)), with the gradient 1 - T."""

    @staticmethod
    def forward(ctx: Any, covariance: Tensor, root: Tensor) -> Tensor:
        """(N, C, C), (1, C, C) -> (N,)."""
        if not bool(covariance.isfinite().all()):  # LAPACK would raise an error of its own
            ctx.save_for_backward(torch.full_like(covariance, torch.nan))
            return covariance.new_full((len(covariance),), torch.nan)
        transport = transport_map(covariance, root)
        rest = torch.eye(root.shape[-1], dtype=root.dtype, device=root.device) - transport
        ctx.save_for_backward(rest)
        distance: Tensor = (rest @ covariance * rest).sum((1, 2)).clamp_min(0)
        return distance

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        """(N,) -> (N, C, C)."""
        (rest,) = ctx.saved_tensors
        return gradient[:, None, None] * rest, None


def ridged_covariance(
    mean: Tensor, products: Tensor, target: LayerTarget, *, relative: bool
) -> tuple[Tensor, Tensor]:
    """The covariance with a ridge on its diagonal, (N, C, C), and the ridge, (1 or N, 1, 1); float64.

    Args:
        mean: as for ``covariance_matrix``.
        products: as for ``covariance_matrix``.
        target: raw moments {"mean": (1 or N, C), "products": (1 or N, C, C)}.
        relative: a ridge in proportion to the target's mean variance, or ``PAPER_RIDGE``.
    """
    covariance = covariance_matrix(mean, products)
    ridge = covariance.new_full((1, 1, 1), PAPER_RIDGE)
    if relative:
        variance = precise(_trace(target["products"]) - target["mean"].square().sum(1))
        ridge = (RIDGE * variance.clamp_min(0) / mean.shape[1] + EPSILON)[:, None, None]
    eye = torch.eye(mean.shape[1], dtype=covariance.dtype, device=covariance.device)
    return covariance + ridge * eye, ridge


def _trace(matrix: Tensor) -> Tensor:
    """(N, C, C) -> (N,)."""
    return matrix.diagonal(dim1=1, dim2=2).sum(1)


class WassersteinLoss(PositionSums):
    """Wasserstein-2 distance between the activations of two pictures, each taken as one Gaussian cloud.

    W^2 = |m - n|^2 + tr(A + C - 2 (A^(1/2) C A^(1/2))^(1/2)); relative: W / (E|F_target|^2)^(1/2)

    A target keeps raw moments, which average across styles; covariances do not, so they are formed after
    blending. ``finish`` adds the root of the target's covariance, which is otherwise made at each call. Exact
    under tiling.

    Args:
        layers: {layer: weight}.
        relative: the distance itself, relative to the target's size, about 1 for a grey picture, so that a
            weight means the same for all layers (ours), or its square, divided by the number of channels.

    Source: Katherine Crowson, style-transfer-pytorch (2021), which measures W^2 / C.
    Differs: the root is exact instead of twelve Newton-Schulz rounds, in float64 instead of float32; relative
    as ``relative_gram_distance`` and for the same reason. The ridge on both diagonals is in proportion to
    the target, unless ``relative`` is off.
    """

    derived = ("root",)

    def __init__(self, layers: Mapping[str, float], *, relative: bool = True) -> None:
        super().__init__(layers)
        self.relative = relative

    def layer_interpolate(self, start: LayerTarget, end: LayerTarget, share: float) -> LayerTarget:
        """The Gaussian cloud on the shortest way between two, where a blend would hold both clouds at once.

        mean = (1 - t) m + t n, covariance = M A M with M = (1 - t) 1 + t T, T the optimal transport map

        A blend of the photo's and the painting's clouds is wider than either, along the line between their
        means: half of the picture then takes the painting's colours and half the photo's, in patches.

        Args:
            start: {"mean": (1, C), "products": (1, C, C)}, the target at share 0.
            end: the same at share 1.
            share: t, 0 to 1.
        Returns:
            The same parts.

        Source: McCann 1997, "A convexity principle for interacting gases"; Takatsu 2011.
        Differs: nothing.
        """
        covariance, ridge = ridged_covariance(start["mean"], start["products"], start, relative=self.relative)
        end_covariance, end_ridge = ridged_covariance(
            end["mean"], end["products"], end, relative=self.relative
        )
        transport = transport_map(covariance, symmetric_root(end_covariance, low=end_ridge[:, 0]))
        eye = torch.eye(transport.shape[-1], dtype=transport.dtype, device=transport.device)
        displacement = (1 - share) * eye + share * transport
        mean = torch.lerp(precise(start["mean"]), precise(end["mean"]), share)
        between_ridge = torch.lerp(ridge.sqrt(), end_ridge.sqrt(), share).square()
        between = displacement @ covariance @ displacement.mT - between_ridge * eye
        products = between + mean[:, :, None] * mean[:, None, :]
        return {"mean": mean.to(start["mean"]), "products": products.to(start["products"])}

    def layer_finish(self, target: LayerTarget) -> LayerTarget:
        """Adds {"root": (1, C, C)}, float64: the symmetric root of the target's covariance and ridge."""
        covariance, ridge = ridged_covariance(
            target["mean"], target["products"], target, relative=self.relative
        )
        return {**target, "root": symmetric_root(covariance, low=ridge[:, 0])}

    def sums(self, features: Tensor, target: LayerTarget) -> dict[str, Tensor]:
        """{"mean": (N, C), "products": (N, C, C), "positions": ()}, sums of F and of F F'."""
        expect(features, "n c h w", name="features")
        weights = target.get("weights")
        mean, products = moments_and_products(features, weights)
        return {"mean": mean, "products": products, "positions": positions(features, weights)}

    def distance(self, sums: Mapping[str, Tensor], target: LayerTarget) -> Tensor:
        """(N,), >= 0."""
        mean = sums["mean"] / sums["positions"]
        products = sums["products"] / sums["positions"]
        covariance, _ = ridged_covariance(mean, products, target, relative=self.relative)
        root = target["root"] if "root" in target else self.layer_finish(target)["root"]
        shape = bures_distance(covariance, root).to(mean)
        square: Tensor = (mean - target["mean"]).square().sum(1) + shape
        if not self.relative:
            return square / mean.shape[1]
        return rounded_root(square / (_trace(target["products"]) + EPSILON))
