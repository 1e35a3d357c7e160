import inspect
import typing

import pytest

import impasto
from impasto.errors import SettingError
from impasto.settings import PRESETS, StylizeOptions, StylizeSettings
from impasto.settings.stylize import bytes_of, layer_weights


def test_keywords_of_stylize_are_the_settings():
    assert set(typing.get_type_hints(StylizeOptions)) == set(StylizeSettings.info())


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_valid_and_can_be_changed(preset):
    settings = StylizeSettings.of({"preset": preset, "seed": 7, "tolerance": None})
    assert settings.preset == preset and settings.seed == 7
    for name, value in PRESETS[preset].items():
        assert getattr(settings, name) == value


def test_unknown_preset():
    with pytest.raises(SettingError, match=r"(?s)there is no preset 'gaty'.*did you mean 'gatys'"):
        StylizeSettings.of({"preset": "gaty"})


def test_every_setting_has_help_and_every_number_a_range():
    types = StylizeSettings.types()
    for name, knob in StylizeSettings.info().items():
        assert knob.help.endswith("."), name
        if types[name] in (int, float):
            assert knob.low is not None, name


def test_layer_weights_by_hand():
    assert layer_weights(("relu3_1=1", "relu4_1=3")) == {"relu3_1": 0.25, "relu4_1": 0.75}
    assert layer_weights(("a", "b")) == {"a": 0.5, "b": 0.5}


@pytest.mark.parametrize(
    "layers", [("a=x",), ("a=0",), ("a=-1",), ("a=nan",), ("a=inf",), ("=1",), ("a", "a")]
)
def test_layer_weights_that_are_none(layers):
    with pytest.raises(SettingError, match="a layer's weight is a number above 0"):
        layer_weights(layers)


def test_no_layers():
    with pytest.raises(SettingError, match="at least one layer is needed"):
        layer_weights(())


def test_the_keywords_are_typed():
    parameters = inspect.signature(impasto.stylize).parameters
    assert list(parameters)[:2] == ["content", "style"]


@pytest.mark.parametrize(
    ("amount", "count"),
    [
        ("4GB", 4_000_000_000),
        ("800 MB", 800_000_000),
        ("1.5GiB", 1_610_612_736),
        ("2g", 2_000_000_000),
        ("64KiB", 65_536),
        (" 1 tb ", 10**12),
        ("12", 12),
    ],
)
def test_amounts_of_memory(amount, count):
    assert bytes_of(amount) == count


@pytest.mark.parametrize("amount", ["", "much", "-1GB", "0GB", "4 PB", "1.GB", "4GBs", "nan"])
def test_what_is_no_amount_of_memory(amount):
    with pytest.raises(SettingError) as caught:
        bytes_of(amount)
    assert str(caught.value).splitlines() == [
        "that is no amount of memory",
        f"  got       {amount}".rstrip() if amount else "  expected  such as 4GB or 800MB",
        *(["  expected  such as 4GB or 800MB"] if amount else []),
    ]


def test_the_amount_is_checked_with_the_other_settings():
    with pytest.raises(SettingError, match="that is no amount of memory"):
        StylizeSettings.of({"memory": "much"})
    assert StylizeSettings.of({"memory": "4GB"}).memory == "4GB"
