"""Johnson's network."""

import pytest
import torch
from safetensors.torch import save_file

from impasto import samples
from impasto.errors import ShapeError, WeightsError
from impasto.fast.johnson import JohnsonNetwork, load
from impasto.images import io


def test_size_and_weights():
    network = JohnsonNetwork().eval()
    assert network(torch.rand(2, 3, 40, 56)).shape == (2, 3, 40, 56)
    assert 1_600_000 < sum(p.numel() for p in network.parameters()) < 1_700_000
    with pytest.raises(ShapeError):
        network(torch.rand(1, 1, 40, 40))


def test_weights_of_another_network(tmp_path):
    save_file({"other": torch.zeros(2)}, tmp_path / "other.safetensors")
    with pytest.raises(WeightsError, match="Johnson"):
        load(tmp_path / "other.safetensors")


def test_a_file_gives_the_same_picture(tmp_path):
    network = JohnsonNetwork().eval()
    save_file(network.state_dict(), tmp_path / "style.safetensors")
    photo = torch.rand(1, 3, 32, 32)
    with torch.no_grad():
        assert torch.equal(load(tmp_path / "style.safetensors")(photo), network(photo))


def test_published_weights_paint(shared_data):
    """The mosaic of pytorch/examples: many edges between its tiles, and the photo still in its place."""
    network = load(shared_data / "weights" / "peers" / "johnson" / "mosaic.safetensors")
    photo = io.to_tensor(samples.photo("chelsea"))[:, :, :256, :256]
    painted = network(photo)

    def edges(pixels):
        return pixels.diff(dim=3).abs().mean()

    assert edges(painted) > 1.3 * edges(photo)
    grey = [pixels.mean(1).flatten() for pixels in (painted, photo)]
    assert torch.corrcoef(torch.stack(grey))[0, 1] > 0.5
