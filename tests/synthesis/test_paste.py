"""Pasting an object into a painting."""

import pytest
import torch
from torch.testing import assert_close

from impasto.errors import PictureError, SettingError
from impasto.synthesis.paste import pasted

PAINTING = torch.full((1, 3, 60, 80), 0.25)
ITEM = torch.full((1, 3, 10, 20), 0.75)


def test_an_object_lies_where_it_was_put():
    paste = pasted(ITEM, PAINTING, None, at=(30, 5), scale=1.0)
    assert_close(paste.composite[0, 0, 5:15, 30:50], torch.full((10, 20), 0.75))
    assert paste.mask.sum() == 200 and paste.composite.sum() == pytest.approx(
        (3 * (60 * 80 * 0.25 + 200 * 0.5)), rel=1e-5
    )
    half = pasted(ITEM, PAINTING, torch.ones(1, 1, 4, 4), at=(-5, 58), scale=0.5)
    assert half.mask.sum() == 2 * 5  # 10 x 5 px, of which five columns and two rows are inside


def test_a_composite_without_a_mask_has_its_object_where_it_differs():
    composite = PAINTING.clone()
    composite[..., 20:30, 30:50] = 0.75
    paste = pasted(composite, PAINTING, None, at=None, scale=1.0)
    assert paste.mask[..., 20:30, 30:50].all()
    assert paste.mask.sum() <= 14 * 24
    rows, columns = paste.box
    assert rows.start == 0 and rows.stop == 60 and columns.start == 0


def test_the_rim_is_soft_and_ends():
    paste = pasted(ITEM, PAINTING, None, at=(30, 25), scale=1.0)
    soft = paste.soft
    assert soft[..., 25:35, 30:50].min() == 1
    assert soft[..., :10, :].max() == 0 and 0 < soft[0, 0, 22, 40] < 1
    assert paste.wide[..., 25:35, 30:50].min() == 1


def test_what_cannot_be():
    with pytest.raises(SettingError, match="larger than the painting"):
        pasted(ITEM, PAINTING, None, at=(0, 0), scale=5.0)
    with pytest.raises(SettingError, match="outside the painting"):
        pasted(ITEM, PAINTING, None, at=(100, 0), scale=1.0)
    with pytest.raises(PictureError, match="there is no object"):
        pasted(PAINTING, PAINTING, None, at=None, scale=1.0)
    with pytest.raises(PictureError, match="there is no object"):
        pasted(ITEM, PAINTING, torch.zeros(1, 1, 5, 5), at=(0, 0), scale=1.0)
