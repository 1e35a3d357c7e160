"""How methods are written, and the tables of their scores."""

from pathlib import Path

import pytest

from impasto.errors import SettingError
from impasto.images import io
from impasto.images.resize import fit


def of(name, size=64):
    from methods import method

    return method(name, size=size, weights=Path("weights"))


def test_lists_of_methods():
    from methods import listed

    words = ["default,fast:steps=3,rate=0.1,microast", "default:content_layers=relu3_1=0.5+relu4_1=1", "fast"]
    lists = "default:content_layers=relu3_1=0.5+relu4_1=1"
    assert listed(words) == ["default", "fast:steps=3,rate=0.1", "microast", lists, "fast"]


def test_values_have_the_types_of_their_settings():
    from methods import value_of

    cases = {"steps": ("40", 40), "tv_weight": ("2", 2.0), "jitter": ("off", False), "enlarge": ("yes", True),
             "weights": ("none", None), "network": ("vgg19", "vgg19"),
             "style_weights": ("0.7+0.3", "0.7,0.3"),
             "content_layers": ("relu3_1=0.5+relu4_1", "relu3_1=0.5,relu4_1")}  # fmt: skip
    for name, (text, value) in cases.items():
        found = value_of(name, text)
        assert found == value and type(found) is type(value), name


def test_a_preset_with_changes_and_a_teacher():
    found = of("gatys@small16x:init=content,steps=9,size=99")
    assert found.teacher == "small16x" and found.settings.preset == "gatys"
    assert (found.settings.init, found.settings.steps, found.settings.size) == ("content", 9, 99)
    assert found.settings.optimizer == "lbfgs" and of("fast").settings.size == 64
    assert of("microast").settings is None
    assert found.file_name == "gatys@small16x~init=content,steps=9,size=99"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("defalt", "did you mean 'default'"),
        ("default@vgg", "there is no teacher 'vgg'"),
        ("default:stepz=3", "did you mean 'steps'"),
        ("default:steps=many", "steps is not a whole number"),
        ("default:jitter=perhaps", "jitter is not yes or no"),
        ("microast:steps=3", "there is no method 'microast'"),
    ],
)
def test_names_that_are_wrong(name, text):
    with pytest.raises(SettingError, match=text):
        of(name)


def test_who_is_better_than_whom():
    from pairs import PAIRS
    from standings import Row, tables

    def row(pair, method, *numbers):
        names = ("gram", "sliced", "palette", "content")
        return Row(pair, method, dict(zip(names, numbers, strict=True)), 1.0)

    rows = [
        row(PAIRS[0], "default", 1, 1, 1, 1), row(PAIRS[0], "microast", 2, 2, 2, 2),
        row(PAIRS[1], "default", 1, 3, 1, 1), row(PAIRS[1], "microast", 2, 2, 2, 2),
    ]  # fmt: skip
    text = tables(rows, against=("microast",))
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    assert ["default", "microast", "2", "1", "2", "2", "1", "0"] in lines
    assert ["default", "1.000", "2.000", "1.000", "1.000", "1.00"] in lines


def test_pairs_are_of_many_kinds():
    from pairs import PAIRS

    assert len({pair.name for pair in PAIRS}) == len(PAIRS) >= 12
    assert {"portrait", "landscape", "architecture"} <= {pair.photo_kind for pair in PAIRS}
    assert {"brush", "line", "mosaic", "flat colour"} <= {pair.style_kind for pair in PAIRS}


def test_a_painting_has_the_size_of_its_photo(photo, painting):
    """Its canvas is larger: 50 x 62 px are no whole strides."""
    pictures = [io.read(path) for path in (photo, painting)]
    made = of(
        "fast:network=test-net,style_layers=relu1_1+relu3_1,content_layers=relu3_1,steps=1,first_steps=1", 62
    )
    assert made.paint(*pictures, 62).image.shape[2:] == fit(*pictures[0].pixels.shape[2:], 62)
