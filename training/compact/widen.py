"""Widen the first stage of a student during its training, and keep what it has learned.

    python training/compact/widen.py --data PHOTOS PAINTINGS --vgg FILE --run FOLDER

The first layer is fitted anew, with more filters, to what VGG-19's relu1_1 says of single 3 x 3 patches and
to what the old filters said; the second layer reads the old filters through the least-squares map from the
new ones. Filters added to the second layer start at random, and the third layer ignores them at first.
FOLDER/checkpoint.pt is replaced (the old one is kept as checkpoint-narrow.pt); the memory of the optimisers
starts afresh.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto import features
from impasto.features import compact
from pictures import batches, files, read

PATCHES = 16_384
"""3 x 3 patches a step."""


def patches(pool: list, seed: int) -> Tensor:
    """Random 3 x 3 patches of random crops: (PATCHES, 27), in [-0.5, 0.5]."""
    crops = batches(pool, 4, 96, seed) - 0.5
    flat = F.unfold(crops, 3).mT.reshape(-1, 27)
    return flat[torch.randperm(len(flat), generator=torch.Generator().manual_seed(seed))[:PATCHES]]


def activations(weight: Tensor, bias: Tensor, inputs: Tensor) -> Tensor:
    """(filters, 3, 3, 3), (filters,), (P, 27) -> (P, filters)."""
    return (inputs @ weight.flatten(1).mT + bias).relu()


def fit(targets: Tensor, own: Tensor) -> Tensor:
    """The least-squares map from (P, c) to (P, C): (c, C)."""
    normal = own.mT @ own
    ridge = 1e-5 * normal.diagonal().mean() * torch.eye(len(normal))
    return torch.linalg.solve(normal + ridge, own.mT @ targets)


def main() -> None:
    """Widen the checkpoint of a run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--vgg", type=Path, required=True, help="VGG-19 in Caffe form")
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=3000)
    args = parser.parse_args()
    torch.manual_seed(0)
    checkpoint = args.run / "checkpoint.pt"
    saved = torch.load(checkpoint, weights_only=True)
    state = saved["student"]
    old_weight, old_bias = state["network.chain.conv1_1.weight"], state["network.chain.conv1_1.bias"]

    teacher = features.load("vgg19", str(args.vgg)).chain["conv1_1"]
    mean = torch.tensor([103.939, 116.779, 123.68])
    # Caffe's input as a function of ours: x -> 255 * (x + 0.5), channels reversed, minus the mean.
    weight = teacher.weight.detach().flip(1) * 255
    bias = teacher.bias.detach() + teacher.weight.detach().sum((2, 3)) @ (127.5 - mean)
    scale = torch.load(args.run / "scales.pt", weights_only=True)["relu1_1"].flatten()

    def targets(seen: Tensor) -> Tensor:
        truth = activations(weight, bias, seen) / scale
        old = activations(old_weight, old_bias, seen)
        return torch.cat([truth / truth.std(0).norm(), old / old.std(0).norm()], 1)

    pool = read([f for folder in args.data for f in files([folder], held_out=False)][::4])
    width = compact.STAGES[0][0]
    start = torch.randperm(64)[: width - len(old_bias)]
    new_weight = torch.cat([old_weight, weight[start] / scale[start, None, None, None]]).requires_grad_()
    new_bias = torch.cat([old_bias, bias[start] / scale[start]]).requires_grad_()
    optimizer = torch.optim.Adam([new_weight, new_bias], lr=0.02)
    seen = patches(pool, 0)
    for step in range(args.steps):
        optimizer.param_groups[0]["lr"] = 0.02 * (1 - step / args.steps)
        seen = patches(pool, step) if step % 4 == 0 else seen[torch.randperm(PATCHES)]
        own, wanted = activations(new_weight, new_bias, seen), targets(seen)
        loss = (own @ fit(wanted, own) - wanted).square().sum(1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 300 == 0 or step == args.steps - 1:
            print(f"step {step}: unexplained variance of both targets, added: {loss.item():.4f}", flush=True)

    with torch.no_grad():
        seen = torch.cat([patches(pool, 10_000_000 + i) for i in range(16)])
        own, old = activations(new_weight, new_bias, seen), activations(old_weight, old_bias, seen)
        through = fit(old, own)  # (new, old): old = new @ through
        second = torch.einsum("onyx,mn->omyx", state["network.chain.conv1_2.weight"], through)
        extra = compact.STAGES[0][1] - len(second)
        random = torch.nn.init.kaiming_normal_(torch.empty(extra, *second.shape[1:])) if extra else second[:0]
        third = state["network.chain.conv2_1.weight"]
        blind = torch.zeros(len(third), extra, 3, 3)
        truth = activations(weight, bias, seen) / scale
        state["heads.relu1_1.weight"] = fit(truth, own).mT.contiguous()
        state["network.chain.conv1_1.weight"] = new_weight.detach().contiguous()
        state["network.chain.conv1_1.bias"] = new_bias.detach()
        state["network.chain.conv1_2.weight"] = torch.cat([second, random]).contiguous()
        state["network.chain.conv1_2.bias"] = F.pad(state["network.chain.conv1_2.bias"], (0, extra))
        state["network.chain.conv2_1.weight"] = torch.cat([third, blind], 1).contiguous()
    checkpoint.rename(args.run / "checkpoint-narrow.pt")
    torch.save({"student": state, "step": saved["step"], "spent": saved["spent"]}, checkpoint)


if __name__ == "__main__":
    main()
