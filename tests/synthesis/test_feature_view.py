"""Features with padding and guides, and where the network's grid lies."""

import itertools
from collections import Counter

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from impasto import features
from impasto.features.custom import wrap
from impasto.features.guides import layer_guides
from impasto.images.resize import mirror_pad
from impasto.optimize.tile_grid import TileGrid
from impasto.synthesis.feature_view import (
    JITTER,
    R2_STEP,
    FeatureView,
    cyclic_shifts,
    no_shift,
    spread_shifts,
)

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


def test_no_shift():
    assert [no_shift((40, 60), evaluation) for evaluation in range(3)] == [(0, 0)] * 3


def test_a_few_shifts_in_turn():
    rule = cyclic_shifts(JITTER)
    assert [rule((40, 60), evaluation) for evaluation in range(6)] == [*JITTER, *JITTER[:2]]


@pytest.mark.parametrize("axis", [0, 1])
def test_jitter_has_every_residue_of_4_once(axis):
    assert sorted(shift[axis] % 4 for shift in JITTER) == [0, 1, 2, 3]


def test_spread_shifts_are_even_and_less_than_the_sides():
    """Rows are limited by a side of 3 px, columns by the longest shift."""
    rule = spread_shifts(7, seed=0)
    shifts = [rule((3, 100), evaluation) for evaluation in range(480)]
    for axis, count in ((0, 3), (1, 8)):
        times = Counter(shift[axis] for shift in shifts)
        assert sorted(times) == list(range(count))
        assert all(abs(n - 480 / count) < 8 for n in times.values())


def test_spread_shifts_follow_roberts_sequence():
    """With one shift a thousandth, each is a step of the R2 sequence from the one before."""
    rule = spread_shifts(999, seed=5)
    shifts = [rule((2000, 2000), evaluation) for evaluation in range(20)]
    for before, after in itertools.pairwise(shifts):
        for axis in (0, 1):
            assert abs((after[axis] - before[axis] - 1000 * R2_STEP[axis] + 500) % 1000 - 500) <= 1


def test_the_seed_says_where_the_sequence_begins():
    first, same, other = (spread_shifts(99, seed=seed)((500, 500), 3) for seed in (1, 1, 2))
    assert first == same != other


def test_no_jitter_is_no_shift():
    assert {spread_shifts(0, seed=3)((40, 40), evaluation) for evaluation in range(9)} == {(0, 0)}
