"""Read a file of weights without executing code in it."""

from __future__ import annotations

import pickle
import re
import struct
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impasto.errors import WeightsError, nearest

if TYPE_CHECKING:
    from torch import Tensor

SUFFIXES = (".safetensors", ".pth", ".pt")
"""Endings of files that can be read."""

NOT_A_PICKLE = (
    RuntimeError,
    ValueError,
    EOFError,
    LookupError,
    AttributeError,
    TypeError,
    struct.error,
    OSError,
)
"""What ``torch.load`` raises for bytes that are not a pickle, besides UnpicklingError."""


def load_state(path: str | Path) -> dict[str, Tensor]:
    """The tensors of a file, by name, on the CPU.

    A ``.pth`` or ``.pt`` file is a pickle, which could execute code; only tensors are unpickled. The tensors
    may lie under the key ``"state_dict"``.

    Args:
        path: a ``.safetensors``, ``.pth`` or ``.pt`` file.
    Returns:
        {name: tensor}, in the dtype of the file.
    Raises:
        WeightsError: the file is missing, of an unknown kind or damaged, or holds anything but tensors by
            name.
    """
    path = _existing(path)
    if path.suffix.lower() == ".safetensors":
        return _load_safetensors(path)
    content = _load_pickle(path)
    if isinstance(content, Mapping) and isinstance(content.get("state_dict"), Mapping):
        content = content["state_dict"]
    return _only_tensors(content, path)


def file_metadata(path: str | Path) -> dict[str, str]:
    """The metadata of a ``.safetensors`` file; empty for other kinds of file.

    Raises:
        WeightsError: there is no such file, its kind is unknown, or it is damaged.
    """
    path = _existing(path)
    if path.suffix.lower() != ".safetensors":
        return {}
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as stream:
            return dict(stream.metadata() or {})
    except (SafetensorError, OSError) as error:
        raise _damaged(path, str(error) or type(error).__name__) from error


def _existing(path: str | Path) -> Path:
    path = Path(path).expanduser()
    kinds = ", ".join(SUFFIXES)
    if path.suffix.lower() not in SUFFIXES:
        raise WeightsError(
            "this is no kind of weights file that can be read",
            got=str(path),
            expected=f"a file that ends in {kinds}",
            attempt=nearest(path.suffix, SUFFIXES) if path.suffix else "",
        )
    if not path.is_file():
        raise WeightsError(
            "there is no such weights file",
            got=f"{path}{' (a folder)' if path.is_dir() else ''}",
            expected=f"a file ({kinds})",
            attempt="check the path; `impasto networks` lists weights that can be fetched",
        )
    return path


def _load_safetensors(path: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise _damaged(path, str(error) or type(error).__name__) from error


def _load_pickle(path: Path) -> Any:
    import torch

    try:
        with warnings.catch_warnings():
            # torch warns of unusual pickle protocols; our errors say more.
            warnings.simplefilter("ignore", UserWarning)
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        code = re.search(
            r"unsupported global: GLOBAL (\S+)|unsupported GLOBAL (\S+)", str(error), re.IGNORECASE
        )
        if code:
            raise WeightsError(
                "the weights file holds code, not only tensors",
                got=f"{path}: {code[1] or code[2]}",
                expected="a state dict: {name: tensor}",
                attempt="where you trust it: torch.save(model.state_dict(), FILE), or a .safetensors file",
            ) from error
        raise _damaged(path, "no pickle of tensors") from error
    except NOT_A_PICKLE as error:
        raise _damaged(path, str(error) or type(error).__name__) from error


def _damaged(path: Path, reason: str) -> WeightsError:
    return WeightsError(
        "the weights file is damaged, or is another kind of file",
        got=f"{path} ({path.stat().st_size} bytes): {reason.splitlines()[0][:120]}",
        expected=f"a complete {path.suffix} file",
        attempt="fetch or copy it again",
    )


def _only_tensors(content: Any, path: Path) -> dict[str, Tensor]:
    from torch import Tensor

    if not isinstance(content, Mapping):
        got = f"{path} holds a {type(content).__name__}"
    else:
        items = content.items()
        odd = [key for key, value in items if not (isinstance(key, str) and isinstance(value, Tensor))]
        if not odd:
            return {key: value.detach() for key, value in items}
        got = f"{path}: {odd[0]!r} is a {type(content[odd[0]]).__name__}"
    raise WeightsError(
        "the weights file holds something else than tensors by name", got=got, expected="{name: tensor}"
    )
