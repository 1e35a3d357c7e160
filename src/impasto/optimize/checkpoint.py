"""Stop and resume: everything that the rest of a run depends on, and the file that keeps it."""

from __future__ import annotations

import json
import os
import struct
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, BinaryIO

import torch
from torch import Tensor

from impasto.errors import CheckpointError
from impasto.images.atomic_write import atomic_write
from impasto.optimize.timing import Cost

FORMAT = "1"
"""Version of the file; it stands in the file's metadata under ``KEY``."""

KEY = "impasto_checkpoint"

SCRATCH = ("al",)
"""What torch.optim.LBFGS keeps but computes anew in every step."""


@dataclass(frozen=True, kw_only=True, eq=False)
class State:
    """Everything that the rest of a run depends on, after a step.

    Attributes:
        scale: which size this is, from 1.
        step: the last one made at this size, from 1.
        looks: how often a canvas of this size was measured; one that ran away counts too.
        smaller: how often memory ran out, and a measure that needs less of it took over.
        rate: length of a step; a quarter of the loop's after the canvas ran away.
        recent: the last losses, oldest first; the last is that of this step.
        losses: weighted parts of the last loss by name.
        seconds: used so far.
        costs: of the sizes so far, for the estimate of the time left.
        mean_steps: how many canvases the mean has taken in.
        canvas: (1, 3, H, W).
        mean: the sum that the running mean is made from, (1, 3, H, W).
        optimizer: what the optimiser remembers: numbers, tensors and lists of tensors.
    """

    scale: int
    step: int
    looks: int
    smaller: int
    rate: float
    recent: tuple[float, ...]
    losses: dict[str, float]
    seconds: float
    costs: tuple[Cost, ...]
    mean_steps: int
    canvas: Tensor = field(repr=False)
    mean: Tensor = field(repr=False)
    optimizer: dict[str, Any] = field(repr=False)


DTYPES = {torch.float32: "F32", torch.float64: "F64"}
"""The numbers that a canvas is made of, as safetensors calls them."""

TENSORS = ("canvas", "mean", "optimizer")
"""Fields of ``State`` that are not written as JSON."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A run on disk.

    Attributes:
        state: of the loop.
        mark: what is painted, and how: {name: value}, ready for JSON. Another run must have the same.
        history: (scale, step, losses) of every step so far.
    """

    state: State
    mark: dict[str, Any]
    history: list[dict[str, Any]] = field(repr=False)

    def save(self, path: str | Path) -> None:
        """Write a safetensors file, whole or not at all, and see it safe on the disk.

        float32 throughout, so that the run goes on as if it had never stopped. Adam: 48 bytes a pixel
        (canvas, two moments, mean). L-BFGS: up to 1,248 bytes, for its 50 pairs.

        Raises:
            OutputError: the disk or the folder refused; a file that was there stays.
        """
        numbers = {f.name: getattr(self.state, f.name) for f in fields(State) if f.name not in TENSORS}
        tensors, plain = _taken_apart(self.state.optimizer)
        text = {"state": {**numbers, "optimizer": plain}, "mark": self.mark, "history": self.history}
        tensors = {"canvas": self.state.canvas, "mean": self.state.mean, **tensors}
        with atomic_write(path, durable=True) as temporary, temporary.open("wb") as file:
            _write_safetensors(file, tensors, {KEY: FORMAT, "run": json.dumps(text)})

    @classmethod
    def load(cls, path: str | Path) -> Checkpoint:
        """What ``save`` wrote.

        Raises:
            CheckpointError: there is no such file, or it is another kind of file, damaged, or of another
                format.
        """
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, framework="pt") as stream:
                metadata = dict(stream.metadata() or {})
                tensors = {name: stream.get_tensor(name) for name in stream.keys()}
            if os.name == "nt":  # they are views of the file, and Windows replaces no file in use
                tensors = {name: tensor.clone() for name, tensor in tensors.items()}
            text = json.loads(metadata["run"]) if metadata.get(KEY) == FORMAT else {}
            state = dict(text["state"])
            pictures = {name: tensors.pop(name) for name in ("canvas", "mean")}
            state["optimizer"] = _put_together(tensors, state["optimizer"])
            state["recent"], state["costs"] = tuple(state["recent"]), tuple(map(tuple, state["costs"]))
            return cls(State(**state, **pictures), dict(text["mark"]), list(text["history"]))
        except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
            size = f" ({Path(path).stat().st_size} bytes)" if Path(path).is_file() else ""
            raise CheckpointError(
                "this is no checkpoint that can be read: another kind of file, or damaged",
                got=f"{path}{size}",
                expected="a file that --checkpoint wrote",
                attempt="another --checkpoint, or remove the file to begin anew",
            ) from error


def _write_safetensors(file: BinaryIO, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """The safetensors format: length of the header, the header as JSON, the tensors one after the other.

    Written here, since ``safetensors.torch.save_file`` (0.8) writes to a file of a random name first, which
    stays there when the process is killed; and one tensor after the other, so that no copy of all is needed.
    """
    header: dict[str, Any] = {"__metadata__": metadata}
    offset = 0
    for name, tensor in tensors.items():
        end = offset + tensor.numel() * tensor.element_size()
        kind = DTYPES[tensor.dtype]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    file.write(struct.pack("<Q", len(text)) + text)
    for tensor in tensors.values():
        file.write(tensor.detach().cpu().contiguous().flatten().numpy().data)


def _taken_apart(state: dict[str, Any]) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The memory of an optimiser as tensors by name, and the rest as JSON; lists as their length."""
    tensors: dict[str, Tensor] = {}
    plain: dict[str, Any] = {"numbers": {}, "lists": {}}
    for name, value in state.items():
        if name in SCRATCH:
            continue
        if isinstance(value, Tensor):
            tensors[name] = value
        elif isinstance(value, list):
            plain["lists"][name] = len(value)
            tensors |= {f"{name}/{index}": item for index, item in enumerate(value)}
        else:
            plain["numbers"][name] = value
    return tensors, plain


def _put_together(tensors: dict[str, Tensor], plain: dict[str, Any]) -> dict[str, Any]:
    """The memory of an optimiser, out of what ``_taken_apart`` made of it."""
    lists = {
        name: [tensors[f"{name}/{index}"] for index in range(count)] for name, count in plain["lists"].items()
    }
    single = {name: tensor for name, tensor in tensors.items() if name.partition("/")[0] not in lists}
    return {**plain["numbers"], **single, **lists}
