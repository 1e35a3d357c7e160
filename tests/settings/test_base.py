import math
from dataclasses import FrozenInstanceError, dataclass
from pathlib import Path

import pytest

from impasto.errors import SettingError
from impasto.settings import Settings, setting
from impasto.settings.base import as_in


@dataclass(frozen=True, kw_only=True)
class Base(Settings, panel="More"):
    seed: int = setting(0, low=0, help="Of the noise.")
    layers: dict[str, float] = setting({"a": 2.0, "b": 1.0}, item="layer", help="Where.")


@dataclass(frozen=True, kw_only=True)
class Example(Base):
    size: int = setting(512, unit="px", low=64, high=1024, help="How large.")
    weights: tuple[float, ...] | None = setting(None, low=0.0, help="Shares.")
    mode: str = setting("soft", choices=("soft", "hard"), help="How.")
    name: str | None = setting(None, help="Anything.")
    rate: float = setting(0.5, low=0.0, help="How fast.")
    sure: bool = setting(False, help="Whether.")
    names: tuple[str, ...] = setting(("a",), help="Some.")


def test_a_trip_through_json():
    assert Example.from_mapping({"weights": 2}).weights == (2.0,)  # one stands for a list of one
    example = Example.from_mapping({"size": 100, "weights": [1, 2.5], "layers": ["c=3", "d"]})
    assert Example.from_mapping(example.to_dict()) == example
    assert example.weights == (1, 2.5) and example.layers == {"c": 3.0, "d": 1.0}


def test_numbers_and_paths_of_other_libraries():
    import numpy as np

    given = {
        "size": np.int64(100),
        "rate": np.float32(0.5),
        "weights": np.array([1, 2]).tolist(),
        "name": Path("a"),
        "layers": {"a": np.float32(0.5)},
    }
    example = Example.from_mapping(given)
    assert (type(example.size), type(example.rate), example.name) == (int, float, "a")
    assert type(example.layers["a"]) is float


def test_settings_that_are_no_mapping():
    for make in (Example.from_mapping, Example.of):
        with pytest.raises(SettingError, match=r"(?s)settings are names and values.*\[\].*such as"):
            make([])


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
        ({"size": None}, "size is not a whole number"),
        ({"rate": "fast"}, "rate is not a number"),
        ({"weights": True}, r"(?s)weights is not a list.*True.*several, each a number"),
        ({"weights": ["0.5"]}, "weights is not a number"),
        ({"weights": "0.5,much"}, r"(?s)weights is a list of numbers.*0.5,much.*such as 0.7,0.3"),
        ({"sure": "no"}, r"(?s)sure is not yes or no.*'no'.*yes or no"),
        ({"name": 3}, "name is not a text"),
        ({"names": 3}, "names is not a text"),
        ({"mode": ["soft"]}, "mode has no such choice"),
        ({"weights": [0.5, -0.1]}, r"(?s)weights is too small.*-0.1.*at least 0"),
        ({"mode": "sofft"}, r"(?s)mode has no such choice.*one of soft, hard.*did you mean 'soft'"),
        ({"layers": {"a": 0.0}}, "a layer's weight is a number above 0"),
    ],
)
def test_values_it_cannot_have(values, text):
    with pytest.raises(SettingError, match=text):
        Example.from_mapping(values)


def test_ranges_in_words():
    info = Example.info()
    assert info["size"].range == "64 to 1024 px"
    assert info["weights"].range == "at least 0"
    assert info["mode"].range == "one of soft, hard"
    assert info["name"].range == "a number"


def test_a_field_as_in_other_settings():
    @dataclass(frozen=True, kw_only=True)
    class Other(Settings):
        size: int = as_in(Example, "size")
        mode: str = as_in(Example, "mode", default="hard", help="How else.")

    ours, theirs = Other.info(), Example.info()
    assert Other.defaults() == {"size": 512, "mode": "hard"} and ours["size"] == theirs["size"]
    assert ours["mode"].help == "How else." and ours["mode"].choices == theirs["mode"].choices


def test_a_class_names_its_own_settings_first_and_keeps_the_panel_of_those_it_inherits():
    @dataclass(frozen=True, kw_only=True)
    class Third(Example):
        seed: int = as_in(Base, "seed", default=7)
        count: int = setting(1, low=1, help="How many.")

    assert list(Third.info()) == [
        "count", "size", "weights", "mode", "name", "rate", "sure", "names", "seed", "layers",
    ]  # fmt: skip
    assert list(Third().to_dict()) == list(Third.defaults()) == list(Third.types()) == list(Third.info())
    panels = {name: origin.panel for name, origin in Third.origins().items()}
    assert panels["count"] == panels["size"] == "" and panels["seed"] == panels["layers"] == "More"
    assert Third().seed == 7 and Example().seed == 0


def test_options_that_are_none_are_left_out():
    assert Example.of({"size": None, "rate": 2, "mode": None}) == Example(rate=2.0)


def test_no_two_objects_share_their_weights():
    given = {"a": 1}
    first, second = Example(layers=given), Example(layers=given)
    first.layers["a"] = 5.0
    first.to_dict()["layers"]["a"] = 6.0
    Example.defaults()["layers"]["a"] = 7.0
    assert first.layers == {"a": 5.0} and second.layers == {"a": 1.0} and given == {"a": 1}
    assert Example().layers == {"a": 2.0, "b": 1.0}


def test_equal_settings_have_equal_hashes_and_cannot_be_changed():
    assert Example() == Example(layers="a=2,b") and hash(Example()) == hash(Example(layers="a=2,b"))
    assert Example() != Example(layers="a=2")
    with pytest.raises(FrozenInstanceError):
        Example().size = 3


def test_a_setting_younger_than_a_record_was_off():
    @dataclass(frozen=True, kw_only=True)
    class Grown(Example):
        strokes: float = setting(1.0, low=0, help="New.", absent=0.0)

    assert Grown.of_record({"size": 100}).strokes == 0
    assert Grown.of_record({"size": 100, "strokes": 2}).strokes == 2
    assert Grown.from_mapping({"size": 100}).strokes == 1
