"""Photo to photo with maps, against plain stylizing with the same maps: style, photorealism and edges.

    python benchmarks/photostyle.py ../shared/data/photostyle --out work [--size 256] [--sets 03,07]

For each set and way: the distance of Gram matrices of ResNet-50, by region, weighted by area; the energy
of the matting Laplacian (0 where colours change by affine maps in windows of 3 x 3 px); and SSIM of the edges
(length of the gradient of lightness, divided by its mean) to those of the photo.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

import impasto
from impasto.errors import ImpastoError
from impasto.images import io
from impasto.images.masks import match, read_regions, resize_guides
from impasto.images.resize import fit, resize
from impasto.losses.matting_laplacian import matting_energy, window_statistics
from impasto.metrics.region_distance import region_distances
from judge import LAYERS, WEIGHTS, Judge
from photo import YIQ, array, ssim


def edges(picture: Tensor) -> Tensor:
    """(1, 3, h, w) -> the same, the length of the gradient of lightness, divided by its mean."""
    grey = torch.einsum("c,nchw->nhw", YIQ[0], picture)[:, None]
    sobel = torch.tensor([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]]) / 8
    slopes = F.conv2d(grey, torch.stack([sobel, sobel.T])[:, None], padding=1)
    length = slopes.norm(dim=1, keepdim=True)
    return (length / length.mean().clamp_min(1e-6) / 4).expand(1, 3, -1, -1)


def regional(result: Tensor, style: Tensor, guides: tuple[Tensor, Tensor], judge: Judge) -> float:
    """Distance of Gram matrices, region by region, weighted by area."""
    features = [judge.features(x) for x in (result, style)]
    masks = [
        {k: F.interpolate(guide, size=seen[k].shape[2:], mode="area") for k in LAYERS}
        for guide, seen in zip(guides, features, strict=True)
    ]
    table = region_distances(
        features[0], features[1], guides=masks[0], style_guides=masks[1], layers=LAYERS
    ).diagonal()
    shares = guides[0].mean((0, 2, 3)) * table.isfinite()
    return float((table.nan_to_num() * shares).sum() / shares.sum())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--sets", default="")
    parser.add_argument("--judge", type=Path, default=WEIGHTS)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    context, judge = impasto.Context(), Judge(given.judge)
    every = sorted(path.name[:2] for path in given.data.glob("*_input.jpg"))
    rows: list[list[float]] = []
    print("| set | seconds | style: plain | photo | residual: plain | photo | edges: plain | photo |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in given.sets.split(",") if given.sets else every:
        pictures, maps = [], []
        for kind in ("input", "style"):
            picture = io.read(given.data / f"{name}_{kind}.jpg").pixels
            shape = fit(picture.shape[2], picture.shape[3], given.size)
            pictures.append(resize(picture, shape))
            maps.append(read_regions(given.data / f"{name}_{kind}_seg.png"))
        try:
            partners = match(maps[0], [maps[1]]).partners[0]
        except ImpastoError as error:
            print(f"| {name} | left out: {str(error).splitlines()[0]} |", flush=True)
            continue
        photo, style = pictures
        guides = (
            resize_guides(maps[0].guides, (photo.shape[2], photo.shape[3])),
            resize_guides(maps[1].guides[:, [p or 0 for p in partners]], (style.shape[2], style.shape[3])),
        )
        masks = {kind: given.data / f"{name}_{kind}_seg.png" for kind in ("input", "style")}
        begin = time.process_time()
        ours = impasto.photo(
            array(photo), array(style), content_map=masks["input"], style_map=masks["style"], context=context
        ).pixels
        seconds = time.process_time() - begin
        plain = impasto.stylize(
            array(photo),
            array(style),
            content_mask=masks["input"],
            style_mask=masks["style"],
            size=given.size,
            context=context,
        ).pixels
        plain = resize(plain, (photo.shape[2], photo.shape[3]))
        windows = window_statistics(photo)
        both = (plain, ours)
        row = [regional(x, style, guides, judge) for x in both]
        row += [float(matting_energy(x, windows)) for x in both]
        row += [ssim(edges(x), edges(photo)) for x in both]
        for way, x in (("plain", plain), ("photo", ours)):
            io.write(given.out / f"{name}-{way}.png", x)
        rows.append(row)
        print(f"| {name} | {seconds:.0f} | {' | '.join(f'{x:.4f}' for x in row)} |", flush=True)
    print(f"| mean | | {' | '.join(f'{statistics.mean(x):.4f}' for x in zip(*rows, strict=True))} |")


if __name__ == "__main__":
    main()
