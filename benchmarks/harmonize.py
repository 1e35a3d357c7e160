"""An object in a painting: ours against the naive paste and Poisson blending, by a network none is made with.

    python benchmarks/harmonize.py ../shared/data/harmonization --out work [--size 700] [--sets 08,13]

For each set: the distance of Gram matrices of ResNet-50, inside the mask to the painting around it (within
``AROUND_PX`` px), and the contrast of the seam: the mean gradient of lightness on the mask's edge, divided by
that inside. Pictures are kept under ``--out``, and are used again. Poisson blending is OpenCV's
``seamlessClone``, normal.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

import impasto
from impasto.images import io
from impasto.images.masks import read_mask, resize_guides
from impasto.images.resize import fit, resize
from impasto.synthesis.paste import pasted
from judge import LAYERS, WEIGHTS, Judge

AROUND_PX = 80
"""How far the painting around an object reaches."""


def array(picture: Tensor) -> np.ndarray:
    """(1, 3, h, w) in [0, 1] -> (h, w, 3) bytes."""
    return (picture[0].movedim(0, -1) * 255).round().byte().numpy()


def poisson(naive: Tensor, painting: Tensor, mask: Tensor) -> Tensor:
    """OpenCV's blending of the object into the painting."""
    inside = (mask[0, 0] > 0.5).numpy().astype(np.uint8) * 255
    inside[[0, -1]], inside[:, [0, -1]] = 0, 0  # it wants a rim
    x, y, width, height = cv2.boundingRect(inside)
    centre = (x + width // 2, y + height // 2)
    blended = cv2.seamlessClone(array(naive), array(painting), inside, centre, cv2.NORMAL_CLONE)
    return torch.from_numpy(blended).movedim(-1, 0)[None] / 255


def spread(mask: Tensor, px: int) -> Tensor:
    """A mask, wider by so many px."""
    return F.max_pool2d(mask, 2 * px + 1, stride=1, padding=px)


def measured(result: Tensor, mask: Tensor, painting: Tensor, judge: Judge) -> dict[str, float]:
    """{"style": distance inside to around, "seam": contrast of the seam against inside}."""
    from impasto.metrics.style_distance import gram_distance

    around = (spread(mask, AROUND_PX) - spread(mask, 4)).clamp(0, 1)
    mine, theirs = judge.features(result), judge.features(painting)
    inside, outside = {}, {}
    for layer in LAYERS:
        size = mine[layer].shape[2:]
        small, ring = (F.interpolate(m, size=size, mode="area")[0, 0].flatten() > 0.5 for m in (mask, around))
        if bool(small.any()) and bool(ring.any()):
            inside[layer] = mine[layer].flatten(2)[:, :, None, small]
            outside[layer] = theirs[layer].flatten(2)[:, :, None, ring]
    grey = result.mean(1, keepdim=True)
    slope = torch.zeros_like(grey)
    slope[..., 1:-1, 1:-1] = (grey[..., 1:-1, 2:] - grey[..., 1:-1, :-2]).abs() + (
        grey[..., 2:, 1:-1] - grey[..., :-2, 1:-1]
    ).abs()
    deep = 1 - spread(1 - mask, 6)
    seam = spread(mask, 2) - (1 - spread(1 - mask, 2))
    ratio = slope[seam > 0.5].mean() / slope[deep > 0.5].mean()
    return {"style": gram_distance(inside, outside), "seam": float(ratio)}


def main() -> None:
    """Paint what is missing, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", type=int, default=700)
    parser.add_argument("--sets", default="")
    parser.add_argument("--judge", type=Path, default=WEIGHTS)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    context, judge = impasto.Context(), Judge(given.judge)
    names = (
        given.sets.split(",") if given.sets else sorted(p.name[:2] for p in given.data.glob("*_naive.jpg"))
    )
    rows: dict[str, dict[str, dict[str, float]]] = {}
    print("| set | seconds | style: naive | Poisson | ours | seam: naive | Poisson | ours |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in names:
        base = given.data / name
        painting = io.read(f"{base}_target.jpg").pixels
        shape = fit(painting.shape[2], painting.shape[3], given.size)
        mask = (read_mask(f"{base}_c_mask.jpg", name="mask") > 0.5).float()
        whole = pasted(io.read(f"{base}_naive.jpg").pixels, painting, mask, at=None, scale=1.0)
        naive, painting = resize(whole.composite, shape), resize(painting, shape)
        mask = (resize_guides(whole.mask, shape) > 0.5).float()
        file, seconds = given.out / f"{name}-ours.png", given.out / f"{name}.json"
        if not file.exists():
            begin = time.process_time()
            io.write(
                file,
                impasto.harmonize(
                    array(naive), array(painting), mask=mask[0, 0].numpy(), size=given.size, context=context
                ).pixels,
            )
            seconds.write_text(json.dumps(time.process_time() - begin))
        pictures = {"naive": naive, "Poisson": poisson(naive, painting, mask), "ours": io.read(file).pixels}
        for way, picture in pictures.items():
            io.write(given.out / f"{name}-{way.lower()}.png", picture)
        rows[name] = {way: measured(x, mask, painting, judge) for way, x in pictures.items()}
        numbers = [f"{rows[name][way][key]:.3f}" for key in ("style", "seam") for way in pictures]
        print(f"| {name} | {json.loads(seconds.read_text()):.0f} | {' | '.join(numbers)} |", flush=True)
    means = [
        f"{statistics.mean(row[way][key] for row in rows.values()):.3f}"
        for key in ("style", "seam")
        for way in ("naive", "Poisson", "ours")
    ]
    print(f"| mean | | {' | '.join(means)} |")


if __name__ == "__main__":
    main()
