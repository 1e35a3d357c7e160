"""Command-line options made from settings: one for every setting, with its help, range and default."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from impasto.settings import SettingInfo, Settings
from impasto.settings.values import is_weighted, item_of, kind_of, number_of, text_of


def with_settings(settings: type[Settings]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command an option for every setting.

    The command is written with one parameter ``options``; it receives {setting: value} of the options that
    were given, ready for ``Settings.of``.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        written = inspect.signature(command, eval_str=True).parameters
        names = list(settings.info())
        parameters = [p for name, p in written.items() if name != "options"]
        parameters += [parameter(name, settings) for name in names]

        def run(**values: Any) -> None:
            options = {name: values.pop(name) for name in names}
            given = {name: value for name, value in options.items() if value is not None}
            command(**values, options=given)

        run.__name__, run.__doc__ = command.__name__, command.__doc__
        vars(run)["__signature__"] = inspect.Signature(parameters)
        run.__annotations__ = {p.name: p.annotation for p in parameters}
        return run

    return decorate


def parameter(name: str, settings: type[Settings]) -> inspect.Parameter:
    """The command-line option of one setting.

    An option that is left out is None. Lists, and names with weights, are read as text.
    """
    info, annotation = settings.info()[name], settings.types()[name]
    flag = f"--{name.replace('_', '-')}"
    is_list = item_of(annotation) is not None or is_weighted(annotation)
    kind = str if is_list else kind_of(annotation)
    switches = [f"{flag}/--no-{flag[2:]}"] if kind is bool else [flag]
    panel = settings.origins()[name].panel or None
    is_number = kind in (int, float)
    option = typer.Option(
        *switches,
        help=help_text(info),
        metavar=metavar_of(info, kind, is_list=is_list, is_named=item_of(annotation) in (None, str)),
        show_default=False,
        rich_help_panel=panel,
        parser=(lambda text: number_of(str(text), info, kind)) if is_number else None,
    )
    return keyword(name, kind | None, option)


def metavar_of(info: SettingInfo, kind: Any, *, is_list: bool, is_named: bool) -> str:
    """What the help shows for a value: "PX", "NAME", "N", "NUMBER", "NAMES"; nothing for a switch.

    Args:
        info: of the setting.
        kind: of one value.
        is_list: several may be given.
        is_named: the values of a list are names, with weights or without.
    """
    if kind is bool:
        return ""
    if is_list:
        return "NAMES" if is_named else "NUMBERS"
    if info.unit or info.choices:
        return info.unit.upper() or "NAME"
    return {int: "N", float: "NUMBER"}.get(kind, "TEXT")


def keyword(name: str, kind: Any, option: Any, *, default: Any = None) -> inspect.Parameter:
    """A parameter of a command that is an option; ``kind`` is the type of its value."""
    annotation = Annotated[kind, option]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def help_text(info: SettingInfo) -> str:
    """What an option does, which values it may have, and its default."""
    text = info.help
    if info.choices:
        text += f" One of: {', '.join(info.choices)}."
    default = text_of(info.default)
    return f"{text} (default: {default})" if default and info.default is not False else text
