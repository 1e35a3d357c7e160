"""Region guides of a layer."""

import pytest
import torch
from torch.testing import assert_close

from impasto.errors import ShapeError
from impasto.features.geometry import Geometry
from impasto.features.guides import layer_guides

GEOMETRY = Geometry(stride_px=2, receptive_field_px=4, smallest_input_px=2)


def stripe():
    """Eight columns, the third to the sixth of which are the region."""
    guides = torch.zeros(1, 1, 2, 8)
    guides[..., 2:6] = 1
    return guides


def columns(rule, geometry=GEOMETRY, guides=None):
    guide = layer_guides(stripe() if guides is None else guides, (1, 4), rule=rule, geometry=geometry)
    return guide[0, 0, 0].tolist()


def test_rules_by_hand():
    """A unit has two columns, and its receptive field one more on each side."""
    assert columns("simple") == [0, 1, 1, 0]
    assert columns("all") == [1, 1, 1, 1]
    assert columns("inside", Geometry(2, 2, 2)) == [0, 1, 1, 0]
    wide = torch.ones(1, 1, 2, 8)
    wide[..., :1] = 0
    assert columns("inside", guides=wide) == [0, 1, 1, 1]


def test_simple_is_the_mean_of_the_square():
    guides = torch.rand(1, 3, 8, 12)
    guide = layer_guides(guides, (4, 6), rule="simple", geometry=None)
    assert_close(guide[0, 1, 1, 2], guides[0, 1, 2:4, 4:6].mean())


@pytest.mark.parametrize("rule", ["inside", "all"])
def test_order_of_the_rules(rule):
    guides = torch.rand(1, 2, 16, 16).round()
    simple = layer_guides(guides, (8, 8), rule="simple", geometry=GEOMETRY)
    guide = layer_guides(guides, (8, 8), rule=rule, geometry=GEOMETRY)
    if rule == "all":
        assert (guide >= simple).all() and guide.mean() > simple.mean()
    else:
        has_units = guide.amax((2, 3)) >= 0.5
        assert (guide[has_units] <= simple[has_units]).all()


def test_inside_of_a_region_too_thin_is_simple():
    thin = torch.zeros(1, 1, 8, 8)
    thin[..., 3] = 1
    simple = layer_guides(thin, (4, 4), rule="simple", geometry=GEOMETRY)
    assert_close(layer_guides(thin, (4, 4), rule="inside", geometry=GEOMETRY), simple)


@pytest.mark.parametrize("rule", ["inside", "all"])
def test_a_network_of_unknown_geometry_is_simple(rule):
    guides = torch.rand(1, 2, 9, 7)
    simple = layer_guides(guides, (3, 3), rule="simple", geometry=None)
    assert_close(layer_guides(guides, (3, 3), rule=rule, geometry=None), simple)


def test_shape():
    with pytest.raises(ShapeError, match="guides has the wrong shape"):
        layer_guides(torch.rand(2, 3), (1, 1), rule="simple", geometry=None)
