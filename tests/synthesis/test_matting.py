"""Rough masks brought to the edges of a photo."""

import torch
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.losses.matting_laplacian import laplacian_product, window_statistics
from impasto.synthesis.matting import EPSILON, SURE, UNSURE, matted


def disc(side=40):
    """A photo of a bright disc, and the disc's mask."""
    y, x = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    mask = ((y - side / 2) ** 2 + (x - side / 2) ** 2 < (side / 4) ** 2).float()[None, None]
    photo = torch.tensor([0.2, 0.3, 0.4])[:, None, None] + 0.5 * mask[0]
    return photo[None] + 0.01 * torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0)), mask


def test_a_mask_that_is_too_wide_shrinks_to_the_edge():
    photo, truth = disc()
    rough = F.max_pool2d(truth, 5, stride=1, padding=2)
    found = matted(rough, photo, band_px=4)
    assert (found - truth).abs().mean() < 0.25 * (rough - truth).abs().mean()


def test_it_solves_the_linear_system():
    """Against a dense solution of the same system."""
    photo, truth = disc(16)
    photo = photo.double()
    rough = F.max_pool2d(truth, 3, stride=1, padding=1).double()
    windows = window_statistics(photo, epsilon=EPSILON)
    windows = {name: part.double() for name, part in windows.items()}
    eye = torch.eye(256, dtype=torch.float64).view(1, 256, 16, 16)
    matrix = laplacian_product(eye, windows)[0].flatten(1).double()
    high, low = F.max_pool2d(rough, 5, 1, 2), -F.max_pool2d(-rough, 5, 1, 2)
    weights = torch.where(high - low < 0.1, SURE, UNSURE).double().flatten()
    wanted = torch.linalg.solve(matrix + weights.diag(), weights * rough.flatten()).clamp(0, 1)
    found = matted(rough, photo, band_px=2).flatten()
    assert (found - wanted).abs().max() < 0.02


def test_masks_without_an_edge_stay():
    photo, _ = disc(16)
    for value in (0.0, 1.0):
        assert (matted(torch.full((1, 1, 16, 16), value), photo, band_px=2) - value).abs().max() < 1e-4
