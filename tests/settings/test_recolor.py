"""Settings of recolouring."""

import pytest

from impasto.errors import SettingError
from impasto.settings import RecolorSettings


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
