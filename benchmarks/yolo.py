"""Scores by the backbone of a YOLOv8n detector of people, which no method here is trained with or optimises.

The network comes with the package ``nudenet`` (the file says Ultralytics, AGPL-3.0; nothing of it is kept
here), and is read with ``onnx`` and ``onnxruntime``; all from the dependency group ``bench``.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor

from judge import scores_by

LAYERS = {"block0": 0, "block2": 2, "block4": 4, "block6": 6}
"""Name -> number of the block in the network; strides 2, 4, 8 and 16, 16 to 128 channels."""

CONTENT_LAYERS = ("block4", "block6")


class YoloJudge:
    """The first seven blocks of YOLOv8n, and the scores computed with them.

    Args:
        file: the network as ONNX; default: the one in the package ``nudenet``, which is not imported.
    """

    name = "yolo"
    VERSION = 1
    """Version of the scores: raise it when their definition changes."""

    def __init__(self, file: Path | None = None) -> None:
        import onnx
        from onnxruntime import InferenceSession, SessionOptions

        model = onnx.load(str(file or packaged()))
        made = {output for node in model.graph.node for output in node.output}
        self.outputs = [last_output(block, made) for block in LAYERS.values()]
        last = next(i for i, node in enumerate(model.graph.node) if self.outputs[-1] in node.output)
        del model.graph.node[last + 1 :]  # the rest wants sides in multiples of 32 px
        del model.graph.output[:]
        model.graph.output.extend(onnx.ValueInfoProto(name=output) for output in self.outputs)
        options = SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        options.log_severity_level = 3
        self.session = InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    def features(self, image: Tensor) -> dict[str, Tensor]:
        """(1, 3, H, W) sRGB in [0, 1] -> {layer: (1, C, h, w)}, and the picture itself as "image"."""
        arrays = self.session.run(self.outputs, {"images": image.float().contiguous().numpy()})
        layers = {layer: torch.from_numpy(array) for layer, array in zip(LAYERS, arrays, strict=True)}
        return {"image": image, **layers}

    def scores(self, result: Tensor, content: Tensor, style: Tensor) -> dict[str, float]:
        """Distances of a painting, lower is better: all layers for style, the last two for content.

        Args:
            result: (1, 3, H, W) in [0, 1].
            content: the photo, any size; brought to the result's.
            style: the painting at the scale it was used, any size.
        """
        return scores_by(
            self.features, result, content, style, content_layers=CONTENT_LAYERS, style_layers=LAYERS
        )


def packaged() -> Path:
    """The network's file in the package ``nudenet``.

    Raises:
        ModuleNotFoundError: the package is not installed.
    """
    spec = find_spec("nudenet")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("No module named 'nudenet'", name="nudenet")
    return Path(spec.origin).parent / "320n.onnx"


def last_output(block: int, names: set[str]) -> str:
    """The name of a block's activations: of a convolution, or of the second one of a compound block."""
    kinds = (f"/model.{block}/cv2/act/Mul_output_0", f"/model.{block}/act/Mul_output_0")
    return next(name for name in kinds if name in names)
