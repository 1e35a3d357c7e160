import re

import pytest

from impasto.errors import SettingError
from impasto.settings import SizeSettings
from impasto.settings.size import parse_size


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("512x384", (512, 384)),
        ("512", (512, 512)),
        (" 64 X 32 ", (64, 32)),
        ("33\u00d7200", (33, 200)),
        ("32768x32", (32768, 32)),
    ],
)
def test_sizes(size, expected):
    assert parse_size(size) == expected


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (
            "large",
            "that is no size\n  got       large\n  expected  width x height in px\n  try       512x384",
        ),
        ("512x", "that is no size"),
        ("512x384x3", "that is no size"),
        ("-64", "that is no size"),
        ("51.2", "that is no size"),
        ("", "that is no size"),
        ("31x64", "a side is too short\n  got       31 x 64 px\n  expected  32 to 32768 px on each side"),
        ("64x32769", "a side is too long\n  got       64 x 32769 px"),
    ],
)
def test_what_is_no_size(size, text):
    with pytest.raises(SettingError, match=re.escape(text)):
        parse_size(size)


def test_the_range_of_a_long_side():
    with pytest.raises(SettingError, match=r"(?s)size is too small.*32 to 32768 px"):
        SizeSettings(size=31)
