"""Settings of recolouring, and the tables of themes."""

import re
import typing

import pytest

from impasto.errors import SettingError
from impasto.settings import RecolorOptions, RecolorSettings
from impasto.settings.themes import EMOTIONS, THEMES


def test_keywords_of_recolor_are_the_settings():
    assert set(typing.get_type_hints(RecolorOptions)) == set(RecolorSettings.info())


def test_every_setting_has_help_and_every_number_a_range():
    types = RecolorSettings.types()
    for name, knob in RecolorSettings.info().items():
        assert knob.help.endswith("."), name
        if types[name] in (int, float):
            assert knob.low is not None, name


def test_settings_survive_json():
    settings = RecolorSettings(emotion="cold", strength=0.25, keep_luminance=False)
    assert RecolorSettings.from_mapping(settings.to_dict()) == settings


def test_unknown_emotion():
    with pytest.raises(
        SettingError, match=r"(?s)emotion has no such choice.*romantik.*did you mean 'romantic'"
    ):
        RecolorSettings(emotion="romantik")


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [("strength", 1.5, "too large"), ("variety", -0.1, "too small"), ("colors", 1, "2 to 5 colours"),
     ("colors", 6, "2 to 5 colours"), ("gradients", -1.0, "too small")],
)  # fmt: skip
def test_numbers_out_of_range(name, value, text):
    with pytest.raises(SettingError, match=text):
        RecolorSettings(**{name: value})


def test_tables_hold_colours_and_names_do_not_meet():
    assert not set(EMOTIONS) & set(THEMES)
    combinations = [colors for several in EMOTIONS.values() for colors in several]
    assert all(len(several) == 3 for several in EMOTIONS.values())
    assert all(len(colors) == 3 for colors in combinations)
    assert all(2 <= len(colors) <= 5 for colors in THEMES.values())
    for colors in (*combinations, *THEMES.values()):
        assert len(set(colors)) == len(colors)
        assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in colors)
    assert len(set(combinations)) == len(combinations)
