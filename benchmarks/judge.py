"""Scores of a painting by ResNet-50 v2, a network that no method here is trained with or optimises."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.features.blocks import Normalise
from impasto.images.resize import resize
from impasto.losses.base import Features
from impasto.metrics.scores import score_features

WEIGHTS = Path("../shared/data/weights/measure/resnet50v2_stem-layer3.safetensors")
BLOCKS = (3, 4, 6)
LAYERS = ("stem", "stage1", "stage2", "stage3")


class Judge:
    """ResNet-50 v2, stem to third stage, and the scores computed with it.

    Args:
        weights: ``resnet50v2_stem-layer3.safetensors``.
    """

    name = "resnet50"
    VERSION = 2
    """Version of the scores: raise it when their definition changes, and kept paintings are measured again.

    2: directions at right angles, means of neighbouring ranks.
    """

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self.state = {key: value.float() for key, value in load_file(weights).items()}
        self.prepare = Normalise()

    @torch.no_grad()
    def features(self, image: Tensor) -> dict[str, Tensor]:
        """(1, 3, H, W) sRGB in [0, 1] -> {layer: (1, C, h, w)}, and the picture itself as "image"."""
        x = self._norm(self.prepare(image), "data_bn")
        x = F.conv2d(F.pad(x, (3, 3, 3, 3), mode="reflect"), self.state["stem_conv.weight"], stride=2)
        x = self._norm(x, "stem_bn").relu()
        layers = {"image": image, "stem": x}
        x = F.max_pool2d(x, 3, 2, 1)
        for stage, blocks in enumerate(BLOCKS, start=1):
            for block in range(blocks):
                x = self._block(x, f"layer{stage}.{block}", 2 if stage > 1 and block == 0 else 1)
            layers[f"stage{stage}"] = x.relu()
        return layers

    def _norm(self, x: Tensor, name: str) -> Tensor:
        s = self.state
        return F.batch_norm(
            x,
            s[f"{name}.running_mean"],
            s[f"{name}.running_var"],
            s[f"{name}.weight"],
            s[f"{name}.bias"],
            eps=1e-5,
        )

    def _block(self, x: Tensor, name: str, stride: int) -> Tensor:
        z = self._norm(x, f"{name}.bn1").relu()
        shortcut = self.state.get(f"{name}.downsample.weight")
        skip = x if shortcut is None else F.conv2d(z, shortcut, stride=stride)
        y = self._norm(F.conv2d(z, self.state[f"{name}.conv1.weight"]), f"{name}.bn2").relu()
        y = F.conv2d(
            F.pad(y, (1, 1, 1, 1), mode="reflect"), self.state[f"{name}.conv2.weight"], stride=stride
        )
        return F.conv2d(self._norm(y, f"{name}.bn3").relu(), self.state[f"{name}.conv3.weight"]) + skip

    def scores(self, result: Tensor, content: Tensor, style: Tensor) -> dict[str, float]:
        """Distances of a painting, lower is better: all four layers for style, the last two for content.

        Args:
            result: (1, 3, H, W) in [0, 1].
            content: the photo, any size; brought to the result's.
            style: the painting at the scale it was used, any size.
        """
        return scores_by(
            self.features, result, content, style, content_layers=LAYERS[2:], style_layers=LAYERS
        )


def scores_by(
    features: Callable[[Tensor], Features],
    result: Tensor,
    content: Tensor,
    style: Tensor,
    *,
    content_layers: Iterable[str],
    style_layers: Iterable[str],
) -> dict[str, float]:
    """Distances of a painting by any network, lower is better.

    Args:
        features: (1, 3, H, W) in [0, 1] -> {layer: (1, C, h, w)}, with the picture itself as "image".
        result: (1, 3, H, W) in [0, 1].
        content: the photo, any size; brought to the result's.
        style: the painting at the scale it was used, any size.
        content_layers: compared with the photo.
        style_layers: compared with the style.
    """
    shape = (result.shape[2], result.shape[3])
    return score_features(
        features(result),
        photo=features(resize(content, shape)),
        style=features(style),
        content_layers=content_layers,
        style_layers=style_layers,
    ).to_dict()
