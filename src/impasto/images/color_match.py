"""Match a picture's colours to another's, by a linear map or by the whole distribution."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from impasto import registry
from impasto.checks import expect
from impasto.images.color_distribution import transfer_distribution

NOISE, NOISE_SHARE = 2 / 255, 0.02
"""Standard deviation along a colour axis that JPEG and paper give a grey picture, absolute and as a fraction
of the deviation along the main axis; measured on paintings."""

EPSILON = 1e-9
"""Added to variances so that they can be inverted: about a hundredth of an 8-bit level, squared."""


def cholesky(source: Tensor, target: Tensor) -> Tensor:
    """A = L_t L_s^-1, with C = L L^T (Cholesky factors).

    Args:
        source: (3, 3) covariance of the picture's colours, positive.
        target: (3, 3) covariance to reach, positive.
    Returns:
        (3, 3), lower triangular, with A C_s A^T = C_t.

    Source: Gatys et al. 2016, "Preserving Color in Neural Artistic Style Transfer".
    Differs: nothing.
    """
    lower = torch.linalg.cholesky(target)
    matrix: Tensor = lower @ torch.linalg.inv(torch.linalg.cholesky(source))
    return matrix


def pca(source: Tensor, target: Tensor) -> Tensor:
    """A = C_t^1/2 C_s^-1/2: whiten along the principal axes, then scale along those of the other picture.

    Args:
        source: (3, 3) covariance of the picture's colours, positive.
        target: (3, 3) covariance to reach, positive.
    Returns:
        (3, 3), with A C_s A^T = C_t.

    Source: Gatys et al. 2016, "Preserving Color in Neural Artistic Style Transfer"; Hertzmann et al. 2001.
    Differs: nothing.
    """
    return _power(target, 0.5) @ _power(source, -0.5)


def monge_kantorovich(source: Tensor, target: Tensor) -> Tensor:
    """A = C_s^-1/2 (C_s^1/2 C_t C_s^1/2)^1/2 C_s^-1/2: the map that moves colours least.

    Args:
        source: (3, 3) covariance of the picture's colours, positive.
        target: (3, 3) covariance to reach, positive.
    Returns:
        (3, 3), symmetric, positive, with A C_s A^T = C_t.

    Source: Pitie, Kokaram 2007, "The linear Monge-Kantorovitch linear colour mapping".
    Differs: nothing.
    """
    root, inverse = _power(source, 0.5), _power(source, -0.5)
    return inverse @ _power(root @ target @ root, 0.5) @ inverse


LINEAR_MAPS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "cholesky": cholesky,
    "pca": pca,
    "monge-kantorovich": monge_kantorovich,
}
"""Name -> function(covariance of the picture, covariance to reach) -> matrix of (3, 3)."""

METHODS = (*LINEAR_MAPS, "histogram")
"""Methods of ``match_colors``."""


Adjust = Callable[[str, Tensor], Tensor]
"""("mean" or "covariance", that of the picture) -> the one to use."""


def match_colors(picture: Tensor, like: Tensor, *, method: str, adjust: Adjust | None = None) -> Tensor:
    """``map_colors``, clipped to [0, 1] and in the picture's dtype."""
    return map_colors(picture, like, method=method, adjust=adjust).clamp_(0, 1).to(picture.dtype)


