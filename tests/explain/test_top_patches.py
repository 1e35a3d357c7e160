"""Which channel likes what."""

import numpy as np
import pytest
import torch

from impasto import samples
from impasto.errors import LayerError, PictureError, SettingError
from impasto.explain import preferences
from impasto.explain.activation_maximisation import favourite
from impasto.explain.context import NetworkView
from impasto.explain.top_patches import choosiest, cut, distinct, gathered, most_activating
from impasto.settings import ExplainSettings
from tests.conftest import drawn


@pytest.fixture
def lens(tiny):
    return NetworkView.of(ExplainSettings(**tiny))


def test_most_activating_by_hand():
    weak, strong = torch.zeros(1, 2, 3, 4), torch.zeros(1, 2, 3, 4)
    weak[0, 1, 2, 3], strong[0, 1, 0, 2] = 1.0, 5.0
    found = most_activating([weak, strong], 1, 9)
    assert [(p.picture, p.row, p.column, p.activation) for p in found] == [(1, 0, 2, 5.0), (0, 2, 3, 1.0)]


def test_what_nothing_excites_has_no_patches():
    assert most_activating([torch.zeros(1, 1, 3, 4)], 0, 9) == []


def test_a_planted_stimulus_is_found(lens):
    """What a channel saw where it fired most is put into a grey picture: there it fires most again."""
    source = torch.from_numpy(drawn(3)).permute(2, 0, 1)[None] / 255
    maps = lens.look(source, ["relu3_1"])["relu3_1"]
    grey = torch.full((1, 3, 64, 96), 0.5)
    flat = lens.look(grey, ["relu3_1"])["relu3_1"].amax((0, 2, 3))
    inner = maps[:, :, 4:-4, 4:-4]
    channel = int((inner.amax((0, 2, 3)) - flat).argmax())
    (best,) = most_activating([inner], channel, 1)
    stimulus = cut(source, lens, "relu3_1", type(best)(0, best.row + 4, best.column + 4, 0.0))
    side, stride = stimulus.shape[3], lens.units.geometry["relu3_1"].stride_px
    row, column = 7, 15
    top, left = row * stride - (side - stride) // 2, column * stride - (side - stride) // 2
    grey[:, :, top : top + side, left : left + side] = stimulus
    (found,) = most_activating([lens.look(grey, ["relu3_1"])["relu3_1"]], channel, 1)
    assert (found.row, found.column) == (row, column)
    assert found.activation == pytest.approx(best.activation, rel=1e-4)


@pytest.mark.parametrize("layer", ["relu1_1", "relu3_1", "conv2_1"])
def test_the_favourite_excites_more_than_noise(lens, layer):
    noise = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(2))
    maps = lens.look(noise, [layer])[layer][0]
    channel = int(maps.mean((1, 2)).argmax())
    best = favourite(lens, layer, channel, side_px=32, steps=15)
    assert best.shape == (1, 3, 32, 32) and 0 <= best.min() and best.max() <= 1
    assert lens.look(best, [layer])[layer][0, channel].mean() > maps[channel].mean()


def test_choosiest_fire_rarely_and_strongly():
    maps = [torch.full((1, 3, 4, 4), 0.1) for _ in range(2)]
    for features in maps:
        features[0, 1] = 3.0
        features[0, 2, 1, 1] = 3.0
    assert choosiest(maps, 1) == [2]


def test_a_picture_counts_once():
    picture, other = torch.rand(1, 3, 32, 32), torch.zeros(1, 3, 20, 30)
    assert len(distinct([picture, other, picture.clone()])) == 2


def test_a_row_a_channel(pictures, tiny):
    figure = preferences(list(pictures), channels=("relu2_1:5", "relu3_1:0"), **tiny)
    texts = [text.get_text() for text in figure.texts if "channel" in text.get_text()]
    assert texts == ["relu2_1\nchannel 5", "relu3_1\nchannel 0"]
    assert len(figure.axes) == 2 * (1 + 2)  # the ideal and a patch of each picture


def test_a_folder(photo, painting, tiny):
    figure = preferences(pictures=str(photo.parent), **tiny)
    assert 2 * 2 < len(figure.axes) <= 2 * 2 * (1 + 2)  # two channels of two layers, what excites them


def test_samples_if_left_out(lens, monkeypatch):
    monkeypatch.setattr(samples, "style", lambda name: samples.photo("coffee"))  # drawing takes long
    assert len(gathered(lens, None)) == len(samples.PHOTOS) + len(samples.STYLES)


@pytest.mark.parametrize(
    ("channels", "kind", "text"),
    [
        (("relu2_1:12",), SettingError, r"relu2_1 has no channel 12(.|\n)*0 to 11"),
        (("relu2_1:-1",), SettingError, r"a layer and a number(.|\n)*'relu2_1:-1'(.|\n)*relu4_1:17"),
        (("relu2_1",), SettingError, "a layer and a number"),
        (("relu9_1:1",), LayerError, "no layer 'relu9_1'"),
    ],
)
def test_bad_choices(pictures, tiny, channels, kind, text):
    with pytest.raises(kind, match=text):
        preferences(list(pictures), channels=channels, **tiny)


def test_an_empty_folder(tmp_path, tiny):
    with pytest.raises(PictureError, match="the folder has no picture"):
        preferences(str(tmp_path), **tiny)


def test_patches_move_inside(lens):
    pixels = torch.arange(16.0 * 16).reshape(1, 1, 16, 16).expand(1, 3, 16, 16)
    patch = most_activating([torch.ones(1, 1, 4, 4)], 0, 1)[0]  # the corner
    found = cut(pixels, lens, "relu3_1", patch)
    assert found.shape[2] == found.shape[3] == min(16, lens.units.geometry["relu3_1"].receptive_field_px)
    assert np.isclose(float(found[0, 0, 0, 0]), 0)
