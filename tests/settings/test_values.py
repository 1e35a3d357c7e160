import pytest

from impasto.settings import SettingInfo
from impasto.settings.values import check, is_weighted, item_of, kind_of, read, text_of


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
