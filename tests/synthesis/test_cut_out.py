"""Objects cut out of photos."""

import sys

import pytest
import torch

from impasto import samples
from impasto.errors import SettingError
from impasto.images import io
from impasto.synthesis.cut_out import cut_out


def overlap(found, wanted):
    """Intersection over union."""
    found, wanted = found > 0.5, wanted > 0.5
    return float((found & wanted).sum() / (found | wanted).sum())


def scene(size=96):
    """A striped disc on a plain ground, and where it is."""
    y, x = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    disc = ((y - size * 0.5) ** 2 + (x - size * 0.55) ** 2 < (0.28 * size) ** 2).float()
    stripes = torch.stack([0.9 - 0.3 * (x % 12 < 6), 0.3 + 0.2 * (x % 12 < 6), 0.1 + 0 * x])
    noise = 0.03 * torch.randn(3, size, size, generator=torch.Generator().manual_seed(0))
    ground = torch.stack([0.2 + 0 * x, 0.5 + 0.2 * y / size, 0.7 + 0 * x])
    return (torch.lerp(ground, stripes, disc) + noise).clamp(0, 1)[None], disc[None, None]


def test_a_box_around_a_disc():
    photo, disc = scene()
    found = cut_out(photo, box=(20, 16, 66, 66))
    assert overlap(found, disc) > 0.95
    assert torch.equal(found, cut_out(photo, box=(20, 16, 66, 66)))  # the same again


def test_strokes_alone():
    photo, disc = scene()
    strokes = torch.full((1, 1, 96, 96), 0.5)
    strokes[..., 44:52, 34:70], strokes[..., :6, :], strokes[..., -6:, :] = 1, 0, 0
    assert overlap(cut_out(photo, strokes=strokes), disc) > 0.95


@pytest.mark.slow
def test_a_person_in_a_photo():
    """Head and suit are two parts, and both stay; the rocket beside her does not come along."""
    photo = io.read(samples.photo("astronaut")).pixels
    found = cut_out(photo, box=(30, 5, 340, 507))[0, 0]
    assert found[80:120, 200:250].mean() > 0.9  # face
    assert found[300:380, 60:120].mean() > 0.9  # arm
    assert found[:260, 371:].max() < 0.5


def test_strokes_take_away_what_colours_cannot_tell():
    photo, disc = scene()
    photo[..., 10:16, 10:90] = photo[..., 48:54, 10:90]  # a bar of the disc's colours
    strokes = torch.full((1, 1, 96, 96), 0.5)
    strokes[..., 8:18, :] = 0
    strokes[..., 44:52, 40:64] = 1
    assert overlap(cut_out(photo, box=(4, 4, 90, 88), strokes=strokes), disc) > 0.9


def test_what_tells_nothing(monkeypatch):
    photo, _ = scene()
    with pytest.raises(SettingError, match="the box holds all of the photo"):
        cut_out(photo, box=(0, 0, 96, 96))
    with pytest.raises(SettingError, match=r"(?s)OpenCV, which is not installed.*impasto\[video\]"):
        monkeypatch.setitem(sys.modules, "cv2", None)
        cut_out(photo, box=(20, 16, 66, 66))


def test_a_plain_photo_has_no_object():
    with pytest.raises(SettingError, match=r"(?s)no object was found there.*--strokes"):
        cut_out(torch.full((1, 3, 64, 64), 0.4), box=(10, 10, 40, 40))
