"""Flat colours found in spite of what drawing programs and JPEG do to them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from impasto.images.labels import label_shades
from impasto.images.masks import match, read_regions

from .crafted import as_jpeg, blobs, labels_picture, stripes

RED, GREEN, BLUE, YELLOW = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)
BLACK, GREY, WHITE = (0, 0, 0), (128, 128, 128), (255, 255, 255)


@pytest.mark.parametrize("quality", [95, 75, 50, 30])
@pytest.mark.parametrize("subsampling", [0, 2])
def test_jpeg_does_not_change_the_regions(quality, subsampling):
    clean = read_regions(blobs())
    shifted = read_regions(as_jpeg(Image.fromarray(blobs()), quality, subsampling))
    assert len(shifted.names) == len(clean.names) == 5
    partners = match(clean, [shifted]).partners[0]
    same = sum((clean.guides[:, i] * shifted.guides[:, j]).sum() for i, j in enumerate(partners))
    assert same / clean.guides.sum() > 0.985


@pytest.mark.parametrize("method", [Image.Resampling.BILINEAR, Image.Resampling.LANCZOS])
@pytest.mark.parametrize("size", [97, 230])
def test_smooth_borders_do_not_make_regions(method, size):
    smooth = Image.fromarray(blobs()).resize((size, size), method)
    regions = read_regions(smooth)
    hard = read_regions(Image.fromarray(blobs()).resize((size, size), Image.Resampling.NEAREST))
    assert set(regions.names) == set(hard.names)
    assert (labels_picture(regions) - labels_picture(hard)).abs().amax(1).gt(0).float().mean() < 0.03
    assert "pixels" in regions.notes[0]
    assert "of no region's colour went to the nearest region" in regions.notes[0]


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_mixtures_do_not_go_to_a_third_region_that_has_their_color(scale):
    """Black beside white, smoothed, has grey between; grey is a region elsewhere, and touches the border."""
    flat = np.full((80, 60, 3), WHITE, np.uint8)
    flat[:, :30] = BLACK
    flat[60:] = GREY
    picture = Image.fromarray(flat)
    wide = picture.resize((60 * scale, 80 * scale), Image.Resampling.BICUBIC).filter(ImageFilter.BoxBlur(1))
    regions = read_regions(wide)
    assert set(regions.names) == {"#000000", "#ffffff", "#808080"}
    grey = regions.guides[0, regions.names.index("#808080")]
    assert grey[: 58 * scale].sum() == 0
    assert grey[62 * scale :].min() == 1


def test_thin_lines_of_a_pure_color_stay():
    picture = np.full((60, 60, 3), BLUE, np.uint8)
    picture[20:40] = YELLOW
    picture[:8, :8] = RED
    picture[10, :] = RED
    regions = read_regions(picture)
    assert regions.guides[0, regions.names.index("#ff0000"), 10].min() == 1


def test_near_colors_are_one_region():
    noise = np.random.default_rng(0).integers(-5, 6, (40, 60, 3))
    picture = np.clip(np.asarray(stripes(RED, (120, 60, 200), GREEN)).astype(int) + noise, 0, 255)
    assert len(read_regions(picture.astype(np.uint8)).names) == 3


def test_small_blots_are_no_regions():
    picture = np.full((100, 100, 3), BLUE, np.uint8)
    picture[50, 50] = RED
    regions = read_regions(picture, name="sky.png")
    assert regions.names == ("#0000ff",)
    assert regions.notes == ("sky.png: 1 pixel (0.0 %) of no region's colour went to the nearest region",)


def test_flat_shades_go_to_the_label_of_their_color():
    """A paler yellow is yellow where it is flat; a mixture with red along a border is left alone."""
    levels = np.array([[RED, (255, 255, 45), (255, 128, 0), (255, 255, 70), YELLOW]], np.uint8)
    labels = np.array([[0, -1, -1, -1, 1]], np.int16)
    filled = label_shades(levels, np.array([[True, True, False, True, True]]), [RED, YELLOW], labels)
    assert filled.tolist() == [[0, 1, -1, -1, 1]]  # the last shade is too far from both
    assert labels.tolist() == [[0, -1, -1, -1, 1]]
