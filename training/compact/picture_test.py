"""The picture test: paint held-out pairs with ``compact`` and with its teacher as loss network, and compare.

    python training/compact/picture_test.py --data PHOTOS PAINTINGS --small FILE --judge FILE --out FOLDER

Prints, for each pair, the teacher's own loss of both paintings and their scores by a network that neither
uses, and writes a sheet: photo, style, painted with compact, painted with the teacher.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from impasto import features
from impasto.features.extractor import Extractor, prepared
from impasto.images import grid, io
from impasto.settings import StylizeSettings
from impasto.synthesis.job import Job

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
from judge import Judge
from pairs import PAIRS
from teacher import teacher


def paint(job: Job) -> Tensor:
    """The finished picture, (1, 3, H, W)."""
    *_, last = job.steps()
    return last.snapshot().cpu()


def loss_by(network: Extractor, job: Job, image: Tensor) -> float:
    """The loss of a picture, measured with another network at the picture's size."""
    from impasto.optimize.schedule import Scale

    other = replace(job, network=network)
    with torch.no_grad():
        return other.measure(Scale(*image.shape[2:], steps=1))(image)[0].item()


def main() -> None:
    """Paint, measure, print and write the sheet."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, nargs=2, required=True)
    parser.add_argument("--small", type=Path, required=True)
    parser.add_argument("--judge", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", type=int, default=384)
    parser.add_argument("--pairs", type=int, default=12)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    judge, settings = Judge(args.judge), StylizeSettings.of({"size": args.size})
    networks = {"compact": features.load("compact"), "teacher": teacher(args.small)}
    exact = prepared(teacher(args.small), torch.device("cpu"), torch.float32)
    rows, table = [], []
    for pair in PAIRS[: args.pairs]:
        job = Job.prepare(
            str(args.data[0] / f"{pair.photo}.jpg"), str(args.data[1] / f"{pair.style}.jpg"), settings
        )
        style = job.styles[0].pixels
        row, pictures = {"pair": f"{pair.photo} {pair.style}"}, []
        for name, network in networks.items():
            network = prepared(network, job.device, next(job.network.parameters()).dtype)
            own = replace(job, network=network)
            image = paint(own)
            row[name] = {
                "teacher's loss": loss_by(exact, own, image),
                **judge.scores(image, job.content.pixels, style).to_dict(),
            }
            pictures.append(io.to_pil(image))
        table.append(row)
        rows.append([io.to_pil(job.content.pixels), io.to_pil(style), *pictures])
        print(json.dumps(row), flush=True)
    for name in networks:
        means = {key: sum(row[name][key] for row in table) / len(table) for key in table[0][name]}
        print(name, {key: round(value, 4) for key, value in means.items()})
    ratios = [row["compact"]["teacher's loss"] / row["teacher"]["teacher's loss"] for row in table]
    print(
        "teacher's loss, compact / teacher:",
        [round(r, 3) for r in ratios],
        "mean",
        round(sum(ratios) / len(ratios), 3),
    )
    titles = ["photo", "style", "compact", "teacher"]
    io.write(args.out / "sheet.png", grid.contact_sheet(rows, column_titles=titles))
    (args.out / "picture-test.json").write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main()
