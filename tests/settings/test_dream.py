import pytest

from impasto.errors import SettingError
from impasto.settings import DreamSettings, StylizeSettings


def test_shared_settings_have_one_default():
    own = {"steps", "rate", "jitter", "pooling", "enlarge"}
    shared = set(DreamSettings.info()) & set(StylizeSettings.info()) - own
    for name in shared:
        assert DreamSettings.defaults()[name] == StylizeSettings.defaults()[name], name


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"octave_scale": 1.0}, "octave_scale is too small"),
        ({"channel": -1}, "channel is too small"),
        ({"vividness": 1.5}, "vividness is too large"),
        ({"objective": "square"}, r"(?s)objective has no such choice.*did you mean 'squares'"),
        ({"steps": 0}, "steps is too small"),
        ({"memory": "much"}, "that is no amount of memory"),
        ({"layers": "relu1_1"}, "there is no setting 'layers'"),
    ],
)
def test_values_that_cannot_be(options, text):
    with pytest.raises(SettingError, match=text):
        DreamSettings.from_mapping(options)
