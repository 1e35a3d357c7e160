"""Names with weights, such as layers: "relu1_1=4,relu2_1" is {"relu1_1": 4.0, "relu2_1": 1.0}."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from impasto.errors import SettingError
from impasto.registry import STYLE_LOSSES, NamedObject, check, named

Weighted = str | list[str] | tuple[str, ...] | dict[str, float]
"""What a caller may write: one name, "name=weight,name", a list of such entries, or a dict."""

OBJECTS = ("style loss",)
"""What may be an object of the caller's, in place of a name."""

EXAMPLES = {"layer": "relu3_1,relu4_1", "style loss": "gram,wasserstein", "style": "rain,snow"}
"""What the names stand for -> names for the error."""

OPTIONAL = ("style",)
"""Of these there may be none."""


def parse_weights(value: Any, *, item: str) -> dict[str, float]:
    """{name: weight} in the order written; the weight is 1 where none is written.

    Args:
        value: as ``Weighted``.
        item: what a name stands for: "layer", "style loss" or "style".
    Returns:
        A new dict. The weights are as written and need not add up to 1.
    Raises:
        SettingError: there is no name, a name occurs twice or is no style loss, or a weight is not a number
            above 0.
    """
    expected = f"names such as {EXAMPLES[item]}"
    if item in OBJECTS:
        value = with_names(value)
    if isinstance(value, str) and not isinstance(value, NamedObject):
        value = [entry.strip() for entry in value.split(",") if entry.strip()]
    if isinstance(value, NamedObject):
        value = {value: 1.0}
    if isinstance(value, (list, tuple)):
        pairs = [_pair(entry) for entry in value]
    else:
        pairs = list(value.items()) if isinstance(value, Mapping) else [("", value)]
    if not pairs and item not in OPTIONAL:
        raise SettingError(f"at least one {item} is needed", got="none", expected=expected)
    weights = {name: _number(weight) for name, weight in pairs}
    named = all(isinstance(name, str) and name for name in weights)
    if not named or len(weights) < len(pairs) or not all(0 < w < math.inf for w in weights.values()):
        raise SettingError(
            f"a {item}'s weight is a number above 0, and a {item} is listed once",
            got=",".join(map(str, value)) if isinstance(value, list) else str(value),
            expected=f"{expected}, or with weights: name=0.5,name=1",
        )
    if item == "style loss":
        for name in weights:
            check(STYLE_LOSSES, name, kind=item)
    return weights


def normalised(weights: Mapping[str, float]) -> dict[str, float]:
    """The same names with weights that add up to 1: each is divided by the sum."""
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def _pair(entry: Any) -> tuple[str, Any]:
    """Name and weight of one entry of a list."""
    if isinstance(entry, NamedObject):
        return entry, 1.0
    name, equals, weight = str(entry).partition("=")
    return name.strip(), weight if equals else 1.0


def with_names(value: Any) -> Any:
    """The same with a ``NamedObject`` for each object: itself, the items of a list, the keys of a dict."""
    if isinstance(value, Mapping):
        return {named(name): weight for name, weight in value.items()}
    if isinstance(value, (list, tuple)):
        return [named(entry) for entry in value]
    return named(value)


def _number(weight: Any) -> float:
    """The weight as a number; NaN if it is none."""
    try:
        return math.nan if isinstance(weight, bool) else float(weight)
    except (TypeError, ValueError):
        return math.nan
