"""One value of a setting: read from JSON, a keyword or the command line, checked, and written as text."""

from __future__ import annotations

import math
import numbers
import os
import re
import types
import typing
from typing import TYPE_CHECKING, Any

from impasto.errors import SettingError, nearest
from impasto.registry import NamedObject

if TYPE_CHECKING:
    from impasto.settings.base import SettingInfo

WORDS = {int: "a whole number", float: "a number", bool: "yes or no", str: "a text"}
"""Types of values, in words."""

CLOCK = re.compile(r"\s*(?:(\d{1,3}):(?=\d\d:))?(\d{1,3}):([0-5]\d(?:\.\d+)?)\s*", re.ASCII)
"""Hours, minutes and seconds, or minutes and seconds, with colons between."""


def kind_of(annotation: Any) -> Any:
    """The annotated type without None: ``int`` of ``int | None``."""
    return next(kind for kind in _alternatives(annotation) if kind is not type(None))


def item_of(annotation: Any) -> Any:
    """The type of a list's items: ``float`` of ``tuple[float, ...]``; None if the setting is no list."""
    kind = kind_of(annotation)
    return typing.get_args(kind)[0] if typing.get_origin(kind) is tuple else None


def is_weighted(annotation: Any) -> bool:
    """Whether the setting holds names with weights: ``dict[str, float]``."""
    return typing.get_origin(kind_of(annotation)) is dict


def read(name: str, value: Any, annotation: Any) -> Any:
    """A value as settings hold it: lists as tuples, numbers of one type, paths as text.

    One item stands for a list of one, and a text with commas for a list.

    Args:
        name: of the setting, for the error.
        value: a keyword, a value from JSON, or the text of a command line.
        annotation: type of the setting.
    Returns:
        The value; a value of another type is returned as it is, for ``check`` to refuse.
    Raises:
        SettingError: a text is no list of numbers.
    """
    kind, item = kind_of(annotation), item_of(annotation)
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if item is not None:
        if isinstance(value, str):
            value = _split(name, value, item)
        if isinstance(value, (list, tuple)):
            return tuple(read(name, one, item) for one in value)
        return (read(name, value, item),) if is_number else value
    if kind is str and isinstance(value, os.PathLike):
        return os.fspath(value)
    if is_number and (kind is float or (kind is int and isinstance(value, numbers.Integral))):
        return kind(value)
    return value


def number_of(text: str, info: SettingInfo, kind: Any) -> Any:
    """The number that a text means, with or without the setting's unit: 3000 of "3000px", 0.8 of "80%".

    Seconds may also be minutes and seconds, or hours, minutes and seconds: 90 of "1:30", 3723 of "1:02:03".

    Args:
        text: of a command line or a table.
        info: of the setting.
        kind: int or float.
    Returns:
        The number; the text itself where it is none, for ``check`` to refuse.
    """
    if kind is float and text.strip().lower().lstrip("+-") in ("nan", "inf", "infinity"):
        return float(text)
    if info.unit == "s" and kind is float and (clock := CLOCK.fullmatch(text)):
        return 3600.0 * int(clock[1] or 0) + 60.0 * int(clock[2]) + float(clock[3])
    words = re.fullmatch(r"\s*([-+]?[\d.]+(?:e[-+]?\d+)?)\s*([^\d.]*?)\s*", text, re.IGNORECASE)
    try:
        number = float(words[1]) if words else math.nan
    except ValueError:
        return text
    unit = words[2].lower() if words else ""
    if unit == "%" and kind is float and info.high == 1:
        number /= 100
    elif unit not in ("", info.unit.lower()) or not math.isfinite(number):
        return text
    if kind is float:
        return number
    return int(words[1]) if words and words[1].lstrip("+-").isdecimal() else text


def check(name: str, value: Any, info: SettingInfo, annotation: Any) -> None:
    """Check the type, the choices and the range of a value.

    Raises:
        SettingError: the setting cannot have the value.
    """
    if value is None and type(None) in _alternatives(annotation):
        return
    item = item_of(annotation)
    if item is not None and not isinstance(value, tuple):
        raise SettingError(f"{name} is not a list", got=repr(value), expected=f"several, each {WORDS[item]}")
    kind = item or kind_of(annotation)
    for one in value if isinstance(value, tuple) else (value,):
        problem = _problem(one, info, kind)
        if problem:
            near = _advice(name, one, info, kind) if isinstance(one, str) else ""
            expected = info.range if info.choices or info.low is not None else WORDS[kind]
            raise SettingError(f"{name} {problem}", got=repr(one), expected=expected, attempt=near)


def text_of(value: Any) -> str:
    """A value as it is typed on the command line: "a,b" of ("a", "b"), "a=2,b=1" of {"a": 2.0, "b": 1.0}.

    Weights are left out if all are 1; None is an empty text.
    """
    if isinstance(value, dict):
        equal = all(weight == 1 for weight in value.values())
        entries = (f"{name}={str(weight).removesuffix('.0')}" for name, weight in value.items())
        return ",".join(value if equal else entries)
    if isinstance(value, (list, tuple)):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    is_union = typing.get_origin(annotation) in (typing.Union, types.UnionType)
    return typing.get_args(annotation) if is_union else (annotation,)


def _split(name: str, text: str, item: Any) -> list[Any]:
    try:
        return [item(word.strip()) for word in text.split(",") if word.strip()]
    except ValueError:
        raise SettingError(f"{name} is a list of numbers", got=text, expected="such as 0.7,0.3") from None


def _advice(name: str, text: str, info: SettingInfo, kind: Any) -> str:
    """What to try instead of a text: the nearest choice, or the number that is in it."""
    if kind not in (int, float) or info.low is None:
        return nearest(text, info.choices)
    if info.unit == "px" and re.fullmatch(r"\s*\d+\s*[x×]\s*\d*\s*(px)?\s*", text, re.IGNORECASE):
        sides = [int(side) for side in re.findall(r"\d+", text)]
        long_side = max(sides) if info.low <= max(sides) <= (info.high or math.inf) else info.default
        return f"--{name} {long_side}, the long side alone; the photo gives the other"
    numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)[:1]]
    fitting = [n for n in numbers if info.low <= n <= (math.inf if info.high is None else info.high)]
    number = fitting[0] if fitting else info.default
    return "" if isinstance(number, (tuple, type(None))) else f"--{name.replace('_', '-')} {kind(number):g}"


def _problem(value: Any, info: SettingInfo, kind: Any) -> str:
    """What is wrong with a value; empty if nothing is."""
    if info.objects and isinstance(value, NamedObject):
        return ""
    if info.choices:
        return "" if isinstance(value, str) and value in info.choices else "has no such choice"
    allowed = (int, float) if kind is float else kind
    if not isinstance(value, allowed) or (isinstance(value, bool) and kind is not bool):
        return f"is not {WORDS[kind]}"
    if info.low is None:
        return ""
    if not math.isfinite(value):
        return "is not a finite number"
    if value < info.low:
        return "is too small"
    return "is too large" if info.high is not None and value > info.high else ""
