"""Photo to photo: a known grade is transferred between two crops of a photo, and compared with the truth.

Each photo is graded twice, at random. One half of the first grade is the photo, the other half of the second
grade is the style, and the first half in the second grade is the truth. Protocol after CanonCGT (CVPR 2026):
brightness, contrast and saturation by 10 to 40 %, hue by 2 to 5 % of the circle. Differs: our photos.

    python benchmarks/photo.py --photos ../shared/data/photos --skip 100 --count 100
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

import impasto
from impasto.images import io
from impasto.images.color_match import match_colors
from impasto.images.oklab import to_oklab, to_srgb
from impasto.images.resize import resize

YIQ = torch.tensor([[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]])
"""Rows: luma and two axes of chroma, in whose plane hue is an angle."""

Method = Callable[[Tensor, Tensor], Tensor]


def grade(picture: Tensor, seed: int) -> Tensor:
    """A random grade of a picture, (1, 3, h, w); the same seed grades alike."""
    rng = random.Random(seed)
    brightness, contrast, saturation = (1 + rng.uniform(0.1, 0.4) * rng.choice([-1, 1]) for _ in range(3))
    angle = torch.tensor(2 * math.pi * rng.uniform(0.02, 0.05) * rng.choice([-1, 1]))
    graded = (picture * brightness).clamp(0, 1)
    luma = torch.einsum("c,nchw->nhw", YIQ[0], graded)[:, None]
    graded = (luma.mean() + (graded - luma.mean()) * contrast).clamp(0, 1)
    luma = torch.einsum("c,nchw->nhw", YIQ[0], graded)[:, None]
    graded = (luma + (graded - luma) * saturation).clamp(0, 1)
    turn = torch.eye(3)
    turn[1:, 1:] = torch.stack(
        [torch.stack([angle.cos(), -angle.sin()]), torch.stack([angle.sin(), angle.cos()])]
    )
    return torch.einsum("ij,njhw->nihw", torch.linalg.inv(YIQ) @ turn @ YIQ, graded).clamp(0, 1)


def cases(
    folder: Path, count: int, size: int, seed: int, *, skip: int = 0
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """(photo, style, truth) of each picture."""
    rng = random.Random(seed)
    for path in sorted(folder.glob("p*.jpg"))[skip : skip + count]:
        picture = io.read(path).pixels
        height, width = picture.shape[2:]
        scale = 2 * size / max(height, width)
        picture = resize(picture, (round(height * scale), round(width * scale)))
        axis = 3 if width >= height else 2
        first, second = (grade(picture, rng.getrandbits(32)) for _ in range(2))
        half = picture.shape[axis] // 2
        yield first.narrow(axis, 0, half), second.narrow(axis, half, half), second.narrow(axis, 0, half)


def reinhard(photo: Tensor, style: Tensor) -> Tensor:
    """Mean and deviation of each channel, after Reinhard et al. 2001, in OKLab."""
    mine, theirs = (to_oklab(x[0].flatten(1)) for x in (photo, style))
    ratio = theirs.std(1, keepdim=True) / (mine.std(1, keepdim=True) + 1e-6)
    moved = (mine - mine.mean(1, keepdim=True)) * ratio + theirs.mean(1, keepdim=True)
    return to_srgb(moved).view_as(photo).clamp(0, 1)


def array(picture: Tensor) -> object:
    """(1, 3, h, w) -> (h, w, 3)."""
    return picture[0].movedim(0, -1).contiguous().numpy()


def methods() -> dict[str, Method]:
    """All that are compared."""
    context = impasto.Context()

    def ours(photo: Tensor, style: Tensor) -> Tensor:
        return impasto.photo(array(photo), array(style), context=context).pixels

    def recolor(photo: Tensor, style: Tensor) -> Tensor:
        return impasto.recolor(array(photo), palette=array(style), keep_luminance=False).pixels

    return {
        "no change": lambda photo, style: photo,
        "Reinhard": reinhard,
        "Monge-Kantorovich": lambda photo, style: match_colors(photo, style, method="monge-kantorovich"),
        "histogram": lambda photo, style: match_colors(photo, style, method="histogram"),
        "impasto recolor": recolor,
        "impasto photo": ours,
    }


def ssim(first: Tensor, second: Tensor) -> float:
    """Structural similarity of lightness, windows of 7 x 7 px (Wang et al. 2004, with a box window)."""
    x, y = (torch.einsum("c,nchw->nhw", YIQ[0], p)[:, None].double() for p in (first, second))
    mx, my, xx, yy, xy = (F.avg_pool2d(p, 7, 1) for p in (x, y, x * x, y * y, x * y))
    a, b = 0.01**2, 0.03**2
    top = (2 * mx * my + a) * (2 * (xy - mx * my) + b)
    return float((top / ((mx**2 + my**2 + a) * (xx - mx**2 + yy - my**2 + b))).mean())


def scores(result: Tensor, truth: Tensor) -> tuple[float, float, float]:
    """PSNR in dB, SSIM, and mean distance in OKLab times 100."""
    psnr = -10 * math.log10(float((result - truth).square().mean()) + 1e-12)
    labs = [to_oklab(x[0].flatten(1)) for x in (result, truth)]
    return psnr, ssim(result, truth), 100 * float((labs[0] - labs[1]).norm(dim=0).mean())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--skip", type=int, default=0, help="photos that are left out at the start")
    parser.add_argument("--size", type=int, default=256, help="px, long side of a crop")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    table: dict[str, list[tuple[float, float, float]]] = {}
    ways = methods()
    for photo, style, truth in cases(given.photos, given.count, given.size, given.seed, skip=given.skip):
        for name, way in ways.items():
            table.setdefault(name, []).append(scores(way(photo, style), truth))
    print("| method | PSNR, dB | median | SSIM | distance in OKLab x 100 |")
    print("| --- | --- | --- | --- | --- |")
    for name, rows in table.items():
        psnr, similarity, distance = zip(*rows, strict=True)
        means = [statistics.mean(x) for x in (psnr, similarity, distance)]
        print(
            f"| {name} | {means[0]:.2f} | {statistics.median(psnr):.2f} | {means[1]:.3f} | {means[2]:.2f} |"
        )


if __name__ == "__main__":
    main()
