"""A picture that excites a channel."""

import pytest
import torch

from impasto.explain.activation_maximisation import maximise_activation


@pytest.mark.parametrize("layer", ["relu1_1", "relu3_1", "conv2_1"])
def test_it_excites_the_channel_more_than_noise(view, layer):
    noise = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(2))
    maps = view.features(noise, [layer])[layer][0]
    channel = int(maps.mean((1, 2)).argmax())
    made = maximise_activation(view, layer, channel, side_px=32, steps=15)
    assert made.shape == (1, 3, 32, 32) and 0 <= made.min() and made.max() <= 1
    assert view.features(made, [layer])[layer][0, channel].mean() > maps[channel].mean()
