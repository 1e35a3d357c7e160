"""What a caller may give as a picture besides a path: tensors, bytes and file objects, in plainer forms."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from impasto.errors import PictureError


class ReadableFile(Protocol):
    """A file object that is open for bytes: ``open(path, "rb")``, ``io.BytesIO``, an upload."""

    def read(self) -> bytes:
        """All bytes that are left."""


Buffer = bytes | bytearray | memoryview
"""The bytes of a picture's file."""


def plain(source: Any) -> Any:
    """A picture in a plainer form: tensors as arrays, file objects and buffers as bytes; others as they are.

    A file object is left where it was, if it can seek, so that it may be read again.

    Args:
        source: anything.
    Returns:
        ``bytes`` for bytes, (H, W) or (H, W, C) for a tensor, else the source.
    Raises:
        PictureError: a tensor of another shape, or a file object that gives no bytes.
    """
    if isinstance(source, Tensor):
        return array_of(source)
    if isinstance(source, Buffer):
        return bytes(source)
    if callable(getattr(source, "read", None)) and not isinstance(source, (np.ndarray, Image.Image)):
        return bytes_of(source)
    return source


def array_of(tensor: Tensor) -> npt.NDArray[Any]:
    """A tensor as an array of pixels.

    Args:
        tensor: (1, C, H, W), (C, H, W) or (H, W), of 1, 3 or 4 channels; uint8, or float in [0, 1]; on any
            device. Not changed.
    Returns:
        (H, W) or (H, W, C).
    Raises:
        PictureError: another shape.
    """
    values = tensor.detach()
    if values.dtype in (torch.bfloat16, torch.float16):
        values = values.float()  # numpy has no bfloat16
    if values.ndim == 4 and values.shape[0] == 1:
        values = values[0]
    if values.ndim == 3 and values.shape[0] in (1, 3, 4):
        values = values.movedim(0, -1)  # (H, W, C)
        values = values[..., 0] if values.shape[2] == 1 else values
    elif values.ndim != 2:
        raise PictureError(
            "tensor does not have the shape of a picture",
            got=f"shape {tuple(tensor.shape)}",
            expected="(1, C, H, W), (C, H, W) or (H, W), with 1, 3 or 4 channels",
            attempt=_attempt(tensor),
        )
    return values.cpu().numpy()


def _attempt(tensor: Tensor) -> str:
    if tensor.ndim == 3 and tensor.shape[2] in (3, 4):
        return "tensor.movedim(-1, 0), as channels come first in tensors"
    return "one picture of the batch: tensor[0]" if tensor.ndim == 4 else "tensor.numpy() for an array"


def bytes_of(file: Any) -> bytes:
    """All bytes of a file object, from where it stands.

    Raises:
        PictureError: it is open for text, closed, or cannot be read.
    """
    try:
        start = file.tell() if _can_seek(file) else None
        data = file.read()
        if start is not None:
            file.seek(start)
    except (OSError, ValueError) as error:  # a closed file is a ValueError
        raise PictureError(
            "the file object cannot be read", got=f"{type(file).__name__}: {error}", attempt="an open file"
        ) from error
    if not isinstance(data, (bytes, bytearray)):
        raise PictureError(
            "the file object gives no bytes",
            got=f"{type(data).__name__} from {type(file).__name__}",
            expected='one that is open for bytes: open(path, "rb"), io.BytesIO(...)',
        )
    return bytes(data)


def _can_seek(file: Any) -> bool:
    seekable = getattr(file, "seekable", None)
    return bool(seekable()) if callable(seekable) else False
