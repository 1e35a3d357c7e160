from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional
from torch.testing import assert_close

from impasto import features
from impasto.errors import LayerError, SettingError, WeightsError
from impasto.features import vgg
from impasto.features.blocks import CaffeInput, Normalise

SHARED = Path(__file__).parents[3] / "shared" / "data" / "weights"
PARTIAL = SHARED / "vgg19_conv1_1-conv3_4.safetensors"
needs_shared = pytest.mark.skipif(
    not PARTIAL.is_file(), reason="needs ../shared/data/weights, which is not shipped"
)

INDICES = {"conv1_1": 0, "conv1_2": 2, "conv2_1": 5, "conv2_2": 7}
"""Of torchvision's VGG-16 and VGG-19 alike."""

SHAPES = {
    "conv1_1": (64, 3, 3, 3),
    "conv1_2": (64, 64, 3, 3),
    "conv2_1": (128, 64, 3, 3),
    "conv2_2": (128, 128, 3, 3),
}


def first_layers(*, torchvision=True, bias=None):
    """Random weights for the first four convolutions."""
    random = torch.Generator().manual_seed(1)
    state = {}
    for layer, shape in SHAPES.items():
        prefix = f"features.{INDICES[layer]}" if torchvision else layer
        state[f"{prefix}.weight"] = torch.randn(shape, generator=random) * 0.05
        state[f"{prefix}.bias"] = torch.randn(shape[0], generator=random) * 0.05
    if bias is not None:
        state["features.0.bias" if torchvision else "conv1_1.bias"][:4] = torch.tensor(bias)
    return state


