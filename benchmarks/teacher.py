"""The compressed VGG-19 of Collaborative Distillation as a loss network."""

from __future__ import annotations

from pathlib import Path

from safetensors.torch import load_file
from torch import nn

from impasto.features.blocks import pool
from impasto.features.compact import isometric_tap
from impasto.features.extractor import Extractor, freeze

WEIGHTS = Path("../shared/data/weights/small16x/trained_e5.safetensors")


def teacher(weights: Path = WEIGHTS, *, pooling: str = "max", folded: bool = False) -> Extractor:
    """VGG-19's layers up to relu5_1, with a quarter of its channels.

    What is returned of relu1_1, relu2_1, ..., relu5_1 are VGG-19's channels as the network predicts them; of
    all other layers, relu4_2 among them, its own channels.

    Args:
        weights: ``trained_e5.safetensors``.
        pooling: "max" or "average".
        folded: leave the predicted channels unrectified and fold them to as many as the network has of its
            own: the same Wasserstein distances at a fraction of the price, as those see only inner products.
    """
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
            chain.append((f"pool{stage - 1}", pool(pooling)))
        for number in range(1, count + 1):
            chain.append((f"conv{stage}_{number}", convolution(f"conv{stage}{number}")))
            chain.append((f"relu{stage}_{number}", nn.ReLU()))
    predict = [convolution(f"conv{stage}1_aux") for stage in range(1, 6)]
    taps: dict[str, nn.Module] = {
        f"relu{stage}_1": fold(layer) if folded else nn.Sequential(layer, nn.ReLU())
        for stage, layer in enumerate(predict, start=1)
    }
    return freeze(Extractor("small16x", chain, prepare=convolution("conv0"), taps=taps))


def fold(layer: nn.Conv2d) -> nn.Conv2d:
    """A 1 x 1 convolution to more channels as one between its inputs that keeps all distances."""
    root = isometric_tap(layer.weight.detach()[:, :, 0, 0].mT)
    folded = nn.Conv2d(*root.shape, 1, bias=False)
    folded.load_state_dict({"weight": root[:, :, None, None]})
    return folded
