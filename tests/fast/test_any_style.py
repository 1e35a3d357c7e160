"""The any-style network."""

import pytest
import torch
from safetensors.torch import save_file
from torch.testing import assert_close

from impasto import samples
from impasto.errors import ShapeError, WeightsError
from impasto.fast.any_style import WEIGHTS_FILE, blended, load
from impasto.images import io
from tests.conftest import drawn


@pytest.fixture(scope="module")
def network():
    """The network of the package."""
    return load()


def picture(seed, side=96):
    """(1, 3, side, side) in [0, 1]."""
    return torch.from_numpy(drawn(seed, side, side)).permute(2, 0, 1)[None] / 255


def test_the_weights_fit_into_a_wheel(network):
    assert WEIGHTS_FILE.stat().st_size < 1_200_000
    assert sum(p.numel() for p in network.parameters()) < 600_000
    assert not any(p.requires_grad for p in network.parameters())


def test_shapes(network):
    levels = network.encode(torch.rand(2, 3, 64, 96))
    assert [tuple(level.shape[1:]) for level in levels] == [(48, 16, 24), (64, 8, 12), (96, 4, 6)]
    assert network.decode(levels).shape == (2, 3, 64, 96)


def test_a_picture_comes_back_from_its_own_statistics(network):
    own = io.to_tensor(samples.photo("chelsea"))[:, :, 64:224, 64:224]
    same = network(own, network.statistics(own))
    assert (same - network.decode(network.encode(own))).abs().max() < 2e-2
    assert (same - own).abs().mean() < 0.08


def test_colours_become_those_of_the_style(network):
    """A blue picture in a red style is redder than it is blue."""
    photo, style = picture(1) * torch.tensor([0.2, 0.4, 1.0])[:, None, None], picture(2)
    style = style * torch.tensor([1.0, 0.3, 0.2])[:, None, None]
    painted = network(photo, network.statistics(style))
    assert painted[:, 0].mean() - painted[:, 2].mean() > 0.2
    assert photo[:, 0].mean() - photo[:, 2].mean() < -0.2


def test_one_style_for_each_picture_of_a_batch(network):
    photos, styles = torch.cat([picture(3), picture(4)]), torch.cat([picture(5), picture(6)])
    together = network(photos, network.statistics(styles))
    for n in range(2):
        one = slice(n, n + 1)
        assert_close(
            together[one], network(photos[one], network.statistics(styles[one])), atol=1e-4, rtol=1e-4
        )


def test_a_blend_of_one_style_is_that_style(network):
    style = network.statistics(picture(7))
    for own, same in zip(style, blended([style, style], [0.4, 0.6]), strict=True):
        assert_close(own.root, same.root)


@pytest.mark.parametrize("shape", [(1, 3, 60, 64), (1, 3, 16, 64), (1, 4, 64, 64), (3, 64, 64)])
def test_other_shapes_are_refused(network, shape):
    with pytest.raises(ShapeError, match="got"):
        network.encode(torch.zeros(shape))


def test_weights_of_another_network(tmp_path):
    save_file({"other": torch.zeros(3)}, tmp_path / "other.safetensors")
    with pytest.raises(WeightsError, match="any-style network"):
        load(tmp_path / "other.safetensors")
    with pytest.raises(WeightsError):
        load(tmp_path / "missing.safetensors")
