import pytest
import torch
from torch import nn
from torch.testing import assert_close

from impasto.errors import SettingError
from impasto.features.blocks import CaffeInput, Normalise, convolution, pool


def test_preprocessing_by_hand():
    orange = torch.tensor([1.0, 0.5, 0.0]).reshape(1, 3, 1, 1)
    assert_close(CaffeInput()(orange).flatten(), torch.tensor([-103.939, 127.5 - 116.779, 255 - 123.68]))
    expected = [(1 - 0.485) / 0.229, (0.5 - 0.456) / 0.224, -0.406 / 0.225]
    assert_close(Normalise()(orange).flatten(), torch.tensor(expected))


def test_a_convolution_copies_its_weights_and_mirrors_the_edges():
    draw = torch.Generator().manual_seed(0)
    weight, bias = torch.randn(4, 3, 3, 3, generator=draw), torch.randn(4, generator=draw)
    before = torch.get_rng_state()
    layer = convolution(weight, bias)
    assert torch.equal(before, torch.get_rng_state())
    image = torch.rand(1, 3, 6, 7, generator=draw)
    padded = nn.functional.pad(image, (1, 1, 1, 1), mode="reflect")
    assert_close(layer(image), nn.functional.conv2d(padded, weight, bias))
    expected = layer(image)
    weight.zero_()
    assert torch.equal(layer(image), expected)
    assert convolution(weight.double(), bias.half()).weight.dtype == torch.float32


def test_pooling_by_hand():
    image = torch.tensor([[1.0, 2.0, 0.0], [3.0, 6.0, 0.0]]).reshape(1, 1, 2, 3)
    assert pool("max")(image).item() == 6 and pool("average")(image).item() == 3


def test_an_unknown_pooling():
    with pytest.raises(SettingError) as caught:
        pool("avg")
    assert str(caught.value).splitlines() == [
        "there is no pooling 'avg'",
        "  got       avg",
        "  expected  one of max, average",
        "  try       did you mean 'average'?",
    ]
