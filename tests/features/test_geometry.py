import pytest
import torch
from torch import nn

from impasto.features import test_net, vgg
from impasto.features.blocks import pool
from impasto.features.extractor import Extractor
from impasto.features.geometry import Geometry, chain_geometry, is_chain

# (stride, receptive field, smallest input) by hand, from r <- r + (k - 1) j and j <- j s; reflection needs 2.
VGG19 = {
    "relu1_1": (1, 3, 2),
    "relu1_2": (1, 5, 2),
    "pool1": (2, 6, 2),
    "relu2_1": (2, 10, 4),
    "relu2_2": (2, 14, 4),
    "pool2": (4, 16, 4),
    "relu3_1": (4, 24, 8),
    "relu3_4": (4, 48, 8),
    "pool3": (8, 52, 8),
    "relu4_1": (8, 68, 16),
    "relu4_2": (8, 84, 16),
    "relu4_4": (8, 116, 16),
    "pool4": (16, 124, 16),
    "relu5_1": (16, 156, 32),
    "relu5_4": (16, 252, 32),
    "pool5": (32, 268, 32),
}


def test_vgg19_by_hand():
    chain = []
    for name in vgg.layer_names("vgg19"):
        if name.startswith("conv"):
            chain.append((name, nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect", device="meta")))
        else:
            chain.append((name, nn.ReLU() if name.startswith("relu") else pool("max")))
    geometry = chain_geometry(chain)
    assert {name: geometry[name] for name in VGG19} == {
        name: Geometry(*sizes) for name, sizes in VGG19.items()
    }


CHAINS = {
    "valid": [nn.Conv2d(3, 2, 3), nn.ReLU(), nn.Conv2d(2, 2, 3), nn.AvgPool2d(2)],
    "strided": [nn.Conv2d(3, 2, 5, stride=2, padding=2), nn.Tanh(), nn.Conv2d(2, 2, 3, stride=2, padding=1)],
    "dilated": [
        nn.Conv2d(3, 2, 3, dilation=2, padding=2, padding_mode="replicate"),
        nn.AvgPool2d(3, stride=2),
    ],
    "same": [nn.Conv2d(3, 2, 5, padding="same"), nn.Conv2d(2, 2, 3, padding="valid")],
    "circular": [nn.Conv2d(3, 2, 7, padding=3, padding_mode="circular"), nn.Sigmoid()],
    "reflect": [
        nn.Conv2d(3, 2, 5, padding=2, padding_mode="reflect"),
        nn.AvgPool2d(2),
        nn.Conv2d(2, 2, 3, padding=1),
    ],
    "overlap": [nn.AvgPool2d(3, stride=2, padding=1), nn.Conv2d(3, 2, 3, padding=1), nn.AvgPool2d(2)],
}


def network(layers):
    named = [(str(index), layer) for index, layer in enumerate(layers)]
    extractor = Extractor("chain", named, prepare=nn.Identity())
    for parameter in extractor.parameters():
        nn.init.constant_(parameter, 0.1)  # no weight is zero, so no pixel is missed
    return extractor


@pytest.mark.parametrize("kind", CHAINS)
def test_against_the_support_of_a_gradient(kind):
    extractor = network(CHAINS[kind])
    size = 48
    for layer, geometry in extractor.geometry.items():
        left, right = [], []
        for shift in (0, 1):
            images = torch.full((1, 3, size, size), 0.5, requires_grad=True)
            activations = extractor(images, [layer])[layer]
            middle = activations.shape[-1] // 2 + shift
            activations[0, :, middle, middle].sum().backward()
            columns = images.grad.abs().sum((0, 1, 2)).nonzero().flatten()
            left.append(int(columns[0]))
            right.append(int(columns[-1]))
        # Dilation leaves gaps inside the field, so its two ends are what counts.
        assert right[0] - left[0] + 1 == geometry.receptive_field_px, layer
        assert left[1] - left[0] == geometry.stride_px, layer


def test_the_test_network_against_the_support_of_a_gradient():
    images = torch.rand(1, 3, 96, 96, generator=torch.Generator().manual_seed(0), requires_grad=True)
    extractor = test_net.load(pooling="average")
    assert extractor.geometry["relu4_1"] == Geometry(8, 38, 16)  # 3, 4, 8, 10, 18, 22, 38
    extractor(images, ["conv4_1"])["conv4_1"][0, :, 6, 6].sum().backward()
    columns = images.grad.abs().sum((0, 1, 2)).nonzero().flatten()
    assert columns[-1] - columns[0] + 1 == 38


@pytest.mark.parametrize("kind", CHAINS)
def test_the_smallest_input_works_and_one_pixel_less_does_not(kind):
    extractor = network(CHAINS[kind])
    for layer, geometry in extractor.geometry.items():
        smallest = geometry.smallest_input_px
        chain = nn.Sequential(*list(extractor.chain.values())[: int(layer) + 1])
        assert chain(torch.rand(1, 3, smallest, smallest)).numel() > 0
        if smallest > 1:
            with pytest.raises(RuntimeError):
                chain(torch.rand(1, 3, smallest - 1, smallest - 1))


def test_the_longer_side_of_a_layer_counts():
    assert chain_geometry([("a", nn.Conv2d(3, 3, (1, 7), stride=(1, 2)))])["a"] == Geometry(2, 7, 7)
    assert chain_geometry([("a", nn.MaxPool2d((1, 3), stride=(1, 2)))])["a"] == Geometry(2, 3, 3)
    assert chain_geometry([("a", nn.MaxPool2d(3, stride=1, dilation=2))])["a"] == Geometry(1, 5, 5)


def test_is_chain():
    assert is_chain(
        nn.Sequential(nn.Conv2d(3, 3, 3), nn.Sequential(nn.BatchNorm2d(3), nn.ReLU()), nn.MaxPool2d(2))
    )
    assert not is_chain(nn.Sequential(nn.Conv2d(3, 3, 3), nn.Upsample(scale_factor=2)))
    assert not is_chain(nn.Sequential(nn.ConvTranspose2d(3, 3, 3)))
    assert not is_chain(test_net.load())
