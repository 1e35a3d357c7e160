import pytest

from impasto.errors import SettingError
from impasto.settings import StudioSettings


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"port": 65536}, r"(?s)port is too large.*0 to 65535"),
        ({"keep_hours": 0}, r"(?s)keep_hours is too small.*at least 0.1 h"),
        ({"max_styles": 17}, "max_styles is too large"),
    ],
)
def test_values_it_cannot_have(options, text):
    with pytest.raises(SettingError, match=text):
        StudioSettings.from_mapping(options)
