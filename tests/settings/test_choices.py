"""The names that editors and type checkers offer are those that are accepted."""

import types
import typing

import pytest

from impasto import settings
from impasto.settings import Settings, StylizeSettings

TYPED = [
    "Background", "Doodle", "Dream", "Evaluate", "Interpolate", "Recolor", "Stylize", "Texture", "Train",
]  # fmt: skip


def names_of(annotation):
    """The texts of all Literals in an annotation."""
    if typing.get_origin(annotation) is typing.Literal:
        return typing.get_args(annotation)
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        return tuple(name for part in typing.get_args(annotation) for name in names_of(part))
    return ()


@pytest.mark.parametrize("task", TYPED)
def test_a_choice_has_the_names_of_its_setting(task):
    kind: type[Settings] = getattr(settings, f"{task}Settings")
    hints = typing.get_type_hints(getattr(settings, f"{task}Options"))
    for name, info in kind.info().items():
        if info.choices and typing.get_origin(kind.types()[name]) is not tuple:
            assert names_of(hints[name]) == info.choices, name


@pytest.mark.parametrize("task", TYPED)
def test_a_list_is_accepted_wherever_a_tuple_is(task):
    kind: type[Settings] = getattr(settings, f"{task}Settings")
    for name, value in kind.defaults().items():
        if isinstance(value, tuple):
            assert kind(**{name: list(value)}) == kind(), name
            assert kind.from_mapping({name: list(value)}) == kind(), name


def test_lists_in_constructors_become_tuples():
    assert StylizeSettings(style_weights=[1.0, 2.0]).style_weights == (1.0, 2.0)
    hash(StylizeSettings(style_scale=[1.0]))
