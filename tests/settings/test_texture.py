import re
from typing import get_type_hints

import pytest

from impasto.errors import SettingError
from impasto.settings import StylizeSettings, TextureOptions, TextureSettings
from impasto.settings.texture import sides


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("512x384", (512, 384)),
        ("512", (512, 512)),
        (" 64 X 32 ", (64, 32)),
        ("33\u00d7200", (33, 200)),
        ("32768x32", (32768, 32)),
    ],
)
def test_sizes(size, expected):
    assert sides(size) == expected


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (
            "large",
            "that is no size\n  got       large\n  expected  width x height in px\n  try       512x384",
        ),
        ("512x", "that is no size"),
        ("512x384x3", "that is no size"),
        ("-64", "that is no size"),
        ("51.2", "that is no size"),
        ("", "that is no size"),
        ("31x64", "a side is too short\n  got       31 x 64 px\n  expected  32 to 32768 px on each side"),
        ("64x32769", "a side is too long\n  got       64 x 32769 px"),
    ],
)
def test_sizes_that_are_none(size, text):
    with pytest.raises(SettingError, match=re.escape(text)):
        TextureSettings(size=size)


def test_a_whole_number_is_a_size_too():
    assert TextureSettings.from_mapping({"size": 64, "seed": None}) == TextureSettings(size="64")
    with pytest.raises(SettingError, match="size is not a text"):
        TextureSettings.from_mapping({"size": 64.5})
    with pytest.raises(SettingError, match="size is not a text"):
        TextureSettings.from_mapping({"size": True})


def test_what_is_checked_with_other_settings_is_checked_here():
    with pytest.raises(SettingError, match="a layer's weight is a number above 0"):
        TextureSettings(style_layers=("relu1_1=no",))
    with pytest.raises(SettingError, match="there is no style loss 'gam'"):
        TextureSettings(style_loss=("gam",))
    with pytest.raises(SettingError, match="that is no amount of memory"):
        TextureSettings(memory="much")
    with pytest.raises(SettingError, match="style_scale is too large"):
        TextureSettings(style_scale=(1.5,))
    with pytest.raises(SettingError, match=r"(?s)there is no setting 'content_weight'.*tv_weight"):
        TextureSettings.from_mapping({"content_weight": 1.0})


def test_it_is_painted_without_a_photo_and_with_its_own_settings():
    settings = TextureSettings(steps=7, style_layers=("relu1_1",), rate=0.5)
    painting = settings.painting("style")
    assert (painting.content_weight, painting.content_layers, painting.init) == (0.0, ("relu1_1",), "style")
    shared = (set(settings.knobs()) & set(painting.knobs())) - {"size", "init"}
    assert {name: getattr(painting, name) for name in shared} == {
        name: getattr(settings, name) for name in shared
    }
    assert set(settings.knobs()) - set(StylizeSettings.info()) == {"tile"}


def test_the_keywords_are_the_settings():
    assert set(get_type_hints(TextureOptions)) == set(TextureSettings.info())


def test_a_trip_through_json():
    settings = TextureSettings(size="48x32", tile=True, style_weights=(1.0, 2.0))
    assert TextureSettings.from_mapping(settings.to_dict()) == settings
