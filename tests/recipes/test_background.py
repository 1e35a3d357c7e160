"""A photo whose background is repainted."""

import numpy as np
import pytest
import torch
from PIL import Image

import impasto
from impasto.errors import PictureError, SettingError
from impasto.images import io
from impasto.recipes.background import soften
from impasto.settings.background import BackgroundSettings
from impasto.synthesis.context import Context
from impasto.synthesis.run import drain
from tests.conftest import drawn

TEST = {
    "network": "test-net",
    "content_layers": ("relu3_1",),
    "style_layers": ("relu1_1", "relu2_1"),
    "size": 64,
    "steps": 6,
    "scales": 1,
    "precision": "float32",
}


@pytest.fixture
def subject(tmp_path):
    """A mask of the middle of the photo."""
    mask = np.zeros((48, 64), np.uint8)
    mask[14:34, 20:44] = 255
    Image.fromarray(mask).save(tmp_path / "subject.png")
    return tmp_path / "subject.png"


def test_the_subject_stays_and_the_background_changes(photo, painting, subject):
    result = impasto.background(photo, painting, subject=subject, feather=0, **TEST)
    change = (result.pixels - io.read(photo).pixels).abs().mean(1)[0]
    assert change[16:32, 22:42].max() < 1e-6 and change[:12].mean() > 0.02


def test_without_a_soft_edge_it_is_stylize_with_keep(photo, painting, subject):
    result = impasto.background(photo, painting, subject=subject, feather=0, **TEST)
    assert torch.equal(result.pixels, impasto.stylize(photo, painting, keep=subject, **TEST).pixels)


def test_the_edge_is_as_wide_as_asked_for():
    """A step blurred by a Gaussian of deviation s goes from 2.3 % to 97.7 % within 4 s."""
    step = np.zeros((200, 200), np.uint8)
    step[:, 100:] = 255
    for feather, size in ((20, 200), (10, 100)):  # in the result, which is half as large as the mask
        row = np.asarray(soften(step, BackgroundSettings(feather=feather, size=size)))[100] / 255
        assert ((row > 0.023) & (row < 0.977)).sum() == pytest.approx(20, abs=1)
    # The mask is half as large as the result.
    enlarged = soften(step, BackgroundSettings(feather=20, size=400))
    row = np.asarray(enlarged)[100] / 255
    assert ((row > 0.023) & (row < 0.977)).sum() == pytest.approx(10, abs=1)
    hard = np.asarray(soften(step, BackgroundSettings(feather=0)))
    assert np.array_equal(hard, step)


def test_the_record_makes_it_again_and_names_the_task(photo, painting, subject, tmp_path):
    result = impasto.background(photo, painting, subject=subject, **TEST)
    path = result.save(tmp_path / "out.png")
    recipe, inputs, settings = impasto.from_record(path)
    assert recipe.name == "background" and inputs["subject"] == subject and settings.feather == 4.0
    again = drain(recipe.steps(inputs, settings, Context()))
    assert torch.equal(again.pixels, result.pixels)


def test_what_cannot_be(photo, painting, subject):
    with pytest.raises(SettingError, match="background needs a photo and a style and a mask of the subject"):
        impasto.background(photo, painting, subject=None, **TEST)
    with pytest.raises(PictureError, match="is not grey"):
        impasto.background(photo, painting, subject=drawn(3), **TEST)
    with pytest.raises(SettingError, match="the mask keeps nothing"):
        impasto.background(photo, painting, subject=np.zeros((48, 64), np.uint8), **TEST)
    with pytest.raises(SettingError, match="feather is too small"):
        impasto.background(photo, painting, subject=subject, **TEST, feather=-1)
