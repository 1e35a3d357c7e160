import copy
import threading

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from impasto.errors import LayerError, SettingError, ShapeError
from impasto.features import test_net
from impasto.features.custom import wrap
from impasto.features.extractor import fingerprint, prepared

IMAGES = torch.rand(2, 3, 32, 40, generator=torch.Generator().manual_seed(0))


class Residual(nn.Module):
    """In-place layers, an in-place sum, one layer used twice, one never, and one without positions."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(inplace=True))
        self.block = nn.ModuleDict({"conv": nn.Conv2d(8, 8, 3, padding=1)})
        self.relu = nn.ReLU(inplace=True)
        self.deep = nn.Conv2d(8, 4, 3)
        self.head = nn.Linear(4, 2)
        self.unused = nn.Conv2d(3, 3, 1)
        self.calls = []
        self.deep.register_forward_hook(lambda *_: self.calls.append("deep"))

    def forward(self, images):
        flow = self.relu(self.stem(images))
        total = self.block["conv"](flow)
        total += flow
        return self.head(self.deep(self.relu(total)).mean((2, 3)))


@pytest.fixture
def module():
    torch.manual_seed(0)
    return Residual().train()


def test_layers_have_dotted_names_and_activations_are_theirs(module):
    network = wrap(module)
    assert network.layer_names == (
        "stem", "stem.0", "stem.1", "stem.2", "block", "block.conv", "relu", "deep", "head", "unused",
    )  # fmt: skip
    activations = network(IMAGES, ["stem.0", "stem.2", "block.conv"])
    plain = copy.deepcopy(module).eval()
    convolved = plain.stem[0](IMAGES)
    activated = plain.stem[1](convolved).clamp(min=0)
    assert_close(activations["stem.0"], convolved)
    assert_close(activations["stem.2"], activated)
    assert_close(activations["block.conv"], plain.block["conv"](activated))


def test_in_place_layers_and_sums_do_not_change_what_was_kept(module):
    activations = wrap(module)(IMAGES, ["stem.1", "stem.2", "relu", "deep"])
    assert (activations["stem.1"] < 0).any()
    assert_close(activations["stem.2"], activations["stem.1"].clamp(min=0), rtol=0, atol=0)
    assert_close(
        activations["relu"], activations["stem.2"], rtol=0, atol=0
    )  # the first of its two runs, before the sum


def test_an_in_place_first_layer_does_not_change_the_picture():
    images = IMAGES - 0.5
    before = images.clone()
    wrap(nn.Sequential(nn.ReLU(inplace=True), nn.Conv2d(3, 4, 1)))(images, ["1"])
    assert torch.equal(images, before)


def test_the_pass_stops_when_the_last_layer_has_run(module):
    network = wrap(module)
    network(IMAGES, ["stem.2", "block.conv"])
    assert network(IMAGES, []) == {}
    assert module.calls == []
    network(IMAGES, ["deep"])
    assert module.calls == ["deep"]  # the copy's hook still speaks to the caller's list


def test_the_callers_module_stays_as_it_is(module):
    before = fingerprint(module)
    hooks = [len(part._forward_hooks) for part in module.modules()]
    network = wrap(module)
    network(IMAGES, ["deep"])
    assert module.training
    assert all(parameter.requires_grad for parameter in module.parameters())
    assert module.relu.inplace
    assert fingerprint(module) == before
    assert [len(part._forward_hooks) for part in module.modules()] == hooks
    assert [len(part._forward_hooks) for part in network.module.modules()] == hooks
    assert not network.training
    assert not any(parameter.requires_grad for parameter in network.parameters())


def test_gradients_reach_the_picture(module):
    picture = IMAGES.clone().requires_grad_()
    activations = wrap(module)(picture, ["stem.0", "stem.1", "relu", "deep"])
    sum(activations.square().sum() for activations in activations.values()).backward()
    assert picture.grad.abs().sum() > 0


def test_mean_and_std_are_taken_first():
    network = wrap(nn.Sequential(nn.Identity()), mean=(0.1, 0.2, 0.3), std=(1 / 255, 0.5, 1))
    expected = (IMAGES - torch.tensor([0.1, 0.2, 0.3]).reshape(3, 1, 1)) / torch.tensor(
        [1 / 255, 0.5, 1]
    ).reshape(3, 1, 1)
    assert_close(network(IMAGES, ["0"])["0"], expected)


def test_a_wrapped_chain_agrees_with_the_extractor():
    extractor = test_net.load()
    chain = nn.Sequential()
    for name, layer in extractor.chain.items():
        chain.add_module(name, layer)
    network = wrap(chain, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225), name="mine")
    assert network.name == "mine"
    assert network.layer_names == extractor.layer_names
    assert network.geometry == extractor.geometry
    layers = ["conv2_1", "relu2_1", "relu4_1"]
    assert_close(network(IMAGES, layers), extractor(IMAGES, layers), rtol=0, atol=0)


def test_geometry_of_nested_chains_and_of_unknown_wiring(module):
    network = wrap(nn.Sequential(nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU()), nn.MaxPool2d(2)))
    assert network.geometry.keys() == {"0", "0.0", "0.1", "1"}
    assert network.geometry["0"] == network.geometry["0.1"]
    assert network.geometry["1"].receptive_field_px == 4
    assert wrap(module).geometry == {}


def test_two_preparations_of_one_network_with_hooks(module):
    """The copy has hooks of its own; the network keeps its weights, hooks and fingerprint."""
    network = wrap(module)
    before = {name: x.clone() for name, x in network.state_dict().items()}
    hooks = [len(part._forward_hooks) for part in network.module.modules()]
    identities, layers = [], ["stem", "deep"]
    expected = network(IMAGES, layers)
    for _ in range(2):
        identities.append(fingerprint(network))
        ready = prepared(network, torch.device("cpu"), torch.bfloat16)
        assert ready(IMAGES, layers)["deep"].dtype == torch.bfloat16
        assert ready.prepare.mean.dtype == torch.float32
        assert [len(part._forward_hooks) for part in ready.module.modules()] == hooks
    assert identities[0] == identities[1] != fingerprint(ready)
    assert all(torch.equal(x, before[name]) for name, x in network.state_dict().items())
    exact = prepared(network, torch.device("cpu"), torch.float32)
    assert_close(exact(IMAGES, layers), expected)
    assert len(module.calls) == 4  # the hook of the module ran in every copy


def test_a_module_that_cannot_be_copied(module):
    module.lock = threading.Lock()
    with pytest.raises(SettingError, match=r"the network 'face' cannot be copied.*\n.*cannot pickle"):
        wrap(module, name="face")


def test_reduced_precision(module):
    network = wrap(module).to(torch.bfloat16)
    assert network(IMAGES, ["deep"])["deep"].dtype == torch.bfloat16


def test_offered_layers_can_be_chosen(module):
    network = wrap(module, layers=["stem", "deep"])
    assert network.layer_names == ("stem", "deep")
    for ask in (lambda: network(IMAGES, ["relu"]), lambda: network.check_layers(["relu"])):
        with pytest.raises(LayerError, match="the network 'custom' has no layer 'relu'") as caught:
            ask()
        assert caught.value.expected == "stem, deep"
    with pytest.raises(LayerError, match="the network 'face' has no layer 'steem'") as caught:
        wrap(module, layers=["steem"], name="face")
    assert caught.value.attempt == "did you mean 'stem'?"


def test_a_layer_that_never_runs(module):
    with pytest.raises(LayerError) as caught:
        wrap(module)(IMAGES, ["stem", "unused"])
    assert str(caught.value).splitlines() == [
        "not every layer of 'custom' ran",
        "  got       unused",
        "  expected  layers that the module's forward() calls",
        "  try       other layers",
    ]


class Pair(nn.Module):
    def forward(self, images):
        return images, images


def test_layers_without_positions(module):
    with pytest.raises(LayerError, match="the layer 'head' gives no activations by position") as caught:
        wrap(module)(IMAGES, ["head"])
    assert (caught.value.got, caught.value.expected) == ("(2, 2)", "a tensor (N, C, h, w)")
    with pytest.raises(LayerError, match="got       a tuple"):
        wrap(nn.Sequential(Pair()))(IMAGES, ["0"])


@pytest.mark.parametrize("keywords", [{"mean": (0, 0)}, {"std": (1, 1)}, {"std": (1, 0, 1)}])
def test_mean_and_std_that_do_not_fit(module, keywords):
    with pytest.raises(SettingError, match="mean and std of a custom network do not fit") as caught:
        wrap(module, **keywords)
    assert caught.value.expected == "three numbers each, for red, green, blue; std above 0"


def test_pictures_that_do_not_fit(module):
    with pytest.raises(ShapeError, match="a network reads batches of RGB pictures") as caught:
        wrap(module)(IMAGES[0], ["stem"])
    assert caught.value.got == "(3, 32, 40)"
    with pytest.raises(ShapeError, match="the picture is too small for 0 of 'custom'") as caught:
        wrap(nn.Sequential(nn.Conv2d(3, 3, 9)))(torch.rand(1, 3, 8, 20), ["0"])
    assert (caught.value.got, caught.value.expected) == ("20 x 8 px", "at least 9 px on each side")
