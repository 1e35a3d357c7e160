import pytest

from impasto.errors import SettingError
from impasto.settings.memory_size import parse_memory_size


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
