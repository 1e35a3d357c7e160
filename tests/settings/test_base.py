import math
from dataclasses import dataclass
from pathlib import Path

import pytest

from impasto.errors import SettingError
from impasto.settings import Settings, setting
from impasto.settings.base import as_in


@dataclass(frozen=True, kw_only=True)
class Example(Settings):
    size: int = setting(512, unit="px", low=64, high=1024, help="How large.")
    weights: tuple[float, ...] | None = setting(None, low=0.0, help="Shares.")
    mode: str = setting("soft", choices=("soft", "hard"), help="How.")
    name: str | None = setting(None, help="Anything.")
    rate: float = setting(0.5, low=0.0, help="How fast.")
    sure: bool = setting(False, help="Whether.")


def test_a_trip_through_json():
    assert Example.from_mapping({"weights": 2}).weights == (2.0,)  # one stands for a list of one
    example = Example.from_mapping({"size": 100, "weights": [1, 2.5]})
    assert Example.from_mapping(example.to_dict()) == example
    assert example.weights == (1, 2.5)


def test_numbers_and_paths_of_other_libraries():
    import numpy as np

    given = {
        "size": np.int64(100),
        "rate": np.float32(0.5),
        "weights": np.array([1, 2]).tolist(),
        "name": Path("a"),
    }
    example = Example.from_mapping(given)
    assert (type(example.size), type(example.rate), example.name) == (int, float, "a")


def test_settings_that_are_no_mapping():
    with pytest.raises(SettingError, match="settings are names and values"):
        Example.from_mapping([])


def test_unknown_name_gets_the_nearest():
    with pytest.raises(SettingError, match=r"(?s)there is no setting 'sise'.*did you mean 'size'"):
        Example.from_mapping({"sise": 1})


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"size": 63}, r"(?s)size is too small.*63.*64 to 1024 px"),
        ({"size": 1025}, "size is too large"),
        ({"rate": math.nan}, "rate is not a finite number"),
        ({"rate": math.inf}, "rate is not a finite number"),
        ({"size": math.nan}, "size is not a whole number"),
        ({"size": 100.5}, r"(?s)size is not a whole number.*100.5.*64 to 1024 px"),
        ({"size": "100"}, "size is not a whole number"),
        ({"size": True}, "size is not a whole number"),
        ({"rate": "fast"}, "rate is not a number"),
        ({"weights": True}, r"(?s)weights is not a list.*True.*several, each a number"),
        ({"sure": "no"}, r"(?s)sure is not yes or no.*'no'.*yes or no"),
        ({"name": 3}, "name is not a text"),
        ({"mode": ["soft"]}, "mode has no such choice"),
        ({"weights": [0.5, -0.1]}, r"(?s)weights is too small.*-0.1.*at least 0"),
        ({"mode": "sofft"}, r"(?s)mode has no such choice.*one of soft, hard.*did you mean 'soft'"),
    ],
)
def test_values_it_cannot_have(values, text):
    with pytest.raises(SettingError, match=text):
        Example.from_mapping(values)


def test_ranges_in_words():
    knobs = Example.knobs()
    assert knobs["size"].range == "64 to 1024 px"
    assert knobs["weights"].range == "at least 0"
    assert knobs["mode"].range == "one of soft, hard"
    assert knobs["name"].range == "a number"


def test_a_field_as_in_other_settings():
    @dataclass(frozen=True, kw_only=True)
    class Other(Settings):
        size: int = as_in(Example, "size")
        mode: str = as_in(Example, "mode", default="hard", help="How else.")

    ours, theirs = Other.knobs(), Example.knobs()
    assert Other.defaults() == {"size": 512, "mode": "hard"} and ours["size"] == theirs["size"]
    assert ours["mode"].help == "How else." and ours["mode"].choices == theirs["mode"].choices
