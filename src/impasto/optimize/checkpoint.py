"""Stop and resume: everything that the rest of a run depends on, and the file that holds it."""

from __future__ import annotations

import json
import os
import struct
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, BinaryIO

import torch
from torch import Tensor

from impasto import runtime
from impasto.errors import CheckpointError
from impasto.images.atomic_write import atomic_write
from impasto.optimize.timing import Cost

FORMAT = "2"
"""Version of the file; in the file's metadata under ``KEY``."""

KEY = "impasto_checkpoint"

RENAMED = {"looks": "evaluations", "smaller": "fallbacks", "mark": "identity"}
"""Names in format 1, which impasto 0.1 wrote -> names since format 2."""

RECOMPUTED = ("al",)
"""What torch.optim.LBFGS keeps but computes anew in every step."""


@dataclass(frozen=True, kw_only=True, eq=False)
class State:
    """Everything that the rest of a run depends on, after a step.

    Attributes:
        scale: number of the scale, from 1.
        step: the last one made at this scale, from 1.
        evaluations: how often the loss was evaluated at this scale, with those that were not finite.
        fallbacks: how often memory ran out, and a loss that needs less took over.
        rate: length of a step; a quarter of the loop's after a loss that was not finite.
        recent: the last losses, oldest first; the last is that of this step.
        losses: weighted parts of the last loss by name.
        seconds: used so far.
        costs: of the scales so far, for the estimate of the time left.
        mean_steps: how many canvases the running mean contains.
        canvas: (1, C, H, W).
        mean: the sum from which the running mean is computed, (1, C, H, W).
        optimizer: the optimiser's state: numbers, tensors and lists of tensors.
    """

    scale: int
    step: int
    evaluations: int
    fallbacks: int
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
"""Types of tensors, as safetensors calls them."""

TENSORS = ("canvas", "mean", "optimizer")
"""Fields of ``State`` that are written as tensors; the others as JSON."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A run on disk.

    Attributes:
        state: of the loop.
        identity: {name: value}, ready for JSON: what is made, and how. A run that resumes has the same.
        history: (scale, step, losses) of every step so far.
        format: of the file it was read from; "1" is that of impasto 0.1, whose identity has other names.
    """

    state: State
    identity: dict[str, Any]
    history: list[dict[str, Any]] = field(repr=False)
    format: str = FORMAT

    def save(self, path: str | Path) -> None:
        """Write a safetensors file of the newest format, completely or not at all, and flush it to the disk.

        Tensors keep their precision (float32), so that a resumed run equals an unbroken one. Bytes a pixel of
        three channels: 48 for Adam (canvas, two moments, mean), up to 1,248 for L-BFGS (50 pairs).

        Raises:
            OutputError: the disk is full or the folder cannot be written to; an older file stays.
        """
        numbers = {f.name: getattr(self.state, f.name) for f in fields(State) if f.name not in TENSORS}
        tensors, plain = _split_tensors(self.state.optimizer)
        text = {
            "state": {**numbers, "optimizer": plain},
            "identity": self.identity,
            "history": self.history,
        }
        tensors = {"canvas": self.state.canvas, "mean": self.state.mean, **tensors}
        metadata = {KEY: FORMAT, "impasto": runtime.versions()["impasto"], "run": json.dumps(text)}
        with atomic_write(path, durable=True) as temporary, temporary.open("wb") as file:
            _write_safetensors(file, tensors, metadata)

    @classmethod
    def load(cls, path: str | Path) -> Checkpoint:
        """Read a file that ``save`` wrote, in this version or an older one.

        Raises:
            CheckpointError: there is no such file, or it is of another kind, damaged, or of a newer format.
        """
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, framework="pt") as stream:
                metadata = dict(stream.metadata() or {})
                tensors = {name: stream.get_tensor(name) for name in stream.keys()}
            if os.name == "nt":  # they are views of the file, and Windows replaces no file in use
                tensors = {name: tensor.clone() for name, tensor in tensors.items()}
            _check_format(metadata, path)
            text = json.loads(metadata["run"])
            if metadata[KEY] == "1":
                text = _renamed(text) | {"state": _renamed(text["state"])}
            state = dict(text["state"])
            canvases = {name: tensors.pop(name) for name in ("canvas", "mean")}
            state["optimizer"] = _join_tensors(tensors, state["optimizer"])
            state["recent"], state["costs"] = tuple(state["recent"]), tuple(map(tuple, state["costs"]))
            return cls(
                State(**state, **canvases), dict(text["identity"]), list(text["history"]), metadata[KEY]
            )
        except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
            size = f" ({Path(path).stat().st_size} bytes)" if Path(path).is_file() else ""
            raise CheckpointError(
                "this is no checkpoint that can be read: another kind of file, or damaged",
                got=f"{path}{size}",
                expected="a file that --checkpoint wrote",
                attempt="another --checkpoint, or remove the file to begin anew",
            ) from error


def is_checkpoint(path: str | Path) -> bool:
    """Whether a file is a checkpoint of any format, by its header."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as stream:
            return KEY in (stream.metadata() or {})
    except (SafetensorError, OSError):
        return False


def _check_format(metadata: dict[str, str], path: str | Path) -> None:
    """Whether this version of impasto can read the file.

    Raises:
        CheckpointError: it is of a newer format.
        KeyError: it is not a checkpoint.
        ValueError: no checkpoint has such a format.
    """
    number = int(metadata[KEY])
    if number < 1:
        raise ValueError("no checkpoint has such a format")
    if number > int(FORMAT):
        writer = f"impasto {metadata['impasto']}" if "impasto" in metadata else "a newer impasto"
        raise CheckpointError(
            f"the checkpoint has format {number}, which this version of impasto cannot read",
            got=f"{path}, written by {writer}",
            expected=f"format {FORMAT} or older",
            attempt=f"resume with {writer}, or remove the file to begin anew",
        )


def _renamed(names: dict[str, Any]) -> dict[str, Any]:
    """A part of a file of format 1, with the names of format 2."""
    return {RENAMED.get(name, name): value for name, value in names.items()}


def _write_safetensors(file: BinaryIO, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """Write the safetensors format: length of the header, the header as JSON, the tensors in turn.

    ``safetensors.torch.save_file`` (0.8) writes to a file of a random name first, which stays when the
    process is killed, and needs a copy of all tensors at once.
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


def _split_tensors(state: dict[str, Any]) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """An optimiser's state as tensors by name, and the rest for JSON; of lists, their lengths."""
    tensors: dict[str, Tensor] = {}
    plain: dict[str, Any] = {"numbers": {}, "lists": {}}
    for name, value in state.items():
        if name in RECOMPUTED:
            continue
        if isinstance(value, Tensor):
            tensors[name] = value
        elif isinstance(value, list):
            plain["lists"][name] = len(value)
            tensors |= {f"{name}/{index}": item for index, item in enumerate(value)}
        else:
            plain["numbers"][name] = value
    return tensors, plain


def _join_tensors(tensors: dict[str, Tensor], plain: dict[str, Any]) -> dict[str, Any]:
    """An optimiser's state from the two parts that ``_split_tensors`` returns."""
    lists = {
        name: [tensors[f"{name}/{index}"] for index in range(count)] for name, count in plain["lists"].items()
    }
    single = {name: tensor for name, tensor in tensors.items() if name.partition("/")[0] not in lists}
    return {**plain["numbers"], **single, **lists}