def map_colors(picture: Tensor, like: Tensor, *, method: str, adjust: Adjust | None = None) -> Tensor:
    """Give a picture the colour distribution of another, without clipping.

    x' = A (x - mu_s) + mu_t

    Noise is reduced, not amplified: along colour axes where the picture hardly varies (a grey painting has
    only the chroma that JPEG left), stretching would show coloured specks.

    Args:
        picture: (1, 3, H, W) in [0, 1].
        like: (1, 3, h, w) in [0, 1], the picture to match.
        method: one of METHODS. The linear maps reach the mean and covariance of ``like``, "histogram" its
            whole distribution.
        adjust: changes the picture's statistics before a linear map is made of them, so that the frames of a
            video have one map; None: no change.
    Returns:
        (1, 3, H, W), float64, about [0, 1]. It has the mean of ``like``, and its covariance if no axis of the
        picture must be stretched whose deviation is below 2 / 255 or below 2 % of the main axis'.
    Raises:
        SettingError: there is no such method.
        ShapeError: a picture is not (1, 3, H, W).

    Source: Gatys et al. 2016, "Preserving Color in Neural Artistic Style Transfer"; for "histogram" see
        ``color_distribution``.
    Differs: noise is reduced; theirs adds 1e-5 to both covariances instead.
    """
    registry.check(METHODS, method, kind="way to match colours")
    expect(picture, "1 3 h w", name="picture")
    expect(like, "1 3 h w", name="picture to match")
    source, target = picture[0].flatten(1).double(), like[0].flatten(1).double()  # (3, P), (3, Q)
    if method != "histogram":
        return _linear(source, target, LINEAR_MAPS[method], adjust).view(picture.shape)
    near = _linear(source, target, monge_kantorovich)
    # A picture without chroma cannot reach all of the target: the target is reduced to what it reaches.
    mean = target.mean(1, keepdim=True)
    reached = monge_kantorovich(_covariance(target), _covariance(near)) @ (target - mean) + mean
    shaped = transfer_distribution(near.view(picture.shape), reached.view(like.shape))
    return _linear(shaped[0].flatten(1), reached, monge_kantorovich).view(picture.shape)


def linear_match(source: Tensor, target: Tensor, *, method: str = "monge-kantorovich") -> Tensor:
    """The affine map of colours that ``map_colors`` applies, for colours instead of pictures.

    Args:
        source: (3, P), colours in [0, 1].
        target: (3, Q), colours in [0, 1], whose mean and covariance are to be reached.
        method: a name in LINEAR_MAPS.
    Returns:
        (3, 4), in the dtype of the source: output = matrix @ (red, green, blue, 1).
    Raises:
        SettingError: there is no such method.
    """
    registry.check(LINEAR_MAPS, method, kind="linear way to match colours")
    wide, wanted = source.double(), target.double()
    matrix, mean = _affine(wide, wanted, LINEAR_MAPS[method], None)
    return torch.cat([matrix, wanted.mean(1, keepdim=True) - matrix @ mean], 1).to(source)


def _linear(
    source: Tensor,
    target: Tensor,
    linear_map: Callable[[Tensor, Tensor], Tensor],
    adjust: Adjust | None = None,
) -> Tensor:
    """(3, P), (3, Q) -> (3, P): source colours with the mean and covariance of the target, noise reduced."""
    matrix, mean = _affine(source, target, linear_map, adjust)
    return matrix @ (source - mean) + target.mean(1, keepdim=True)


def _affine(
    source: Tensor,
    target: Tensor,
    linear_map: Callable[[Tensor, Tensor], Tensor],
    adjust: Adjust | None,
) -> tuple[Tensor, Tensor]:
    """(3, P), (3, Q) -> (3, 3), (3, 1): the matrix of ``_linear``, and the mean that it is centred on."""
    covariance, mean, of_source = _covariance(target), source.mean(1, keepdim=True), _covariance(source)
    if adjust is not None:
        mean, of_source = adjust("mean", mean), adjust("covariance", of_source)
    lifted, damping = _without_noise(of_source, covariance)
    return linear_map(lifted, covariance) @ damping, mean


def _covariance(colors: Tensor) -> Tensor:
    """(3, P) -> (3, 3), over all pixels; never singular."""
    centred = colors - colors.mean(1, keepdim=True)
    return centred @ centred.mT / colors.shape[1] + EPSILON * torch.eye(3).to(colors)


def _power(covariance: Tensor, exponent: float) -> Tensor:
    """Power of a symmetric positive matrix, (3, 3)."""
    values, axes = torch.linalg.eigh(covariance)
    root: Tensor = axes @ (values.clamp(min=EPSILON**2) ** exponent).diag() @ axes.mT
    return root


def _without_noise(source: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Raise the variances that are noise and would be stretched.

    Returns:
        (3, 3), the raised covariance; (3, 3), a map that damps these axes: old variance / raised variance.
    """
    values, axes = torch.linalg.eigh(source)
    target_values = (axes.mT @ target @ axes).diagonal()
    floor = torch.clamp(NOISE_SHARE**2 * values[-1], min=NOISE**2)
    lifted = torch.maximum(values, torch.minimum(floor, target_values))
    return axes @ lifted.diag() @ axes.mT, axes @ (values / lifted).diag() @ axes.mT
