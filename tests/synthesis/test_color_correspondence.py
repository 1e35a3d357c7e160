"""Maps of colours between photos: a known change is found, also where the photos show different amounts."""

import torch

from impasto import features
from impasto.images.color_match import linear_match
from impasto.synthesis.color_correspondence import color_maps
from impasto.synthesis.feature_view import FeatureView

CHANGE = torch.tensor([[0.7, 0.1, 0.0, 0.1], [0.0, 0.6, 0.1, 0.05], [0.1, 0.0, 0.5, 0.2]])


def scene(sky, seed, height=64, width=64):
    """A bluish smooth part above a greenish rough one; ``sky`` is the share of the first."""
    draw = torch.Generator().manual_seed(seed)
    rough = torch.rand(1, 3, height, width, generator=draw) * 0.3
    colors = torch.tensor([0.2, 0.45, 0.1])[:, None, None] + rough
    line = int(sky * height)
    glow = torch.linspace(0, 0.2, line)[:, None]
    colors[0, :, :line] = torch.tensor([0.45, 0.6, 0.9])[:, None, None] - glow
    return colors


def mapped(picture, matrix):
    return torch.einsum("ij,njhw->nihw", matrix[:, :3], picture) + matrix[:, 3, None, None]


def view():
    return FeatureView(features.load("compact"), ("relu3_1", "relu4_1"))


def test_a_known_change_is_found_better_than_by_the_transport_of_all_colours():
    photo, style = scene(0.3, 0), mapped(scene(0.7, 1), CHANGE)
    ones = torch.ones(1, 1, 64, 64)
    matched = color_maps(photo, style, ones, ones, view())[0]
    transported = color_maps(photo, style, ones, ones, view(), rounds=0)[0]
    truth = mapped(photo, CHANGE)
    errors = [(mapped(photo, matrix) - truth).square().mean().sqrt() for matrix in (matched, transported)]
    assert errors[0] < 0.6 * errors[1]


def test_without_rounds_it_is_the_transport_of_each_region():
    photo, style = scene(0.5, 0), scene(0.5, 1)
    masks = torch.zeros(1, 2, 64, 64)
    masks[:, 0, :32], masks[:, 1, 32:] = 1, 1
    maps = color_maps(photo, style, masks, masks.flip(1), view(), rounds=0)
    upper, lower = photo[0, :, :32].flatten(1), style[0, :, 32:].flatten(1)
    assert torch.equal(maps[0], linear_match(upper, lower))


def test_an_empty_region_stays_finite():
    photo, style = scene(0.5, 0), scene(0.5, 1)
    masks = torch.cat([torch.ones(1, 1, 64, 64), torch.zeros(1, 1, 64, 64)], 1)
    maps = color_maps(photo, style, masks, masks.flip(1), view())
    assert maps.isfinite().all()
