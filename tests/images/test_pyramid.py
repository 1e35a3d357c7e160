import pytest
import torch
from torch.testing import assert_close

from impasto.images.pyramid import cells, doubled, halved


def test_halves_by_hand():
    image = torch.tensor([[1.0, 3.0, 8.0], [5.0, 7.0, 4.0], [2.0, 6.0, 9.0]])[None, None]
    # 2 x 2 pixels, then 2 x 1 at the right, 1 x 2 below, and one pixel in the corner.
    assert_close(halved(image), torch.tensor([[4.0, 6.0], [4.0, 9.0]])[None, None])


def test_doubles_by_hand():
    # Bilinear: a quarter of the way from one pixel's centre to the next; the edge repeats.
    assert_close(doubled(torch.tensor([[[[0.0, 4.0]]]]), (1, 4)), torch.tensor([[[[0.0, 1.0, 3.0, 4.0]]]]))
    periodic = doubled(torch.tensor([[[[0.0, 4.0]]]]), (1, 4), periodic=True)
    assert_close(periodic, torch.tensor([[[[1.0, 1.0, 3.0, 3.0]]]]))


@pytest.mark.parametrize("shape", [(8, 6), (7, 5), (1, 9), (1, 1)])
def test_shapes_come_back_and_a_flat_picture_stays(shape):
    image = torch.full((2, 3, *shape), 0.3)
    half = halved(image)
    assert half.shape[2:] == tuple((side + 1) // 2 for side in shape)
    assert_close(doubled(half, shape), image)


@pytest.mark.parametrize("width", [2, 7, 100, 101])
def test_a_signal_is_doubled_as_a_row_of_pixels(width):
    signal = torch.rand(2, 3, 1, (width + 1) // 2, generator=torch.Generator().manual_seed(0))
    row = torch.nn.functional.interpolate(signal, scale_factor=(1, 2), mode="bilinear", align_corners=False)
    assert_close(doubled(signal, (1, width)), row[..., :width])


def test_a_periodic_picture_has_no_edges():
    image = torch.rand(1, 2, 8, 12, generator=torch.Generator().manual_seed(0))

    def smooth(x):
        return doubled(halved(x), x.shape[2:], periodic=True)

    assert_close(smooth(image.roll((2, 4), (2, 3))), smooth(image).roll((2, 4), (2, 3)))


def test_cells_are_means_and_a_side_has_at_least_so_many():
    assert cells(torch.rand(1, 3, 640, 400), 32).shape == (1, 3, 32, 20)
    assert cells(torch.rand(1, 3, 20, 10), 32).shape == (1, 3, 20, 10)
    assert cells(torch.rand(1, 3, 1, 2), 32, least=3).shape == (1, 3, 3, 3)
    halves = torch.zeros(1, 1, 2048, 2048)  # more than 16 times the grid, so it is halved first
    halves[..., 1024:] = 1
    assert_close(cells(halves, 4)[0, 0, :, ::3], torch.tensor([[0.0, 1.0]]).expand(4, 2), atol=0.05, rtol=0)
