"""A canvas that ends where the network's grid ends, for runs whose grid does not move."""

from __future__ import annotations

from dataclasses import replace

from torch import Tensor

from impasto.images.masks import resize_guides
from impasto.images.resize import mirror_pad, resize
from impasto.synthesis.styled import Styled


def on_whole_strides(styled: Styled) -> Styled:
    """The same job on a canvas whose sides are multiples of the network's deepest stride.

    ``FeatureView`` mirrors the last rows and columns of other canvases. Where the grid always lies at the
    same place (without jitter, or with L-BFGS), that strip is painted with black and white specks (seen with
    ``gatys`` at 119 x 150 px: a strip of 9 px). So the photo and the guides are mirrored instead, before the
    first step, and the strip is painted with the rest and cut off at the end. Only the last size is a
    multiple; a coarser one may still be mirrored by ``FeatureView``.

    Args:
        styled: unchanged if its grid moves, or if its sides are multiples already.
    Returns:
        The job; its ``cut`` cuts the canvas to the proportions of the result.
    """
    (height, width), stride = styled.shape, styled.view.stride_px
    whole = (-(-height // stride) * stride, -(-width // stride) * stride)
    if len(styled.shifts) > 1 or styled.periodic or whole == styled.shape:
        return styled
    photo, guides = styled.photo, styled.guides
    if photo is not None:
        photo = mirror_pad(resize(photo, styled.shape), top=0, left=0, multiple=stride)
    if guides is not None:
        canvas = mirror_pad(resize_guides(guides.canvas, styled.shape), top=0, left=0, multiple=stride)
        guides = replace(guides, canvas=canvas)

    def cut(canvas: Tensor) -> Tensor:
        rows, columns = (
            max(1, round(side * part / total))
            for side, part, total in zip(canvas.shape[2:], (height, width), whole, strict=True)
        )
        return canvas[:, :, :rows, :columns]

    return replace(styled, shape=whole, photo=photo, guides=guides, cut=cut)
