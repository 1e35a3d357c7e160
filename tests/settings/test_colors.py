import pytest

from impasto.errors import SettingError
from impasto.settings import ColorSettings
from impasto.settings.colors import COLOR_MAPS, COLORS


def test_the_first_choice_is_the_default():
    assert ColorSettings() == ColorSettings(colors=COLORS[0], color_map=COLOR_MAPS[0])


def test_unknown_colors():
    with pytest.raises(SettingError, match=r"(?s)colors has no such choice.*did you mean 'match'"):
        ColorSettings(colors="macth")
