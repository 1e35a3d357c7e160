"""How a number that a user may set is written down: once, with its default, unit, range, help and source."""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Self

from impasto.errors import SettingError, nearest


@dataclass(frozen=True)
class Knob:
    """What is known of one setting besides its default.

    Attributes:
        help: what it does to the picture.
        unit: of the number; empty for a ratio or a name.
        low: smallest value, included.
        high: largest value, included.
        choices: the only values, if it is a name.
        source: where the default comes from.
    """

    help: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    source: str = "chosen by eye"

    @property
    def range(self) -> str:
        """The values it may have, in words."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        unit = f" {self.unit}" if self.unit else ""
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}{unit}"
        if self.low is not None:
            return f"at least {self.low:g}{unit}"
        return f"a number{unit}"


def setting(default: Any, *, help: str, **knob: Any) -> Any:
    """A field of a settings class; ``knob`` as in ``Knob``."""
    return field(default=default, metadata={"knob": Knob(help=help, **knob)})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A set of settings: frozen, checked when made, and the same after a trip through JSON."""

    def __post_init__(self) -> None:
        for f in fields(self):
            _check(f.name, getattr(self, f.name), self.knobs()[f.name], optional=f.default is None)

    @classmethod
    def knobs(cls) -> dict[str, Knob]:
        """What is known of each setting, in the order they are written."""
        return {f.name: f.metadata["knob"] for f in fields(cls)}

    @classmethod
    def types(cls) -> dict[str, Any]:
        """The annotated type of each setting."""
        hints = typing.get_type_hints(cls)
        return {f.name: hints[f.name] for f in fields(cls)}

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """The default of each setting."""
        return {f.name: f.default for f in fields(cls) if f.default is not MISSING}

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Settings from names and values, as keywords or as read from JSON.

        Raises:
            SettingError: a name is unknown, or a value is not one the setting may have.
        """
        known = cls.types()
        for name in values:
            if name not in known:
                raise SettingError(
                    f"there is no setting {name!r}",
                    got=name,
                    expected=", ".join(known),
                    attempt=nearest(name, known),
                )
        return cls(**{name: _restore(value, known[name]) for name, value in values.items()})

    def to_dict(self) -> dict[str, Any]:
        """Names and values, ready for JSON."""
        return dataclasses.asdict(self)


def _restore(value: Any, annotation: Any) -> Any:
    """Lists, as JSON and callers write them, become the tuples that settings hold."""
    if isinstance(value, list) and any(typing.get_origin(a) is tuple for a in _alternatives(annotation)):
        return tuple(value)
    if isinstance(value, int) and not isinstance(value, bool) and float in _alternatives(annotation):
        return float(value)
    return value


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return typing.get_args(annotation)
    return (annotation,)


def _check(name: str, value: Any, knob: Knob, *, optional: bool) -> None:
    if value is None and optional:
        return
    values: Iterable[Any] = value if isinstance(value, tuple) else (value,)
    for item in values:
        problem = _problem(item, knob)
        if problem:
            near = nearest(item, knob.choices) if isinstance(item, str) else ""
            raise SettingError(f"{name} {problem}", got=repr(item), expected=knob.range, attempt=near)


def _problem(value: Any, knob: Knob) -> str:
    """What is wrong with a value, or nothing."""
    if knob.choices:
        return "" if value in knob.choices else "has no such choice"
    if knob.low is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "is not a number"
    if not math.isfinite(value):
        return "is not a finite number"
    if value < knob.low:
        return "is too small"
    if knob.high is not None and value > knob.high:
        return "is too large"
    return ""
