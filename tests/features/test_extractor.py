import threading

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from impasto.errors import LayerError, SettingError, ShapeError
from impasto.features import test_net
from impasto.features.extractor import (
    Extractor,
    check_names,
    copied,
    fingerprint,
    freeze,
    prepared,
    smallest_px,
    too_small,
)

CPU = torch.device("cpu")
IMAGES = torch.rand(2, 3, 32, 40, generator=torch.Generator().manual_seed(0))


class Counted(nn.Module):
    """Adds one, and counts how often it was asked to."""

    def __init__(self):
        super().__init__()
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        return x + 1


@pytest.fixture
def counted():
    return Extractor("counted", [(name, Counted()) for name in "abc"], prepare=nn.Identity())


def test_one_pass_stops_at_the_deepest_layer(counted):
    activations = counted(IMAGES, ["b", "a"])
    assert [layer.calls for layer in counted.chain.values()] == [1, 1, 0]
    assert_close(activations, {"a": IMAGES + 1, "b": IMAGES + 2})


def test_no_layers_no_work(counted):
    assert counted(IMAGES, []) == {}
    assert [layer.calls for layer in counted.chain.values()] == [0, 0, 0]


def test_a_name_twice_and_an_iterator_are_fine(counted):
    assert counted(IMAGES, iter(["a", "a"])).keys() == {"a"}


def test_a_tap_maps_what_is_returned_and_not_what_flows_on():
    network = Extractor(
        "tapped", [("a", Counted()), ("b", Counted())], prepare=nn.Identity(), taps={"a": Counted()}
    )
    assert_close(network(IMAGES, ["a", "b"]), {"a": IMAGES + 2, "b": IMAGES + 2})


def test_convolution_and_relu_differ_and_inputs_stay():
    before = IMAGES.clone()
    activations = test_net.load()(IMAGES, ["conv3_1", "relu3_1"])
    assert (activations["conv3_1"] < 0).any()
    assert_close(activations["relu3_1"], activations["conv3_1"].clamp(min=0), rtol=0, atol=0)
    assert torch.equal(IMAGES, before)


def test_a_batch_of_two_is_two_of_one():
    network = test_net.load()
    both = network(IMAGES, ["relu4_1"])["relu4_1"]
    alone = torch.cat([network(image[None], ["relu4_1"])["relu4_1"] for image in IMAGES])
    assert_close(both, alone, rtol=1e-4, atol=1e-5)


def test_an_unknown_layer(counted):
    for ask in (lambda: counted(IMAGES, ["B"]), lambda: counted.check_layers(["a", "B"])):
        with pytest.raises(LayerError) as caught:
            ask()
        assert str(caught.value).splitlines() == [
            "the network 'counted' has no layer 'B'",
            "  got       B",
            "  expected  a, b, c",
            "  try       did you mean 'b'?",
        ]


def test_check_names():
    check_names(["a"], ["a", "b"], network="x")
    with pytest.raises(LayerError, match="the network 'x' has no layer 'c'"):
        check_names(["a", "c"], ["a", "b"], network="x")


@pytest.mark.parametrize("shape", [(3, 32, 32), (1, 1, 32, 32), (1, 4, 32, 32)])
def test_what_is_no_batch_of_pictures(shape):
    with pytest.raises(ShapeError) as caught:
        test_net.load()(torch.zeros(shape), ["relu1_1"])
    assert caught.value.problem == "a network reads batches of RGB pictures"
    assert (caught.value.got, caught.value.expected) == (str(shape), "(N, 3, H, W)")


def test_the_smallest_picture_and_one_that_is_too_small():
    network = test_net.load()
    smallest = network.geometry["relu4_1"].smallest_input_px
    assert network(torch.rand(1, 3, smallest, smallest), ["relu4_1"])["relu4_1"].shape == (1, 16, 2, 2)
    with pytest.raises(ShapeError) as caught:
        network(torch.rand(1, 3, smallest - 1, 100), ["relu1_1", "relu4_1"])
    assert str(caught.value).splitlines() == [
        "the picture is too small for relu4_1 of 'test-net'",
        "  got       100 x 15 px",
        "  expected  at least 16 px on each side",
        "  try       a larger --size, or shallower layers",
    ]


