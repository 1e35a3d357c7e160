"""What holds for every class of settings, and for the mixins they are made of."""

import inspect
import json
import typing

import pytest

import impasto
from impasto import settings as package
from impasto.settings import Settings, content, loop, network, size, style
from impasto.settings import colors as color_settings

CLASSES = [
    value for value in vars(package).values() if isinstance(value, type) and issubclass(value, Settings)
]
OPTIONS = {
    name.removesuffix("Options"): value
    for module in (package, content, loop, network, size, style, color_settings)
    for name, value in vars(module).items()
    if name.endswith("Options")
}


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_keywords_are_the_settings(name):
    modules = (package, content, loop, network, size, style, color_settings)
    (settings,) = {vars(m)[f"{name}Settings"] for m in modules if f"{name}Settings" in vars(m)}
    assert set(typing.get_type_hints(OPTIONS[name])) == set(settings.info())


@pytest.mark.parametrize("settings", CLASSES)
def test_every_setting_has_help_and_every_number_a_range(settings):
    for name, info in settings.info().items():
        assert info.help.endswith("."), name
        if settings.types()[name] in (int, float):
            assert info.low is not None, name


@pytest.mark.parametrize("settings", CLASSES)
def test_sliders_hold_the_default_and_lie_within_the_range(settings):
    for name, info in settings.info().items():
        if info.slider is None:
            continue
        low, high, step = info.slider
        assert 0 < step <= high - low, name
        default = info.default[0] if isinstance(info.default, tuple) else info.default
        assert default is None or low <= default <= high, name


@pytest.mark.parametrize("settings", [one for one in CLASSES if one is not Settings])
def test_defaults_survive_json(settings):
    made = settings()
    assert settings.from_mapping(json.loads(json.dumps(made.to_dict()))) == made
    assert settings.of({}) == made and made.to_dict() == settings.defaults()


def test_the_keywords_of_a_verb_are_typed():
    assert list(inspect.signature(impasto.stylize).parameters)[:2] == ["content", "style"]
    assert list(inspect.signature(impasto.dream).parameters)[:2] == ["photo", "guide"]
