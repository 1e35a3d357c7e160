r"""Train the any-style network.

    python training/fast/train.py --photos FOLDER --paintings FOLDER --without training/fast/without.txt \
        --out FOLDER

Writes FOLDER/checkpoint.pt every 250 steps (run the same command again to go on from it), FOLDER/log.jsonl,
and at the end FOLDER/network.pt. ``export.py`` turns that into the file the package ships.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from impasto.fast.any_style import AnyStyleNetwork, as_used
from impasto.fast.pictures import Crops
from impasto.fast.statistics import (
    LevelStatistics,
    Moments,
    level_statistics,
    moments,
    whitening_and_coloring,
)
from impasto.features import compact
from impasto.optimize.muon import Muon
from objective import (
    CONTENT_LAYERS,
    STYLE_LAYERS,
    content_loss,
    evenness_loss,
    grain_loss,
    grid_loss,
    order_loss,
    palette_loss,
    range_loss,
    style_loss,
    style_targets,
)

HELD_OUT_EVERY = 10
"""Every tenth picture of a folder, in the order of names, is never trained on; as for ``compact``."""

IDENTITY_EVERY = 4
"""Steps from one in which pictures have to come back from their own statistics to the next."""

SAVE_EVERY, LOG_EVERY, WARM_UP_STEPS = 250, 100, 200


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--paintings", type=Path, required=True)
    parser.add_argument("--without", type=Path, help="a file of names, a line each, that are not trained on")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="network.pt of an earlier run to go on from")
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, help="end after so long, at the end of the schedule")
    parser.add_argument("--size", type=int, default=128, help="side of a crop, px")
    parser.add_argument("--contents", type=int, default=2, help="photos a step")
    parser.add_argument(
        "--styles", type=int, default=2, help="paintings a step; every photo is painted in each"
    )
    parser.add_argument("--rate", type=float, default=0.005, help="of Muon, for the convolutions")
    parser.add_argument("--adam-rate", type=float, default=1e-3, help="of Adam, for their offsets")
    parser.add_argument("--steady", type=float, default=0.5, help="share of the steps before the rates fall")
    parser.add_argument("--average", type=float, default=0.998, help="decay of the mean of the weights")
    parser.add_argument("--content-weight", type=float, default=0.1)
    parser.add_argument("--evenness-weight", type=float, default=0.3)
    parser.add_argument("--order-weight", type=float, default=0.2)
    parser.add_argument("--palette-weight", type=float, default=1.0)
    parser.add_argument("--grain-weight", type=float, default=0.1)
    parser.add_argument("--grid-weight", type=float, default=0.2)
    parser.add_argument("--identity-weight", type=float, default=2.0)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=int, help="use only so many pictures a folder (to try things out)")
    return parser.parse_args()


def training_files(folder: Path, without: set[str], limit: int | None) -> list[Path]:
    """The pictures of a folder that are trained on."""
    names = sorted(folder.glob("*.jpg"))
    kept = [f for i, f in enumerate(names) if i % HELD_OUT_EVERY and f.stem not in without]
    return kept[:limit]


def rate_at(progress: float, step: int, steady: float) -> float:
    """Share of the highest rate: rising at first, then steady, then along a cosine to a fiftieth."""
    falling = max(0.0, progress - steady) / (1 - steady)
    return max(0.02, 0.5 * (1 + math.cos(math.pi * falling))) * min(1.0, (step + 1) / WARM_UP_STEPS)


def painted(
    network: AnyStyleNetwork, levels: tuple[Tensor, ...], contents: int, content_of: Tensor, style_of: Tensor
) -> Tensor:
    """Photos in the styles of paintings.

    Args:
        network: its decoder is used.
        levels: of the photos and, after them, of the paintings.
        contents: how many photos there are.
        content_of: (P,), the photo of each pair.
        style_of: (P,), the painting of each pair.
    """
    pairs = []
    for number, features in enumerate(levels):
        every = as_used(moments(features), number)
        content = Moments(every.mean[:contents][content_of], every.covariance[:contents][content_of])
        own = level_statistics(every)
        style = LevelStatistics(own.mean[contents:][style_of], own.root[contents:][style_of])
        pairs.append(whitening_and_coloring(content, style)(features[:contents][content_of]))
    return network.decode(pairs)


def main() -> None:
    """Train, reporting and saving as it goes."""
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    device = torch.device(args.device)
    without = set(args.without.read_text().split()) if args.without else set()
    photos = Crops(training_files(args.photos, without, args.limit), args.size, args.seed)
    paintings = Crops(training_files(args.paintings, without, args.limit), args.size, args.seed + 1)
    print(f"{len(photos.sources)} photos and {len(paintings.sources)} paintings", flush=True)

    judge = compact.load(pooling="average").to(device).to(memory_format=torch.channels_last)
    network = AnyStyleNetwork().to(device).to(memory_format=torch.channels_last)
    for module in network.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            torch.nn.init.zeros_(torch.as_tensor(module.bias))
    if args.start:
        network.load_state_dict(torch.load(args.start, weights_only=True, map_location=device))
    kernels = [p for p in network.parameters() if p.ndim > 1]
    offsets = [p for p in network.parameters() if p.ndim == 1]
    optimizers: list[torch.optim.Optimizer] = [
        Muon(kernels, rate=args.rate),
        torch.optim.Adam(offsets, lr=args.adam_rate, betas=(0.9, 0.99)),
    ]
    rates = [args.rate, args.adam_rate]
    average = {name: value.clone() for name, value in network.state_dict().items()}
    first, spent = 0, 0.0
    checkpoint = args.out / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True, map_location=device)
        network.load_state_dict(saved["network"])
        for optimizer, state in zip(optimizers, saved["optimizers"], strict=True):
            optimizer.load_state_dict(state)
        average, first, spent = saved["average"], saved["step"], saved["spent"]
        print(f"going on from step {first}", flush=True)

    steps = range(first, args.steps)
    count_c, count_s = args.contents, args.styles
    content_of = torch.arange(count_c).repeat_interleave(count_s)
    style_of = torch.arange(count_s).repeat(count_c)
    batches_c = photos.batches([range(s * count_c, (s + 1) * count_c) for s in steps])
    batches_s = paintings.batches([range(s * count_s, (s + 1) * count_s) for s in steps])
    sums: dict[str, list[float]] = {}
    begin = time.monotonic() - spent
    for step, x, y in zip(steps, batches_c, batches_s, strict=True):
        progress = step / args.steps
        if args.seconds:
            progress = max(progress, (time.monotonic() - begin) / args.seconds)
        if progress >= 1:
            break
        for optimizer, rate in zip(optimizers, rates, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * rate_at(progress, step, args.steady)
        inputs = torch.cat([x, y]).to(device).contiguous(memory_format=torch.channels_last)
        with torch.no_grad():
            truth = judge(inputs, STYLE_LAYERS)
            targets = style_targets({layer: f[count_c:] for layer, f in truth.items()})
            contents = {layer: truth[layer][:count_c][content_of] for layer in CONTENT_LAYERS}
        levels = network.encode(inputs)
        result = painted(network, levels, count_c, content_of, style_of)
        seen = judge(result, STYLE_LAYERS)
        styles = inputs[count_c:][style_of]
        losses = {
            "style": style_loss(seen, {layer: t.of(style_of) for layer, t in targets.items()}),
            "content": args.content_weight * content_loss(seen, contents),
            "evenness": args.evenness_weight * evenness_loss(result, inputs[:count_c]),
            "order": args.order_weight * order_loss(result, inputs[:count_c]),
            "palette": args.palette_weight * palette_loss(result, styles),
            "grain": args.grain_weight * grain_loss(result, styles),
            "grid": args.grid_weight * grid_loss(result),
            "range": 0.5 * range_loss(result),
        }
        if step % IDENTITY_EVERY == 0:
            losses["identity"] = args.identity_weight * (network.decode(levels) - inputs).abs().mean()
        total = torch.stack(list(losses.values())).sum()
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        total.backward()
        if not bool(total.isfinite()):
            print(f"step {step}: the loss is not finite; left out", flush=True)
            continue
        torch.nn.utils.clip_grad_norm_(offsets, 1.0)
        for optimizer in optimizers:
            optimizer.step()
        decay = min(args.average, (1 + step) / (10 + step))
        for name, value in network.state_dict().items():
            average[name].lerp_(value, 1 - decay)
        for name, value in losses.items():
            sums.setdefault(name, []).append(value.item())
        spent = time.monotonic() - begin
        if (step + 1) % LOG_EVERY == 0:
            report(args.out / "log.jsonl", step + 1, spent, sums)
            sums.clear()
        if (step + 1) % SAVE_EVERY == 0:
            save(checkpoint, network, optimizers, average, step + 1, spent)
    torch.save(average, args.out / "network.pt")


def report(log: Path, step: int, spent: float, sums: dict[str, list[float]]) -> None:
    """Print a line of means, and add it to the log."""
    row = {"step": step, "seconds": round(spent, 1)}
    means = {name: round(sum(values) / len(values), 4) for name, values in sums.items()}
    line = json.dumps({**row, **means})
    print(line, flush=True)
    with log.open("a") as file:
        file.write(line + "\n")


def save(
    file: Path,
    network: AnyStyleNetwork,
    optimizers: list[torch.optim.Optimizer],
    average: dict[str, Tensor],
    step: int,
    spent: float,
) -> None:
    """Write all that a run goes on from."""
    state: dict[str, Any] = {
        "network": network.state_dict(),
        "optimizers": [optimizer.state_dict() for optimizer in optimizers],
        "average": average,
        "step": step,
        "spent": spent,
    }
    torch.save(state, file.with_suffix(".new"))
    file.with_suffix(".new").rename(file)


if __name__ == "__main__":
    main()
