"""Distil VGG-19 into ``compact``.

    python training/compact/train.py --data PHOTOS PAINTINGS --vgg FILE [--small FILE] --out FOLDER

Writes FOLDER/checkpoint.pt every few minutes (run the same command again to go on from it),
FOLDER/log.jsonl, and at the end FOLDER/student.pt. ``export.py`` turns that into the file the package ships.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path

import torch
from torch import Tensor, nn

from impasto.features import compact
from impasto.optimize.muon import Muon
from pictures import batches, centre_crop, files, read, short_side
from teachers import SMALL_HINTS, Teachers

TARGETS = compact.TAPPED
HINTS = {"conv22": "relu2_2", "conv34": "relu3_4", "conv43": "relu4_3", "conv44": "relu4_4"}
"""Compressed teacher's layer -> student's layer that must predict it."""

FINE = ("relu1_1", "relu2_1", "relu3_1")

COMPONENTS = {"relu2_1": 96, "relu3_1": 144, "relu4_1": 144, "relu5_1": 176}
"""Principal components that stand for a target's channels while training; final figures use every channel."""


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, nargs="+", required=True, help="folders of .jpg; the first: photos"
    )
    parser.add_argument("--vgg", type=Path, required=True, help="VGG-19, whole or its first layers")
    parser.add_argument("--small", type=Path, help="compressed encoder 5, for the layers --vgg lacks")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=8, help="crops a step")
    parser.add_argument(
        "--vgg-crops", type=int, default=4, help="how many of them are shown to VGG-19 as well"
    )
    parser.add_argument("--size", type=int, default=192, help="side of a crop, px")
    parser.add_argument("--rate", type=float, default=0.02, help="of Muon")
    parser.add_argument("--adam-rate", type=float, default=3e-3, help="of Adam, for biases and heads")
    parser.add_argument("--first-rate", type=float, default=1e-3, help="of Adam, for the first layer")
    parser.add_argument("--gram-weight", type=float, default=0.3)
    parser.add_argument("--hint-weight", type=float, default=0.3)
    parser.add_argument(
        "--start", type=Path, help="student.pt of an earlier run to go on from, with fresh heads"
    )
    parser.add_argument("--full-targets", action="store_true", help="predict every channel, no components")
    parser.add_argument("--fine-weight", type=float, default=1.0, help="of relu1_1, relu2_1 and relu3_1")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=int, help="use only so many pictures a folder (to try things out)")
    return parser.parse_args()


class Student(nn.Module):
    """``compact`` and, for training only, a linear head for each thing it has to predict."""

    def __init__(self, sizes: dict[str, int]) -> None:
        super().__init__()
        self.network = compact.untrained()
        self.source = {name: HINTS.get(name, name) for name in sizes}
        widths = compact.widths()
        self.heads = nn.ModuleDict(
            {name: nn.Linear(widths[self.source[name]], size, bias=False) for name, size in sizes.items()}
        )
        for convolution in self.network.chain.values():
            if isinstance(convolution, nn.Conv2d):
                nn.init.orthogonal_(convolution.weight, gain=math.sqrt(2))
                nn.init.zeros_(convolution.bias)
        with torch.no_grad():
            self.network.chain["conv1_1"].weight.mul_(4.0)  # pixels have a deviation of about 1/4

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """(N, 3, H, W) -> {layer: (N, c, h, w)}, the student's own activations."""
        return self.network(images, set(self.source.values()))


def rows(activations: Tensor, keep: Tensor | None) -> Tensor:
    """(N, C, h, w) -> (N, P, C), of all positions or of those in ``keep``; a view of channels-last memory."""
    flat = activations.permute(0, 2, 3, 1).flatten(1, 2)
    return flat if keep is None else flat.index_select(1, keep)


def basis(activations: Tensor, components: int | None) -> Tensor:
    """(N, P, C) -> (C, c): the leading principal axes, uncentred; the identity without ``components``."""
    flat = activations.flatten(0, 1)
    if components is None:
        return torch.eye(flat.shape[1], device=flat.device)
    return torch.linalg.eigh((flat.mT @ flat).double()).eigenvectors[:, -components:].float()


def least_squares(own: Tensor, target: Tensor) -> Tensor:
    """The linear map from (N, P, c) to (N, P, C) with the least squared error: (c, C)."""
    a, b = own.flatten(0, 1).double(), target.flatten(0, 1).double()
    normal = a.mT @ a
    ridge = 1e-4 * normal.diagonal().mean() * torch.eye(len(normal), device=a.device, dtype=a.dtype)
    return torch.linalg.solve(normal + ridge, a.mT @ b).float()


def layer_loss(head: Tensor, own: Tensor, target: Tensor, variance: float) -> tuple[Tensor, Tensor]:
    """(squared error / variance, squared error of the Gram matrix / its square), of one layer.

    Args:
        head: (C, c), the linear map that is learned along.
        own: (N, P, c), the student's activations.
        target: (N, P, C).
        variance: of the target, summed over channels.
    """
    guess = own @ head.mT
    error = (guess.float() - target.float()).square().sum(2).mean() / variance
    grams = [x.mT @ x / x.shape[1] for x in (guess, target)]
    distance = (grams[0].float() - grams[1]).square().sum((1, 2)) / grams[1].float().square().sum((1, 2))
    return error, distance.mean()


