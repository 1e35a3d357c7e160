import pytest

from impasto.errors import SettingError
from impasto.settings import ExtractorSettings, InputSettings, NetworkSettings
from impasto.settings.network import parse_memory_size


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


@pytest.mark.parametrize(
    ("amount", "count"),
    [
        ("4GB", 4_000_000_000),
        ("800 MB", 800_000_000),
        ("1.5GiB", 1_610_612_736),
        ("2g", 2_000_000_000),
        ("64KiB", 65_536),
        (" 1 tb ", 10**12),
        ("12", 12),
    ],
)
def test_amounts_of_memory(amount, count):
    assert parse_memory_size(amount) == count


@pytest.mark.parametrize("amount", ["", "much", "-1GB", "0GB", "4 PB", "1.GB", "4GBs", "nan"])
def test_what_is_no_amount_of_memory(amount):
    with pytest.raises(SettingError) as caught:
        parse_memory_size(amount)
    assert str(caught.value).splitlines() == [
        "that is no amount of memory",
        f"  got       {amount}".rstrip() if amount else "  expected  such as 4GB or 800MB",
        *(["  expected  such as 4GB or 800MB"] if amount else []),
    ]