def test_reduced_precision_takes_pictures_of_full_precision():
    network = prepared(test_net.load(), CPU, torch.bfloat16)
    picture = IMAGES.clone().requires_grad_()
    activations = network(picture, ["relu4_1"])["relu4_1"]
    assert activations.dtype == torch.bfloat16
    exact = test_net.load()(IMAGES, ["relu4_1"])["relu4_1"]
    assert (activations.float() - exact).norm() < 0.05 * exact.norm()
    activations.sum().backward()
    assert picture.grad.dtype == torch.float32


def test_freeze():
    network = freeze(Extractor("one", [("a", nn.Conv2d(3, 3, 1))], prepare=nn.Identity()).train())
    assert not network.training
    assert not any(parameter.requires_grad for parameter in network.parameters())


def test_fingerprint_is_stable_and_sees_every_weight():
    network = test_net.load()
    first = fingerprint(network)
    assert len(first) == 16
    assert first == fingerprint(test_net.load())
    assert first == fingerprint(prepared(test_net.load(), CPU, torch.float32))
    assert first != fingerprint(prepared(test_net.load(), CPU, torch.bfloat16))
    for name in network.state_dict():
        other = test_net.load()
        other.state_dict()[name].flatten()[-1] += 1
        assert fingerprint(other) != first, name


def test_two_preparations_of_one_network_give_one_fingerprint():
    """The copy is converted and the network is not, so a second picture names the same network."""
    network = test_net.load(pooling="average")
    before = {name: x.clone() for name, x in network.state_dict().items()}
    identities = []
    for _ in range(2):
        identities.append(fingerprint(network))
        copy = prepared(network, CPU, torch.bfloat16)
        assert copy is not network and type(copy) is Extractor
        assert (copy.name, copy.layer_names) == (network.name, network.layer_names)
        assert copy.chain["conv2_1"].weight.dtype == torch.bfloat16
        assert copy.chain["conv2_1"].weight.is_contiguous(memory_format=torch.channels_last)
        assert copy.prepare.mean.dtype == torch.float32
        assert not any(parameter.requires_grad for parameter in copy.parameters())
    assert identities[0] == identities[1] != fingerprint(copy)
    for name, x in network.state_dict().items():
        assert x.dtype == torch.float32 and x.is_contiguous() and torch.equal(x, before[name])


def test_a_prepared_network_shares_no_memory():
    network = test_net.load()
    copy = prepared(network, CPU, torch.float32)
    with torch.no_grad():
        for parameter in copy.parameters():
            parameter.add_(1)
    assert fingerprint(network) == fingerprint(test_net.load())


def test_a_network_that_cannot_be_copied():
    module = nn.Conv2d(3, 4, 1)
    module.last = module(IMAGES)  # a result with a history of gradients
    with pytest.raises(SettingError) as caught:
        copied(module, "mine")
    assert str(caught.value).splitlines() == [
        "the network 'mine' cannot be copied, so it cannot be used without being changed",
        f"  got       {caught.value.got}",
        "  expected  modules with parameters and buffers only",
        "  try       remove locks, open files and results of earlier computations, or write a __deepcopy__",
    ]
    assert "deepcopy" in caught.value.got
    network = test_net.load()
    network.lock = threading.Lock()
    with pytest.raises(SettingError, match=r"'test-net' cannot be copied.*\n.*cannot pickle"):
        prepared(network, CPU, torch.float32)


def test_smallest_px():
    network = test_net.load()
    assert smallest_px(network, ["relu1_1"]) == network.geometry["relu1_1"].smallest_input_px == 2
    assert smallest_px(network, ["relu1_1", "relu4_1"]) == 16
    assert smallest_px(network, ["of unknown geometry"]) == 1


def test_too_small():
    assert str(too_small("the photo is too small", (15, 100), 16, attempt="another")).splitlines() == [
        "the photo is too small",
        "  got       100 x 15 px",
        "  expected  at least 16 px on each side",
        "  try       another",
    ]
