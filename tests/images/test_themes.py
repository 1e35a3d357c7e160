"""Themes: written, named, painted."""

import numpy as np
import pytest
import torch
from PIL import ImageColor

from impasto.errors import PictureError, SettingError, ShapeError
from impasto.images.themes import (
    emotion_themes,
    hex_colors,
    is_written,
    named_theme,
    painted_theme,
    written_theme,
)
from impasto.settings.themes import EMOTIONS, THEMES


def painting(colors, shares, side=120):
    """Bands of the colours, as high as their shares: (1, 3, side, side)."""
    rows = [ImageColor.getrgb(c) for c, s in zip(colors, shares, strict=True) for _ in range(round(s * side))]
    levels = torch.tensor(rows, dtype=torch.float32).mT / 255  # (3, side)
    return levels[None, :, :, None].expand(1, 3, len(rows), side)


def far(one, other):
    """Largest difference of two colours' levels."""
    return max(abs(a - b) for a, b in zip(ImageColor.getrgb(one), ImageColor.getrgb(other), strict=True))


@pytest.mark.parametrize("noise", [0.0, 0.03])
def test_planted_colors_are_found(noise):
    planted = ("#c4302b", "#2b5fc4", "#e8d9a0", "#1c1c24", "#3f9a52")
    image = painting(planted, (0.4, 0.25, 0.2, 0.1, 0.05))
    grain = torch.randn(image.shape, generator=torch.Generator().manual_seed(0))
    theme = painted_theme((image + noise * grain).clamp(0, 1), colors=5, name="planted")
    assert theme.name == "planted" and len(theme.colors) == 5
    for color in planted:
        assert min(far(color, found) for found in theme.colors) <= (1 if noise == 0 else 14)


def test_fewer_colors_are_the_main_ones():
    planted = ("#c4302b", "#2b5fc4", "#3f9a52")
    theme = painted_theme(painting(planted, (0.5, 0.4, 0.1)), colors=2, name="x")
    assert len(theme.colors) == 2
    assert all(min(far(color, found) for found in theme.colors) <= 60 for color in planted[:2])


def test_a_painting_of_two_colors_has_two():
    theme = painted_theme(painting(("#c4302b", "#2b5fc4"), (0.5, 0.5)), colors=5, name="x")
    assert sorted(theme.colors) == ["#2b5fc4", "#c4302b"]


def test_a_painting_of_one_color():
    with pytest.raises(PictureError) as caught:
        painted_theme(torch.full((1, 3, 20, 20), 0.2), colors=5, name="wall")
    assert str(caught.value).splitlines() == [
        "wall has one colour only, which is no theme",
        "  got       #333333",
        "  expected  a picture of 2 colours or more",
        "  try       another picture, or colours such as #112233,#aa8800",
    ]


def test_a_painting_of_another_shape():
    with pytest.raises(ShapeError, match="image has the wrong shape"):
        painted_theme(torch.zeros(3, 4, 4), colors=5, name="x")


def test_colors_in_all_spellings():
    assert written_theme(["#112233", "AA8800", " #fa0 ", "Navy"]).colors == (
        "#112233",
        "#aa8800",
        "#ffaa00",
        "#000080",
    )


@pytest.mark.parametrize("word", ["#12345", "ivry", "", "#gg0000", "1,2"])
def test_what_is_no_color(word):
    with pytest.raises(SettingError, match=r"is no colour") as caught:
        written_theme(["#112233", word])
    assert "#rrggbb, #rgb, or a name such as navy" in str(caught.value)


def test_a_color_mistyped():
    with pytest.raises(SettingError, match="did you mean 'ivory'"):
        written_theme(["navy", "ivry"])


@pytest.mark.parametrize("count", [0, 1, 6])
def test_too_few_and_too_many_colors(count):
    with pytest.raises(SettingError, match=rf"(?s)a theme has 2 to 5 colours.*got +{count}:"):
        written_theme(["#112233"] * count)


def test_named_themes_and_emotions():
    assert all(named_theme(name).colors == colors for name, colors in THEMES.items())
    for name, combinations in EMOTIONS.items():
        assert tuple(theme.colors for theme in emotion_themes(name)) == combinations


def test_unknown_theme():
    with pytest.raises(SettingError, match=r"(?s)there is no theme 'sunste'.*autumn.*did you mean 'sunset'"):
        named_theme("sunste")


def test_an_emotion_is_no_theme():
    with pytest.raises(SettingError, match=r"(?s)no theme 'serene', but an emotion.*--emotion serene"):
        named_theme("serene")


def test_unknown_emotion():
    with pytest.raises(SettingError, match=r"(?s)there is no emotion 'seren'.*did you mean 'serene'"):
        emotion_themes("seren")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("#112233", True),
        ("navy", True),
        ("abc", True),
        ("a,b", True),
        ("sunset", False),
        ("a.png", False),
        ("", False),
    ],
)
def test_what_is_taken_for_colors(text, written):
    assert is_written(text) == written


def test_oklab_and_back():
    theme = written_theme(["#112233", "#aa8800", "#ffffff"])
    assert theme.oklab().shape == (3, 3) and theme.oklab().dtype == np.float64
    assert tuple(hex_colors(theme.oklab())) == theme.colors
