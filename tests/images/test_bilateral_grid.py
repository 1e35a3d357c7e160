"""Slicing and fitting a bilateral grid: affine maps are kept, places and lightness are told apart."""

import pytest
import torch
from torch.testing import assert_close

from impasto.errors import ShapeError
from impasto.images.bilateral_grid import CELLS, DEPTH, affine_grid, apply_grid, fit_grid, slice_grid
from impasto.images.guided_masks import guided_masks

UNCHANGED = torch.eye(3, 4)[None]


def photo(height=24, width=32, seed=0):
    draw = torch.Generator().manual_seed(seed)
    smooth = torch.rand(1, 3, 4, 4, generator=draw)
    return torch.nn.functional.interpolate(smooth, size=(height, width), mode="bilinear").clamp(0, 1)


def ones(picture, regions=1):
    return torch.full((1, regions, *picture.shape[2:]), 1 / regions)


def test_one_map_everywhere_is_that_map():
    matrix = torch.tensor([[[0.5, 0.1, 0.0, 0.2], [0.0, 0.7, 0.1, 0.0], [0.2, 0.0, 0.3, 0.1]]])
    picture = photo()
    expected = torch.einsum("ij,njhw->nihw", matrix[0, :, :3], picture) + matrix[0, :, 3, None, None]
    assert_close(slice_grid(affine_grid(matrix), picture, ones(picture)), expected)


def test_nodes_lie_on_edges_and_on_levels_of_lightness():
    """Red is replaced by the number of the level, and green by the number of the column."""
    grid = torch.zeros(1, 12, DEPTH, CELLS, CELLS)
    grid[:, 3] = torch.linspace(0, 1, DEPTH)[:, None, None]
    grid[:, 7] = torch.linspace(0, 1, CELLS)
    grey = torch.linspace(0, 1, 20)[None, None, :, None].expand(1, 3, 20, 31)
    sliced = slice_grid(grid.flatten(1, 2), grey, ones(grey))
    assert_close(sliced[0, 0], grey[0, 0])
    assert_close(sliced[0, 1], torch.linspace(0, 1, 31).expand(20, 31))


def test_regions_have_maps_of_their_own():
    picture = photo()
    masks = torch.zeros(1, 2, 24, 32)
    masks[:, 0, :, :16], masks[:, 1, :, 16:] = 1, 1
    sliced = slice_grid(affine_grid(torch.stack([torch.eye(3, 4), torch.zeros(3, 4)])), picture, masks)
    assert_close(sliced[..., :16], picture[..., :16])
    assert not sliced[..., 16:].any()


def test_in_strips_it_is_the_whole(monkeypatch):
    picture = photo()
    masks = torch.zeros(1, 2, 24, 32)
    masks[:, 0, :10], masks[:, 1, 10:] = 1, 1
    draw = torch.Generator().manual_seed(3)
    grid = affine_grid(UNCHANGED.expand(2, 3, 4)) + 0.1 * torch.rand(1, 192, 16, 16, generator=draw)
    edges = guided_masks(masks, picture)
    whole = slice_grid(grid, picture, edges.of(picture)).clamp(0, 1)
    monkeypatch.setattr("impasto.images.strips.STRIP_PIXELS", 5 * 32)
    assert_close(apply_grid(grid, picture, edges), whole)


def test_a_fit_finds_what_a_grid_can_do_and_the_prior_elsewhere():
    picture = photo()
    target = picture**2 * 0.8 + 0.1
    grid = fit_grid(picture, target, ones(picture), affine_grid(UNCHANGED))
    assert (slice_grid(grid, picture, ones(picture)) - target).square().mean().sqrt() < 0.02
    dark = picture * 0.3  # says nothing of light colours, which stay near the prior's neighbours
    grid = fit_grid(dark, dark, ones(dark), affine_grid(UNCHANGED))
    assert_close(slice_grid(grid, picture, ones(picture)), picture, atol=1e-3, rtol=0)


def test_the_gradient_is_right():
    picture = photo(5, 6).double()
    grid = affine_grid(UNCHANGED.double()).requires_grad_()
    slice_grid(grid, picture, ones(picture).double())[0, 0, 2, 3].backward()
    x = grid.grad.view(12, DEPTH, CELLS, CELLS).sum((1, 2, 3))
    assert_close(x[:4], torch.cat([picture[0, :, 2, 3], torch.ones(1, dtype=torch.float64)]))
    assert not x[4:].any()


def test_what_cannot_be():
    picture = photo()
    with pytest.raises(ShapeError, match="grid"):
        slice_grid(torch.zeros(1, 96, 8, 8), picture, ones(picture))
    with pytest.raises(ShapeError, match="masks"):
        slice_grid(affine_grid(UNCHANGED), picture, ones(picture)[..., :9])
    with pytest.raises(ShapeError, match="target"):
        fit_grid(picture, picture[..., :9], ones(picture), affine_grid(UNCHANGED))
