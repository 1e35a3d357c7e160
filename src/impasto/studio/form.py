"""Inputs of the page made from settings: with the names, helps, ranges and defaults of the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import gradio as gr
from gradio.components import Component

from impasto.errors import SettingError
from impasto.settings import SettingInfo, Settings
from impasto.settings.size import parse_size
from impasto.settings.values import kind_of, text_of

__all__ = ["Component", "field", "fields", "given", "label", "shown", "update", "within"]


def label(name: str) -> str:
    """What an input is called: the setting's name, as on the command line, in words."""
    return name.replace("_", " ").capitalize()


def field(
    name: str, settings: type[Settings], *, choices: Iterable[str] = (), most: float | None = None
) -> Component:
    """The input of one setting.

    Args:
        name: of the setting.
        settings: where it is written.
        choices: the only values, if the page has fewer than the setting, or knows them where the setting is a
            text.
        most: the highest value of a number here.
    Returns:
        A dropdown, switch, slider, number or text with the setting's help and default.
    """
    info = settings.info()[name]
    texts: dict[str, Any] = {
        "label": label(name),
        "info": info.help.replace("--", ""),
        "elem_id": None,
        "elem_classes": [f"setting-{name.replace('_', '-')}"],
    }
    value = within(name, shown(name, settings, settings.defaults()[name]), most)
    if most is not None and name == "size" and isinstance(value, str):
        texts["info"] += f" At most {most:g} here."
    options = tuple(choices) or info.choices
    kind = kind_of(settings.types()[name])
    if options:
        return gr.Dropdown(list(options), value=value, **texts)
    if kind is bool:
        return gr.Checkbox(value, **texts)
    if _typed(name, settings):
        # gradio 6.31 makes 0 of a number that is not there, as soon as its fold is opened.
        return gr.Textbox(value, placeholder="left out", **texts)
    if info.slider is not None:
        low, high = _ends(info.slider, info, most)
        if low < high:
            return gr.Slider(low, high, value=value, step=info.slider[2], **texts)
        return gr.Number(value, minimum=info.low, maximum=high, step=1, **texts)
    if kind in (int, float):
        step = 1 if kind is int else 0.001
        return gr.Number(value, minimum=info.low, maximum=info.high, step=step, **texts)
    return gr.Textbox(value, **texts)


def fields(
    names: Iterable[str],
    settings: type[Settings],
    *,
    choices: Mapping[str, tuple[str, ...]],
    most: Mapping[str, float] | None = None,
) -> dict[str, Component]:
    """The inputs of several settings, by name; ``choices`` and ``most`` as in ``field``, by name."""
    highest = most or {}
    return {
        name: field(name, settings, choices=choices.get(name, ()), most=highest.get(name)) for name in names
    }


def given(values: Mapping[str, Any], settings: type[Settings]) -> dict[str, Any]:
    """The values of the inputs, ready for ``Settings.of``; an empty text or number is left out.

    Raises:
        SettingError: a text is no number.
    """
    return {
        name: _number(name, value, kind_of(settings.types()[name]))
        for name, value in values.items()
        if value is not None and not (isinstance(value, str) and not value.strip())
    }


def shown(name: str, settings: type[Settings], value: Any) -> Any:
    """A setting's value as its input holds it: lists as text with commas, or, on a slider, the first."""
    if not isinstance(value, (tuple, list, dict)):
        return str(value) if value is not None and _typed(name, settings) else value
    if settings.info()[name].slider is not None:
        return value[0]
    return text_of(value).replace(",", ", ")


def within(name: str, value: Any, most: float | None) -> Any:
    """A setting's value, or the highest one that the studio allows."""
    if most is None or isinstance(value, bool):
        return value
    if name == "size" and isinstance(value, str):
        sides = parse_size(value)
        return value if max(sides) <= most else "x".join(str(min(side, round(most))) for side in sides)
    return min(value, most) if isinstance(value, (int, float)) else value


def update(name: str, settings: type[Settings], value: Any, *, most: float | None = None) -> Any:
    """The change of an input that makes it show a value; a slider that is too short becomes longer.

    Args:
        name: of the setting.
        settings: where it is written.
        value: to show.
        most: the highest value of a number here, as for ``field``.
    """
    value = within(name, shown(name, settings, value), most)
    info = settings.info()[name]
    if info.slider is None or value is None or _typed(name, settings):
        return gr.update(value=value)
    low, high = _ends(info.slider, info, most)
    return gr.update(value=value, minimum=min(low, value), maximum=max(high, value))


def _ends(slider: tuple[float, float, float], info: SettingInfo, most: float | None) -> tuple[float, float]:
    """Both ends of a slider: within the range of the setting and of the studio."""
    low = slider[0] if info.low is None else max(slider[0], info.low)
    return low, min(end for end in (slider[1], info.high, most) if end is not None)


def _typed(name: str, settings: type[Settings]) -> bool:
    """Whether a number is typed as text, because it may be left out."""
    return settings.defaults()[name] is None and kind_of(settings.types()[name]) in (int, float)


def _number(name: str, value: Any, kind: Any) -> Any:
    """What an input of a number holds, as a number of the setting's type; other values as they are."""
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)  # the browser knows one kind of number
    if kind in (int, float) and isinstance(value, str):
        try:
            return kind(value)
        except ValueError:
            raise SettingError(f"{name} is a number", got=value, expected="such as 20, or nothing") from None
    return value
