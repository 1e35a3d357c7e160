"""Command-line options out of settings: one for every field, with its help, range and default."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from impasto.cli import outputs
from impasto.errors import SettingError
from impasto.settings import Knob, Settings


def with_settings(settings: type[Settings]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command an option for every setting.

    The command is written with one parameter ``options``; it receives {setting: value} of the options that
    were given, ready for ``Settings.of``. If it has a parameter ``outputs``, it gets the options of
    ``Outputs`` besides.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        written = inspect.signature(command, eval_str=True).parameters
        own = [p for name, p in written.items() if name not in ("options", "outputs")]
        files = outputs.parameters() if "outputs" in written else []
        own += files
        derived = [parameter(name, settings) for name in settings.knobs()]

        def run(**values: Any) -> None:
            options = {name: values.pop(name) for name in settings.knobs()}
            if files:
                values["outputs"] = outputs.Outputs(**{p.name: values.pop(p.name) for p in files})
            command(**values, options=parse(options, settings))

        run.__name__, run.__doc__ = command.__name__, command.__doc__
        vars(run)["__signature__"] = inspect.Signature([*own, *derived])
        run.__annotations__ = {p.name: p.annotation for p in (*own, *derived)}
        return run

    return decorate


def parameter(name: str, settings: type[Settings]) -> inspect.Parameter:
    """The command-line option of one setting; left out, it is None: as in the preset."""
    knob, default = settings.knobs()[name], settings.defaults()[name]
    flag = f"--{name.replace('_', '-')}"
    kind = _scalar(settings.types()[name])
    switches = [f"{flag}/--no-{flag[2:]}"] if kind is bool else [flag]
    metavar = None if kind is bool else knob.unit.upper() or ("NAME" if knob.choices else None)
    option = typer.Option(*switches, help=help_text(knob, default), metavar=metavar, show_default=False)
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[kind | None, option],
    )


def help_text(knob: Knob, default: Any) -> str:
    """What an option does, what it may be and what it is if left out."""
    text = knob.help
    if knob.choices:
        text += f" One of: {', '.join(knob.choices)}."
    if default is not None and default is not False:
        shown = ",".join(map(str, default)) if isinstance(default, tuple) else default
        text += f" (default: {shown})"
    return text


def _scalar(annotation: Any) -> Any:
    """The type the terminal reads: tuples arrive as text with commas."""
    options = [annotation]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        options = [a for a in typing.get_args(annotation) if a is not type(None)]
    return str if typing.get_origin(options[0]) is tuple else options[0]


def parse(options: Mapping[str, Any], settings: type[Settings]) -> dict[str, Any]:
    """Options that were given, with comma-separated text split into tuples.

    Raises:
        SettingError: a list of numbers holds something else.
    """
    parsed: dict[str, Any] = {}
    for name, value in options.items():
        if value is None:
            continue
        annotation = settings.types()[name]
        is_list = isinstance(value, str) and _scalar(annotation) is str and "tuple" in str(annotation)
        if not is_list:
            parsed[name] = value
            continue
        words = [word.strip() for word in value.split(",") if word.strip()]
        if "float" in str(annotation):
            try:
                parsed[name] = tuple(float(word) for word in words)
            except ValueError:
                raise SettingError(
                    f"--{name.replace('_', '-')} is a list of numbers", got=value, expected="such as 0.7,0.3"
                ) from None
        else:
            parsed[name] = tuple(words)
    return parsed
