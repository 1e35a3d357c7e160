import pytest

from impasto.errors import SettingError
from impasto.settings import DoodleSettings, LoopSettings, StylizeSettings, TextureSettings


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"steps": 0}, "steps is too small"),
        ({"scale_factor": 1.0}, "scale_factor is too small"),
        ({"average": 1.0}, "average is too large"),
        ({"optimizer": "adams"}, r"(?s)optimizer has no such choice.*did you mean 'adam'"),
        ({"jitter": 3}, "jitter is not yes or no"),
    ],
)
def test_values_it_cannot_have(options, text):
    with pytest.raises(SettingError, match=text):
        LoopSettings.from_mapping(options)


def test_every_task_starts_from_its_own_word():
    starts = [s.defaults()["init"] for s in (StylizeSettings, TextureSettings, DoodleSettings)]
    assert starts == ["content", "pixels", "pieces"]
