"""A canvas that ends where the network's grid ends, for optimisers that cannot have the grid moved."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.synthesis.styled import Styled


def on_whole_strides(styled: Styled) -> tuple[Styled, Callable[[Tensor], Tensor]]:
    """The same job on a canvas whose sides are multiples of the network's deepest stride.

    ``FeatureView`` mirrors the last rows and columns of other canvases. Where the grid always lies at the
    same place, as L-BFGS needs it, that strip is painted with black and white specks (seen with ``gatys`` at
    119 x 150 px: a strip of 9 px). So the photo and the guides are mirrored instead, before the first step,
    and the strip is painted with the rest and cut off at the end.

    Args:
        styled: whose grid may move or not; unchanged if it does, or if the sides are multiples already.
    Returns:
        The job, and what cuts its canvas, at any size, to the proportions of the result.
    """
    (height, width), stride = styled.shape, styled.view.stride_px
    whole = (-(-height // stride) * stride, -(-width // stride) * stride)
    if len(styled.shifts) > 1 or styled.periodic or whole == styled.shape:
        return styled, lambda canvas: canvas
    shares = height / whole[0], width / whole[1]
    guides = styled.guides
    if guides is not None:
        guides = replace(guides, canvas=_extended(guides.canvas, shares))
    photo = None if styled.photo is None else _extended(styled.photo, shares)

    def cut(canvas: Tensor) -> Tensor:
        rows, columns = (
            max(1, round(side * share)) for side, share in zip(canvas.shape[2:], shares, strict=True)
        )
        return canvas[:, :, :rows, :columns]

    return replace(styled, shape=whole, photo=photo, guides=guides), cut


def _extended(image: Tensor, shares: tuple[float, float]) -> Tensor:
    """A picture of which the given one is so large a part, mirrored below and on the right."""
    height, width = image.shape[2:]
    bottom, right = (
        math.ceil(side / share) - side for side, share in zip((height, width), shares, strict=True)
    )
    # Reflection needs a picture larger than the padding; smaller ones repeat their edge.
    mode = "reflect" if bottom < height and right < width else "replicate"
    return F.pad(image, (0, right, 0, bottom), mode=mode)
