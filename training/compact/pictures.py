"""Training and held-out pictures: folders of JPEGs kept in memory, and the crops taken from them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

HELD_OUT_EVERY = 10
"""Every tenth picture of a folder, in the order of names, is never trained on."""


def files(folders: list[Path], *, held_out: bool) -> list[Path]:
    """The pictures of the folders, training or held-out ones."""
    chosen: list[Path] = []
    for folder in folders:
        names = sorted(folder.glob("*.jpg"))
        chosen += [f for i, f in enumerate(names) if (i % HELD_OUT_EVERY == 0) == held_out]
    return chosen


def read(paths: list[Path]) -> list[np.ndarray]:
    """Decoded pictures, (H, W, 3) uint8 each."""

    def decode(path: Path) -> np.ndarray:
        with Image.open(path) as picture:
            return np.array(picture.convert("RGB"))

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(decode, paths))


def to_tensor(pixels: np.ndarray) -> Tensor:
    """(H, W, 3) uint8 -> (1, 3, H, W) in [0, 1]."""
    return torch.from_numpy(np.ascontiguousarray(pixels)).permute(2, 0, 1)[None].float() / 255


def short_side(pixels: np.ndarray, size: int) -> Tensor:
    """The picture with its short side at ``size`` px: (1, 3, H, W) in [0, 1]."""
    picture = Image.fromarray(pixels)
    scale = size / min(picture.size)
    shape = (round(picture.width * scale), round(picture.height * scale))
    return to_tensor(np.array(picture.resize(shape, Image.Resampling.LANCZOS)))


def centre_crop(pixels: np.ndarray, size: int) -> Tensor:
    """The middle of the picture, its short side first brought to ``size`` px: (1, 3, size, size)."""
    picture = short_side(pixels, size)
    top, left = (picture.shape[2] - size) // 2, (picture.shape[3] - size) // 2
    return picture[:, :, top : top + size, left : left + size]


def random_crop(pixels: np.ndarray, size: int, rng: np.random.Generator) -> Tensor:
    """A random square of the picture at a random scale, maybe mirrored, maybe noisy: (1, 3, size, size).

    While a painting emerges the network sees pictures that no camera took; one crop in eight carries noise,
    so that such pictures are not outside everything it learned.
    """
    short = min(pixels.shape[:2])
    side = int(rng.integers(min(int(0.8 * size), short), short + 1))
    top = int(rng.integers(0, pixels.shape[0] - side + 1))
    left = int(rng.integers(0, pixels.shape[1] - side + 1))
    crop = to_tensor(pixels[top : top + side, left : left + side])
    crop = torch.nn.functional.interpolate(crop, size=(size, size), mode="bilinear", antialias=True)
    if rng.random() < 0.5:
        crop = crop.flip(3)
    if rng.random() < 0.125:
        noise = torch.from_numpy(rng.standard_normal(crop.shape, dtype=np.float32))
        crop = crop + noise * float(rng.uniform(0.02, 0.2))
    return crop.clamp(0, 1)


def batches(pool: list[np.ndarray], count: int, size: int, seed: int) -> Tensor:
    """One batch, the same for the same seed: (count, 3, size, size)."""
    rng = np.random.default_rng(seed)
    return torch.cat([random_crop(pool[int(rng.integers(len(pool)))], size, rng) for _ in range(count)])
