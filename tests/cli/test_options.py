import pytest

from impasto.cli.options import help_text, parse
from impasto.errors import SettingError
from impasto.settings import Knob, StylizeSettings


def test_lists_are_split_and_what_was_not_given_is_left_out():
    given = {"style_weights": "0.7, 0.3", "content_layers": "relu3_1=2,relu4_1", "size": 64, "seed": None}
    assert parse(given, StylizeSettings) == {
        "style_weights": (0.7, 0.3), "content_layers": ("relu3_1=2", "relu4_1"), "size": 64,
    }  # fmt: skip


def test_words_in_a_list_of_numbers():
    with pytest.raises(SettingError, match=r"(?s)--style-weights is a list of numbers.*0.5,much"):
        parse({"style_weights": "0.5,much"}, StylizeSettings)


def test_help_text():
    assert help_text(Knob(help="How.", choices=("a", "b")), "a") == "How. One of: a, b. (default: a)"
    assert help_text(Knob(help="How many."), 0) == "How many. (default: 0)"
    assert help_text(Knob(help="Whether."), False) == "Whether."
    assert help_text(Knob(help="Which."), ("x", "y")) == "Which. (default: x,y)"
