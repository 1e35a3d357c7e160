import pytest

from impasto.errors import SettingError
from impasto.settings.weighted import normalised, parse_weights


@pytest.mark.parametrize(
    "written",
    [
        "relu2_1=4,relu1_1",
        " relu2_1 = 4 , relu1_1 ,",
        ["relu2_1=4", "relu1_1"],
        ("relu2_1=4", "relu1_1=1"),
        {"relu2_1": 4, "relu1_1": 1.0},
    ],
)
def test_every_way_to_write_weights(written):
    weights = parse_weights(written, item="layer")
    assert list(weights.items()) == [("relu2_1", 4.0), ("relu1_1", 1.0)]  # in the order written
    assert all(type(weight) is float for weight in weights.values())


def test_one_name():
    assert parse_weights("relu4_1", item="layer") == {"relu4_1": 1.0}


@pytest.mark.parametrize(
    "layers",
    [
        ("a=x",), ("a=0",), ("a=-1",), ("a=nan",), ("a=inf",), ("a=",), ("=1",), ("a", "a"), {"a": 0},
        {"a": None}, {"a": True}, {"": 1.0}, {1: 1.0}, "a,a=2", None, 3,
    ],
)  # fmt: skip
def test_what_is_no_weight(layers):
    with pytest.raises(
        SettingError, match=r"a layer's weight is a number above 0, and a layer is listed once"
    ):
        parse_weights(layers, item="layer")


def test_the_error_says_what_was_written():
    with pytest.raises(SettingError) as caught:
        parse_weights(["a=2", "b=x"], item="layer")
    assert str(caught.value).splitlines()[1:] == [
        "  got       a=2,b=x",
        "  expected  names such as relu3_1,relu4_1, or with weights: name=0.5,name=1",
    ]


@pytest.mark.parametrize("layers", [(), [], {}, "", " , "])
def test_no_layers(layers):
    with pytest.raises(SettingError, match=r"(?s)at least one layer is needed.*none.*relu3_1,relu4_1$"):
        parse_weights(layers, item="layer")


def test_style_losses_are_known():
    with pytest.raises(SettingError, match=r"(?s)there is no style loss 'gramm'.*did you mean 'gram'"):
        parse_weights("gramm=2,mrf", item="style loss")
    with pytest.raises(SettingError, match="a style loss's weight is a number above 0"):
        parse_weights({"gram": -1}, item="style loss")


def test_normalised_by_hand():
    assert normalised({"a": 1.0, "b": 3.0}) == {"a": 0.25, "b": 0.75}
    assert normalised(parse_weights(("relu3_1=1", "relu4_1=3"), item="layer")) == {
        "relu3_1": 0.25,
        "relu4_1": 0.75,
    }
    assert normalised({"a": 1.0, "b": 1.0}) == {"a": 0.5, "b": 0.5}
    assert normalised(parse_weights("gram=3,mrf", item="style loss")) == {"gram": 0.75, "mrf": 0.25}
