"""A picture in the colours of another: linear maps of its colours, and the transfer of their distribution."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from impasto import registry
from impasto.checks import expect
from impasto.images.color_distribution import transfer_distribution

_NOISE = 2 / 255  # deviation along an axis of colour that JPEG and paper alone give a grey picture; measured
_NOISE_SHARE = 0.02  # the same, of the deviation along the main axis
_TINY = 1e-9  # variance that stands for none: a hundredth of a level of 8 bits, squared


def cholesky(source: Tensor, target: Tensor) -> Tensor:
    """A = L_t L_s^-1, with C = L L^T: red first, then what green adds to it, then blue.

    Args:
        source: (3, 3) covariance of the picture's colours, positive.
        target: (3, 3) covariance they shall have, positive.
    Returns:
        (3, 3), lower triangular, with A C_s A^T = C_t.

    Source: Gatys et al. 2016, "Preserving Color in Neural Artistic Style Transfer".
    Differs: nothing.
    """
    lower = torch.linalg.cholesky(target)
    matrix: Tensor = lower @ torch.linalg.inv(torch.linalg.cholesky(source))
    return matrix


def pca(source: Tensor, target: Tensor) -> Tensor:
    """A = C_t^1/2 C_s^-1/2: whiten along the picture's own axes, then colour along those of the other.

    Args:
        source: (3, 3) covariance of the picture's colours, positive.
        target: (3, 3) covariance they shall have, positive.
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
        target: (3, 3) covariance they shall have, positive.
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
"""What ``match_colors`` may be asked for."""


def match_colors(picture: Tensor, like: Tensor, *, method: str) -> Tensor:
    """Recolour a picture so that its colours are spread as another's.

    Args:
        picture: (1, 3, H, W) in [0, 1].
        like: (1, 3, h, w) in [0, 1], whose colours to take.
        method: one of METHODS. The linear maps give it the other's mean and covariance; "histogram" gives it
            the whole distribution.
    Returns:
        (1, 3, H, W) in [0, 1]: ``map_colors``, clipped.
    Raises:
        SettingError: there is no such method.
        ShapeError: one of them is no picture.
    """
    return map_colors(picture, like, method=method).clamp_(0, 1).to(picture.dtype)


def map_colors(picture: Tensor, like: Tensor, *, method: str) -> Tensor:
    """Recolour a picture so that its colours are spread as another's, before anything is clipped.

    x' = A (x - mu_s) + mu_t

    Along axes of colour where the picture has next to nothing (a grey painting has no chroma but what JPEG
    left), there is nothing to stretch: such noise fades instead of turning into confetti.

    Args:
        picture: (1, 3, H, W) in [0, 1].
        like: (1, 3, h, w) in [0, 1], whose colours to take.
        method: one of METHODS.
    Returns:
        (1, 3, H, W), float64, about [0, 1]. It has the mean of ``like``, and its covariance where every axis of
        the picture has a deviation of 2 / 255 and of 2 % of that of its main axis, or needs no stretching.
    Raises:
        SettingError: there is no such method.
        ShapeError: one of them is no picture.

    Source: Gatys et al. 2016, "Preserving Color in Neural Artistic Style Transfer"; for "histogram" see
        ``color_distribution``.
    Differs: noise fades; theirs adds 1e-5 to both covariances instead. The bound was measured on paintings.
    """
    registry.check(METHODS, method, kind="way to match colours")
    expect(picture, "1 3 h w", name="picture")
    expect(like, "1 3 h w", name="picture to match")
    ours, theirs = picture[0].flatten(1).double(), like[0].flatten(1).double()  # (3, P), (3, Q)
    if method != "histogram":
        return _linear(ours, theirs, LINEAR_MAPS[method]).view(picture.shape)
    near = _linear(ours, theirs, monge_kantorovich)
    # What the picture cannot reach for lack of chroma, the distribution must not ask of it either.
    mean = theirs.mean(1, keepdim=True)
    reached = monge_kantorovich(_covariance(theirs), _covariance(near)) @ (theirs - mean) + mean
    shaped = transfer_distribution(near.view(picture.shape), reached.view(like.shape))
    return _linear(shaped[0].flatten(1), reached, monge_kantorovich).view(picture.shape)


def _linear(ours: Tensor, theirs: Tensor, way: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
    """(3, P), (3, Q) -> (3, P): our colours with their mean and covariance, but for noise."""
    target = _covariance(theirs)
    solid, calm = _without_noise(_covariance(ours), target)
    centred = ours - ours.mean(1, keepdim=True)
    return way(solid, target) @ calm @ centred + theirs.mean(1, keepdim=True)


def _covariance(colors: Tensor) -> Tensor:
    """(3, P) -> (3, 3), over all pixels; never quite singular."""
    centred = colors - colors.mean(1, keepdim=True)
    return centred @ centred.mT / colors.shape[1] + _TINY * torch.eye(3).to(colors)


def _power(covariance: Tensor, exponent: float) -> Tensor:
    values, axes = torch.linalg.eigh(covariance)
    root: Tensor = axes @ (values.clamp(min=_TINY**2) ** exponent).diag() @ axes.mT
    return root


def _without_noise(source: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Lift the variances that are noise and would be stretched, and the map that calms those axes.

    Returns:
        (3, 3) the lifted covariance; (3, 3) the map: 1 along sound axes, falling to 0 with the variance.
    """
    values, axes = torch.linalg.eigh(source)
    wanted = (axes.mT @ target @ axes).diagonal()
    floor = torch.clamp(_NOISE_SHARE**2 * values[-1], min=_NOISE**2)
    lifted = torch.maximum(values, torch.minimum(floor, wanted))
    return axes @ lifted.diag() @ axes.mT, axes @ (values / lifted).diag() @ axes.mT
