"""The picture test: paint held-out pairs with ``compact`` and with its teacher as loss network, and compare.

    python training/compact/picture_test.py --data PHOTOS PAINTINGS --small FILE --judge FILE --out FOLDER

Prints, for each pair, the teacher's own loss of both paintings and their scores by a network that neither
uses, and writes a sheet: photo, style, painted with compact, painted with the teacher.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import torch
from torch import Tensor

from impasto import features
from impasto.images import grid, io
from impasto.recipes.stylize import RECIPE
from impasto.settings import StylizeSettings
from impasto.synthesis.context import Context
from impasto.synthesis.job import Job
from impasto.synthesis.network import NetworkHandle

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
from judge import Judge
from pairs import PAIRS
from teacher import teacher


def paint(job: Job) -> Tensor:
    """The finished picture, (1, 3, H, W)."""
    *_, last = job.steps()
    return last.snapshot().cpu()


def loss_of(job: Job, image: Tensor) -> float:
    """The loss of a picture of the job's full size."""
    with torch.no_grad():
        return job.objectives.whole(job.scales[-1])(image)[0].item()


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
    exact = Context(network=NetworkHandle.of(teacher(args.small), device="cpu", precision="float32"))
    networks = {
        "compact": Context(network=NetworkHandle.of(features.load("compact"))),
        "teacher": Context(network=NetworkHandle.of(teacher(args.small))),
    }
    rows, table = [], []
    for pair in PAIRS[: args.pairs]:
        paths = args.data[0] / f"{pair.photo}.jpg", args.data[1] / f"{pair.style}.jpg"
        inputs = dict(zip(("content", "style"), paths, strict=True))
        photo, style = (io.read(path).pixels for path in paths)
        row, pictures = {"pair": f"{pair.photo} {pair.style}"}, []
        for name, context in networks.items():
            image = paint(RECIPE.job(inputs, settings, context))
            row[name] = {
                "teacher's loss": loss_of(RECIPE.job(inputs, settings, exact), image),
                **judge.scores(image, photo, style),
            }
            pictures.append(io.to_pil(image))
        table.append(row)
        rows.append([io.to_pil(photo), io.to_pil(style), *pictures])
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
