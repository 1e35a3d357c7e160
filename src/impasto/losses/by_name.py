"""Losses by the names of the registry, or out of an object of the caller's."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Mapping
from typing import Any

from impasto.errors import SettingError
from impasto.losses.base import Loss
from impasto.registry import LOSSES, NamedObject, find


def loss_class(name: str) -> type[Loss]:
    """The class of a loss.

    Args:
        name: in ``registry.LOSSES``, or an object: a class derived from ``Loss``, or a loss.
    Raises:
        SettingError: there is no such loss, or the object is none.
    """
    found: Any = find(LOSSES, name, kind="loss")
    kind = found if isinstance(found, type) else type(found)
    if isinstance(name, NamedObject) and not issubclass(kind, Loss):
        raise SettingError(
            "the object is no loss",
            got=str(name),
            expected="a class derived from impasto.losses.base.Loss or PositionSums, or a loss",
            attempt="docs/extend.md, which writes one in 15 lines",
        )
    return kind


def make_loss(name: str, layers: Mapping[str, float], normalization: str) -> Loss:
    """A loss by its name in the registry, or out of an object.

    Args:
        name: as for ``loss_class``; of a loss, a copy reads the layers, with the loss's other parameters.
        layers: {layer: weight}.
        normalization: "relative" to the target; plain "mean"; or the units of the "paper". A loss that has
            no such units ignores it.
    Raises:
        SettingError: as ``loss_class``.
    """
    kind = loss_class(name)
    if isinstance(name, NamedObject) and isinstance(name.value, Loss):
        loss = copy.copy(name.value)
        loss.layers = dict(layers)
        return loss
    parameters = inspect.signature(kind).parameters
    units: dict[str, Any] = {}
    if "units" in parameters:
        units["units"] = normalization
    elif "relative" in parameters:
        units["relative"] = normalization == "relative"
    return kind(layers, **units)
