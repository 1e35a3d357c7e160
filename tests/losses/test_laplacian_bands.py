import pytest
import torch
from torch.testing import assert_close

from impasto.losses import laplacian_bands
from impasto.losses.laplacian_bands import LaplacianBandsLoss, band_strengths, detail_bands


def chessboard(amplitude, height=16, width=16):
    sign = 1 - 2 * (torch.arange(height)[:, None] + torch.arange(width)).remainder(2)
    return (0.5 + amplitude * sign).expand(1, 3, height, width).double()


def random_picture(height, width, seed=0):
    return torch.rand(1, 3, height, width, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def test_a_chessboard_is_all_in_the_finest_band_of_lightness():
    strengths = band_strengths(chessboard(0.1))
    # Lightness is in units of the grey axis, 3^(1/2) times the channels' mean: 3 * 0.1^2.
    assert strengths[0, 0, 0, 0].item() == pytest.approx(0.03)
    assert strengths[0, 1, 0, 0].item() == pytest.approx(0.03**0.5, rel=1e-3)
    assert strengths[0, 0, 1:].abs().max() < 1e-12 and strengths[0, 0, :, 1].abs().max() < 1e-12


def test_bands_and_rest_add_up_to_the_picture():
    image = random_picture(16, 24)
    first, second, third = detail_bands(image)
    rest = torch.nn.functional.avg_pool2d(image, 8)
    for band in (third, second, first):
        rest = torch.nn.functional.interpolate(rest, scale_factor=2, mode="bilinear") + band
    assert_close(rest, image)


def test_hue_counts_as_chroma():
    image = chessboard(0.1)
    image[:, 1:] = 0.5
    lightness, chroma = band_strengths(image)[0, 0, 0]
    assert lightness.item() == pytest.approx(0.01 / 3) and chroma.item() == pytest.approx(0.02 / 3)


@pytest.mark.parametrize(("height", "width"), [(64, 40), (83, 37), (129, 16)])
def test_strips_are_the_whole(monkeypatch, height, width):
    image = random_picture(height, width).requires_grad_()
    target = {"image": {"strengths": band_strengths(random_picture(50, 50, seed=1))}}
    loss = LaplacianBandsLoss({"image": 1.0})
    whole = loss({"image": image}, target)
    (gradient,) = torch.autograd.grad(whole.sum(), image)
    monkeypatch.setattr(laplacian_bands, "STRIP_PX", 1)  # strips of HALO_PX rows
    striped = loss({"image": image}, target)
    assert_close(striped, whole)
    assert_close(torch.autograd.grad(striped.sum(), image)[0], gradient)


def test_even_grain_is_told_from_edges_of_the_same_energy():
    grain = chessboard(0.1, 32, 32)
    edges = torch.full_like(grain, 0.5)
    edges[..., 14:18, 14:18] = chessboard(0.8, 4, 4)  # 1 / 64 of the area, 8 times as strong: the same energy
    a, b = (band_strengths(x)[0, :, 0, 0] for x in (grain, edges))
    assert a[0].item() == pytest.approx(b[0].item(), rel=0.35)
    assert a[1] > 3 * b[1]
    loss = LaplacianBandsLoss({"image": 1.0})
    assert loss({"image": edges}, loss.target({"image": grain})) > 0.05


def test_the_size_of_a_picture_does_not_count():
    small = chessboard(0.1, 32, 32)
    loss = LaplacianBandsLoss({"image": 1.0})
    assert loss({"image": chessboard(0.1, 64, 96)}, loss.target({"image": small})).item() < 1e-6


def test_a_strip_of_one_pixel_has_no_bands():
    assert band_strengths(torch.rand(1, 3, 1, 9)).abs().max() == 0


def test_what_does_not_count_is_not_measured():
    """Left half flat, right half a chessboard: with weights for the left alone there is no detail at all."""
    image = chessboard(0.1, 32, 64)
    image[..., :32] = 0.5
    left = torch.zeros(1, 1, 32, 64, dtype=torch.float64)
    left[..., :32] = 1
    assert band_strengths(image, left)[0, 0].abs().max() < 1e-12  # not even the edge between the halves
    right = band_strengths(image, 1 - left)
    assert right[0, 0, 0, 0].item() == pytest.approx(0.03, rel=1e-6)
    loss = LaplacianBandsLoss({"image": 1.0})
    guides = {"image": torch.cat([left / 2, left / 2], 1)}
    assert torch.equal(
        loss.target({"image": image}, guides)["image"]["strengths"], band_strengths(image, left)
    )
