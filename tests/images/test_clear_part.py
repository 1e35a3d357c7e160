"""The clear part of a cut-out picture."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from torch.testing import assert_close

from impasto.errors import PictureError
from impasto.images import io
from impasto.images.clear_part import cut_out, fill_clear, without_clear_part

from . import crafted


def disc(size: int = 64, radius: float = 0.25, background=(255, 255, 255)) -> Image.Image:
    """A disc of red and blue stripes; all around it is clear."""
    y, x = np.mgrid[0:size, 0:size] / size - 0.5
    inside = y**2 + x**2 < radius**2
    rgba = np.zeros((size, size, 4), np.uint8)
    rgba[..., :3] = background
    rgba[inside] = (200, 0, 0, 255)
    rgba[inside & (np.arange(size) % 8 < 4)] = (0, 0, 200, 255)
    return Image.fromarray(rgba)


@pytest.mark.parametrize("radius", [0.04, 0.25, 0.6])
@pytest.mark.parametrize("background", [(255, 255, 255), (0, 0, 0), (0, 255, 0)])
def test_only_colors_of_the_opaque_part_are_left(background, radius):
    picture = io.read(disc(radius=radius, background=background))
    filled = without_clear_part(picture)
    colors = filled.pixels[0].flatten(1).T.unique(dim=0)
    assert_close(colors, torch.tensor([[0, 0, 200], [200, 0, 0]]).float() / 255)
    assert torch.equal(filled.pixels[..., 32, 32], picture.pixels[..., 32, 32])
    if radius == 0.25:
        assert 0.4 < (filled.pixels[0, 0] > 0.5).float().mean() < 0.6  # as many of each, as in the disc
    assert filled.notes == ("its clear part takes no part in the style",)


def test_what_clear_pixels_hide_does_not_matter():
    one, other = (without_clear_part(io.read(disc(background=color))) for color in ((9, 9, 9), (0, 255, 0)))
    assert torch.equal(one.pixels, other.pixels)


def test_white_is_taken_out_of_soft_borders():
    pixels = torch.full((1, 3, 1, 2), 0.2)
    alpha = torch.tensor([[[[1.0, 0.6]]]])
    flattened = pixels * alpha + (1 - alpha)
    assert_close(fill_clear(flattened, alpha), pixels)


def test_mirrored_at_the_border():
    """Opaque 0 1 2 3 and four clear pixels: 2 1 0 and again."""
    row = torch.tensor([0.0, 0.1, 0.2, 0.3, 1, 1, 1, 1, 1, 1])
    alpha = torch.tensor([1.0] * 4 + [0.0] * 6)
    filled = fill_clear(row.expand(1, 3, 2, 10).clone(), alpha.expand(1, 1, 2, 10).clone())
    assert_close(filled[0, 0, 0], torch.tensor([0.0, 0.1, 0.2, 0.3, 0.2, 0.1, 0.0, 0.1, 0.2, 0.3]))


def test_nothing_to_see():
    with pytest.raises(
        PictureError, match=r"transparent everywhere\n  got +ghost: no pixel is more than half"
    ):
        without_clear_part(io.read(Image.new("RGBA", (4, 4)), name="ghost"))


def test_an_opaque_picture_stays():
    picture = io.read(crafted.photo())
    assert without_clear_part(picture) is picture and cut_out(picture) is picture


def test_a_photo_keeps_its_alpha():
    picture = cut_out(io.read(disc()))
    assert picture.alpha is not None and picture.notes == ("its transparency is kept",)
