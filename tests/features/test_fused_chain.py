import logging

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from impasto.features import fused_chain
from impasto.features.extractor import Extractor, freeze
from impasto.features.fused_chain import fits, fused_units, run_fused, run_layers, usable


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


ALL = ("relu1_1", "relu1_2", "pool1", "relu2_1", "pool2", "relu3_1")


@pytest.mark.parametrize("pooling", [nn.MaxPool2d, nn.AvgPool2d])
@pytest.mark.parametrize("names", [*({name} for name in ALL), set(ALL), {"relu1_1", "relu3_1"}])
@pytest.mark.parametrize("shape", [(1, 3, 16, 24), (2, 3, 20, 16)])
def test_the_numbers_and_gradients_of_the_chain_layer_by_layer(pooling, names, shape):
    layers = chain(pooling)
    last = max(index for index, (name, _) in enumerate(layers) if name in names)
    image = torch.rand(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    one, other = image.clone().requires_grad_(), image.clone().requires_grad_()
    fused = run_fused(fused_units(layers[: last + 1]), names, one)
    expected = run_layers(layers, names, other)
    assert list(fused) == list(expected)
    for name in names:
        assert_close(fused[name], expected[name])
    upstream = {name: torch.randn(x.shape, dtype=x.dtype) for name, x in expected.items()}
    sum((fused[name] * upstream[name]).sum() for name in names).backward()
    sum((expected[name] * upstream[name]).sum() for name in names).backward()
    assert_close(one.grad, other.grad)


def test_a_layer_without_a_gradient_adds_none():
    layers = chain(nn.MaxPool2d)
    image = torch.rand(1, 3, 16, 16, dtype=torch.float64, requires_grad=True)
    fused = run_fused(fused_units(layers), set(ALL), image)
    (single,) = torch.autograd.grad(fused["relu2_1"].sum(), image)
    (alone,) = torch.autograd.grad(run_layers(layers, {"relu2_1"}, image)["relu2_1"].sum(), image)
    assert_close(single, alone)


@pytest.mark.parametrize(
    "shape,fit", [((16, 16), True), ((20, 24), True), ((18, 16), False), ((12, 16), False)]
)
def test_only_pictures_that_every_pooling_divides(shape, fit):
    assert fits(fused_units(chain(nn.MaxPool2d)), torch.rand(1, 3, *shape)) is fit


def test_trained_or_other_chains_have_no_units():
    layers = chain(nn.MaxPool2d)
    assert fused_units(layers) is not None
    assert fused_units(layers[:3]) is None  # ends with a convolution
    layers[0][1].requires_grad_(True)
    assert fused_units(layers) is None
    assert fused_units([("conv", nn.Conv2d(3, 4, 3, padding=1)), ("relu", nn.ReLU())]) is None
    assert fused_units([("pool", nn.MaxPool2d(2))]) is None


def test_an_extractor_answers_the_same_either_way():
    layers = chain(nn.MaxPool2d)
    network = freeze(Extractor("small", layers, prepare=nn.Identity()))
    image = torch.rand(1, 3, 16, 16, dtype=torch.float64)
    for names in ({"relu1_1", "relu3_1"}, {"conv2_1", "relu3_1"}):
        activations = network(image, names)
        for name, expected in run_layers(layers, names, image).items():
            assert_close(activations[name], expected)


@pytest.fixture
def untried():
    """The private operators have not been tried yet, before the test and after it."""
    usable.cache_clear()
    yield
    usable.cache_clear()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_the_private_operators_of_this_torch_are_usable(dtype, untried):
    before = torch.get_rng_state()
    with torch.inference_mode():
        assert usable("cpu", dtype)
    assert torch.equal(before, torch.get_rng_state())


def moved(*arguments, **options):
    raise RuntimeError("aten::some_operator() is missing value for argument 'new_argument'")


def missing(*arguments, **options):
    raise AttributeError("'_OpNamespace' 'aten' object has no attribute 'some_operator'")


OPERATORS = {
    "max_pool2d_with_indices": moved,
    "max_pool2d_with_indices_backward": missing,
    "avg_pool2d_backward": moved,
    "threshold_backward": missing,
    "convolution_backward": moved,
}


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_layer_by_layer_where_an_operator_is_missing_or_has_moved(name, dtype, monkeypatch, caplog, untried):
    """The same numbers within rounding, tried once, and a line in the log for developers."""
    network = freeze(Extractor("small", chain(nn.MaxPool2d), prepare=nn.Identity())).to(dtype)
    layers, image = (
        ["relu1_1", "relu3_1"],
        torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(1)),
    )

    def answer():
        leaf = image.clone().requires_grad_()
        activations = network(leaf, layers)
        sum(x.float().square().sum() for x in activations.values()).backward()
        return [*(x.float() for x in activations.values()), leaf.grad]

    fused = answer()
    usable.cache_clear()
    monkeypatch.setattr(torch.ops.aten, name, OPERATORS[name])
    with caplog.at_level(logging.DEBUG, logger="impasto"):
        first, second = answer(), answer()
    tolerance = 1e-4 if dtype == torch.float32 else 0.05
    for one, other, again in zip(fused, first, second, strict=True):
        assert (one - other).norm() < tolerance * one.norm()
        assert torch.equal(other, again)
    (record,) = caplog.records
    assert record.levelno == logging.DEBUG
    assert f"the chain runs layer by layer on cpu in {dtype}: " in record.getMessage()


@pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="torch has no oneDNN")
def test_layer_by_layer_without_onednns_fused_relu(monkeypatch, untried):
    monkeypatch.setattr(torch.ops.mkldnn, "_convolution_pointwise", missing)
    assert not usable("cpu", torch.float32)
    assert usable("cpu", torch.float64)  # it needs none


def test_layer_by_layer_where_an_operator_computes_something_else(monkeypatch, caplog, untried):
    monkeypatch.setattr(torch.ops.aten, "avg_pool2d_backward", lambda gradient, before, *rest: before * 0)
    with caplog.at_level(logging.DEBUG, logger="impasto"):
        assert not usable("cpu", torch.float32) and not usable("cpu", torch.bfloat16)
    assert "layer by layer on cpu in torch.float32: error" in caplog.text


def test_a_trial_without_memory_is_no_answer(monkeypatch, untried):
    def full(*arguments, **options):
        raise torch.cuda.OutOfMemoryError("CUDA out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(fused_chain, "_trial_error", full)
        with pytest.raises(torch.cuda.OutOfMemoryError):
            usable("cpu", torch.float32)
    assert usable("cpu", torch.float32)
