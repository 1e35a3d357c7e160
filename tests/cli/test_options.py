import inspect

import pytest
import typer
from typer.testing import CliRunner

from impasto.cli.options import help_text, parameter, with_settings
from impasto.errors import SettingError
from impasto.settings import SettingInfo, StylizeSettings, TextureSettings


def options_of(*words):
    """What a command receives."""
    received = {}

    @with_settings(StylizeSettings)
    def command(*, options):
        received.update(options)

    app = typer.Typer()
    app.command()(command)
    answer = CliRunner().invoke(app, words)
    assert answer.exit_code == 0, answer.output
    return received


def test_what_was_not_given_is_left_out_and_lists_are_read_by_the_settings():
    options = options_of(
        "--style-weights", "0.7, 0.3", "--content-layers", "a=2,b", "--size", "64", "--no-jitter"
    )
    assert options == {"style_weights": "0.7, 0.3", "content_layers": "a=2,b", "size": 64, "jitter": False}
    settings = StylizeSettings.of(options)
    assert settings.style_weights == (0.7, 0.3) and settings.content_layers == {"a": 2.0, "b": 1.0}


def test_words_in_a_list_of_numbers():
    with pytest.raises(SettingError, match=r"(?s)style_weights is a list of numbers.*0.5,much"):
        StylizeSettings.of(options_of("--style-weights", "0.5,much"))


@pytest.mark.parametrize(
    ("name", "panel"),
    [("size", None), ("style_loss", "Style"), ("steps", "Steps and sizes"), ("seed", "Network and machine")],
)
def test_options_stand_below_the_heading_of_their_mixin(name, panel):
    for settings in (StylizeSettings, TextureSettings):
        made = parameter(name, settings)
        assert made.default is None and made.kind is inspect.Parameter.KEYWORD_ONLY
        assert made.annotation.__metadata__[0].rich_help_panel == panel


def test_help_text():
    assert help_text(SettingInfo("a", help="How.", choices=("a", "b"))) == "How. One of: a, b. (default: a)"
    assert help_text(SettingInfo(0, help="How many.")) == "How many. (default: 0)"
    for default in (False, None, ()):
        assert help_text(SettingInfo(default, help="Whether.")) == "Whether."
    assert help_text(SettingInfo(("x", "y"), help="Which.")) == "Which. (default: x,y)"
    layers = TextureSettings.info()["style_layers"]
    assert help_text(layers).endswith("(default: relu1_1=4,relu2_1=2,relu3_1=1,relu4_1=1,relu5_1=0.5)")
