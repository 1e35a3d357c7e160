import pytest

from impasto.errors import SettingError
from impasto.settings.text import TextOptions, TextSettings


def test_the_keywords_are_the_settings():
    assert set(TextOptions.__annotations__) == set(TextSettings.info())


def test_nothing_is_contacted_by_default():
    settings = TextSettings()
    assert settings.llm_url is None and settings.llm_file is None


def test_a_strength_out_of_range():
    with pytest.raises(SettingError, match="strength"):
        TextSettings.of({"strength": 1.5})
