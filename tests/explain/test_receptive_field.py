"""Receptive fields: the squares are the geometry's, and nothing outside them counts."""

import numpy as np
import pytest
import torch

from impasto.explain import receptive_fields
from impasto.explain.context import NetworkView
from impasto.explain.receptive_field import MASS, effective_px, field_corner, layer_fields, receptive_field
from impasto.features.geometry import Geometry
from impasto.settings import ExplainSettings

NETWORKS = {
    "test-net": ("relu1_1", "pool1", "relu3_1"),
    "compact": ("relu1_1", "relu2_1", "relu3_1", "relu4_1"),
}


@pytest.mark.parametrize("network", NETWORKS)
def test_the_effective_field_lies_inside_the_theoretical_one(network):
    view = NetworkView.of(
        ExplainSettings(network=network, layers=NETWORKS[network], content_layer=NETWORKS[network][0])
    )
    pixels = torch.rand(1, 3, 96, 96, generator=torch.Generator().manual_seed(0))
    for layer in NETWORKS[network]:
        size = view.features(pixels, [layer])[layer].shape[2]
        for place in (0, size // 2, size - 1):
            field = receptive_field(view, pixels, layer, row=place, column=size // 2)
            side = field.geometry.receptive_field_px
            outside = field.weights.copy()
            top, left = max(0, field.top), max(0, field.left)
            outside[top : field.top + side, left : field.left + side] = 0
            assert outside.sum() == 0 and field.weights.sum() == pytest.approx(1)
            assert 1 <= field.effective_px <= side


def test_the_theoretical_field_is_reached():
    """Over many units the corners count too: the square is not drawn too large."""
    view = NetworkView.of(
        ExplainSettings(network="test-net", layers=("relu3_1",), content_layer="relu3_1", pooling="average")
    )
    pixels = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(1)).requires_grad_()
    activations = view.units(pixels, ["conv3_1"])["conv3_1"][0, :, 8, 8]
    (gradient,) = torch.autograd.grad(activations.square().sum(), pixels)
    rows = gradient[0].abs().sum((0, 2)).nonzero()[:, 0]
    geometry = view.units.geometry["conv3_1"]
    top, _ = field_corner(geometry, 8, 8)
    assert (int(rows[0]), int(rows[-1])) == (top, top + geometry.receptive_field_px - 1)


def test_field_corner_by_hand():
    assert field_corner(Geometry(1, 3), 5, 0) == (4, -1)  # 3 x 3 around the pixel
    assert field_corner(Geometry(2, 2), 5, 3) == (10, 6)  # a pooling
    assert field_corner(Geometry(2, 8), 5, 3) == (7, 3)


def test_effective_by_hand():
    weights = np.zeros((9, 9))
    weights[4, 4], weights[3, 4], weights[0, 0] = MASS, 0.04, 1 - MASS - 0.04
    assert effective_px(weights, 0, 0, 9) == 1
    weights[4, 4], weights[3, 4] = 0.5, MASS - 0.5
    assert effective_px(weights, 0, 0, 9) == 3


def test_the_drawn_squares_are_the_geometry(context, pictures, tiny):
    figure = receptive_fields(pictures[0], **tiny)
    squares = {patch.get_width() for patch in figure.axes[-1].patches}
    assert squares == {context.view.units.geometry[layer].receptive_field_px for layer in tiny["layers"]}
    texts = [text.get_text() for text in figure.texts]
    for layer in tiny["layers"]:
        assert f"{context.view.units.geometry[layer].receptive_field_px} px" in texts


def test_a_patch_is_cut_where_the_unit_looks(context):
    pixels = np.moveaxis(context.content.pixels[0].numpy(), 0, 2)
    for field in layer_fields(context.view, context.content.pixels):
        patch = field.crop(pixels)
        side = field.geometry.receptive_field_px
        assert patch.shape == (side, side, 3)
        middle = side // 2
        assert (patch[middle, middle] == pixels[field.top + middle, field.left + middle]).all()
