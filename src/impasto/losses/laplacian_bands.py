"""Laplacian bands: how strong fine, middle and coarse detail of lightness and of colour are."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name
from torch.utils.checkpoint import checkpoint

from impasto.checks import expect
from impasto.images.pyramid import doubled, halved
from impasto.losses.base import LayerTarget, Loss, full_precision

BANDS = 3
"""Octaves of detail that are compared: of about 2, 4 and 8 px a period."""

FLOOR = 0.002
"""Added to the target's strength, in [0, 1]: paintings saved with halved chroma have no finest band."""

ROUNDING = FLOOR / 20
"""Rounds magnitudes off near 0, where they have no gradient."""

HALO_PX = 1 << (BANDS + 1)
"""Rows around a strip that its bands reach into."""

STRIP_PX = 1 << 22
"""Pixels of a strip; a larger picture is read in strips, which takes less memory."""


def detail_bands(images: Tensor) -> list[Tensor]:
    """The detail that is lost each time the size of a picture is halved.

    band_k = x_k - U D x_k, x_(k + 1) = D x_k; D is ``halved``, U ``doubled``

    Args:
        images: (N, C, H, W), any range.
    Returns:
        (N, C, h, w) of every octave, finest first; fewer than ``BANDS`` where a side gets shorter than 2 px.

    Source: Burt, Adelson 1983, "The Laplacian pyramid as a compact image code".
    Differs: as ``halved``.
    """
    bands = []
    for _ in range(BANDS):
        if min(images.shape[2:]) < 2:
            break
        half = halved(images)
        bands.append(images - doubled(half, images.shape[2:]))
        images = half
    return bands


def band_strengths(images: Tensor, weights: Tensor | None = None) -> Tensor:
    """Mean square and mean magnitude of every band, of lightness and of chroma.

    Two numbers tell even grain from a few sharp edges of the same energy.

    Args:
        images: (N, C, H, W), sRGB in [0, 1]. Lightness is the grey part (m, ..., m), m the mean of the
            channels, and chroma the rest; a square is that of the length over all channels.
        weights: (1, 1, H, W) in [0, 1], how much each place counts; None: all alike. Places whose detail is
            the edge to those that do not count are left out.
    Returns:
        (N, 2, BANDS, 2): squares and magnitudes, by band, of lightness and chroma; 0 for bands that a small
        picture does not have.
    """
    expect(images, "n c h w", name="images")
    images = full_precision(images)
    height, width = images.shape[2:]
    rows = max(HALO_PX, STRIP_PX // width // HALO_PX * HALO_PX)
    total, counts = images.new_zeros(()), images.new_zeros(())
    for top in range(0, height, rows):
        above, bottom = min(top, HALO_PX), min(top + rows, height)
        seen = slice(top - above, bottom + HALO_PX)
        weight = None if weights is None else weights[:, :, seen].to(images)
        inner = (above, above + bottom - top)
        if rows >= height:
            sums, count = _sums(images, weight, inner)
        else:
            sums, count = checkpoint(_sums, images[:, :, seen], weight, inner, use_reentrant=False)
        total, counts = total + sums, counts + count
    return total / counts.clamp_min(1e-6)[:, None]


def _sums(strip: Tensor, weight: Tensor | None, inner: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Sums over the inner rows of a strip, and the sum of the weights of each band.

    (N, C, h, w), (1, 1, h, w) or None for ones -> (N, 2, BANDS, 2), (BANDS,)
    """
    grey = strip.mean(1, keepdim=True)
    sums, counts = [], []
    for k, band in enumerate(detail_bands(torch.cat([grey, strip - grey], 1))):
        rows = slice(inner[0] >> k, -(-inner[1] // (1 << k)))
        seen = band[:, :, rows]
        lightness, chroma = strip.shape[1] * seen[:, 0].square(), seen[:, 1:].square().sum(1)
        squares = torch.stack([lightness, chroma], 1)  # (N, 2, h, w)
        both = torch.stack([squares, (squares + ROUNDING**2).sqrt()], 1)  # (N, 2, 2, h, w)
        if weight is None:
            counts.append(seen.new_tensor(float(seen.shape[2] * seen.shape[3])))
        else:
            inside = 1 - F.max_pool2d(1 - weight, 5, stride=1, padding=2)  # sees only what counts
            both = both * inside[:, :, rows]
            counts.append(inside[:, :, rows].sum())
            weight = halved(weight)
        sums.append(both.sum((3, 4)))  # (N, 2, 2)
    if not sums:
        return strip.new_zeros((len(strip), 2, BANDS, 2)), strip.new_ones(BANDS)
    missing = BANDS - len(sums)
    padded = F.pad(torch.stack(sums, 2), (0, 0, 0, missing))
    return padded, F.pad(torch.stack(counts), (0, missing), value=1.0)


class LaplacianBandsLoss(Loss):
    """Relative difference of the strengths of detail; see ``band_strengths``.

    mean of ((s - t) / (t + FLOOR))^2 over the bands, over lightness and chroma, and over the two numbers,
    root mean square and mean magnitude

    No detail at all costs 1; too much of it costs more and more, so grain on a flat area goes first.

    A flat poster gives flat areas, a hatching its hatching; a fixed weight of total variation suits only
    one of them.

    Args:
        layers: {"image": weight}.

    Source: ours; energies of bands as texture statistics: Heeger, Bergen 1995, "Pyramid-based texture
    analysis/synthesis".
    """

    detail = True
    masked = True

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """{"strengths": (1, 2, BANDS, 2)}, mean squares and mean magnitudes.

        Guides, (1, R, H, W): places that belong to no region do not count.
        """
        weights = None if guides is None else guides.sum(1, keepdim=True).clamp(0, 1)
        return {"strengths": band_strengths(features, weights)}

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N, 3, H, W) -> (N,)."""
        mine, theirs = _in_units(band_strengths(features)), _in_units(target["strengths"])
        return ((mine - theirs) / (theirs + FLOOR)).square().flatten(1).mean(1)


def _in_units(strengths: Tensor) -> Tensor:
    """Root mean squares and mean magnitudes, both in units of the picture."""
    squares, magnitudes = strengths.unbind(1)
    return torch.stack([(squares + ROUNDING**2).sqrt(), magnitudes], 1)
