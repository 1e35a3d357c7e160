"""Inputs of the page out of settings: the names, helps, ranges and defaults of the command line."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component

from impasto.errors import SettingError
from impasto.settings import Settings
from impasto.settings.texture import sides

__all__ = ["SLIDERS", "Component", "Slider", "field", "fields", "given", "label", "shown", "update", "within"]


@dataclass(frozen=True)
class Slider:
    """The stretch of a number's range that is worth a slider.

    Attributes:
        low: left end.
        high: right end.
        step: between two values.
    """

    low: float
    high: float
    step: float


SLIDERS = {
    "size": Slider(128, 2048, 32),
    "content_weight": Slider(0, 3, 0.05),
    "style_weight": Slider(0, 3, 0.05),
    "palette_weight": Slider(0, 10, 0.1),
    "tv_weight": Slider(0, 20, 0.1),
    "style_scale": Slider(0.25, 4, 0.05),
    "steps": Slider(1, 200, 1),
    "variety": Slider(0, 1, 0.05),
    "semantic_weight": Slider(0, 20, 0.5),
    "patch_weight": Slider(0, 3, 0.05),
    "average": Slider(0, 0.99, 0.01),
    "coarse_steps": Slider(0.5, 4, 0.1),
    "scale_factor": Slider(1.1, 4, 0.1),
    "scales": Slider(1, 8, 1),
}
"""Chosen by eye; other numbers are typed. A setting outside still shows: its slider grows."""


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
    knob = settings.knobs()[name]
    look: dict[str, Any] = {
        "label": label(name),
        "info": knob.help.replace("--", ""),
        "elem_id": None,
        "elem_classes": [f"setting-{name.replace('_', '-')}"],
    }
    value = shown(name, settings, settings.defaults()[name])
    value = within(name, value, most)
    if most is not None and name == "size" and isinstance(value, str):
        look["info"] += f" At most {most:g} here."
    options = tuple(choices) or knob.choices
    kind = _kind(settings.types()[name])
    if options:
        return gr.Dropdown(list(options), value=value, **look)
    if kind is bool:
        return gr.Checkbox(value, **look)
    if _slides(name, settings):
        slider = SLIDERS[name]
        high = slider.high if knob.high is None else min(slider.high, knob.high)
        high = high if most is None else min(high, most)
        low = slider.low if knob.low is None else max(slider.low, knob.low)
        if low < high:
            return gr.Slider(low, high, value=value, step=slider.step, **look)
        return gr.Number(value, minimum=knob.low, maximum=high, step=1, **look)
    if _typed(name, settings):
        # gradio 6.31 makes 0 of a number that is not there, as soon as its fold is opened.
        return gr.Textbox(value, placeholder="left out", **look)
    if kind in (int, float):
        step = 1 if kind is int else 0.001
        return gr.Number(value, minimum=knob.low, maximum=knob.high, step=step, **look)
    return gr.Textbox(value, **look)


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
    """What the inputs say, ready for ``Settings.from_mapping``; an empty text or number is left out.

    Raises:
        SettingError: a number or a list of numbers is something else.
    """
    return {
        name: _parsed(name, value, settings.types()[name])
        for name, value in values.items()
        if value is not None and not (isinstance(value, str) and not value.strip())
    }


def shown(name: str, settings: type[Settings], value: Any) -> Any:
    """A setting's value as its input holds it: lists as text with commas, or, on a slider, the first."""
    if not isinstance(value, (tuple, list)):
        return str(value) if value is not None and _typed(name, settings) else value
    if _slides(name, settings):
        return value[0]
    return ", ".join(f"{item:g}" if isinstance(item, float) else str(item) for item in value)


def within(name: str, value: Any, most: float | None) -> Any:
    """A setting's value, or the highest one that the studio allows."""
    if most is None or isinstance(value, bool):
        return value
    if name == "size" and isinstance(value, str):
        asked = sides(value)
        return value if max(asked) <= most else "x".join(str(min(side, round(most))) for side in asked)
    return min(value, most) if isinstance(value, (int, float)) else value


def update(name: str, settings: type[Settings], value: Any, *, most: float | None = None) -> Any:
    """The change of an input that makes it show a value, with a longer slider if need be and may be.

    Args:
        name: of the setting.
        settings: where it is written.
        value: to show.
        most: the highest value of a number here, as for ``field``.
    """
    value = within(name, shown(name, settings, value), most)
    if not _slides(name, settings) or value is None:
        return gr.update(value=value)
    slider, knob = SLIDERS[name], settings.knobs()[name]
    low = slider.low if knob.low is None else max(slider.low, knob.low)
    ends = [end for end in (slider.high, knob.high, most) if end is not None]
    return gr.update(value=value, minimum=min(low, value), maximum=max(min(ends), value))


def _slides(name: str, settings: type[Settings]) -> bool:
    return name in SLIDERS and _kind(settings.types()[name]) in (int, float, tuple[float, ...])


def _typed(name: str, settings: type[Settings]) -> bool:
    """Whether a number is typed as text, because it may be left out."""
    return settings.defaults()[name] is None and _kind(settings.types()[name]) in (int, float)


def _kind(annotation: Any) -> Any:
    """The annotated type, without None."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return next(kind for kind in typing.get_args(annotation) if kind is not type(None))
    return annotation


def _parsed(name: str, value: Any, annotation: Any) -> Any:
    kind = _kind(annotation)
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)  # the browser knows one kind of number
    if kind in (int, float) and isinstance(value, str):
        try:
            return kind(value)
        except ValueError:
            raise SettingError(f"{name} is a number", got=value, expected="such as 20, or nothing") from None
    if typing.get_origin(kind) is not tuple:
        return value
    if not isinstance(value, str):
        return value if isinstance(value, (list, tuple)) else (value,)
    words = [word.strip() for word in value.split(",") if word.strip()]
    if typing.get_args(kind)[0] is not float:
        return tuple(words)
    try:
        return tuple(float(word) for word in words)
    except ValueError:
        raise SettingError(f"{name} is a list of numbers", got=value, expected="such as 0.7, 0.3") from None
