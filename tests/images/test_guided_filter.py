"""The guided filter, and masks that follow edges by it."""

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from impasto.errors import ShapeError
from impasto.images.guided_filter import guided_maps
from impasto.images.guided_masks import guided_masks


def picture(seed=0, height=12, width=14):
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


def test_an_affine_function_of_the_guide_stays():
    guide = picture()
    plane = 0.3 * guide[:, :1] - 0.2 * guide[:, 1:2] + 0.1
    assert_close(guided_maps(plane, guide, radius_px=2, edge=1e-4).of(guide), plane, atol=1e-4, rtol=0)


def test_by_hand_in_one_window():
    """Where the window is the whole picture, it is one ridge regression."""
    guide, plane = picture(0, 3, 3).double(), picture(1, 3, 3)[:, :1].double()
    colors = guide[0].flatten(1).numpy()
    centred = colors - colors.mean(1, keepdims=True)
    values = plane.flatten().numpy()
    covariance = centred @ centred.T / 9 + 0.1**2 * np.eye(3)
    slope = np.linalg.solve(covariance, centred @ (values - values.mean()) / 9)
    expected = slope @ centred + values.mean()
    filtered = guided_maps(plane, guide, radius_px=2, edge=0.1).of(guide)
    np.testing.assert_allclose(filtered.flatten(), expected, atol=1e-6)


def test_a_rough_mask_moves_to_the_edge_and_rows_agree_with_the_whole():
    photo = torch.zeros(1, 3, 80, 96)
    photo[..., 48:] = 0.8
    rough = torch.zeros(1, 2, 80, 96)
    rough[:, 0, :, :49], rough[:, 1, :, 49:] = 1, 1  # one px beside the edge
    masks = guided_masks(rough, photo)
    fine = masks.of(photo)
    assert_close(fine.sum(1), torch.ones(1, 80, 96))
    assert fine[0, 1, :, 48].min() > 0.3 > rough[0, 1, 0, 48] and fine[0, 0, :, 46].min() > 0.8
    rows = masks.of(photo[:, :, 20:31], top=20, height=80)
    assert_close(rows, fine[:, :, 20:31])
    large = torch.nn.functional.interpolate(photo, scale_factor=2)
    assert masks.of(large)[0, 0, :, 92].min() > 0.8


def test_what_cannot_be():
    with pytest.raises(ShapeError, match="planes"):
        guided_maps(torch.zeros(1, 1, 5, 5), picture(), radius_px=1, edge=0.1)
    with pytest.raises(ShapeError, match="guide"):
        guided_maps(torch.zeros(1, 1, 5, 5), torch.zeros(1, 1, 5, 5), radius_px=1, edge=0.1)
    with pytest.raises(ShapeError, match="masks"):
        guided_masks(torch.zeros(2, 5, 5), picture())
