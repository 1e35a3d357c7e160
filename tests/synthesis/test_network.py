"""A network that is loaded and fingerprinted once."""

import copy
import os

import pytest
import torch

from impasto import features
from impasto.errors import DeviceError, SettingError
from impasto.features.extractor import fingerprint
from impasto.settings import StylizeSettings
from impasto.synthesis import network as network_module
from impasto.synthesis.network import NetworkHandle


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_given_network_is_copied(precision):
    """The fingerprint is that of the weights before their precision is reduced."""
    network = features.load("test-net")
    before = copy.deepcopy(network.state_dict())
    handle = NetworkHandle.of(network, device="cpu", precision=precision)
    assert handle.fingerprint == fingerprint(network)
    assert {p.dtype for p in handle.network.parameters()} == {getattr(torch, precision)} == {handle.dtype}
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert handle.name == network.name == "test-net"
    assert handle.device == torch.device("cpu")


def test_the_network_of_the_settings():
    handle = NetworkHandle.load(StylizeSettings(network="test-net", pooling="average"))
    pooled = [module for module in handle.network.modules() if isinstance(module, torch.nn.AvgPool2d)]
    assert handle.name == "test-net" and pooled


def test_a_network_that_is_not_known():
    with pytest.raises(SettingError, match="network has no such choice"):
        NetworkHandle.load(StylizeSettings(network="vgg91"))


def test_a_device_that_is_not_there():
    with pytest.raises(DeviceError, match="cuda:9"):
        NetworkHandle.of(features.load("test-net"), device="cuda:9")


def test_onednn_keeps_few_kernels_unless_the_user_says(monkeypatch):
    monkeypatch.delenv(network_module.KERNEL_CACHE, raising=False)
    NetworkHandle.load(StylizeSettings(network="test-net"))
    assert os.environ[network_module.KERNEL_CACHE] == "128"
    monkeypatch.setenv(network_module.KERNEL_CACHE, "7")
    NetworkHandle.load(StylizeSettings(network="test-net"))
    assert os.environ[network_module.KERNEL_CACHE] == "7"
