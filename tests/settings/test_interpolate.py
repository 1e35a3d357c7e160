import pytest

from impasto.errors import SettingError
from impasto.settings import InterpolateSettings, StylizeSettings


def test_it_is_stylize_with_a_count():
    assert set(InterpolateSettings.info()) - set(StylizeSettings.info()) == {"count"}
    settings = InterpolateSettings.of({"preset": "fast", "count": 3})
    assert (settings.count, settings.steps) == (3, StylizeSettings.of({"preset": "fast"}).steps)
    assert next(iter(InterpolateSettings.info())) == "count"


def test_the_way_has_two_ends():
    with pytest.raises(SettingError, match=r"(?s)count is too small.*at least 2 pictures"):
        InterpolateSettings(count=1)