def main() -> None:
    """Train, reporting and saving as it goes."""
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    device = torch.device(args.device)

    photos = read(files(args.data[:1], held_out=False)[: args.limit])
    pool = photos + read(
        [f for folder in args.data[1:] for f in files([folder], held_out=False)[: args.limit]]
    )
    teachers = Teachers(args.vgg, args.small).to(device).to(memory_format=torch.channels_last)
    scales_file = args.out / "scales.pt"
    if scales_file.exists():
        teachers.scales = torch.load(scales_file, weights_only=True)
    else:
        everything = photos + read(files(args.data[:1], held_out=True)[: args.limit])
        teachers.measure_scales([short_side(p, 224).to(device) for p in everything])
        torch.save(teachers.scales, scales_file)
    print(f"{len(pool)} pictures to train on", flush=True)

    hints = tuple(SMALL_HINTS) if teachers.small is not None and args.hint_weight else ()
    probe = torch.cat([centre_crop(p, args.size) for p in pool[:: max(1, len(pool) // 64)]][:64]).to(device)
    bases, variances, targets = {}, {}, {}
    with torch.no_grad():
        for name, x in teachers.raw(probe, (*TARGETS, *hints)).items():
            target = rows(x, None) / teachers.row_scale(name)
            axes = basis(target, None if args.full_targets else COMPONENTS.get(name))
            variances[name] = target.var((0, 1)).sum().item()
            bases[name] = axes / torch.as_tensor(teachers.row_scale(name), device=device).flatten()[:, None]
            targets[name] = target @ axes
        del x, target
        student = Student({name: x.shape[1] for name, x in bases.items()}).to(device)
        student = student.to(memory_format=torch.channels_last)
        if args.start:
            student.network.load_state_dict(torch.load(args.start, weights_only=True))
        own = student(probe)
        for name, head in student.heads.items():
            head.weight.copy_(least_squares(rows(own[student.source[name]], None), targets[name]).mT)
    del own, targets

    # The first layer sees pixels, not activations: Muon's even steps do not suit it, small ones of Adam's do.
    named = dict(student.network.named_parameters())
    first = [p for n, p in named.items() if "conv1_1" in n]
    kernels = [p for n, p in named.items() if n.endswith("weight") and "conv1_1" not in n]
    biases = [p for n, p in named.items() if n.endswith("bias") and "conv1_1" not in n]
    heads = list(student.heads.parameters())
    optimizers: list[torch.optim.Optimizer] = [
        Muon(kernels, rate=args.rate),
        torch.optim.AdamW(biases + heads, lr=args.adam_rate, betas=(0.9, 0.98), weight_decay=0.0),
        torch.optim.AdamW(first, lr=args.first_rate, betas=(0.9, 0.98), weight_decay=0.0),
    ]
    rates = [args.rate, args.adam_rate, args.first_rate]

    step, spent = 0, 0.0
    checkpoint = args.out / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        student.load_state_dict(saved["student"])
        for optimizer, state in zip(
            optimizers, saved.get("optimizers", []), strict=False
        ):  # none after widen.py
            optimizer.load_state_dict(state)
        step, spent = saved["step"], saved["spent"]
        print(f"going on from step {step}", flush=True)

    def save() -> None:
        state = {"student": student.state_dict(), "optimizers": [o.state_dict() for o in optimizers]}
        torch.save({**state, "step": step, "spent": spent}, checkpoint.with_suffix(".new"))
        checkpoint.with_suffix(".new").rename(checkpoint)

    sums: dict[str, float] = {}
    log = (args.out / "log.jsonl").open("a")
    while step < args.steps:
        started = time.perf_counter()
        images = batches(pool, args.batch, args.size, args.seed + 1_000_000 + step).to(device)
        images = images.contiguous(memory_format=torch.channels_last)
        few = min(args.vgg_crops, args.batch)
        autocast = torch.autocast(device.type, torch.bfloat16)
        with torch.no_grad(), autocast:
            truths = teachers.raw(images[:few], teachers.from_vgg)
            truths |= teachers.raw(images, (*teachers.from_small, *hints))
        with autocast:
            own = student(images)
        total = torch.zeros((), device=device)
        for name, truth in truths.items():
            positions = truth[0, 0].numel()
            keep = torch.randint(positions, (2304,), device=device) if positions > 2304 else None
            with torch.no_grad(), autocast:
                target = rows(truth, keep) @ bases[name]
            with autocast:
                guess_from = rows(own[student.source[name]][: len(truth)], keep)
                error, gram = layer_loss(student.heads[name].weight, guess_from, target, variances[name])
            weight = args.hint_weight if name in hints else args.fine_weight if name in FINE else 1.0
            total = total + weight * (error + args.gram_weight * gram)
            sums[name] = sums.get(name, 0.0) + error.item()
            sums[f"{name} gram"] = sums.get(f"{name} gram", 0.0) + gram.item()
        for optimizer in optimizers:
            optimizer.zero_grad()
        total.backward()
        warm = min(1.0, (step + 1) / 200)
        cool = min(1.0, (args.steps - step) / (0.7 * args.steps))  # constant, then linearly to nothing
        for optimizer, rate in zip(optimizers, rates, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * warm * cool
            optimizer.step()
        step += 1
        spent += time.perf_counter() - started
        if step % 100 == 0:
            row = {"step": step, "minutes": round(spent / 60, 2)}
            row |= {name: round(value / 100, 4) for name, value in sums.items()}
            sums.clear()
            print(json.dumps(row), file=log, flush=True)
            left = spent / step * (args.steps - step) / 60
            print(
                " ".join(f"{k} {v}" for k, v in row.items() if "gram" not in k),
                f"| {left:.0f} min left",
                flush=True,
            )
        if step % 500 == 0:
            save()
    save()
    torch.save(student.network.state_dict(), args.out / "student.pt")


if __name__ == "__main__":
    main()
