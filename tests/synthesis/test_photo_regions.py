"""Regions that two photos have in common."""

import numpy as np
import torch

import impasto
from impasto.settings import PhotoSettings
from impasto.synthesis.photo_regions import common_regions
from impasto.synthesis.read import read_picture
from tests.images.test_scene_regions import scene

LAYERS = ("relu3_1", "relu4_1")


def picture(pixels):
    return read_picture(pixels[0].movedim(0, -1).numpy(), "photo", max_megapixels=1)


def test_sky_and_ground_are_matched_and_noise_is_not():
    network = impasto.Context().network_for(PhotoSettings())
    first, second = scene(), (scene() * 0.6).flip(3)
    found = common_regions(picture(first), picture(second), network, LAYERS, size=128)
    assert found is not None and found.names[0] == "sky" and found.names[1] == "green"
    assert torch.allclose(found.canvas.sum(1), torch.ones(1, 96, 128))
    assert found.canvas[0, 0, :30].mean() > 0.9 and found.styles[0][0, 0, :30].mean() > 0.9
    assert "sky (4" in found.notes[0] and "--no-regions" in found.notes[0]
    noise = torch.from_numpy(np.random.default_rng(0).random((1, 3, 96, 96), np.float32))
    assert common_regions(picture(first), picture(noise), network, LAYERS, size=128) is None
