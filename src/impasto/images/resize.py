"""Sizes that keep a picture's proportions, and resampling with a low-pass filter."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.errors import SettingError


def fit(height: int, width: int, size: int, *, enlarge: bool = False) -> tuple[int, int]:
    """The shape whose long side is ``size``, in the same proportions.

    Args:
        height: of the picture, in px.
        width: of the picture, in px.
        size: long side of the result, in px.
        enlarge: enlarge small pictures too; otherwise they keep their shape.
    Returns:
        (height, width), each at least 1.
    Raises:
        SettingError: ``size`` is below 1.
    """
    if size < 1:
        raise SettingError("size must be at least 1 px", got=str(size), attempt="512")
    longest = max(height, width)
    if longest <= size and not enlarge:
        return height, width
    return max(1, round(height * size / longest)), max(1, round(width * size / longest))


def resize(image: Tensor, shape: tuple[int, int]) -> Tensor:
    """Resample a picture: bicubic, with a low-pass filter when it shrinks.

    Args:
        image: (N, C, H, W) in [0, 1].
        shape: (h, w) of the result.
    Returns:
        (N, C, h, w) in [0, 1]; the image itself if it has that shape.
    Raises:
        ShapeError: image is not 4-D.

    Source: Keys 1981, cubic convolution, with a = -0.5 as in Pillow.
    Differs: clamped, since the kernel overshoots at edges.
    """
    expect(image, "n c h w", name="image")
    if tuple(image.shape[-2:]) == tuple(shape):
        return image
    sampled = image.new_empty((*image.shape[:2], *shape))
    for channel in range(image.shape[1]):  # one at a time, since resampling holds an intermediate picture
        only = slice(channel, channel + 1)
        sampled[:, only] = F.interpolate(
            image[:, only], size=shape, mode="bicubic", antialias=True, align_corners=False
        )
    return sampled.clamp_(0, 1)


def cover(image: Tensor, shape: tuple[int, int]) -> Tensor:
    """Resample a picture to fill a shape, and crop it evenly on both sides.

    Args:
        image: (N, C, H, W) in [0, 1].
        shape: (h, w) of the result.
    Returns:
        (N, C, h, w) in [0, 1].
    Raises:
        ShapeError: image is not 4-D.
    """
    expect(image, "n c h w", name="image")
    height, width = shape
    scale = max(height / image.shape[2], width / image.shape[3])
    tall, wide = (max(1, round(side * scale)) for side in image.shape[2:])
    sampled = resize(image, (max(height, tall), max(width, wide)))
    top, left = (sampled.shape[2] - height) // 2, (sampled.shape[3] - width) // 2
    return sampled[:, :, top : top + height, left : left + width]


def mirror_pad(image: Tensor, *, top: int, left: int, multiple: int) -> Tensor:
    """Pad a picture by reflection until both sides are multiples of a number.

    A network that halves its input drops the last row and column of odd sizes, which would then have no loss.

    Args:
        image: (N, C, H, W) in [0, 1].
        top: rows added above, less than H.
        left: columns added on the left, less than W.
        multiple: of both sides of the result, px.
    Returns:
        (N, C, h, w) in [0, 1], with as few rows below and columns on the right as possible.
    Raises:
        ShapeError: image is not 4-D.
    """
    expect(image, "n c h w", name="image")
    height, width = image.shape[2:]
    bottom, right = -(height + top) % multiple, -(width + left) % multiple
    # Reflection needs a picture larger than the padding; smaller ones repeat their edge.
    mode = "reflect" if max(top, bottom) < height and max(left, right) < width else "replicate"
    return F.pad(image, (left, right, top, bottom), mode=mode)


def shrink_to(image: Tensor, pixels: int, *, ratio: float = 1.0, smallest_px: int = 1) -> Tensor:
    """Shrink a style to as many pixels as the canvas has; it is not enlarged.

    Args:
        image: (N, C, H, W) in [0, 1].
        pixels: of the canvas, height times width.
        ratio: factor of the style's sides after that; larger gives broader strokes.
        smallest_px: least short side of the result; smaller pictures are enlarged to it.
    Returns:
        (N, C, h, w) in [0, 1], in the proportions of the image.
    Raises:
        ShapeError: image is not 4-D.
    """
    expect(image, "n c h w", name="image")
    height, width = image.shape[2:]
    scale = ratio * (pixels / (height * width)) ** 0.5
    scale = max(min(scale, 1.0), smallest_px / min(height, width))
    return resize(image, (round(height * scale), round(width * scale)))
