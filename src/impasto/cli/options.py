"""Command-line options made from settings: one for every setting, with its help, range and default."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from impasto.settings import SettingInfo, Settings
from impasto.settings.values import is_weighted, item_of, kind_of, text_of


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
    kind = str if item_of(annotation) or is_weighted(annotation) else kind_of(annotation)
    switches = [f"{flag}/--no-{flag[2:]}"] if kind is bool else [flag]
    metavar = None if kind is bool else info.unit.upper() or ("NAME" if info.choices else None)
    panel = settings.origins()[name].panel or None
    option = typer.Option(
        *switches, help=help_text(info), metavar=metavar, show_default=False, rich_help_panel=panel
    )
    return keyword(name, kind | None, option)


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
