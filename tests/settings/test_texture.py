import pytest

from impasto.errors import SettingError
from impasto.settings import StylizeSettings, TextureSettings


def test_a_whole_number_is_a_size_too():
    assert TextureSettings.of({"size": 64, "seed": None}) == TextureSettings(size="64")
    with pytest.raises(SettingError, match="size is not a text"):
        TextureSettings.from_mapping({"size": 64.5})
    with pytest.raises(SettingError, match="size is not a text"):
        TextureSettings.from_mapping({"size": True})
    with pytest.raises(SettingError, match="seed is not a whole number"):
        TextureSettings.from_mapping({"seed": None})


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"size": "large"}, "that is no size"),
        ({"style_layers": ("relu1_1=no",)}, "a layer's weight is a number above 0"),
        ({"style_loss": ("gam",)}, "there is no style loss 'gam'"),
        ({"memory": "much"}, "that is no amount of memory"),
        ({"style_scale": (1.5,)}, "style_scale is too large"),
        ({"content_weight": 1.0}, r"(?s)there is no setting 'content_weight'.*tv_weight"),
    ],
)
def test_values_it_cannot_have(options, text):
    with pytest.raises(SettingError, match=text):
        TextureSettings.from_mapping(options)


def test_only_tile_is_not_a_setting_of_stylize():
    settings = TextureSettings()
    assert set(settings.info()) - set(StylizeSettings.info()) == {"tile"}


def test_a_trip_through_json():
    settings = TextureSettings(size="48x32", tile=True, style_weights=(1.0, 2.0))
    assert TextureSettings.from_mapping(settings.to_dict()) == settings
