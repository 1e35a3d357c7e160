import pytest

from impasto.errors import SettingError
from impasto.settings import BlendSettings, FineSettings, StyleSettings


def test_layers_and_losses_hold_the_weights_that_were_written():
    settings = StyleSettings.from_mapping(
        {"style_layers": "relu3_1=3,relu1_1", "style_loss": ["gram=2", "mrf"]}
    )
    assert list(settings.style_layers.items()) == [("relu3_1", 3.0), ("relu1_1", 1.0)]
    assert settings.style_loss == {"gram": 2.0, "mrf": 1.0}


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"style_layers": ("relu1_1=no",)}, "a layer's weight is a number above 0"),
        ({"style_layers": {}}, "at least one layer is needed"),
        ({"style_loss": "gam"}, r"(?s)there is no style loss 'gam'.*did you mean 'gram'"),
        ({"style_scale": [1, 0.01]}, "style_scale is too small"),
        ({"guides": "outside"}, r"(?s)guides has no such choice.*did you mean 'inside'"),
    ],
)
def test_values_it_cannot_have(options, text):
    with pytest.raises(SettingError, match=text):
        StyleSettings.from_mapping(options)


def test_shares_of_styles():
    assert BlendSettings.from_mapping({"style_weights": "0.7,0.3"}).style_weights == (0.7, 0.3)
    with pytest.raises(SettingError, match="style_weights is too small"):
        BlendSettings(style_weights=(1.0, -1.0))


def test_fine_layers_are_names_alone():
    assert FineSettings.from_mapping({"fine_layers": "relu1_1,image"}).fine_layers == ("relu1_1", "image")
