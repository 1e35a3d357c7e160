"""What a result's record says of its inputs, and what a checkpoint must have in common with a run."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from torch import Tensor

from impasto import registry, runtime
from impasto.images.io import Picture, PictureSource
from impasto.result import FORMAT, describe
from impasto.settings import Settings
from impasto.synthesis.network import NetworkHandle
from impasto.synthesis.read import StylePictures, StyleSource
from impasto.weights.records import file_sha256

NOT_IN_IDENTITY = (
    "preset",
    "max_megapixels",
    "network",
    "weights",
    "init",
    "device",
    "precision",
    "memory",
)
"""Settings left out of a run's identity: no effect on pixels, or recorded in more detail beside them."""


def record_of(
    task: str,
    settings: Settings,
    *,
    content: Picture | None = None,
    styles: Sequence[Mapping[str, Any]] = (),
    controls: Mapping[str, Any] | None = None,
    network: NetworkHandle | None = None,
) -> dict[str, Any]:
    """What a record says before the first step: inputs, settings, network and versions.

    Args:
        task: name of the recipe.
        settings: of the run; files that they name are recorded by absolute paths.
        content: the photo.
        styles: each as ``describe_style`` says it.
        controls: {input: what is said of it} of all other inputs.
        network: None for a task without one.
    """
    weights = {} if network is None else {"name": network.name, "fingerprint": network.fingerprint}
    return {
        "impasto_format": FORMAT,
        "task": task,
        "settings": settings.to_dict() | absolute_paths(settings),
        "content": None if content is None else describe(content),
        "styles": list(styles),
        "controls": dict(controls or {}),
        **({"files": files} if (files := describe_files(settings)) else {}),
        **({"network": weights} if weights else {}),
        "versions": runtime.versions(),
    }


def describe_styles(styles: StylePictures) -> list[dict[str, Any]]:
    """What a record says of each style."""
    return [describe_style(*style) for style in zip(styles.sources, styles.groups, strict=True)]


def describe_style(source: StyleSource, pictures: Sequence[Picture]) -> dict[str, Any]:
    """What a record says of a style: its picture, or the folder or list and the pictures in it."""
    folder = Path(source) if isinstance(source, (str, os.PathLike)) else None
    if len(pictures) == 1 and not (folder and folder.is_dir()):
        return describe(pictures[0])
    members = [describe(picture) for picture in pictures]
    together = hashlib.sha256("".join(str(member["sha256"]) for member in members).encode()).hexdigest()
    return {
        "name": folder.name if folder else "styles",
        "path": str(folder.resolve()) if folder else None,
        "sha256": together if folder else None,
        "pictures": members,
    }


def describe_source(source: PictureSource | None) -> dict[str, Any] | None:
    """What a record says of a mask: its file, a colour's name, or that it was given in memory."""
    if source is None:
        return None
    if not isinstance(source, (str, os.PathLike)):
        return {"name": "mask", "path": None, "sha256": None}
    path = Path(source)
    if os.path.isfile(path):  # noqa: PTH113 - of any text, however long
        return {"name": path.stem, "path": str(path.resolve()), "sha256": file_sha256(path)}
    return {"name": str(source), "path": str(source), "sha256": None}


def describe_files(settings: Settings) -> dict[str, Any]:
    """{name: file and hash} of the settings that name files."""
    paths = absolute_paths(settings)
    return {name: describe_source(path) for name, path in paths.items() if os.path.isfile(path)}  # noqa: PTH113


def absolute_paths(settings: Settings) -> dict[str, str]:
    """{name: absolute path} of the settings that name files, and of the folder ``flow_files``."""
    files = {name: getattr(settings, name, None) for name in ("init", "weights", "sound_style", "network")}
    paths = {name: file for name, file in files.items() if file and os.path.isfile(file)}  # noqa: PTH113
    if "network" in paths and Path(paths["network"]).suffix.lower() != ".safetensors":
        del paths["network"]  # a name, and a file that happens to have it
    folder = getattr(settings, "flow_files", None)
    return {
        name: str(Path(path).resolve())
        for name, path in {**paths, **({"flow_files": folder} if folder else {})}.items()
    }


def identity_of(
    task: str,
    settings: Settings,
    *,
    network: NetworkHandle,
    pixels: Mapping[str, Tensor | None],
    words: Sequence[str] = (),
    **besides: Any,
) -> dict[str, Any]:
    """What decides a run's pixels: {name: value}, ready for JSON. Equal identities give equal pictures.

    Args:
        task: name of the recipe.
        settings: of the run.
        network: counts by its weights, device and precision.
        pixels: {what it is for: (1, C, H, W)} of all pictures and masks; they count by their contents.
        words: what the setting ``init`` may be besides a file, which counts by its contents.
        **besides: whatever else makes a difference.
    """
    init = getattr(settings, "init", None)
    if init is not None and init not in words:
        init = hashlib.sha256(Path(init).read_bytes()).hexdigest()
    identity = {
        "task": task,
        **{name: value for name, value in settings.to_dict().items() if name not in NOT_IN_IDENTITY},
        **({} if init is None else {"init": init}),
        **{name: pixels_sha256(picture) for name, picture in pixels.items() if picture is not None},
        **besides,
        "network": f"{network.name} {network.fingerprint}",
        "device": network.device.type,
        "precision": str(network.dtype).removeprefix("torch."),
        **{name: runtime.versions()[name] for name in ("impasto", "torch")},
    }
    as_json: dict[str, Any] = json.loads(json.dumps(identity))
    return as_json


def pixels_sha256(pixels: Tensor) -> str:
    """SHA-256 of a picture's size and pixels, (1, C, H, W)."""
    digest = hashlib.sha256(str(tuple(pixels.shape)).encode())
    digest.update(pixels.cpu().contiguous().numpy().data)
    return digest.hexdigest()


def comparable(
    before: Mapping[str, Any], now: Mapping[str, Any], *, version: str
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Two identities in terms that can be compared.

    Args:
        before: of a checkpoint.
        now: of a run.
        version: format of the checkpoint. "1" is impasto 0.1's: there, layers and losses were texts; runs
            without a photo's size had task, size and edges in "ground", a content weight of 0 where there was
            no photo, and a hash "start" of the first canvas where ``init`` is "pieces" or "pixels".
    Returns:
        The same two, for format "1" what both of them name.
    """
    if version != "1":
        return before, now
    before = {"task": "stylize", **before}
    if before.get("ground") is not None:
        task, height, width, _ = before["ground"]
        before |= {"task": task, "shape": [height, width], "size": now.get("size")}
        if "photo" not in before:
            before["content_weight"] = now.get("content_weight")
        if "start" in before:
            before["init"] = "pieces" if task == "doodle" else "pixels"
    task = registry.find(registry.TASKS, before["task"], kind="task")
    absent = {name: info.absent for name, info in task.settings.info().items() if info.absent is not None}
    before = {**absent, **before}
    names = [name for name in before if name in now]
    lists = [name for name in names if isinstance(now[name], Mapping)]
    before |= {name: _weights_of(before[name]) for name in lists}
    return {name: before[name] for name in names}, {name: now[name] for name in names}


def _weights_of(texts: Sequence[str]) -> dict[str, float]:
    """["name=weight", "name", ...] as {name: weight}."""
    pairs = (text.partition("=") for text in texts)
    return {name: float(weight) if weight else 1.0 for name, _, weight in pairs}