@pytest.fixture
def images():
    return torch.rand(2, 3, 40, 48, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def file(tmp_path):
    """A function that writes weights and gives their path."""

    def write(state, name="w.safetensors", **metadata):
        save_file(state, tmp_path / name, metadata=metadata or None)
        return str(tmp_path / name)

    return write


@needs_shared
def test_the_true_weights_agree_with_a_plain_computation_away_from_the_edges():
    images = torch.rand(1, 3, 96, 112, generator=torch.Generator().manual_seed(0))
    state = load_file(PARTIAL)
    blue_green_red = images[:, [2, 1, 0]] * 255
    flow = blue_green_red - torch.tensor([103.939, 116.779, 123.68]).reshape(1, 3, 1, 1)
    expected = {}
    for layer, index in [
        ("1_1", 0),
        ("1_2", 2),
        ("2_1", 5),
        ("2_2", 7),
        ("3_1", 10),
        ("3_2", 12),
        ("3_3", 14),
    ]:
        if layer in ("2_1", "3_1"):
            flow = functional.max_pool2d(flow, 2)
        flow = functional.conv2d(
            flow, state[f"features.{index}.weight"], state[f"features.{index}.bias"], padding=1
        )
        expected[f"conv{layer}"] = flow
        flow = functional.relu(flow)
        expected[f"relu{layer}"] = flow
    network = vgg.load_vgg19(str(PARTIAL))
    activations = network(images, expected)
    for layer, plain in expected.items():
        geometry = network.geometry[layer]
        edge = geometry.receptive_field_px // (2 * geometry.stride_px) + 1
        inside = (..., slice(edge, -edge), slice(edge, -edge))
        scale = plain.std()
        assert_close(activations[layer][inside] / scale, plain[inside] / scale, rtol=1e-4, atol=1e-4)


@needs_shared
def test_the_true_weights_end_at_pool3_and_show_no_dark_border():
    network = features.load("vgg19", str(PARTIAL))
    assert network.layer_names[-2:] == ("relu3_4", "pool3")
    with pytest.raises(LayerError, match="the network 'vgg19' has no layer 'relu4_1'") as caught:
        network(torch.rand(1, 3, 32, 32), ["relu4_1"])
    assert caught.value.expected.endswith("relu3_4, pool3")
    grey = network(torch.full((1, 3, 64, 64), 0.5), ["relu3_4"])["relu3_4"]
    assert_close(grey, grey.mean((2, 3), keepdim=True).expand_as(grey), rtol=1e-3, atol=1e-2)


@needs_shared
def test_the_file_that_only_checks_others_is_refused():
    with pytest.raises(WeightsError, match=r"got .*: no features.0.weight\n"):
        features.load("vgg19", str(SHARED / "vgg19_block4-5_check.safetensors"))


def test_convolution_and_relu_are_two_tensors(file, images):
    activations = vgg.load_vgg19(file(first_layers()))(images, ["conv2_1", "relu2_1"])
    assert (activations["conv2_1"] < 0).any()
    assert_close(activations["relu2_1"], activations["conv2_1"].clamp(min=0), rtol=0, atol=0)


@pytest.mark.parametrize("name", ["vgg16", "vgg19"])
def test_both_ways_of_naming_give_the_same_network(file, images, name):
    one = features.load(name, file(first_layers()))
    two = features.load(name, file(first_layers(torchvision=False), "w2.safetensors"))
    assert one.layer_names == two.layer_names
    assert_close(one(images, ["pool2"])["pool2"], two(images, ["pool2"])["pool2"], rtol=0, atol=0)


def test_a_pth_file_of_half_precision_with_a_classifier(tmp_path, images):
    state = {key: value.half() for key, value in first_layers().items()}
    torch.save({**state, "classifier.0.weight": torch.ones(2, 2)}, tmp_path / "w.pth")
    activations = features.load("vgg19", str(tmp_path / "w.pth"))(images, ["relu2_2"])["relu2_2"]
    assert (activations.dtype, activations.shape) == (torch.float32, (2, 128, 20, 24))


def test_the_network_is_frozen_and_leaves_the_picture_alone(file, images):
    network = features.load("vgg19", file(first_layers()))
    assert not network.training
    assert not any(parameter.requires_grad for parameter in network.parameters())
    before = images.clone()
    picture = images.requires_grad_()
    network(picture, ["relu2_2"])["relu2_2"].square().sum().backward()
    assert torch.equal(picture.detach(), before)
    assert picture.grad.abs().sum() > 0


def test_average_pooling_is_plain(file, images):
    network = features.load("vgg19", file(first_layers()), pooling="average")
    activations = network(images, ["relu1_2", "pool1"])
    assert_close(
        activations["pool1"], activations["relu1_2"].unflatten(2, (-1, 2)).unflatten(4, (-1, 2)).mean((3, 5))
    )
    maxima = features.load("vgg19", file(first_layers()))(images, ["pool1"])["pool1"]
    assert (maxima >= activations["pool1"]).all()


def test_an_unknown_pooling_is_told_before_anything_is_fetched():
    for load in (vgg.load_vgg19, vgg.load_vgg16):
        with pytest.raises(SettingError) as caught:
            load(None, "avg")
        assert str(caught.value).splitlines() == [
            "there is no pooling 'avg'",
            "  got       avg",
            "  expected  one of max, average",
            "  try       did you mean 'average'?",
        ]


@pytest.mark.parametrize("name", ["vgg16", "vgg19"])
def test_caffe_weights_are_known_by_their_biases(file, name):
    state = first_layers(bias=vgg.CAFFE_BIAS[name])
    assert isinstance(features.load(name, file(state)).prepare, CaffeInput)
    other = "vgg16" if name == "vgg19" else "vgg19"
    assert isinstance(features.load(other, file(state)).prepare, Normalise)
    assert isinstance(features.load(name, file(first_layers())).prepare, Normalise)
    assert isinstance(features.load(name, file(first_layers(), preprocessing="caffe")).prepare, CaffeInput)
    assert isinstance(features.load(name, file(state, preprocessing="torchvision")).prepare, Normalise)


@pytest.mark.parametrize(
    ("name", "depth", "last_convolution"), [("vgg19", 16, ("conv5_4", 34)), ("vgg16", 13, ("conv5_3", 28))]
)
def test_plan_agrees_with_torchvision(name, depth, last_convolution):
    plan = list(vgg._plan(name))
    assert len(plan) == depth
    assert plan[-1] == (*last_convolution, (512, 512))
    assert [plan[i][:2] for i in range(4)] == list(INDICES.items())
    assert vgg.layer_names(name)[-1] == "pool5"


def without(state, *keys):
    return {key: value for key, value in state.items() if key not in keys}


PLAN = ", ".join(
    f"features.{index}" for index in (0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34)
)
BATCH_NORM = {**first_layers(), "features.1.weight": torch.ones(64)}
GAP = without(first_layers(), "features.2.weight", "features.2.bias")
NO_BIAS = without(first_layers(), "features.7.bias")
NO_FIRST = without(first_layers(torchvision=False), "conv1_1.weight")
NARROW = {**first_layers(), "features.5.weight": torch.ones(96, 64, 3, 3)}


@pytest.mark.parametrize(
    ("state", "got", "expected"),
    [
        ({"layer1.weight": torch.ones(2)}, "keys like layer1.weight", "features.0.weight"),
        (BATCH_NORM, "features.1, which is no convolution of it", PLAN),
        (GAP, "no features.2.weight", "features.2.weight (64, 64, 3, 3)"),
        (NO_BIAS, "no features.7.bias", "features.7.bias (128,)"),
        (NO_FIRST, "no conv1_1.weight", "conv1_1.weight (64, 3, 3, 3)"),
        (NARROW, "features.5.weight (96, 64, 3, 3)", "features.5.weight (128, 64, 3, 3)"),
    ],
    ids=["resnet", "batch norm", "gap", "no bias", "no first", "narrow"],
)
def test_files_of_other_networks(file, state, got, expected):
    path = file(state)
    with pytest.raises(WeightsError) as caught:
        vgg.load_vgg19(path)
    assert str(caught.value).splitlines() == [
        "the file does not hold the weights of 'vgg19'",
        f"  got       {path}: {got}",
        f"  expected  {expected}",
        "  try       --network vgg16 if it is that one, or leave out --weights",
    ]


def test_an_empty_file_of_weights(tmp_path):
    torch.save({}, tmp_path / "w.pth")
    with pytest.raises(WeightsError, match="keys like none at all"):
        vgg.load_vgg16(str(tmp_path / "w.pth"))


def test_vgg19_is_not_taken_for_vgg16(tmp_path):
    state = {f"features.{index}.weight": torch.ones(1) for _, index, _ in vgg._plan("vgg19")}
    torch.save(state, tmp_path / "w.pth")
    with pytest.raises(WeightsError, match=r"features\.16, which is no convolution of it") as caught:
        vgg.load_vgg16(str(tmp_path / "w.pth"))
    assert "--network vgg19" in caught.value.attempt


@pytest.mark.parametrize(("weights", "kind"), [(None, Normalise), ("caffe", CaffeInput)])
@pytest.mark.parametrize("name", ["vgg16", "vgg19"])
def test_published_weights_come_from_the_cache(monkeypatch, tmp_path, name, weights, kind):
    monkeypatch.setenv("IMPASTO_CACHE", str(tmp_path))
    record = features.weight_record(name, weights)
    torch.save(first_layers(), tmp_path / record.file_name)
    assert isinstance(features.load(name, weights).prepare, kind)


def test_a_partial_file_says_where_it_ends(file):
    network = vgg.load_vgg19(str(file(first_layers())))
    with pytest.raises(LayerError, match=r"no layer 'relu4_1': the file ends at conv\d_\d\n") as caught:
        network.check_layers(["relu1_1", "relu4_1"])
    assert caught.value.attempt == f"a complete file, or layers up to {network.layer_names[-1]}"
