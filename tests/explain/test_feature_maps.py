"""Maps of channels."""

import torch

from impasto.explain import feature_maps
from impasto.explain.feature_maps import STRONGEST, strongest


def test_strongest_are_those_that_vary():
    features = torch.stack([torch.full((4, 4), 9.0), torch.eye(4), 3 * torch.eye(4)])[None]
    assert strongest(features, 2) == [2, 1]


def test_a_row_a_layer(pictures, tiny):
    figure = feature_maps(pictures[0], **tiny)
    assert len(figure.axes) == 4 + STRONGEST * 3  # the picture and its colours; three layers
    texts = "\n".join(text.get_text() for text in figure.texts)
    assert "relu2_1\n12 maps\n24 × 18" in texts
