"""The mark of a run: what is painted and how, so that a checkpoint is not continued as another picture."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from impasto import runtime
from impasto.features.extractor import Extractor

REPLACED = ("preset", "max_megapixels", "network", "weights", "init", "device", "precision", "memory")
"""Settings that a mark leaves out, because they change nothing or because it says more of them."""


def mark_of(
    settings: Mapping[str, Any],
    pixels: Mapping[str, Tensor | None],
    *,
    network: Extractor,
    fingerprint: str,
    device: torch.device,
    **besides: Any,
) -> dict[str, Any]:
    """{name: value}, ready for JSON. The same mark gives the same picture.

    Args:
        settings: names and values; "precision" among them.
        pixels: of every picture, (1, C, H, W), by what it is for; they count by their contents.
        network: what looks; counts by its weights.
        fingerprint: of the weights.
        device: counts by its kind, the precision by what "auto" chose.
        **besides: what else makes a difference.
    """
    found = {
        **{name: value for name, value in settings.items() if name not in REPLACED},
        **{name: pixels_sha256(x) for name, x in pixels.items() if x is not None},
        **besides,
        "network": f"{network.name} {fingerprint}",
        "device": device.type,
        "precision": str(runtime.choose_dtype(device, settings["precision"])).removeprefix("torch."),
        **{name: runtime.versions()[name] for name in ("impasto", "torch")},
    }
    checked: dict[str, Any] = json.loads(json.dumps(found))
    return checked


def pixels_sha256(pixels: Tensor) -> str:
    """Of a picture's size and pixels, (1, C, H, W)."""
    digest = hashlib.sha256(str(tuple(pixels.shape)).encode())
    digest.update(pixels.cpu().contiguous().numpy().data)
    return digest.hexdigest()
