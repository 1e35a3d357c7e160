"""What excites a channel most."""

import numpy as np
import pytest
import torch

from impasto import samples
from impasto.errors import LayerError, PictureError, SettingError
from impasto.explain import top_patches
from impasto.explain.top_patches import crop_patch, distinct, most_selective, read_pictures, strongest_patches
from tests.conftest import drawn


def test_strongest_patches_by_hand():
    weak, strong = torch.zeros(1, 2, 3, 4), torch.zeros(1, 2, 3, 4)
    weak[0, 1, 2, 3], strong[0, 1, 0, 2] = 1.0, 5.0
    patches = strongest_patches([weak, strong], 1, 9)
    assert [(p.picture, p.row, p.column, p.activation) for p in patches] == [(1, 0, 2, 5.0), (0, 2, 3, 1.0)]


def test_what_nothing_excites_has_no_patches():
    assert strongest_patches([torch.zeros(1, 1, 3, 4)], 0, 9) == []


def test_a_planted_stimulus_is_found(view):
    """What a channel saw where it fired most is put into a grey picture: there it fires most again."""
    source = torch.from_numpy(drawn(3)).permute(2, 0, 1)[None] / 255
    maps = view.features(source, ["relu3_1"])["relu3_1"]
    grey = torch.full((1, 3, 64, 96), 0.5)
    flat = view.features(grey, ["relu3_1"])["relu3_1"].amax((0, 2, 3))
    inner = maps[:, :, 4:-4, 4:-4]
    channel = int((inner.amax((0, 2, 3)) - flat).argmax())
    (best,) = strongest_patches([inner], channel, 1)
    stimulus = crop_patch(source, view, "relu3_1", type(best)(0, best.row + 4, best.column + 4, 0.0))
    side, stride = stimulus.shape[3], view.units.geometry["relu3_1"].stride_px
    row, column = 7, 15
    top, left = row * stride - (side - stride) // 2, column * stride - (side - stride) // 2
    grey[:, :, top : top + side, left : left + side] = stimulus
    (patch,) = strongest_patches([view.features(grey, ["relu3_1"])["relu3_1"]], channel, 1)
    assert (patch.row, patch.column) == (row, column)
    assert patch.activation == pytest.approx(best.activation, rel=1e-4)


def test_the_most_selective_is_active_rarely_and_strongly():
    maps = [torch.full((1, 3, 4, 4), 0.1) for _ in range(2)]
    for features in maps:
        features[0, 1] = 3.0
        features[0, 2, 1, 1] = 3.0
    assert most_selective(maps, 1) == [2]


def test_a_picture_counts_once():
    picture, other = torch.rand(1, 3, 32, 32), torch.zeros(1, 3, 20, 30)
    assert len(distinct([picture, other, picture.clone()])) == 2


def test_a_row_a_channel(pictures, tiny):
    figure = top_patches(list(pictures), channels=("relu2_1:5", "relu3_1:0"), **tiny)
    texts = [text.get_text() for text in figure.texts if "channel" in text.get_text()]
    assert texts == ["relu2_1\nchannel 5", "relu3_1\nchannel 0"]
    assert len(figure.axes) == 2 * (1 + 2)  # the made picture and a patch of each picture


def test_a_folder(photo, painting, tiny):
    figure = top_patches(pictures=str(photo.parent), **tiny)
    assert 2 * 2 < len(figure.axes) <= 2 * 2 * (1 + 2)  # two channels of two layers, what excites them


def test_samples_if_left_out(view, monkeypatch):
    monkeypatch.setattr(samples, "style", lambda name: samples.photo("coffee"))  # drawing takes long
    assert len(read_pictures(view, None)) == len(samples.PHOTOS) + len(samples.STYLES)


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
        top_patches(list(pictures), channels=channels, **tiny)


def test_an_empty_folder(tmp_path, tiny):
    with pytest.raises(PictureError, match="the folder has no picture"):
        top_patches(str(tmp_path), **tiny)


def test_patches_move_inside(view):
    pixels = torch.arange(16.0 * 16).reshape(1, 1, 16, 16).expand(1, 3, 16, 16)
    patch = strongest_patches([torch.ones(1, 1, 4, 4)], 0, 1)[0]  # the corner
    cropped = crop_patch(pixels, view, "relu3_1", patch)
    assert cropped.shape[2] == cropped.shape[3] == min(16, view.units.geometry["relu3_1"].receptive_field_px)
    assert np.isclose(float(cropped[0, 0, 0, 0]), 0)
