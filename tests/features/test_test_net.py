import pytest
import torch

from impasto import features
from impasto.errors import WeightsError
from impasto.features import test_net
from impasto.features.extractor import fingerprint


def test_layers_and_shapes():
    network = test_net.load()
    assert [name for name in network.layer_names if name.startswith("relu")] == [
        "relu1_1", "relu2_1", "relu3_1", "relu4_1",
    ]  # fmt: skip
    activations = network(torch.rand(2, 3, 32, 48), ["relu1_1", "relu4_1"])
    assert activations["relu1_1"].shape == (2, 8, 32, 48)
    assert activations["relu4_1"].shape == (2, 16, 4, 6)


def test_it_is_always_the_same_and_draws_nothing_from_the_global_generator():
    before = torch.get_rng_state()
    assert fingerprint(test_net.load()) == fingerprint(features.load("test-net"))
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("grain_px", [1, 4, 16])
def test_the_mean_square_of_activations_is_about_1(grain_px):
    spots = torch.rand(1, 3, 64 // grain_px, 64 // grain_px, generator=torch.Generator().manual_seed(0))
    images = torch.nn.functional.interpolate(spots, size=(64, 64), mode="bilinear")
    for activations in test_net.load()(images, ["relu1_1", "relu2_1", "relu3_1", "relu4_1"]).values():
        assert 0.1 < activations.square().mean() < 5
        assert (activations.amax((0, 2, 3)) > 0).all()  # no channel is dead


def test_pooling():
    images = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    maxima, averages = (test_net.load(pooling=p)(images, ["pool1"])["pool1"] for p in ("max", "average"))
    assert (maxima >= averages).all()
    assert (maxima > averages).any()


def test_other_weights_are_refused():
    with pytest.raises(WeightsError) as caught:
        test_net.load("w.pth")
    assert (
        str(caught.value)
        == "'test-net' makes its own weights\n  got       w.pth\n  try       leave out --weights"
    )
