"""A photo in the look of another."""

import numpy as np
import pytest
import torch
from PIL import Image

import impasto
from impasto.errors import PictureError, SettingError
from impasto.images import io
from impasto.losses.matting_laplacian import matting_energy, window_statistics
from tests.conftest import drawn

TEST = {"network": "test-net", "style_layers": ("relu1_1", "relu2_1"), "size": 64, "precision": "float32"}
LUAN = {**TEST, "preset": "luan", "content_layers": ("relu3_1",), "steps": 4}


def mask(height, width, share=0.5):
    pixels = np.zeros((height, width), np.uint8)
    pixels[:, int(share * width) :] = 255
    return pixels


def graded(pixels):
    """Darker and warmer."""
    return np.clip(pixels * np.array([0.8, 0.6, 0.4]), 0, 255).astype(np.uint8)


def test_a_known_grade_comes_back_and_the_size_is_the_photos():
    photo = drawn(0, 96, 128)
    result = impasto.photo(photo, graded(photo), **TEST)
    assert result.pixels.shape == (1, 3, 96, 128)
    truth = graded(photo) / 255
    before = np.abs(photo / 255 - truth).mean()
    assert np.abs(result.pixels[0].movedim(0, -1).numpy() - truth).mean() < 0.15 * before


def test_strength_0_is_the_photo_and_between_it_is_between():
    photo, style = drawn(0, 72, 96), graded(drawn(1, 72, 96))
    one, half, none = (impasto.photo(photo, style, strength=s, **TEST).pixels for s in (1, 0.5, 0))
    assert (none - io.read(photo).pixels).abs().max() < 1e-6
    inside = (one > 0.01) & (one < 0.99)
    assert (half - (one + none) / 2)[inside].abs().max() < 1e-5


def test_regions_take_the_look_of_their_partners():
    """Left is red in the style, right is blue; the map of the photo has them the other way round."""
    style = np.zeros((64, 64, 3), np.uint8)
    style[:, :32], style[:, 32:] = (200, 40, 40), (40, 40, 200)
    style += np.random.default_rng(0).integers(0, 30, style.shape, dtype=np.uint8)
    maps = {"content_map": mask(64, 96), "style_map": mask(64, 64)[:, ::-1].copy()}
    result = impasto.photo(drawn(0, 64, 96), style, steps=2, **maps, **TEST).pixels[0]
    assert result[2, :, :40].mean() > result[0, :, :40].mean() + 0.3
    assert result[0, :, 56:].mean() > result[2, :, 56:].mean() + 0.3


@pytest.mark.parametrize("options", [TEST, LUAN])
def test_grey_photos_and_styles_of_one_colour_stay_finite(options):
    grey = np.repeat(drawn(0, 64, 64)[..., :1], 3, 2)
    plain = np.full((64, 64, 3), 90, np.uint8)
    for photo, style in ((grey, drawn(1, 64, 64)), (drawn(0, 64, 64), plain), (plain, plain)):
        assert impasto.photo(photo, style, **options).pixels.isfinite().all()


def test_sixteen_bits_come_in_and_go_out(tmp_path):
    ramp = np.linspace(0, 65535, 256 * 64).reshape(64, 256).astype(np.uint16)
    photo = np.stack([ramp, ramp[::-1], ramp[:, ::-1]], 2)
    result = impasto.photo(photo, graded(drawn(1, 64, 64)), **TEST)
    path = result.save(tmp_path / "out.png", bits=16)
    assert len(torch.unique(io.read(path).pixels)) > 2000


def test_luan_keeps_to_the_windows_of_the_photo():
    photo, style = drawn(0, 64, 64), drawn(1, 64, 64)
    windows = window_statistics(io.read(photo).pixels)
    held, free = (impasto.photo(photo, style, matting_weight=weight, **LUAN) for weight in (1e4, 0.0))
    assert "matting" in held.losses and "matting" not in free.losses
    energies = [matting_energy(result.pixels, windows).item() for result in (held, free)]
    assert energies[0] <= energies[1]
    assert (held.pixels - io.read(photo).pixels).abs().mean() > 0.01


def test_beyond_its_size_luan_is_fitted_to_a_grid():
    photo, style = drawn(0, 96, 128), graded(drawn(0, 96, 128))
    result = impasto.photo(photo, style, **LUAN)
    assert result.pixels.shape == (1, 3, 96, 128)
    truth = torch.from_numpy(style / 255).movedim(-1, 0)[None].float()
    assert (result.pixels - truth).abs().mean() < (io.read(photo).pixels - truth).abs().mean()


def test_it_goes_on_from_a_checkpoint(tmp_path):
    inputs = {"content": drawn(0, 64, 64), "style": drawn(1, 64, 64)}
    options = {**TEST, "steps": 4, "tolerance": 0.0}
    whole = impasto.photo(**inputs, **options)
    steps = impasto.photo_steps(**inputs, checkpoint=tmp_path / "run", **options)
    next(steps), next(steps), steps.close()
    again = impasto.photo(**inputs, checkpoint=tmp_path / "run", resume=True, **options)
    assert torch.equal(again.pixels, whole.pixels)


def test_what_cannot_be(tmp_path):
    photo, style = drawn(0, 64, 64), drawn(1, 64, 64)
    with pytest.raises(SettingError, match="photo needs a photo and a style photo"):
        impasto.photo(photo, None, **TEST)
    with pytest.raises(SettingError, match="regions need a map of both photos"):
        impasto.photo(photo, style, content_map=mask(64, 64), **TEST)
    red = np.zeros((64, 64, 3), np.uint8)
    red[..., 0] = 255
    Image.fromarray(red).save(tmp_path / "red.png")
    with pytest.raises(PictureError, match="the style map has no region for"):
        impasto.photo(photo, style, content_map=mask(64, 64), style_map=tmp_path / "red.png", **TEST)
    with pytest.raises(SettingError, match="there is no preset"):
        impasto.photo(photo, style, preset="gatys", **TEST)
