import pytest

from impasto.errors import SettingError
from impasto.settings import SettingInfo, StylizeSettings
from impasto.settings.values import check, is_weighted, item_of, kind_of, number_of, read, text_of


def test_types_behind_annotations():
    assert kind_of(int | None) is int and kind_of(str) is str
    assert item_of(tuple[float, ...] | None) is float and item_of(int) is None
    assert is_weighted(dict[str, float]) and not is_weighted(tuple[str, ...])


@pytest.mark.parametrize(
    ("value", "annotation", "expected"),
    [
        ("relu1_1, relu2_1,", tuple[str, ...], ("relu1_1", "relu2_1")),
        ("relu1_1", tuple[str, ...], ("relu1_1",)),
        ("", tuple[str, ...], ()),
        ("0.7, 3", tuple[float, ...] | None, (0.7, 3.0)),
        ([1, 2], tuple[float, ...], (1.0, 2.0)),
        (2, tuple[float, ...], (2.0,)),
        (2, float | None, 2.0),
        (2.0, int, 2.0),  # refused by check
        ("2", int, "2"),  # refused by check
        (True, float, True),  # refused by check
        ({"a": 1}, dict[str, float], {"a": 1}),
        (None, int | None, None),
    ],
)
def test_values_as_settings_hold_them(value, annotation, expected):
    result = read("size", value, annotation)
    assert result == expected and type(result) is type(expected)


def test_a_value_within_its_range_passes():
    info = SettingInfo(1, help="", low=0, high=2)
    for value, annotation in (
        (0, int),
        (2, int),
        (0.5, float),
        (None, int | None),
        ((1, 2), tuple[int, ...]),
    ):
        check("size", value, info, annotation)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": 4.0, "b": 1.0, "c": 0.5}, "a=4,b=1,c=0.5"),
        ({"a": 1.0, "b": 1.0}, "a,b"),
        ({"a": 0.123456789}, "a=0.123456789"),
        ((1.0, 0.25), "1.0,0.25"),
        (("a", "b"), "a,b"),
        ((), ""),
        (None, ""),
        (0, "0"),
        (3.0, "3.0"),
        ("512x384", "512x384"),
    ],
)
def test_values_as_they_are_typed(value, text):
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("text", "kind", "unit", "high", "expected"),
    [
        ("3000px", int, "px", None, 3000),
        (" 3000 PX ", int, "px", None, 3000),
        ("3000", int, "px", None, 3000),
        ("-1", int, "", None, -1),
        ("0.5", float, "", 1, 0.5),
        ("80%", float, "", 1, 0.8),
        ("1e-3", float, "", None, 0.001),
        ("80%", float, "", 2, "80%"),
        ("12x", int, "px", None, "12x"),
        ("3000cm", int, "px", None, "3000cm"),
        ("1.5", int, "", None, "1.5"),
        ("1.2.3", float, "", None, "1.2.3"),
        ("big", int, "px", None, "big"),
        ("", int, "", None, ""),
    ],
)
def test_numbers_as_people_type_them(text, kind, unit, high, expected):
    read = number_of(text, SettingInfo(1, help="", unit=unit, high=high), kind)
    assert read == expected and type(read) is type(expected)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30.0), ("30", 30.0), ("1:30", 90.0), ("0:05.5", 5.5), ("1:02:03", 3723.0), ("90:00", 5400.0)],
)
def test_lengths_as_people_type_them(text, seconds):
    info = SettingInfo(1.0, help="", unit="s")
    assert number_of(text, info, float) == seconds


@pytest.mark.parametrize("text", ["1:75", "1:3", ":30", "1:2:03", "1:30:", "-1:30", "１:30"])
def test_what_is_no_length_is_left_for_the_check(text):
    assert number_of(text, SettingInfo(1.0, help="", unit="s"), float) == text


def test_only_seconds_have_colons():
    assert number_of("1:30", SettingInfo(1.0, help="", unit="min"), float) == "1:30"


@pytest.mark.parametrize(
    ("text", "attempt"),
    [
        ("12x", "--size 512, the long side alone; the photo gives the other"),
        ("640x480", "--size 640, the long side alone; the photo gives the other"),
        ("about 700", "--size 700"),
        ("9 cm", "--size 512"),
    ],
)
def test_advice_for_a_size(text, attempt):
    with pytest.raises(SettingError, match="size is not a whole number") as caught:
        StylizeSettings(size=text)
    assert caught.value.attempt == attempt


def test_a_word_that_people_try_stands_for_a_choice():
    assert StylizeSettings(colors="photo").colors == "luminance"
    assert StylizeSettings.of({"colors": "photo"}) == StylizeSettings(colors="luminance")
