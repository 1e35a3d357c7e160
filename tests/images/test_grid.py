"""Contact sheets."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from impasto.errors import PictureError
from impasto.images.grid import contact_sheet

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
WHITE = (255, 255, 255)


def plain(width: int, height: int, color: tuple[int, int, int]) -> Image.Image:
    return Image.new("RGB", (width, height), color)


def box_of(sheet: Image.Image, color: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of the pixels of one colour, the last two past the end."""
    y, x = np.nonzero((np.asarray(sheet) == color).all(axis=2))
    return int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1


def test_geometry_by_hand():
    rows = [[plain(200, 100, RED), plain(50, 100, GREEN)], [plain(30, 30, BLUE)]]
    sheet = contact_sheet(rows, cell_px=100, gap_px=10, background=WHITE)
    assert sheet.mode == "RGB"
    assert sheet.size == (10 + 100 + 10 + 50 + 10, 10 + 100 + 10 + 100 + 10)
    assert box_of(sheet, RED) == (10, 35, 110, 85)  # half as high as wide, centred in the row
    assert box_of(sheet, GREEN) == (120, 10, 170, 110)
    assert box_of(sheet, BLUE) == (10, 120, 110, 220)  # small pictures are enlarged


def test_columns_are_as_wide_as_their_widest():
    rows = [[plain(50, 100, RED), plain(9, 9, WHITE)], [plain(100, 100, GREEN), plain(9, 9, WHITE)]]
    sheet = contact_sheet(rows, cell_px=100, gap_px=0, background=WHITE)
    assert sheet.size == (200, 200)
    assert box_of(sheet, RED) == (25, 0, 75, 100)


def test_captions_and_titles_take_room_and_are_drawn():
    rows = [[plain(10, 10, RED), plain(10, 10, GREEN)]]
    bare = contact_sheet(rows, cell_px=100, background=WHITE)
    titled = contact_sheet(rows, cell_px=100, background=WHITE, column_titles=["one", "two"])
    labelled = contact_sheet(rows, cell_px=100, background=WHITE, labels=[["one", "two"]])
    line = titled.height - bare.height
    assert line > 10
    assert labelled.height == titled.height
    assert box_of(titled, RED)[1] == box_of(bare, RED)[1] + line
    assert box_of(labelled, RED) == box_of(bare, RED)
    for sheet, top in ((titled, 8), (labelled, 108)):
        for left in (8, 116):
            band = np.asarray(sheet)[top : top + line, left : left + 100]
            assert band.min() < 60  # dark ink
            assert band[:, :2].min() == 255  # with air around
            assert band[:, -2:].min() == 255


def test_long_caption_stays_in_its_column():
    rows = [[plain(10, 10, RED), plain(10, 10, GREEN)]]
    sheet = contact_sheet(rows, labels=[["a very long caption " * 5, ""]], cell_px=100, background=WHITE)
    below = np.asarray(sheet)[108:]
    assert below[:, :108].min() < 60
    assert below[:, 108:].min() == 255


def test_caption_where_nothing_fits():
    sheet = contact_sheet([[plain(1, 100, RED)]], labels=[["caption"]], cell_px=100, background=WHITE)
    assert np.asarray(sheet)[110:].min() == 255


def test_more_captions_than_pictures_are_left_out():
    sheet = contact_sheet(
        [[plain(9, 9, RED)]], labels=[["a", "b"], ["c"]], column_titles=["x", "y"], cell_px=50
    )
    assert sheet.width == 8 + 50 + 8


def test_ink_is_light_on_dark():
    sheet = contact_sheet([[plain(9, 9, RED)]], labels=[["a"]], cell_px=50, background=(10, 10, 10))
    assert np.asarray(sheet)[60:].max() > 150


def test_rows_of_different_length_and_mode():
    rows = [[Image.new("L", (5, 5), 9)], [], [Image.new("RGBA", (5, 5)), Image.new("P", (5, 5))]]
    assert contact_sheet(rows, cell_px=20, gap_px=2).size == (2 + 20 + 2 + 20 + 2, 2 + 22 + 2 + 22)


def test_pictures_are_not_changed():
    picture = plain(10, 20, RED)
    before = picture.tobytes()
    contact_sheet([[picture]], cell_px=5)
    assert (picture.size, picture.tobytes()) == ((10, 20), before)


@pytest.mark.parametrize("rows", [[], [[], []]])
def test_nothing_to_show(rows):
    with pytest.raises(PictureError, match=rf"needs at least one picture\n  got +{len(rows)} empty rows"):
        contact_sheet(rows)
