"""A picture in tiles on a mirrored frame is the picture, and nothing else."""

import pytest
import torch
from torch.testing import assert_close

from impasto.images.resize import mirror_pad
from impasto.optimize.tile_grid import STRIP_PIXELS, TileGrid

FRAMES = {
    "multiples": TileGrid(64, 96, 0, 0, 8, 16, 32),
    "odd sides, shifted": TileGrid(61, 83, 3, 1, 8, 16, 32),
    "tiles that do not divide": TileGrid(90, 75, 1, 2, 4, 8, 28),
    "one tile": TileGrid(40, 33, 2, 3, 8, 16, 128),
    "a strip": TileGrid(200, 17, 1, 2, 4, 12, 16),
}


def picture(frame, seed=0):
    draw = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, frame.height, frame.width, generator=draw, dtype=torch.float64)


@pytest.mark.parametrize("name", FRAMES)
def test_tiles_cover_the_frame_once_and_see_their_halo(name):
    frame = FRAMES[name]
    height, width = frame.shape
    covered = torch.zeros(height, width)
    for tile in frame.tiles():
        covered[slice(*tile.rows), slice(*tile.columns)] += 1
        for own, seen, end in (
            (tile.rows, tile.seen_rows, height),
            (tile.columns, tile.seen_columns, width),
        ):
            assert own[1] - own[0] <= frame.tile_px and all(x % frame.multiple == 0 for x in (*own, *seen))
            assert seen[0] <= max(0, own[0] - frame.halo_px) and seen[1] >= min(end, own[1] + frame.halo_px)
    assert (covered == 1).all()
    windows = {
        (t.seen_rows[1] - t.seen_rows[0], t.seen_columns[1] - t.seen_columns[0]) for t in frame.tiles()
    }
    assert len(windows) == 1  # memory that one tile frees fits the next


@pytest.mark.parametrize("name", FRAMES)
def test_the_frame_is_that_of_mirror_pad(name):
    frame = FRAMES[name]
    image = picture(frame)
    whole = mirror_pad(image, top=frame.top, left=frame.left, multiple=frame.multiple)
    assert tuple(whole.shape[2:]) == frame.shape
    for tile in frame.tiles():
        seen = whole[:, :, slice(*tile.seen_rows), slice(*tile.seen_columns)]
        assert torch.equal(frame.cut(image, tile), seen)


@pytest.mark.parametrize("name", FRAMES)
def test_cut_and_fold_are_adjoint(name):
    """<cut(x), y> = <x, fold(y)> for every tile."""
    frame = FRAMES[name]
    image = picture(frame)
    for index, tile in enumerate(frame.tiles()):
        shown = frame.cut(image, tile)
        pull = torch.rand(shown.shape, generator=torch.Generator().manual_seed(index), dtype=torch.float64)
        gradient = torch.zeros_like(image)
        frame.fold(pull, tile, gradient)
        assert_close((shown * pull).sum(), (image * gradient).sum())


def test_inner_cuts_the_halo_off_at_every_stride():
    frame = FRAMES["odd sides, shifted"]
    image = picture(frame)
    whole = mirror_pad(image, top=frame.top, left=frame.left, multiple=frame.multiple)
    for tile in frame.tiles():
        shown = frame.cut(image, tile)
        seen = frame.inner({"fine": shown, "coarse": shown[..., ::8, ::8]}, tile)
        own = whole[:, :, slice(*tile.rows), slice(*tile.columns)]
        assert torch.equal(seen["fine"], own) and torch.equal(seen["coarse"], own[..., ::8, ::8])


def test_strips_are_all_rows_once():
    shape = torch.Size((1, 3, 5000, 700))
    strips = list(TileGrid.strips(shape))
    assert [row for rows in strips for row in range(rows.start, rows.stop)] == list(range(5000))
    assert all((rows.stop - rows.start) * 700 <= STRIP_PIXELS for rows in strips) and len(strips) > 1
    assert list(TileGrid.strips(torch.Size((1, 3, 2, 2 * STRIP_PIXELS)))) == [slice(0, 1), slice(1, 2)]
