"""How a number that a user may set is written down: once, with its default, unit, range, help and source."""

from __future__ import annotations

import dataclasses
import math
import numbers
import os
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


def as_in(settings: type[Settings], name: str, **changes: Any) -> Any:
    """The same field as in other settings, so that default, range and help are written once.

    Args:
        settings: where it is written.
        name: of the field.
        **changes: ``default``, or what differs in its ``Knob``.
    """
    default = changes.pop("default", settings.defaults()[name])
    return field(default=default, metadata={"knob": dataclasses.replace(settings.knobs()[name], **changes)})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A set of settings: frozen, checked when made, and the same after a trip through JSON."""

    def __post_init__(self) -> None:
        kinds = self.types()
        for f in fields(self):
            _check(f.name, getattr(self, f.name), self.knobs()[f.name], kinds[f.name])

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
        if not isinstance(values, Mapping):
            raise SettingError(
                "settings are names and values", got=repr(values), expected="such as {'size': 512}"
            )
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


WORDS = {int: "a whole number", float: "a number", bool: "yes or no", str: "a text"}


def _restore(value: Any, annotation: Any) -> Any:
    """What callers and JSON write, as settings hold it: tuples, numbers of one kind, paths as text."""
    kinds = _alternatives(annotation)
    lists = [typing.get_args(kind)[0] for kind in kinds if typing.get_origin(kind) is tuple]
    if lists and isinstance(value, (list, tuple)):
        return tuple(_restore(item, lists[0]) for item in value)
    if lists and isinstance(value, (str, numbers.Real)) and not isinstance(value, bool):
        return (_restore(value, lists[0]),)  # one stands for a list of one
    if isinstance(value, os.PathLike) and str in kinds:
        return os.fspath(value)
    if isinstance(value, numbers.Integral) and not isinstance(value, bool) and int in kinds:
        return int(value)
    if isinstance(value, numbers.Real) and not isinstance(value, bool) and float in kinds:
        return float(value)
    return value


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return typing.get_args(annotation)
    return (annotation,)


def _check(name: str, value: Any, knob: Knob, annotation: Any) -> None:
    kinds = _alternatives(annotation)
    if value is None and type(None) in kinds:
        return
    inner = next((typing.get_args(kind)[0] for kind in kinds if typing.get_origin(kind) is tuple), None)
    if inner is not None and not isinstance(value, tuple):
        raise SettingError(f"{name} is not a list", got=repr(value), expected=f"several, each {WORDS[inner]}")
    values: Iterable[Any] = value if isinstance(value, tuple) else (value,)
    kind = inner or next(kind for kind in kinds if kind is not type(None))
    for item in values:
        problem = _problem(item, knob, kind)
        if problem:
            near = nearest(item, knob.choices) if isinstance(item, str) else ""
            expected = knob.range if knob.choices or knob.low is not None else WORDS[kind]
            raise SettingError(f"{name} {problem}", got=repr(item), expected=expected, attempt=near)


def _problem(value: Any, knob: Knob, kind: Any) -> str:
    """What is wrong with a value, or nothing."""
    if knob.choices:
        return "" if isinstance(value, str) and value in knob.choices else "has no such choice"
    allowed = (int, float) if kind is float else kind
    if not isinstance(value, allowed) or (isinstance(value, bool) and kind is not bool):
        return f"is not {WORDS[kind]}"
    if knob.low is None:
        return ""
    if not math.isfinite(value):
        return "is not a finite number"
    if value < knob.low:
        return "is too small"
    if knob.high is not None and value > knob.high:
        return "is too large"
    return ""
