"""The StyleID set, 20 photos in 40 paintings, measured as far as the networks that are here allow.

    python benchmarks/standard.py --out out/standard --methods photo,style,microast,instant
    python benchmarks/standard.py --out out/standard --methods photo,style,microast,instant --all

A fixed quarter, photos 00-09 in paintings 00-19, unless ``--all`` is given. Paintings are kept in ``--out``.
``photo`` and ``style`` hand back an input: rows that any score has to be read against.

What stands for what, and why these figures are another column than published ones:

- *FD*: Fréchet distance of features between all results and the paintings, of ResNet-50 v2 (third stage, mean
  over positions, 1,024 numbers, the 64 main components of the 1,538 paintings of the development data), in
  place of art-inception-v3, which cannot be had.
- *top-1*, *rank*: the painting whose statistics (mean and deviation of stages 1 to 3) are nearest to the
  result's, out of all 40: share that is the right one, and mean rank of the right one, 1 to 40.
- *content*: of ``judge.py``, by ResNet-50's second and third stage, in place of LPIPS. *SSIM*: of
  lightness.
- *CFSD-c*: as published, on relu3_1 of the Caffe VGG-19 divided by 57.4 instead of torchvision's; the mean
  over rows is estimated from ``CFSD_ROWS`` of them.
- *FD* and *content* have intervals: the middle 95 % of 500 draws of the photos with replacement.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file
from scipy import linalg
from skimage.metrics import structural_similarity
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.images import io
from impasto.images.color import luminance
from impasto.synthesis.feed_forward import describe_network
from judge import Judge
from methods import Method, listed, method

SIZE = 512
COMPONENTS = 64
CFSD_ROWS, CFSD_UNIT = 512, 57.4
DRAWS = 500
QUARTER = (10, 20)
MEAN = torch.tensor([103.939, 116.779, 123.68])[None, :, None, None]
CONVOLUTIONS = (0, 2, 5, 7, 10)
"""Of VGG-19 up to relu3_1, as torchvision numbers them."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """What is kept of one result.

    Attributes:
        pooled: mean of the third stage over positions, (1024,).
        style: mean and deviation of stages 1 to 3.
        content, ssim, cfsd: scores.
    """

    pooled: Floats
    style: Floats
    content: float
    ssim: float
    cfsd: float


class Metrics:
    """The networks that measure."""

    def __init__(self, weights: Path) -> None:
        self.judge = Judge(weights / "measure" / "resnet50v2_stem-layer3.safetensors")
        self.vgg = load_file(weights / "vgg19_conv1_1-conv3_4.safetensors")

    def features(self, image: Tensor) -> tuple[Floats, Floats]:
        """(pooled, style) of a picture; see ``Measured``."""
        layers = self.judge.features(image)
        stages = [layers[f"stage{k}"].flatten(2)[0] for k in (1, 2, 3)]
        style = torch.cat([torch.cat([s.mean(1), s.std(1)]) / s.std() for s in stages])
        return stages[2].mean(1).double().numpy(), style.double().numpy()

    def relu3_1(self, image: Tensor) -> Tensor:
        """(1, 3, H, W) in [0, 1] -> (P, 256), divided as in CFSD-c."""
        flow = image.flip(1) * 255 - MEAN
        for number in CONVOLUTIONS:
            if number in (5, 10):
                flow = F.max_pool2d(flow, 2)
            weight, bias = (self.vgg[f"features.{number}.{kind}"].float() for kind in ("weight", "bias"))
            flow = F.conv2d(flow, weight, bias, padding=1).relu()
        return flow.flatten(2)[0].T / CFSD_UNIT

    def cfsd(self, result: Tensor, photo: Tensor) -> float:
        """Mean over rows of the divergence of self-similarities, from an even choice of rows."""
        own, truth = (self.relu3_1(image) for image in (result, photo))
        rows = torch.linspace(0, len(own) - 1, CFSD_ROWS).long()
        logs = [((f / f.shape[1])[rows] @ f.T).log_softmax(1) for f in (own, truth)]
        per_row = (logs[1].exp() * (logs[1] - logs[0])).sum(1)
        return float(per_row.mean())  # 'batchmean' divides the sum over rows by their number

    def measure(self, result: Tensor, photo: Tensor, style: Tensor) -> Measured:
        """All of one result."""
        pooled, of_style = self.features(result)
        grey = [luminance(image)[0, 0].numpy() for image in (result, photo)]
        ssim = float(structural_similarity(*grey, data_range=1.0))
        content = self.judge.scores(result, photo, style)["content"]
        return Measured(pooled, of_style, content, ssim, self.cfsd(result, photo))


def frechet(one: Floats, two: Floats) -> float:
    """Fréchet distance of two sets of rows, each taken as a Gaussian."""
    means = one.mean(0) - two.mean(0)
    covariances = [np.cov(rows, rowvar=False) + 1e-6 * np.eye(rows.shape[1]) for rows in (one, two)]
    root = linalg.sqrtm(covariances[0] @ covariances[1]).real
    return float(means @ means + np.trace(covariances[0] + covariances[1] - 2 * root))


def components(metrics: Metrics, data: Path, out: Path) -> tuple[Floats, Floats]:
    """(mean, axes) of the pooled features of all paintings; computed once."""
    kept = out / "components.npz"
    if not kept.exists():
        rows = [
            metrics.features(io.read(file).pixels)[0] for file in sorted((data / "paintings").glob("*.jpg"))
        ]
        matrix = np.stack(rows)
        axes = np.linalg.svd(matrix - matrix.mean(0), full_matrices=False)[2][:COMPONENTS]
        np.savez(kept, mean=matrix.mean(0), axes=axes)
    loaded = np.load(kept)
    return loaded["mean"], loaded["axes"]


def painted(made: Method, photo: Path, style: Path, out: Path) -> tuple[Tensor, float]:
    """A result and its seconds of painting; it is painted if it is missing or was made otherwise."""
    target = out / made.file_name / f"{photo.stem}-{style.stem}.png"
    record_file = target.with_suffix(".json")
    wanted = json.loads(json.dumps({**made.made_by, "any_style": describe_network()["fingerprint"]}))
    if target.exists() and record_file.exists():
        record = json.loads(record_file.read_text())
        if record["made_by"] == wanted:
            return io.read(target).pixels, record["seconds"]
    target.parent.mkdir(parents=True, exist_ok=True)
    painting = made.paint(io.read(photo), io.read(style), SIZE)
    io.write(target, io.to_pil(painting.image))
    record_file.write_text(json.dumps({"made_by": wanted, "seconds": painting.seconds}))
    return io.read(target).pixels, painting.seconds


def interval(photos: Sequence[int], statistic: Callable[[Floats], float]) -> str:
    """The middle 95 % of a statistic over draws of the photos."""
    random = np.random.default_rng(0)
    numbers = np.array(photos)
    draws = [statistic(random.choice(numbers, len(numbers))) for _ in range(DRAWS)]
    low, high = np.percentile(draws, [2.5, 97.5])
    return f"{low:.3g}-{high:.3g}"


@torch.no_grad()
def main() -> None:
    """Paint what is missing, measure, and print a row for each method."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("out/standard"))
    parser.add_argument("--methods", default="photo,style,microast,instant,fast,default")
    parser.add_argument("--all", action="store_true", help="all 800 pairs instead of a quarter")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    weights, folder = args.data / "weights", args.data / "styleid"
    metrics = Metrics(weights)
    mean, axes = components(metrics, args.data, args.out)
    all_styles = sorted((folder / "style").glob("*.jpg"))
    photos = sorted((folder / "content").glob("*.jpg"))[: None if args.all else QUARTER[0]]
    styles = all_styles[: None if args.all else QUARTER[1]]
    of_styles = [metrics.features(io.read(file).pixels) for file in all_styles]
    gallery = np.stack([style for _, style in of_styles])
    truth = np.stack([(pooled - mean) @ axes.T for pooled, _ in of_styles[: len(styles)]])
    print("| method | FD | 95 % | top-1 | rank | content | 95 % | SSIM | CFSD-c | seconds |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in listed([args.methods]):
        made = None if name == "style" else method(name, size=SIZE, weights=weights)
        rows: list[list[Measured]] = []
        times = []
        for photo in photos:
            rows.append([])
            for style in styles:
                if made is None:
                    result, seconds = io.read(style).pixels, 0.0
                else:
                    result, seconds = painted(made, photo, style, args.out)
                times.append(seconds)
                pictures = (io.read(photo).pixels, io.read(style).pixels)
                rows[-1].append(metrics.measure(result, *pictures))
        pooled = np.stack([[(one.pooled - mean) @ axes.T for one in row] for row in rows])
        distances = np.stack([[np.linalg.norm(gallery - one.style, axis=1) for one in row] for row in rows])
        own = np.take_along_axis(distances, np.arange(len(styles))[None, :, None], 2)
        ranks = 1 + (distances < own).sum(2)
        content = np.array([[one.content for one in row] for row in rows])

        def distance(chosen: Floats, pooled: Floats = pooled) -> float:
            return frechet(pooled[chosen].reshape(-1, COMPONENTS), truth)

        everyone = list(range(len(photos)))
        cells = [
            f"{distance(np.array(everyone)):.3g}",
            interval(everyone, distance),
            f"{(ranks == 1).mean():.2f}",
            f"{ranks.mean():.1f}",
            f"{content.mean():.3f}",
            interval(everyone, lambda chosen, content=content: float(content[chosen].mean())),
            f"{np.mean([one.ssim for row in rows for one in row]):.3f}",
            f"{np.mean([one.cfsd for row in rows for one in row]):.3f}",
            f"{np.median(times):.2f}",
        ]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
