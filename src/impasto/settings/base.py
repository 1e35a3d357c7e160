"""How a setting is written: once, with its default, unit, range, help and source."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, ClassVar, Self

from impasto.errors import SettingError, nearest
from impasto.registry import check as check_name
from impasto.registry import named
from impasto.settings.presets import PRESETS
from impasto.settings.values import check, is_weighted, item_of, read
from impasto.settings.weighted import parse_weights


@dataclass(frozen=True)
class SettingInfo:
    """What is known about one setting.

    Attributes:
        default: its value if nobody sets it.
        help: what it does to the picture.
        unit: of the number; empty for a ratio or a name.
        low: smallest value, included.
        high: largest value, included.
        choices: the only values, if it is a name.
        source: where the default comes from.
        slider: its ends and the distance between two values, for the studio; None: the number is typed.
        item: what a name stands for, if the setting holds names with weights: "layer", "style loss", "style".
        aliases: (word, the choice that it stands for), for words that people try.
        absent: the value that a record means which is older than the setting; None: the default.
        objects: an object of the caller's may stand in place of a name.
    """

    default: Any
    help: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    source: str = "chosen by eye"
    slider: tuple[float, float, float] | None = None
    item: str = ""
    absent: Any = None
    objects: bool = False
    aliases: tuple[tuple[str, str], ...] = ()

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


def setting(default: Any, *, help: str, **info: Any) -> Any:
    """A field of a settings class; ``info`` as in ``SettingInfo``."""
    return _field(SettingInfo(default, help=help, **info))


def as_in(settings: type[Settings], name: str, **changes: Any) -> Any:
    """The same field as in another settings class, so that default, range and help are written once.

    Args:
        settings: the other class.
        name: of the field.
        **changes: attributes of ``SettingInfo`` that differ, such as ``default``.
    """
    return _field(dataclasses.replace(settings.info()[name], **changes))


def _field(info: SettingInfo) -> Any:
    if isinstance(info.default, dict):  # dataclasses want a factory; a dict has no hash
        return field(default_factory=info.default.copy, hash=False, metadata={"info": info})
    return field(default=info.default, metadata={"info": info})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A set of settings: frozen, checked when made, and the same after a trip through JSON.

    Attributes:
        panel: heading of the settings that the class introduces, in ``--help``; empty for the main ones.
        presets: {preset: the settings in which it differs}, for a class with the setting ``preset``.
    """

    panel: ClassVar[str] = ""
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = PRESETS

    def __init_subclass__(cls, *, panel: str = "") -> None:
        super().__init_subclass__()
        cls.panel = panel

    def __post_init__(self) -> None:
        """Check every value; names with weights become a new dict, lists tuples, objects names.

        Raises:
            SettingError: a value is not one the setting may have.
        """
        types = self.types()
        for name, info in self.info().items():
            value = getattr(self, name)
            if isinstance(value, str) and value in (aliases := dict(info.aliases)):
                value = aliases[value]
                object.__setattr__(self, name, value)
            if is_weighted(types[name]):
                object.__setattr__(self, name, parse_weights(value, item=info.item))
                continue
            if isinstance(value, list) and item_of(types[name]) is not None:
                value = tuple(value)
                object.__setattr__(self, name, value)
            elif info.objects:
                value = named(value)
                object.__setattr__(self, name, value)
            check(name, value, info, types[name])

    @classmethod
    def origins(cls) -> dict[str, type[Settings]]:
        """{setting: the class that introduces it}: first the settings of this class, then of its bases."""
        bases = [base for base in cls.__mro__ if issubclass(base, Settings)]
        introduced = {f.name: base for base in bases for f in fields(base)}  # the most basic class comes last
        return dict(sorted(introduced.items(), key=lambda pair: bases.index(pair[1])))

    @classmethod
    def info(cls) -> dict[str, SettingInfo]:
        """{setting: what is known about it}, in the order of ``origins``."""
        return {name: cls.__dataclass_fields__[name].metadata["info"] for name in cls.origins()}

    @classmethod
    def types(cls) -> dict[str, Any]:
        """{setting: its annotated type}."""
        hints = type_hints(cls)  # type: ignore[arg-type]  # mypy takes the hash of instances
        return {name: hints[name] for name in cls.origins()}

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """{setting: its default}."""
        return {name: copy(info.default) for name, info in cls.info().items()}

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Settings from the options of a caller.

        An option that is None is left out. What is left out is as in the preset, if the class has presets,
        and else the default.

        Args:
            options: names and values, as for ``from_mapping``.
        Raises:
            SettingError: as ``from_mapping``; or there is no such preset.
        """
        if isinstance(options, Mapping):
            options = {name: value for name, value in options.items() if value is not None}
            if "preset" in cls.origins():
                preset = str(options.get("preset", cls.defaults()["preset"]))
                check_name(cls.presets, preset, kind="preset")
                options = {**cls.presets[preset], **options}
        return cls.from_mapping(options)

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Settings from names and values: keywords, values from JSON, or texts of a command line.

        Raises:
            SettingError: a name is unknown, or a value is not one the setting may have.
        """
        types = cls.types()
        if not isinstance(values, Mapping):
            raise SettingError(
                "settings are names and values", got=repr(values), expected="such as {'size': 512}"
            )
        for name in values:
            if name not in types:
                raise SettingError(
                    f"there is no setting {name!r}",
                    got=name,
                    expected=", ".join(types),
                    attempt=nearest(name, types),
                )
        return cls(**{name: read(name, value, types[name]) for name, value in values.items()})

    @classmethod
    def of_record(cls, values: Mapping[str, Any]) -> Self:
        """Settings as a record keeps them; a setting that is younger than the record was off.

        Raises:
            SettingError: as ``from_mapping``.
        """
        absent = {name: info.absent for name, info in cls.info().items() if info.absent is not None}
        return cls.from_mapping({**absent, **values} if isinstance(values, Mapping) else values)

    def changed(self, options: Mapping[str, Any]) -> Self:
        """The same settings with some options of a caller; a preset changes all that it names.

        Args:
            options: as for ``of``.
        Raises:
            SettingError: as ``of``.
        """
        given = {name: value for name, value in options.items() if value is not None}
        preset = self.presets.get(given.get("preset", ""), {})
        return type(self).from_mapping({**self.to_dict(), **preset, **given})

    def to_dict(self) -> dict[str, Any]:
        """Names and values, ready for JSON; changing them does not change the settings."""
        return {name: copy(getattr(self, name)) for name in self.origins()}


@cache
def type_hints(settings: type[Settings]) -> Mapping[str, Any]:
    """{setting: its annotated type}; worked out once, as it is asked for with every option of a command."""
    return typing.get_type_hints(settings)
