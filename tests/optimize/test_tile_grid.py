"""The tiles of a mirrored picture are the picture, and nothing else."""

import pytest
import torch
from torch.testing import assert_close

from impasto.images.resize import mirror_pad
from impasto.optimize.tile_grid import STRIP_PIXELS, TileGrid

GRIDS = {
    "multiples": TileGrid(64, 96, 0, 0, 8, 16, 32),
    "odd sides, shifted": TileGrid(61, 83, 3, 1, 8, 16, 32),
    "tiles that do not divide": TileGrid(90, 75, 1, 2, 4, 8, 28),
    "one tile": TileGrid(40, 33, 2, 3, 8, 16, 128),
    "a strip": TileGrid(200, 17, 1, 2, 4, 12, 16),
}


def picture(grid, seed=0):
    draw = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, grid.height, grid.width, generator=draw, dtype=torch.float64)


@pytest.mark.parametrize("name", GRIDS)
def test_tiles_cover_the_picture_once_and_have_a_halo(name):
    grid = GRIDS[name]
    height, width = grid.shape
    covered = torch.zeros(height, width)
    for tile in grid.tiles():
        covered[slice(*tile.rows), slice(*tile.columns)] += 1
        for inner, seen, end in (
            (tile.rows, tile.seen_rows, height),
            (tile.columns, tile.seen_columns, width),
        ):
            assert inner[1] - inner[0] <= grid.tile_px
            assert all(x % grid.multiple == 0 for x in (*inner, *seen))
            assert seen[0] <= max(0, inner[0] - grid.halo_px)
            assert seen[1] >= min(end, inner[1] + grid.halo_px)
    assert (covered == 1).all()
    windows = {(t.seen_rows[1] - t.seen_rows[0], t.seen_columns[1] - t.seen_columns[0]) for t in grid.tiles()}
    assert len(windows) == 1  # memory that one tile frees fits the next


@pytest.mark.parametrize("name", GRIDS)
def test_tiles_are_cut_out_of_mirror_pads_picture(name):
    grid = GRIDS[name]
    image = picture(grid)
    whole = mirror_pad(image, top=grid.top, left=grid.left, multiple=grid.multiple)
    assert tuple(whole.shape[2:]) == grid.shape
    for tile in grid.tiles():
        seen = whole[:, :, slice(*tile.seen_rows), slice(*tile.seen_columns)]
        assert torch.equal(grid.cut(image, tile), seen)


@pytest.mark.parametrize("name", GRIDS)
def test_cut_and_fold_are_adjoint(name):
    """<cut(x), y> = <x, fold(y)> for every tile."""
    grid = GRIDS[name]
    image = picture(grid)
    for index, tile in enumerate(grid.tiles()):
        shown = grid.cut(image, tile)
        tile_gradient = torch.rand(
            shown.shape, generator=torch.Generator().manual_seed(index), dtype=torch.float64
        )
        gradient = torch.zeros_like(image)
        grid.fold(tile_gradient, tile, gradient)
        assert_close((shown * tile_gradient).sum(), (image * gradient).sum())


def test_inner_cuts_the_halo_off_at_every_stride():
    grid = GRIDS["odd sides, shifted"]
    image = picture(grid)
    whole = mirror_pad(image, top=grid.top, left=grid.left, multiple=grid.multiple)
    for tile in grid.tiles():
        shown = grid.cut(image, tile)
        seen = grid.inner({"fine": shown, "coarse": shown[..., ::8, ::8]}, tile)
        inner = whole[:, :, slice(*tile.rows), slice(*tile.columns)]
        assert torch.equal(seen["fine"], inner) and torch.equal(seen["coarse"], inner[..., ::8, ::8])


def test_strips_are_all_rows_once():
    shape = torch.Size((1, 3, 5000, 700))
    strips = list(TileGrid.strips(shape))
    assert [row for rows in strips for row in range(rows.start, rows.stop)] == list(range(5000))
    assert all((rows.stop - rows.start) * 700 <= STRIP_PIXELS for rows in strips) and len(strips) > 1
    assert list(TileGrid.strips(torch.Size((1, 3, 2, 2 * STRIP_PIXELS)))) == [slice(0, 1), slice(1, 2)]
