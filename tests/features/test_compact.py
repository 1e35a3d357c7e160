import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.testing import assert_close

from impasto.errors import WeightsError
from impasto.features import compact
from impasto.losses.gram import gram_matrix


@pytest.fixture(scope="module")
def network():
    return compact.load()


def test_it_is_small(network):
    assert sum(p.numel() for p in network.parameters()) <= 1_200_000
    assert compact.WEIGHTS_FILE.stat().st_size <= 2_500_000


def test_layers_carry_the_names_of_vgg(network):
    activations = network(torch.rand(1, 3, 64, 64), compact.TAPPED)
    assert {name: x.shape[1] for name, x in activations.items()} == {
        n: compact.widths()[n] for n in compact.TAPPED
    }
    assert [activations[f"relu{i}_1"].shape[-1] for i in range(1, 6)] == [64, 32, 16, 8, 4]


def test_a_tap_keeps_distances_of_gram_matrices():
    """|Q' D Q| = |A D A|: what makes style distances in the student those of VGG-19."""
    draw = torch.Generator().manual_seed(0)
    q = torch.randn(6, 40, generator=draw, dtype=torch.float64)
    a = compact.isometric_tap(q)
    x, y = (torch.rand(1, 6, 8, 8, generator=draw, dtype=torch.float64) for _ in range(2))

    def through(matrix, features):
        return gram_matrix(torch.einsum("ck,nchw->nkhw", matrix, features))

    assert_close((through(a, x) - through(a, y)).norm(), (through(q, x) - through(q, y)).norm())


def test_a_tap_keeps_distances_of_activations():
    q = torch.randn(5, 30, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    difference = torch.rand(7, 5, dtype=torch.float64)
    assert_close((difference @ compact.isometric_tap(q)).norm(), (difference @ q).norm())


def test_no_dark_border(network):
    """A picture of one colour looks the same at its edge as in the middle."""
    for layer, x in network(torch.full((1, 3, 96, 96), 0.6), compact.TAPPED).items():
        assert_close(x, x[:, :, :1, :1].expand_as(x), rtol=1e-3, atol=1e-3, msg=layer)


def test_loading_leaves_the_callers_random_numbers_alone():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    compact.load()
    assert torch.rand(1) == expected


def test_it_tells_styles_apart_as_vgg_does(network, shared_data):
    """Against the true VGG-19: pairs of paintings in the order of their distance at relu2_1."""
    from scipy.stats import spearmanr

    from impasto import features
    from impasto.images import io
    from impasto.images.resize import cover

    vgg = features.load("vgg19", str(shared_data / "weights" / "vgg19_conv1_1-conv3_4.safetensors"))

    def pictures(folder, every):
        names = sorted((shared_data / folder).glob("*.jpg"))[::every]
        return torch.cat([cover(io.read(name).pixels, (160, 160)) for name in names])

    paintings = pictures("paintings", 60)
    scale = vgg(pictures("photos", 40), ["relu2_1"])["relu2_1"].mean((0, 2, 3), keepdim=True)

    def distances(net, unit):
        return torch.pdist(gram_matrix(net(paintings, ["relu2_1"])["relu2_1"] / unit).flatten(1)).numpy()

    assert spearmanr(distances(network, 1.0), distances(vgg, scale)).statistic > 0.9


def test_a_file_of_another_network(tmp_path):
    state = load_file(compact.WEIGHTS_FILE)
    del state["taps.relu1_1.weight"]
    path = tmp_path / "other.safetensors"
    save_file(state, path)
    with pytest.raises(WeightsError, match=r"(?s)does not hold the weights of 'compact'.*taps.relu1_1"):
        compact.load(str(path))


def test_a_missing_file(tmp_path):
    with pytest.raises(WeightsError, match=r"none\.safetensors"):
        compact.load(str(tmp_path / "none.safetensors"))
