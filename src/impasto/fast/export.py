"""A style as an ONNX file, for programs without Python and for browsers."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from types import ModuleType

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.errors import ImpastoError, SettingError, WeightsError
from impasto.fast.any_style import STRIDES_PX, AnyStyleNetwork, StyleStatistics, level_moments
from impasto.fast.statistics import LevelStatistics, whitening_and_coloring
from impasto.features.extractor import copied
from impasto.images.atomic_write import atomic_write
from impasto.runtime import versions

OPSET = 17
"""Version of ONNX' operators; onnxruntime-web 1.14 and later read it."""

TOLERANCE = 1e-3
"""Largest difference of a pixel between the file and the network, in [0, 1]."""

TRIAL_SIZES = ((72, 104), (97, 61))
"""(height, width) of the pictures that a file is tried on: neither was seen by the exporter."""


class OneStyle(nn.Module):
    """The network with one style: photo in, painting out; of any size from 32 px on.

    Args:
        network: paints.
        style: its statistics become constants.
        strength: 1 for all of the style, 0 for none.
    """

    def __init__(self, network: AnyStyleNetwork, style: StyleStatistics, strength: float = 1.0) -> None:
        super().__init__()
        self.network, self.strength = network, strength
        self.style = tuple(LevelStatistics(one.mean.detach().cpu(), one.root.detach().cpu()) for one in style)

    def forward(self, photo: Tensor) -> Tensor:
        """(1, 3, H, W) sRGB in [0, 1] -> the same."""
        height, width, stride = photo.shape[2], photo.shape[3], STRIDES_PX[-1]
        canvas = F.pad(photo, (0, -width % stride, 0, -height % stride), mode="reflect")
        levels = self.network.encode(canvas)
        maps = map(whitening_and_coloring, level_moments(levels), self.style)
        changed = [
            change.weakened(self.strength)(level) if self.strength < 1 else change(level)
            for change, level in zip(maps, levels, strict=True)
        ]
        painted = self.network.decode(changed)
        return painted.clamp(0, 1)[:, :, :height, :width]


def export_onnx(
    network: AnyStyleNetwork,
    style: StyleStatistics,
    path: str | Path,
    *,
    name: str = "style",
    strength: float = 1.0,
) -> float:
    """Write a style as ONNX, and compare the file with the network.

    Input "photo" and output "painting" are (1, 3, height, width), sRGB in [0, 1], of any size from 32 px on.
    The file's metadata say so, and who made it.

    Args:
        network: paints.
        style: its statistics become constants of the file.
        path: of the file; it is replaced only by one that was found to be right.
        name: of the style, for the metadata.
        strength: 1 for all of the style, 0 for none.
    Returns:
        The largest difference of a pixel between the file and the network, in [0, 1].
    Raises:
        SettingError: onnx or onnxruntime is not installed.
        WeightsError: the file does not give the network's pictures.
        OutputError: it cannot be written.
    """
    onnx, runtime = _package("onnx"), _package("onnxruntime")
    module = OneStyle(copied(network, name).cpu(), style, strength).eval()
    sizes = {2: "height", 3: "width"}
    with atomic_write(path) as temporary:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of every Python number that is traced
            torch.onnx.export(
                module,
                (torch.full((1, 3, 80, 112), 0.5),),
                str(temporary),
                dynamo=False,
                input_names=["photo"],
                output_names=["painting"],
                dynamic_axes={"photo": sizes, "painting": sizes},
                opset_version=OPSET,
            )
        model = onnx.load(str(temporary))
        about = {
            "style": name,
            "input": "(1, 3, height, width) sRGB in [0, 1]",
            "versions": json.dumps(versions()),
        }
        onnx.helper.set_model_props(model, about)
        onnx.checker.check_model(model)
        onnx.save(model, str(temporary))
        session = runtime.InferenceSession(str(temporary), providers=["CPUExecutionProvider"])
        difference = max(_difference(session, module, size) for size in TRIAL_SIZES)
        if not difference <= TOLERANCE:
            raise WeightsError(
                "the exported file gives other pictures than the network",
                got=f"a difference of {difference:.2g}",
                expected=f"at most {TOLERANCE:g}",
                attempt="another version of torch or onnxruntime",
            )
    return difference


def _difference(session: object, module: nn.Module, size: tuple[int, int]) -> float:
    """Largest difference of a pixel on a random picture of a size."""
    photo = torch.rand(1, 3, *size, generator=torch.Generator().manual_seed(0))
    (painted,) = session.run(None, {"photo": photo.numpy()})  # type: ignore[attr-defined]
    with torch.no_grad():
        return float(np.abs(painted - module(photo).numpy()).max())


def _package(name: str) -> ModuleType:
    """A package of the extra "export".

    Raises:
        SettingError: it is not installed.
    """
    try:
        return __import__(name)
    except ModuleNotFoundError:
        raise missing(name) from None


def missing(name: str) -> ImpastoError:
    """The error for a package that is not installed."""
    return SettingError(
        f"exporting needs the package {name}, which is not installed",
        got=f"no {name}",
        attempt='pip install "impasto[export]"',
    )
