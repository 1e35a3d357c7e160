"""What ``compact`` learns from: VGG-19 where its weights are at hand, its compressed twin elsewhere."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from impasto import features

SMALL_HINTS = ("conv22", "conv34", "conv43", "conv44")
"""Inner layers of the compressed teacher that the student may be asked to predict as well."""


class SmallVgg(nn.Module):
    """The 16x-compressed VGG-19 of Collaborative Distillation (Wang et al. 2020), encoder 5.

    Its ``conv*_aux`` layers map the small activations onto those of a channel-normalised VGG-19.

    Args:
        weights: ``trained_e5.safetensors``.
    """

    def __init__(self, weights: Path) -> None:
        super().__init__()
        state = load_file(weights)
        self.layers = nn.ModuleDict()
        for name in sorted({key.split(".")[0] for key in state}):
            out, inner, size, _ = state[f"{name}.weight"].shape
            padding = {"padding": 1, "padding_mode": "reflect"} if size == 3 else {}
            self.layers[name] = nn.Conv2d(inner, out, size, **padding)
            self.layers[name].load_state_dict({k: state[f"{name}.{k}"].float() for k in ("weight", "bias")})

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """(N, 3, H, W) sRGB in [0, 1] -> {layer: (N, C, h, w)}: conv11 to conv51, relu4_1, relu4_2, ..."""
        layers: dict[str, Tensor] = {}
        flow = self.layers["conv0"](images)
        for stage, count in enumerate((2, 2, 4, 4, 1), start=1):
            flow = nn.functional.max_pool2d(flow, 2) if stage > 1 else flow
            for number in range(1, count + 1):
                flow = self.layers[f"conv{stage}{number}"](flow).relu()
                layers[f"conv{stage}{number}"] = flow
        for stage in (4, 5):
            layers[f"relu{stage}_1"] = self.layers[f"conv{stage}1_aux"](layers[f"conv{stage}1"]).relu()
        layers["relu4_2"] = layers["conv42"]
        return layers


class Teachers(nn.Module):
    """Targets of the student at each layer: VGG-19's activations, every channel scaled to mean 1.

    ``relu4_2`` comes from the compressed network as it is, when the VGG-19 file ends before conv4.

    Args:
        vgg: file of VGG-19, whole or its first convolutions, of torchvision or in Caffe form.
        small: file of the compressed encoder 5; not needed if ``vgg`` is whole.
    """

    def __init__(self, vgg: Path, small: Path | None) -> None:
        super().__init__()
        self.vgg = features.load("vgg19", str(vgg))
        self.small = SmallVgg(small) if small else None
        names = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu4_2", "relu5_1")
        self.from_vgg = tuple(name for name in names if name in self.vgg.chain)
        self.from_small = tuple(name for name in names if name not in self.from_vgg)
        if self.from_small and self.small is None:
            raise SystemExit(f"{vgg} ends before {self.from_small[0]}: give --small as well")
        self.scales: dict[str, Tensor] = {}
        self.eval().requires_grad_(requires_grad=False)

    def raw(self, images: Tensor, which: tuple[str, ...]) -> dict[str, Tensor]:
        """(N, 3, H, W) -> {layer: (N, C, h, w)}, before the channels are scaled.

        Hints under their own names.
        """
        names = tuple(name for name in which if name in self.from_vgg)
        layers = self.vgg(images, names) if names else {}
        if self.small is not None and any(name not in self.from_vgg for name in which):
            small = self.small(images)
            layers |= {name: small[name] for name in which if name not in self.from_vgg}
        return layers

    def forward(self, images: Tensor, which: tuple[str, ...]) -> dict[str, Tensor]:
        """(N, 3, H, W) -> {layer: (N, C, h, w)}, float32, channels scaled."""
        layers = self.raw(images, which)
        return {
            name: x.float() / self.scales[name] if name in self.scales else x.float()
            for name, x in layers.items()
        }

    def row_scale(self, name: str) -> Tensor | float:
        """What divides the raw activations of a layer: (1, 1, C), for activations as (N, P, C)."""
        return self.scales[name].flatten()[None, None] if name in self.scales else 1.0

    def measure_scales(self, photos: list[Tensor]) -> None:
        """Mean of every channel over pictures and positions (Gatys' normalisation).

        Args:
            photos: (1, 3, H, W) in [0, 1] each, of any size.
        """
        names = tuple(n for n in (*self.from_vgg, *self.from_small) if n != "relu4_2" or n in self.from_vgg)
        sums = dict.fromkeys(names, 0.0)
        counts = dict.fromkeys(names, 0)
        for photo in photos:
            with torch.autocast(photo.device.type, torch.bfloat16):
                layers = self.raw(photo.contiguous(memory_format=torch.channels_last), names)
            for name, x in layers.items():
                sums[name] = sums[name] + x.double().sum((0, 2, 3))
                counts[name] += x[:, 0].numel()
        for name in names:
            means = (sums[name] / counts[name]).float()
            # A channel that is never active keeps a scale that does not amplify its noise.
            self.scales[name] = means.clamp_min(0.02 * means.median().item()).view(1, -1, 1, 1)
