"""Label maps and grey masks: what they are read as, and how regions find each other."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from torch.testing import assert_close

from impasto.errors import PictureError, ShapeError
from impasto.images import io
from impasto.images.masks import (
    Regions,
    match,
    read_mask,
    read_regions,
    resize_guides,
    whole,
)

from .crafted import blobs, labels_picture, stripes

RED, GREEN, BLUE, YELLOW = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)
BLACK, GREY, WHITE = (0, 0, 0), (128, 128, 128), (255, 255, 255)
DISTINCT = [RED, GREEN, BLUE, YELLOW, BLACK, GREY, WHITE, (0, 255, 255), (255, 0, 255), (200, 100, 0)]


def sums_to_one(guides):
    assert guides.dtype == torch.float32
    assert guides.min() >= 0
    assert guides.max() <= 1
    assert_close(guides.sum(1), torch.ones_like(guides[:, 0]), atol=1e-6, rtol=0)


def test_flat_colors_are_regions():
    regions = read_regions(stripes(RED, BLUE, RED, GREEN))
    assert regions.names[0] == "#ff0000"
    assert set(regions.names[1:]) == {"#00ff00", "#0000ff"}
    red = regions.guides[0, 0, 0]
    assert_close(red, torch.cat([torch.ones(20), torch.zeros(20), torch.ones(20), torch.zeros(20)]))
    assert regions.notes == ()
    sums_to_one(regions.guides)


@settings(deadline=None)  # the first call loads parts of torch
@given(st.lists(st.sampled_from(DISTINCT), min_size=1, max_size=6, unique=True), st.integers(1, 12))
def test_labels_picture_gives_the_map_back(colors, width):
    picture = stripes(*colors, height=12, width=width)
    regions = read_regions(picture)
    assert len(regions.names) == len(colors)
    assert_close(labels_picture(regions), io.to_tensor(picture))


def test_one_pixel_is_one_region():
    regions = read_regions(np.full((1, 1, 3), RED, np.uint8))
    assert regions.names == ("#ff0000",)
    assert_close(regions.guides, torch.ones(1, 1, 1, 1))


def test_black_and_white_are_labels():
    regions = read_regions(stripes(BLACK, WHITE, WHITE))
    assert regions.names == ("white", "black")
    assert set(regions.guides.unique().tolist()) == {0.0, 1.0}


def test_few_greys_are_labels():
    regions = read_regions(stripes(BLACK, (90, 90, 90), GREY, WHITE))
    assert set(regions.names) == {"#000000", "#5a5a5a", "#808080", "#ffffff"}


@pytest.mark.parametrize("length", [64, 256, 2000])
def test_a_grey_gradient_is_a_soft_mask(length):
    ramp = np.broadcast_to(np.linspace(0, 255, length).round().astype(np.uint8), (8, length))
    regions = read_regions(ramp.copy())
    assert regions.names == ("white", "black")
    assert_close(regions.guides[0, 0], torch.from_numpy(ramp / 255).float(), atol=1e-6, rtol=0)
    sums_to_one(regions.guides)


@pytest.mark.parametrize("sigma_px", [3, 8, 20])
def test_a_feathered_mask_is_soft(sigma_px):
    y, x = np.mgrid[0:160, 0:160] - 80
    disc = Image.fromarray((255 * (x**2 + y**2 < 50**2)).astype(np.uint8))
    regions = read_regions(disc.filter(ImageFilter.GaussianBlur(sigma_px)))
    assert regions.names == ("white", "black")
    assert len(regions.guides.unique()) > 50
    sums_to_one(regions.guides)


def test_an_empty_region_of_a_soft_mask_is_dropped():
    ramp = np.broadcast_to(np.linspace(0, 1, 50, dtype=np.float32), (8, 50))
    regions = read_regions(1 - 0 * ramp)
    assert regions.names == ("white",)
    middle = read_regions(np.clip(ramp, 0.0, 0.9).astype(np.float32))
    assert middle.names == ("white", "black")


def test_a_photo_is_no_label_map():
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    with pytest.raises(
        PictureError,
        match=r"^sea\.jpg looks like a photo or a gradient, not like a label map\n"
        r"  got +64 or more colours\n  expected +at most 16 flat colours, one a region; or a grey mask\n"
        r"  try +a map painted with a hard brush",
    ):
        read_regions(noise, name="sea.jpg")


def test_a_colored_gradient_is_no_label_map():
    ramp = np.zeros((20, 256, 3), np.uint8)
    ramp[..., 2] = np.arange(256)
    with pytest.raises(PictureError, match=r"got +\d+ colours, and shades of them in most places\n"):
        read_regions(ramp)


def test_too_many_colors():
    colors = [(r, g, b) for r in (0, 85, 170, 255) for g in (0, 128, 255) for b in (0, 255)]
    assert len(read_regions(stripes(*colors), max_regions=24).names) == 24
    with pytest.raises(PictureError, match=r"^mask looks like.*\n  got +24 colours\n"):
        read_regions(stripes(*colors))


def test_a_missing_mask(tmp_path):
    with pytest.raises(PictureError, match="picture is missing"):
        read_regions(tmp_path / "none.png")


def test_names_and_notes_come_from_the_file(tmp_path):
    path = tmp_path / "map.png"
    Image.fromarray(blobs()).resize((97, 97)).save(path)
    assert read_regions(path).notes[0].startswith("map.png: ")


def test_read_mask_is_luminance():
    mask = read_mask(stripes(BLACK, WHITE, (51, 51, 51), height=2, width=1))
    assert mask.shape == (1, 1, 2, 3)
    assert_close(mask[0, 0, 0], torch.tensor([0.0, 1.0, 0.2]))
    with pytest.raises(PictureError, match="the mask is not grey"):
        read_mask(stripes(BLACK, WHITE, GREEN, height=2, width=1))
    with pytest.raises(PictureError, match="picture is missing"):
        read_mask("none.png")


def regions(*names):
    return Regions(names=names, guides=torch.ones(1, len(names), 2, 2) / len(names))


def test_match_finds_the_nearest_color():
    content = regions("#ff0000", "#0000ff")
    matching = match(content, [regions("#0000fe", "#c00000", "#fe331f"), None, regions("#0a00ff")])
    assert matching.partners == ((2, 0), (0, 0), (None, 0))
    assert matching.notes == ("mask of style 1: #c00000 (dark red) is used by no region of the content",)


def test_white_is_white_in_every_kind_of_mask():
    assert match(regions("white", "black"), [regions("#000000", "#ffffff")]).partners == ((1, 0),)


def test_a_style_without_a_mask_serves_all():
    matching = match(regions("#ff0000", "#0000ff"), [None])
    assert matching.partners == ((0, 0),)
    assert matching.notes == ()


def test_whole_is_one_region():
    everything = whole((3, 4))
    assert everything.names == ("all",)
    assert_close(everything.guides, torch.ones(1, 1, 3, 4))


def test_a_region_without_partner():
    with pytest.raises(PictureError) as caught:
        match(
            regions("#ff0000", "#0000ff"),
            [regions("#ff0000", "#00ff00"), regions("white")],
            content_name="photo_map.png",
            names=["wave_map.png", "scream_map.png"],
        )
    assert str(caught.value) == (
        "no style has a region for #0000ff (blue)\n"
        "  got       #ff0000 (red), #0000ff (blue) in photo_map.png; "
        "#ff0000 (red), #00ff00 (green) in wave_map.png; white in scream_map.png\n"
        "  expected  each colour of photo_map.png in the mask of at least one style\n"
        "  try       paint #0000ff (blue) over in photo_map.png with a colour that a style has, "
        "or give a style without a mask"
    )
    with pytest.raises(PictureError, match=r"in the mask of the content; no style\n"):
        match(regions("#ff0000"), [])


@settings(deadline=None)  # the first call loads parts of torch
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 99))
def test_resized_guides_still_sum_to_one(height, width, seed):
    guides = torch.rand(1, 3, 13, 17, generator=torch.Generator().manual_seed(seed))
    guides = guides / guides.sum(1, keepdim=True)
    before = guides.clone()
    resized = resize_guides(guides, (height, width))
    assert resized.shape == (1, 3, height, width)
    sums_to_one(resized)
    assert_close(guides, before, rtol=0, atol=0)


def test_resized_guides_keep_their_share():
    hard = read_regions(blobs()).guides
    assert_close(resize_guides(hard, (40, 40)).mean((2, 3)), hard.mean((2, 3)), atol=2e-3, rtol=0)
    assert resize_guides(hard, (160, 160)) is hard
    with pytest.raises(ShapeError, match="guides has the wrong shape"):
        resize_guides(hard[0], (4, 4))
