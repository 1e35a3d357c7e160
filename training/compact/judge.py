"""How good a painting is, by a network that no method here is trained against or optimises: ResNet-50 v2."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.losses.gram import gram_matrix
from impasto.losses.palette import sorted_projections

BLOCKS = (3, 4, 6)


class Judge:
    """ResNet-50 v2, stem to third stage, and the measures taken with it.

    Args:
        weights: ``resnet50v2_stem-layer3.safetensors``.
    """

    def __init__(self, weights: Path) -> None:
        self.state = {key: value.float() for key, value in load_file(weights).items()}

    def features(self, image: Tensor) -> list[Tensor]:
        """(1, 3, H, W) sRGB in [0, 1] -> outputs of the stem and three stages, (1, C, h, w) each."""
        mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
        x = self._norm((image - mean.view(1, 3, 1, 1)) / std.view(1, 3, 1, 1), "data_bn")
        x = F.conv2d(F.pad(x, (3, 3, 3, 3), mode="reflect"), self.state["stem_conv.weight"], stride=2)
        x = self._norm(x, "stem_bn").relu()
        found = [x]
        x = F.max_pool2d(x, 3, 2, 1)
        for stage, blocks in enumerate(BLOCKS, start=1):
            for block in range(blocks):
                x = self._block(x, f"layer{stage}.{block}", 2 if stage > 1 and block == 0 else 1)
            found.append(x.relu())
        return found

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

    @torch.no_grad()
    def marks(self, result: Tensor, content: Tensor, style: Tensor) -> dict[str, float]:
        """Distances of a painting, lower is better.

        - ``gram``: |G - G_s|_F / |G_s|_F, mean over the four outputs.
        - ``sliced``: root of the sliced Wasserstein-2 distance (64 directions) over the style's deviation,
          mean.
        - ``palette``: the same of the colours, squared, times 100.
        - ``content``: 1 - cosine of the vectors at each position, stages 2 and 3, mean; channels centred on
          the photo's.

        Args:
            result: (1, 3, H, W) in [0, 1].
            content: the photo, any size; brought to the result's.
            style: the painting at the scale it was used, any size.
        """
        photo = F.interpolate(content, size=result.shape[2:], mode="bicubic", antialias=True).clamp(0, 1)
        own, seen, wanted = self.features(result), self.features(photo), self.features(style)
        gram = [
            ((gram_matrix(a) - gram_matrix(b)).norm() / gram_matrix(b).norm()).item()
            for a, b in zip(own, wanted, strict=True)
        ]
        sliced = [_sliced(a, b, 64) ** 0.5 for a, b in zip(own, wanted, strict=True)]
        content_marks = []
        for a, b in zip(own[2:], seen[2:], strict=True):
            centre = b.mean((2, 3), keepdim=True)
            content_marks.append(1 - F.cosine_similarity(a - centre, b - centre, dim=1).mean().item())
        mean = lambda values: sum(values) / len(values)  # noqa: E731
        return {
            "gram": mean(gram),
            "sliced": mean(sliced),
            "palette": 100 * _sliced(result, style, 32),
            "content": mean(content_marks),
        }


def _sliced(a: Tensor, b: Tensor, count: int) -> float:
    views = [sorted_projections(x, count=count, quantiles=1024) for x in (a, b)]
    return ((views[0] - views[1]).square().mean() / (views[1].var(2, correction=0).mean() + 1e-6)).item()
