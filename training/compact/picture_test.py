"""The picture test: paint held-out pairs with ``compact`` and with its teacher as loss network, and compare.

    python training/compact/picture_test.py --data PHOTOS PAINTINGS --small FILE --judge FILE --out FOLDER

Prints, for each pair, the teacher's own loss of both paintings and their marks by a network that neither
uses, and writes a sheet: photo, style, painted with compact, painted with the teacher.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from impasto import features
from impasto.features.extractor import Extractor, freeze, to_device
from impasto.images import grid, io
from impasto.recipes.job import Job
from impasto.settings import StylizeSettings
from judge import Judge

PAIRS = (
    ("p0000", "a0360"), ("p0403", "a0280"), ("p0393", "a0290"), ("p0503", "a0550"), ("p0493", "a0070"),
    ("p0100", "a0240"), ("p0282", "a0430"), ("p0797", "a0590"), ("p0383", "a0680"), ("p0433", "a1190"),
    ("p0675", "a1060"), ("p0140", "a0650"),
)  # fmt: skip
"""Photo and painting, all held out of training: skyline, portrait, mountains, animals, architecture,
flowers; brush, line, dots, ink, flat colour, posters."""


def teacher(weights: Path) -> Extractor:
    """The compressed VGG-19 as a loss network: its taps are VGG-19's channels, as it predicts them."""
    state = load_file(weights)

    def convolution(name: str) -> nn.Conv2d:
        weight, bias = state[f"{name}.weight"].float(), state[f"{name}.bias"].float()
        layer = nn.Conv2d(
            *weight.shape[1::-1], weight.shape[2], padding=weight.shape[2] // 2, padding_mode="reflect"
        )
        layer.load_state_dict({"weight": weight, "bias": bias})
        return layer

    chain: list[tuple[str, nn.Module]] = []
    for stage, count in enumerate((2, 2, 4, 4, 1), start=1):
        if stage > 1:
            chain.append((f"pool{stage - 1}", nn.MaxPool2d(2)))
        for number in range(1, count + 1):
            chain.append((f"conv{stage}_{number}", convolution(f"conv{stage}{number}")))
            chain.append((f"relu{stage}_{number}", nn.ReLU()))
    taps = {f"relu{s}_1": nn.Sequential(convolution(f"conv{s}1_aux"), nn.ReLU()) for s in range(1, 6)}
    return freeze(Extractor("teacher", chain, prepare=convolution("conv0"), taps=taps))


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
    parser.add_argument("--pairs", type=int, default=len(PAIRS))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    judge, settings = Judge(args.judge), StylizeSettings.of({"size": args.size})
    networks = {"compact": features.load("compact"), "teacher": teacher(args.small)}
    exact = to_device(teacher(args.small), torch.device("cpu"), torch.float32)
    rows, table = [], []
    for photo, painting in PAIRS[: args.pairs]:
        job = Job.prepare(str(args.data[0] / f"{photo}.jpg"), str(args.data[1] / f"{painting}.jpg"), settings)
        style = job.styles[0].pixels
        row, pictures = {"pair": f"{photo} {painting}"}, []
        for name, network in networks.items():
            network = to_device(network, job.device, next(job.network.parameters()).dtype)
            own = replace(job, network=network)
            image = paint(own)
            row[name] = {
                "teacher's loss": loss_by(exact, own, image),
                **judge.marks(image, job.content.pixels, style),
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
