"""Training pictures: files decoded ahead, and the crops taken from them."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto import samples
from impasto.errors import ImpastoError, PictureError
from impasto.images import io
from impasto.images.picture_file import pictures_in
from impasto.images.resize import resize

log = logging.getLogger(__name__)

MEMORY_BYTES = 1 << 30
"""Decoded pictures that are kept, at most."""

LARGEST = 3.0
"""Pictures are kept with a short side of so many crops, so that a crop shows a quarter of it, or more; chosen
by eye."""

AHEAD = 8
"""Batches that are prepared while the network learns from one."""


def files_in(folder: Path) -> list[Path]:
    """The pictures in a folder and its sub-folders, in the order of their names.

    Raises:
        PictureError: there is no such folder, or no picture in it.
    """
    return pictures_in(folder, recursive=True)


@dataclass
class Crops:
    """Random squares of pictures; the same number gives the same crop, whatever was asked for before.

    Files are decoded when they are first needed, made small, and kept up to ``MEMORY_BYTES``.

    Args:
        sources: files, or pictures (1, 3, H, W) in [0, 1].
        size: side of a crop, px.
        seed: another seed gives other crops.
        max_megapixels: larger files are left out.

    Attributes:
        skipped: files that could not be read.
    """

    sources: Sequence[Path | Tensor]
    size: int
    seed: int = 0
    max_megapixels: float = 100.0
    skipped: set[Path] = field(default_factory=set)
    _kept: OrderedDict[int, npt.NDArray[np.uint8]] = field(default_factory=OrderedDict, repr=False)

    def crop(self, number: int) -> Tensor:
        """The crop of a number: (1, 3, size, size) in [0, 1].

        Raises:
            PictureError: no file can be read.
        """
        rng = np.random.default_rng([self.seed, number])
        for _ in range(max(4 * len(self.sources), 16)):
            index = int(rng.integers(len(self.sources)))
            source = self.sources[index]
            if isinstance(source, Path) and source in self.skipped:
                continue
            try:
                pixels = self._pixels(index)
            except ImpastoError as error:
                log.warning("%s is left out: %s", source, error)
                self.skipped.add(Path(str(source)))
                continue
            return self._cut(pixels, rng)
        raise PictureError(
            "none of the photos can be read",
            got=", ".join(sorted(str(path) for path in self.skipped)[:3]),
            expected="pictures that other programs open",
        )

    def batch(self, numbers: Sequence[int]) -> Tensor:
        """The crops of some numbers: (N, 3, size, size) in [0, 1]."""
        return torch.cat([self.crop(number) for number in numbers])

    def batches(self, numbers: Sequence[Sequence[int]]) -> Iterator[Tensor]:
        """The batches of several lists of numbers, prepared ahead by a thread."""
        with ThreadPoolExecutor(1) as pool:
            waiting: list[Future[Tensor]] = []
            try:
                for ahead in numbers:
                    waiting.append(pool.submit(self.batch, ahead))
                    if len(waiting) > AHEAD:
                        yield waiting.pop(0).result()
                while waiting:
                    yield waiting.pop(0).result()
            finally:
                for future in waiting:
                    future.cancel()

    def _pixels(self, index: int) -> npt.NDArray[np.uint8]:
        """(H, W, 3) of a source, small enough to be kept."""
        if index in self._kept:
            self._kept.move_to_end(index)
            return self._kept[index]
        source = self.sources[index]
        if isinstance(source, Tensor):
            picture = source
        else:
            picture = io.read(source, max_megapixels=self.max_megapixels).pixels
        ratio = LARGEST * self.size / min(picture.shape[2:])
        if ratio < 1:
            height, width = picture.shape[2:]
            picture = resize(picture, (round(height * ratio), round(width * ratio)))
        pixels: npt.NDArray[np.uint8] = (picture[0].permute(1, 2, 0) * 255).round().byte().numpy()
        self._kept[index] = pixels
        while len(self._kept) > 1 and sum(one.nbytes for one in self._kept.values()) > MEMORY_BYTES:
            self._kept.popitem(last=False)
        return pixels

    def _cut(self, pixels: npt.NDArray[np.uint8], rng: np.random.Generator) -> Tensor:
        """A square of 0.8 crops up to the whole short side, brought to the size of a crop, maybe mirrored."""
        height, width = pixels.shape[:2]
        short = min(height, width)
        side = int(rng.integers(min(round(0.8 * self.size), short), short + 1))
        top, left = (int(rng.integers(0, whole - side + 1)) for whole in (height, width))
        square = torch.from_numpy(np.ascontiguousarray(pixels[top : top + side, left : left + side]))
        crop = square.permute(2, 0, 1)[None].float() / 255
        crop = F.interpolate(crop, size=(self.size, self.size), mode="bilinear", antialias=True)
        return crop.flip(3) if rng.random() < 0.5 else crop


def sample_pictures() -> list[Tensor]:
    """The photos and styles of the package, to learn from where there are no others: (1, 3, H, W) each."""
    photos = [samples.photo(name) for name in samples.PHOTOS]
    return [io.to_tensor(picture) for picture in (*photos, *(samples.style(name) for name in samples.STYLES))]
