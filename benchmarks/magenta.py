"""Style distance by the style network of Magenta's arbitrary stylisation, which no method here is made with.

Needs ``ai-edge-litert``, from the dependency group ``bench``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from impasto.images.resize import cover

FILE = Path("peers") / "magenta" / "style_predict_quantized_256.tflite"
"""In the folder of weights. The other .tflite file there is the network that paints."""

SIDE_PX = 256
"""Side of the pictures that the network reads."""


class MagentaJudge:
    """A network that describes a painting by 100 numbers, from which another one paints in its style.

    Args:
        weights: folder of the networks' weights.
    """

    name = "magenta"
    VERSION = 1
    """Version of the scores: raise it when their definition changes."""

    def __init__(self, weights: Path) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self.network = Interpreter(str(weights / FILE), num_threads=torch.get_num_threads())
        self.network.allocate_tensors()
        self.input = self.network.get_input_details()[0]["index"]
        self.output = self.network.get_output_details()[0]["index"]

    def embedding(self, image: Tensor) -> Tensor:
        """The style of a picture: (100,), the mean over crops of 256 px that cover (1, 3, H, W) in [0, 1]."""
        crops = []
        for crop in squares(image, SIDE_PX):
            pixels = crop[0].permute(1, 2, 0)[None].float().contiguous().numpy()
            self.network.set_tensor(self.input, pixels)
            self.network.invoke()
            crops.append(np.array(self.network.get_tensor(self.output)).ravel())
        return torch.from_numpy(np.mean(crops, axis=0))

    def scores(self, result: Tensor, content: Tensor, style: Tensor) -> dict[str, float]:
        """{"style": distance}: |e - e_style| / |e_style| of the embeddings e; lower is better.

        Args:
            result: (1, 3, H, W) in [0, 1].
            content: the photo; not used.
            style: the painting at the scale it was used, any size.
        """
        return {"style": relative_distance(self.embedding(result), self.embedding(style))}


def relative_distance(vector: Tensor, target: Tensor) -> float:
    """|v - t| / |t|: 0 for the target itself, 1 for a vector of 0."""
    return float((vector - target).norm() / target.norm())


def squares(image: Tensor, side: int) -> list[Tensor]:
    """As few square crops as cover the picture, evenly spread, at its own scale.

    Args:
        image: (1, 3, H, W); with a shorter side it is enlarged first.
        side: of the crops, px.
    """
    height, width = image.shape[2:]
    if min(height, width) < side:
        scale = side / min(height, width)
        image = cover(image, (max(side, round(height * scale)), max(side, round(width * scale))))
    return [
        image[:, :, top : top + side, left : left + side]
        for top in starts(image.shape[2], side)
        for left in starts(image.shape[3], side)
    ]


def starts(length: int, side: int) -> list[int]:
    """Where pieces of ``side`` start that cover ``length``, the first at 0 and the last at the end."""
    count = -(-length // side)
    return [round(i * (length - side) / max(1, count - 1)) for i in range(count)]
