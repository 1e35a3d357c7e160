"""Pairs of channels and their entries in the Gram matrix."""

import pytest
import torch

from impasto.explain.channel_pairs import channel_pair, contrasting_pairs, normalized, shown_layer
from impasto.losses.gram import gram_matrix
from impasto.settings import ExplainSettings


def test_the_mean_of_the_product_is_the_entry(context):
    layer = shown_layer(context.settings)
    maps = context.view.features(context.style.pixels, [layer])[layer]
    for i, j in ((0, 1), (3, 3), (7, 2)):
        pair = channel_pair(maps, i, j)
        assert pair.product.mean() == pytest.approx(float(gram_matrix(maps)[0, i, j]), rel=1e-5)
        assert pair.gram_entry == pytest.approx(pair.product.mean(), rel=1e-5)


def test_together_and_apart_by_hand():
    """Channels 0 and 2 are one map; 1 is active where they are not."""
    left = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    maps = torch.stack([left, 1 - left, 2 * left, 0.1 * torch.ones(2, 2)])[None]
    weak = torch.zeros(1, 4, 2, 2)
    together, apart = contrasting_pairs(torch.cat([maps, weak], 1))
    assert {together.i, together.j} == {0, 2} and together.gram_entry == 1.0
    assert 1 in (apart.i, apart.j) and apart.gram_entry == 0.0


def test_normalized_by_hand():
    products = torch.tensor([[4.0, 3.0], [3.0, 9.0]])
    assert normalized(products).tolist() == [[1.0, 0.5], [0.5, 1.0]]


def test_the_second_layer_is_shown_if_there_is_one():
    assert shown_layer(ExplainSettings(layers=("relu1_1", "relu2_1", "relu3_1"))) == "relu2_1"
    assert shown_layer(ExplainSettings(layers=("relu1_1",))) == "relu1_1"
