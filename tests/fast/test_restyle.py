"""Pictures of any size and any regions in one pass."""

import pytest
import torch
from torch.nn import functional as F  # noqa: N812 - its usual name
from torch.testing import assert_close

from impasto.errors import ShapeError
from impasto.fast.any_style import load
from impasto.fast.restyle import Region, padded, read_style, restyle, restyle_twice
from impasto.fast.tiles import HALO_PX, tiles
from tests.conftest import drawn


@pytest.fixture(scope="module")
def network():
    """The network of the package."""
    return load()


def picture(seed, height=96, width=128):
    """(1, 3, H, W) in [0, 1]."""
    return torch.from_numpy(drawn(seed, height, width)).permute(2, 0, 1)[None] / 255


@pytest.fixture(scope="module")
def style(network):
    """Of a drawn picture."""
    return read_style(network, picture(1))


def test_the_result_is_that_of_the_network(network, style):
    photo = picture(0)
    assert_close(
        restyle(network, photo, [Region(style)]), network(photo, style).clamp(0, 1), atol=1e-4, rtol=0
    )


@pytest.mark.parametrize("regions", [1, 2])
def test_tiles_give_the_picture_of_the_whole(network, style, regions):
    photo = picture(2, 330, 500)
    guides = None
    if regions == 2:
        guides = torch.zeros(1, 2, 330, 500)
        guides[:, 0, :, :211], guides[:, 1, :, 211:] = 1, 1
    after = [Region(style), Region(style, 0.5)][:regions]
    whole = restyle(network, photo, after, guides)
    assert whole.shape == photo.shape
    assert_close(restyle(network, photo, after, guides, tile_px=160), whole, atol=1e-3, rtol=0)


def test_the_halo_is_wide_enough(network, style):
    """What lies further away than the halo changes nothing but the statistics."""
    photo = picture(3, 64, 512)
    far = photo.clone()
    far[:, :, :, 256 + HALO_PX :] = 1 - far[:, :, :, 256 + HALO_PX :]
    decoded = [network.decode(network.encode(one)) for one in (photo, far)]
    assert torch.equal(decoded[0][..., :256], decoded[1][..., :256])
    assert not torch.equal(decoded[0][..., 320:], decoded[1][..., 320:])
    near = photo.clone()
    near[..., : 256 - HALO_PX] = 1 - near[..., : 256 - HALO_PX]
    decoded = [network.decode(network.encode(one)) for one in (photo, near)]
    assert torch.equal(decoded[0][..., 256:], decoded[1][..., 256:])


def test_tiles_cover_the_canvas_once():
    seen = torch.zeros(1, 1, 96, 160)
    for tile in tiles(96, 160, 64):
        tile.paste(tile.cut(seen) + 1, seen)
    assert torch.equal(seen, torch.ones_like(seen))


def test_strength_0_is_the_photo_as_the_network_knows_it(network, style):
    photo = picture(4)
    weak = restyle(network, photo, [Region(style, 0.0)])
    assert_close(weak, network.decode(network.encode(photo)).clamp(0, 1), atol=1e-4, rtol=0)


def test_what_belongs_to_no_region_keeps_its_features(network, style):
    photo = picture(5, 96, 256)
    guides = torch.zeros(1, 1, 96, 256)
    guides[..., 192:] = 1
    painted = restyle(network, photo, [Region(style)], guides)
    unpainted = restyle(network, photo, [Region(style, 0.0)])
    assert_close(painted[..., :80], unpainted[..., :80], atol=1e-4, rtol=0)
    assert (painted - unpainted)[..., 200:].abs().max() > 0.02


def test_a_mask_chooses_a_part_of_the_style(network):
    both = torch.cat([picture(6, 96, 96), picture(7, 96, 96)], 3)
    mask = torch.zeros(1, 1, 96, 192)
    mask[..., :96] = 1
    part, alone = read_style(network, both, mask), read_style(network, picture(6, 96, 96))
    assert (part[0].mean - alone[0].mean).norm() < 0.05 * alone[0].mean.norm()


def test_odd_sizes_keep_their_size(network, style):
    assert restyle(network, picture(8, 45, 77), [Region(style)]).shape[2:] == (45, 77)


def test_progress_ends_at_one(network, style):
    told = []
    restyle(network, picture(0), [Region(style)], progress=told.append)
    assert told == sorted(told) and told[-1] == 1


def test_too_small():
    with pytest.raises(ShapeError, match="32 px"):
        padded(torch.zeros(1, 3, 31, 100))


def test_two_passes_have_the_colours_of_the_palette(network, style):
    photo, palette = picture(9), picture(1)
    twice = restyle_twice(network, photo, [Region(style)], palette=palette)
    once = restyle(network, photo, [Region(style)])
    assert twice.shape == photo.shape and 0 <= twice.min() and twice.max() <= 1

    def error(painted):
        return (painted.mean((2, 3)) - palette.mean((2, 3))).abs().max()

    assert error(twice) < 0.02 and error(twice) < error(once)


def test_two_passes_leave_less_of_the_grid(network, style):
    """On an even photo, what is left at a period of 4 px: the difference to the same 2 px further."""
    even = torch.full((1, 3, 128, 128), 0.5) + 0.02 * picture(10, 128, 128)

    def grid(painted):
        inner = painted[..., 32:-32, 32:-32]
        return F.pixel_unshuffle(inner, 4).mean((2, 3)).view(3, 16).std(1).mean()

    once = restyle(network, even, [Region(style)])
    assert grid(restyle_twice(network, even, [Region(style)])) < grid(once)


def test_two_passes_with_regions_and_no_strength(network, style):
    photo = picture(11, 96, 128)
    guides = torch.zeros(1, 2, 96, 128)
    guides[:, 0, :, :64], guides[:, 1, :, 64:] = 1, 1
    told = []
    halves = restyle_twice(network, photo, [Region(style), Region(style, 0.0)], guides, progress=told.append)
    assert halves.shape == photo.shape and told == sorted(told) and told[-1] == 1
    nothing = restyle_twice(network, photo, [Region(style, 0.0)], palette=picture(1))
    assert (nothing - photo).mean((2, 3)).abs().max() < 0.05
