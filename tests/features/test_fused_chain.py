import pytest
import torch
from torch import nn
from torch.testing import assert_close

from impasto.features.extractor import Extractor, freeze
from impasto.features.fused_chain import fits, framed_units, run_framed


def chain(pooling):
    torch.manual_seed(0)
    convolve = lambda a, b: nn.Conv2d(a, b, 3, padding=1, padding_mode="reflect")  # noqa: E731
    layers = [("conv1_1", convolve(3, 5)), ("relu1_1", nn.ReLU()), ("conv1_2", convolve(5, 6))]
    layers += [("relu1_2", nn.ReLU()), ("pool1", pooling(2)), ("conv2_1", convolve(6, 7))]
    layers += [
        ("relu2_1", nn.ReLU()),
        ("pool2", pooling(2)),
        ("conv3_1", convolve(7, 4)),
        ("relu3_1", nn.ReLU()),
    ]
    for _, layer in layers:
        layer.double().requires_grad_(False)
    return layers


def in_turn(layers, wanted, image):
    found = {}
    for name, layer in layers:
        image = layer(image)
        if name in wanted:
            found[name] = image
    return found


ALL = ("relu1_1", "relu1_2", "pool1", "relu2_1", "pool2", "relu3_1")


@pytest.mark.parametrize("pooling", [nn.MaxPool2d, nn.AvgPool2d])
@pytest.mark.parametrize("wanted", [*({name} for name in ALL), set(ALL), {"relu1_1", "relu3_1"}])
@pytest.mark.parametrize("shape", [(1, 3, 16, 24), (2, 3, 20, 16)])
def test_the_numbers_and_gradients_of_the_chain_layer_by_layer(pooling, wanted, shape):
    layers = chain(pooling)
    last = max(index for index, (name, _) in enumerate(layers) if name in wanted)
    image = torch.rand(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    one, other = image.clone().requires_grad_(), image.clone().requires_grad_()
    framed = run_framed(framed_units(layers[: last + 1]), wanted, one)
    expected = in_turn(layers, wanted, other)
    assert list(framed) == list(expected)
    for name in wanted:
        assert_close(framed[name], expected[name])
    pulls = {name: torch.randn(x.shape, dtype=x.dtype) for name, x in expected.items()}
    sum((framed[name] * pulls[name]).sum() for name in wanted).backward()
    sum((expected[name] * pulls[name]).sum() for name in wanted).backward()
    assert_close(one.grad, other.grad)


def test_a_layer_without_a_gradient_adds_none():
    layers = chain(nn.MaxPool2d)
    image = torch.rand(1, 3, 16, 16, dtype=torch.float64, requires_grad=True)
    framed = run_framed(framed_units(layers), set(ALL), image)
    (single,) = torch.autograd.grad(framed["relu2_1"].sum(), image)
    (alone,) = torch.autograd.grad(in_turn(layers, {"relu2_1"}, image)["relu2_1"].sum(), image)
    assert_close(single, alone)


@pytest.mark.parametrize(
    "shape,fit", [((16, 16), True), ((20, 24), True), ((18, 16), False), ((12, 16), False)]
)
def test_only_pictures_that_every_pooling_divides(shape, fit):
    assert fits(framed_units(chain(nn.MaxPool2d)), torch.rand(1, 3, *shape)) is fit


def test_trained_or_other_chains_run_in_turn():
    layers = chain(nn.MaxPool2d)
    assert framed_units(layers) is not None
    assert framed_units(layers[:3]) is None  # ends with a convolution
    layers[0][1].requires_grad_(True)
    assert framed_units(layers) is None
    assert framed_units([("conv", nn.Conv2d(3, 4, 3, padding=1)), ("relu", nn.ReLU())]) is None
    assert framed_units([("pool", nn.MaxPool2d(2))]) is None


def test_an_extractor_answers_the_same_either_way():
    layers = chain(nn.MaxPool2d)
    network = freeze(Extractor("small", layers, prepare=nn.Identity()))
    image = torch.rand(1, 3, 16, 16, dtype=torch.float64)
    for wanted in ({"relu1_1", "relu3_1"}, {"conv2_1", "relu3_1"}):
        found = network(image, wanted)
        for name, expected in in_turn(layers, wanted, image).items():
            assert_close(found[name], expected)
