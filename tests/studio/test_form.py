import gradio as gr
import pytest

from impasto.errors import SettingError
from impasto.settings import DoodleSettings, ExplainSettings, StylizeSettings, TextureSettings
from impasto.studio.form import field, fields, given, label, shown, update


def test_every_setting_has_an_input_with_its_help_and_default():
    for settings in (StylizeSettings, TextureSettings, DoodleSettings, ExplainSettings):
        names = [name for name in settings.info() if name != "figures"]  # has an input of its own
        for name, made in fields(names, settings, choices={}).items():
            assert made.label == label(name)
            assert made.info == settings.info()[name].help.replace("--", "")
            assert made.value == shown(name, settings, settings.defaults()[name])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("preset", gr.Dropdown), ("size", gr.Slider), ("enlarge", gr.Checkbox), ("style_scale", gr.Slider),
        ("style_layers", gr.Textbox), ("first_steps", gr.Textbox), ("seed", gr.Number),
        ("colors", gr.Dropdown),
    ],
)  # fmt: skip
def test_kinds_of_inputs(name, kind):
    assert type(field(name, StylizeSettings)) is kind


def test_a_slider_stays_within_the_range_of_its_setting():
    slider = field("style_scale", TextureSettings)
    assert (slider.minimum, slider.maximum) == (0.25, 1.0)


def test_a_slider_ends_where_the_studio_does():
    slider = field("size", StylizeSettings, most=256)
    assert (slider.minimum, slider.maximum, slider.value) == (128, 256, 256)
    number = field("size", StylizeSettings, most=100)  # nothing is left to slide over
    assert (type(number), number.minimum, number.maximum, number.value) == (gr.Number, 32, 100, 100)


def test_a_size_in_words_says_where_the_studio_ends():
    text = field("size", TextureSettings, most=256)
    assert text.value == "256x256"
    assert text.info.endswith("At most 256 here.")
    assert update("size", StylizeSettings, 128, most=256)["maximum"] == 256


def test_a_slider_grows_to_the_end_of_the_studio_and_no_further():
    changed = update("size", StylizeSettings, 1024, most=256)
    assert (changed["value"], changed["maximum"]) == (256, 256)
    assert update("size", TextureSettings, "300x200", most=256)["value"] == "256x200"
    info = TextureSettings.info()["style_scale"]
    changed = update("style_scale", TextureSettings, (0.5,))
    assert changed["minimum"] >= (info.low or 0)
    assert changed["maximum"] <= info.high


def test_choices_of_the_page():
    found = [value for _, value in field("init", StylizeSettings, choices=("content", "noise")).choices]
    assert found == ["content", "noise"]


def test_inputs_that_nobody_touched_are_the_defaults():
    values = {name: shown(name, StylizeSettings, value) for name, value in StylizeSettings.defaults().items()}
    assert StylizeSettings.of(given(values, StylizeSettings)) == StylizeSettings()


def test_what_the_browser_sends():
    sent = {"size": 256.0, "style_scale": 0.5, "style_layers": "relu1_1=2, relu2_1", "first_steps": None,
            "content_weight": 1, "style_weights": "0.7, 0.3", "colors": "match"}  # fmt: skip
    del sent["first_steps"]
    assert given({**sent, "first_steps": None}, StylizeSettings) == sent
    settings = StylizeSettings.of(given(sent, StylizeSettings))
    assert (settings.size, settings.style_scale, settings.style_weights) == (256, (0.5,), (0.7, 0.3))
    assert type(settings.size) is int and settings.style_layers == {"relu1_1": 2.0, "relu2_1": 1.0}
    assert given({"style_layers": " "}, StylizeSettings) == {}


def test_a_number_that_may_be_left_out_is_typed():
    assert given({"first_steps": ""}, StylizeSettings) == {}
    assert given({"first_steps": "12"}, StylizeSettings) == {"first_steps": 12}
    assert update("first_steps", StylizeSettings, 12)["value"] == "12"
    assert update("first_steps", StylizeSettings, None)["value"] is None
    with pytest.raises(SettingError, match=r"(?s)first_steps is a number.*many.*such as 20"):
        given({"first_steps": "many"}, StylizeSettings)


def test_words_in_a_list_of_numbers():
    with pytest.raises(SettingError, match=r"(?s)style_weights is a list of numbers.*0.5, much"):
        StylizeSettings.of(given({"style_weights": "0.5, much"}, StylizeSettings))


def test_a_slider_grows_for_a_larger_setting():
    assert update("content_weight", StylizeSettings, 9.0)["maximum"] == 9.0
    assert update("content_weight", StylizeSettings, 1.0)["maximum"] == 3
    assert update("style_layers", StylizeSettings, {"a": 1.0, "b": 0.5})["value"] == "a=1, b=0.5"
    assert update("fine_layers", StylizeSettings, ("a", "b"))["value"] == "a, b"
    assert update("style_scale", StylizeSettings, (2.0, 1.0))["value"] == 2.0
