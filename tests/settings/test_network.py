import pytest

from impasto.errors import SettingError
from impasto.settings import ExtractorSettings, InputSettings, NetworkSettings


def test_each_class_adds_to_the_one_before():
    assert list(InputSettings.info()) == ["max_megapixels"]
    assert set(NetworkSettings.info()) - set(ExtractorSettings.info()) == {"seed", "memory"}


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"memory": "much"}, "that is no amount of memory"),
        ({"network": "compct"}, r"(?s)network has no such choice.*did you mean 'compact'"),
        ({"pooling": "mean"}, r"(?s)pooling has no such choice.*one of max, average"),
        ({"precision": "float8"}, "precision has no such choice"),
        ({"seed": -1}, "seed is too small"),
        ({"max_megapixels": 0}, "max_megapixels is too small"),
    ],
)
def test_values_it_cannot_have(options, text):
    with pytest.raises(SettingError, match=text):
        NetworkSettings.from_mapping(options)


def test_memory_is_kept_as_written():
    assert NetworkSettings(memory="4GB").memory == "4GB"
