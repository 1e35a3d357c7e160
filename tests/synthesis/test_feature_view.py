"""Features with padding, grid shift and guides."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from impasto import features
from impasto.features.custom import wrap
from impasto.features.guides import layer_guides
from impasto.images.resize import mirror_pad
from impasto.optimize.tile_grid import TileGrid
from impasto.synthesis.feature_view import FeatureView

LAYERS = ("relu1_1", "relu3_1")


@pytest.fixture(scope="module")
def view():
    return FeatureView(features.load("test-net", None, "max"), LAYERS)


def image(height=19, width=26):
    return torch.rand(1, 5, height, width, generator=torch.Generator().manual_seed(0))


def test_sizes(view):
    assert view.stride_px == 4
    assert view.halo_px % 4 == 0 and view.halo_px >= 4
    assert view.smallest_px == view.network.geometry["relu3_1"].smallest_input_px
    assert view.tile_grid((19, 26), 8, (1, 2)) == TileGrid(19, 26, 1, 2, 4, view.halo_px, 8)


@pytest.mark.parametrize("shift", [(0, 0), (1, 2)])
def test_features_are_those_of_the_padded_picture(view, shift):
    padded = mirror_pad(image(), top=shift[0], left=shift[1], multiple=4)
    maps = view.features(image(), LAYERS, shift)
    assert maps.keys() == {"image", *LAYERS}
    assert torch.equal(maps["image"], image()[:, :3])
    assert_close({layer: maps[layer] for layer in LAYERS}, view.network(padded[:, :3], LAYERS))
    assert_close(view.tile_features(padded, LAYERS), view.network(padded[:, :3], LAYERS))


def test_the_picture_alone_needs_no_network(view):
    assert view.features(image(), ["image"]).keys() == view.guides(image(), ["image"]).keys() == {"image"}
    assert torch.equal(view.guides(image(), ["image"])["image"], image()[:, 3:])


@pytest.mark.parametrize("rule", ["simple", "inside", "all"])
def test_guides_lie_on_the_features(view, rule):
    ruled = FeatureView(view.network, LAYERS, rule)
    maps, guides = ruled.features(image(), LAYERS, (1, 2)), ruled.guides(image(), LAYERS, (1, 2))
    padded = mirror_pad(image(), top=1, left=2, multiple=4)
    for layer in LAYERS:
        assert guides[layer].shape[1:] == (2, *maps[layer].shape[2:])
        geometry = view.network.geometry[layer]
        size = tuple(maps[layer].shape[2:])
        assert_close(guides[layer], layer_guides(padded[:, 3:], size, rule=rule, geometry=geometry))


def test_a_network_of_unknown_geometry():
    class Halved(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Conv2d(3, 4, 3, stride=2)

        def forward(self, x):
            return self.first(x) if x.sum() > 0 else self.first(-x)

    view = FeatureView(wrap(Halved(), layers=["first"]), ("first",))
    assert view.stride_px == 1
    maps, guides = view.features(image(), ["first"]), view.guides(image(), ["first"])
    assert guides["first"].shape == (1, 2, *maps["first"].shape[2:])
