"""A trained style as a file: the network's weights and the statistics of one style or more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from safetensors.torch import save
from torch import Tensor

from impasto.errors import PictureError, SettingError, WeightsError, nearest
from impasto.fast.any_style import SMALLEST_PX, WIDTHS, AnyStyleNetwork, StyleStatistics, from_state, load
from impasto.fast.restyle import read_style
from impasto.fast.statistics import LevelStatistics
from impasto.images import io
from impasto.images.atomic_write import atomic_write
from impasto.images.clear_part import without_clear_part
from impasto.images.resize import shrink_to
from impasto.weights.state import file_metadata, load_state

SCHEMA = "1"
"""Version of the file; under ``KEY`` in its metadata."""

KEY = "impasto_style"


@dataclass(frozen=True, eq=False)
class TrainedStyle:
    """A network and the styles that it paints.

    Attributes:
        network: paints them; that of the package where the file has none of its own.
        styles: {name: statistics}.
        paintings: {name: (1, 3, H, W) in [0, 1]}, small copies, for presets that optimise; may be left out.
        about: how it was made, ready for JSON.
    """

    network: AnyStyleNetwork
    styles: Mapping[str, StyleStatistics]
    paintings: Mapping[str, Tensor] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)

    def style(self, name: str | None = None) -> StyleStatistics:
        """The statistics of a style; of the first if none is named.

        Raises:
            SettingError: there is none of that name.
        """
        if name is None:
            return next(iter(self.styles.values()))
        if name not in self.styles:
            raise SettingError(
                f"the file has no style {name!r}",
                got=name,
                expected=", ".join(self.styles),
                attempt=nearest(name, self.styles),
            )
        return self.styles[name]

    def save(self, path: str | Path) -> None:
        """Write the file, in half precision; a failure leaves an old one as it was.

        Raises:
            OutputError: it cannot be written.
            WeightsError: a weight is too large.
        """
        tensors: dict[str, Tensor] = {f"network.{k}": v for k, v in self.network.state_dict().items()}
        for number, style in enumerate(self.styles.values()):
            for level, one in enumerate(style):
                tensors[f"style.{number}.{level}.mean"] = one.mean
                tensors[f"style.{number}.{level}.root"] = one.root
        half = {name: value.detach().cpu().half().contiguous() for name, value in tensors.items()}
        too_large = [name for name, value in half.items() if not bool(value.isfinite().all())]
        if too_large:
            raise WeightsError("the weights do not fit into half precision", got=", ".join(too_large))
        for number, name in enumerate(self.styles):
            if name in self.paintings:
                half[f"painting.{number}"] = _compressed(self.paintings[name])
        metadata = {KEY: SCHEMA, "styles": json.dumps(list(self.styles)), "about": json.dumps(self.about)}
        data = save(half, metadata=metadata)
        with atomic_write(path) as temporary:
            temporary.write_bytes(data)


SUFFIX = ".safetensors"

PAINTING_PX = 512
"""A painting is read with so many pixels, squared, where nothing else is asked for."""


def style_of(path: str | Path, *, size: int | None = None, max_megapixels: float = 100.0) -> TrainedStyle:
    """A trained style's file, or a painting with the any-style network of the package.

    Args:
        path: of a ``.safetensors`` file, or of a picture.
        size: a painting is read with so many pixels, squared; larger ones are made smaller.
        max_megapixels: larger paintings are refused.
    Raises:
        WeightsError: as ``load_style``.
        PictureError: the picture cannot be read.
    """
    path = Path(path)
    if path.suffix.lower() in (SUFFIX, ".pth", ".pt", ".onnx"):
        return load_style(path)
    painting = without_clear_part(io.read(path, max_megapixels=max_megapixels))
    network = load()
    pixels = shrink_to(painting.pixels, (size or PAINTING_PX) ** 2, smallest_px=SMALLEST_PX)
    return TrainedStyle(network, {path.stem: read_style(network, pixels)}, {path.stem: pixels})


def load_style(path: str | Path) -> TrainedStyle:
    """Read a trained style.

    Raises:
        WeightsError: the file is missing or damaged, or no trained style of this version.
    """
    path = Path(path)
    if path.suffix.lower() != SUFFIX:
        raise WeightsError(
            "a trained style is a .safetensors file",
            got=str(path),
            expected="a file of impasto train",
            attempt="impasto train PAINTING",
        )
    state = load_state(path)
    metadata = file_metadata(path)
    if KEY not in metadata:
        raise WeightsError(
            "the file is not a trained style",
            got=str(path),
            expected="a .safetensors file made by impasto train",
        )
    if metadata[KEY] != SCHEMA:
        raise WeightsError(
            "the trained style is of another version of impasto",
            got=f"{path}: version {metadata[KEY]}",
            expected=f"version {SCHEMA}",
            attempt="pip install --upgrade impasto; or train it again",
        )
    try:
        names, about = json.loads(metadata["styles"]), json.loads(metadata["about"])
        styles = {
            str(name): tuple(_level(state, number, level) for level in range(len(WIDTHS)))
            for number, name in enumerate(names)
        }
        paintings = {
            str(name): _decompressed(state[f"painting.{number}"])
            for number, name in enumerate(names)
            if f"painting.{number}" in state
        }
        weights = {
            key.removeprefix("network."): value.float()
            for key, value in state.items()
            if key.startswith("network.")
        }
        network = from_state(weights, path) if weights else load()
        if not styles or not all(bool(torch.isfinite(v.float()).all()) for v in state.values()):
            raise ValueError("no style, or a number that is not finite")
    except (KeyError, TypeError, ValueError, PictureError) as error:
        raise WeightsError(
            "the trained style is damaged",
            got=f"{path}: {error}",
            expected="a file as impasto train wrote it",
        ) from error
    return TrainedStyle(network, styles, paintings, about)


def _level(state: Mapping[str, Tensor], style: int, level: int) -> LevelStatistics:
    """The statistics of a style at one level.

    Raises:
        KeyError: they are not there.
        ValueError: they have another shape.
    """
    mean, root = (state[f"style.{style}.{level}.{part}"].float() for part in ("mean", "root"))
    width = WIDTHS[level]
    if mean.shape != (1, width) or root.shape != (1, width, width):
        raise ValueError(f"statistics of the shapes {tuple(mean.shape)} and {tuple(root.shape)}")
    return LevelStatistics(mean, root)


def _compressed(painting: Tensor) -> Tensor:
    """A picture as the bytes of a JPEG file."""
    buffer = BytesIO()
    io.to_pil(painting.cpu()).save(buffer, "JPEG", quality=95, subsampling=0)
    return torch.frombuffer(bytearray(buffer.getvalue()), dtype=torch.uint8)


def _decompressed(data: Tensor) -> Tensor:
    """The picture of the bytes of a JPEG file, (1, 3, H, W) in [0, 1].

    Raises:
        PictureError: they are damaged.
    """
    try:
        with Image.open(BytesIO(data.numpy().tobytes()), formats=["JPEG"]) as picture:
            return io.to_tensor(picture)
    except OSError as error:
        raise PictureError("the painting in the file is damaged", got=str(error)) from error
