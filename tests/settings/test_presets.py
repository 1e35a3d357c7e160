import pytest

from impasto.errors import SettingError
from impasto.settings import PRESETS, StylizeSettings


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_valid_and_can_be_changed(preset):
    settings = StylizeSettings.of({"preset": preset, "seed": 7, "tolerance": None})
    assert settings.preset == preset and settings.seed == 7
    for name, value in PRESETS[preset].items():
        assert getattr(settings, name) == value
    changed = StylizeSettings.of({"preset": preset, "style_layers": "relu1_1"})
    assert changed.style_layers == {"relu1_1": 1.0}


def test_unknown_preset():
    with pytest.raises(SettingError, match=r"(?s)there is no preset 'gaty'.*did you mean 'gatys'"):
        StylizeSettings.of({"preset": "gaty"})
