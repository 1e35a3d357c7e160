"""JPEG files that end too early."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from impasto.errors import PictureError
from impasto.images import io

from . import crafted

KINDS = {
    "baseline": ("RGB", {"quality": 90}),
    "progressive": ("RGB", {"quality": 90, "progressive": True}),
    "restart": ("RGB", {"quality": 90, "restart_marker_rows": 1}),
    "grey": ("L", {"quality": 90}),
    "full colour": ("RGB", {"quality": 95, "subsampling": 0}),
    "inks": ("CMYK", {"quality": 90}),
}
NOTE = "the file lacks its end marker; no pixel is missing"


def made(kind: str) -> bytes:
    mode, options = KINDS[kind]
    noise = np.random.default_rng(3).integers(-20, 20, (120, 160, 3))
    photo = np.asarray(crafted.photo(120, 160)).astype(int) + noise
    return crafted.encoded(
        Image.fromarray(photo.clip(0, 255).astype(np.uint8)).convert(mode), "JPEG", **options
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "ending", [b"", b"\xff", bytes(64), b"\xff" + bytes(64)], ids=["", "FF", "00", "FF00"]
)
def test_no_end_marker(put, kind, ending):
    data = made(kind)
    whole, cut = io.read(put("a.jpg", data)), io.read(put("b.jpg", data[:-2] + ending))
    assert np.array_equal(whole.pixels, cut.pixels)
    assert ending.endswith(b"\0") or NOTE in cut.notes  # libjpeg passes over zeros


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_missing_pixels_are_refused(put, kind, share):
    data = made(kind)
    with pytest.raises(
        PictureError, match=r"JPEG picture is damaged or cut short\n.*about \d+% of the pixels"
    ):
        io.read(put("a.jpg", data[: int(share * len(data))]))


@pytest.mark.parametrize("kind", ["baseline", "grey"])
def test_a_corner_may_be_missing(put, kind):
    mode, options = KINDS[kind]
    large = crafted.photo(400, 600).convert(mode)
    data = crafted.encoded(large, "JPEG", **options)
    found = io.read(put("a.jpg", data[:-8]))
    whole = io.read(put("b.jpg", data))
    differs = (found.pixels != whole.pixels).any(dim=1)[0]
    assert differs[:-20].sum() == 0 and differs.float().mean() < 0.01
    assert any("the file is cut short: the last " in note for note in found.notes)


def test_orientation_and_profile_survive(put):
    exif = Image.Exif()
    exif[0x0112] = 6
    data = crafted.encoded(crafted.photo(), "JPEG", exif=exif, icc_profile=crafted.rgb_profile())
    found = io.read(put("a.jpg", data[:-2]))
    assert found.pixels.shape == (1, 3, 36, 24)
    assert found.notes == (NOTE, "ICC profile 'Adobe RGB (1998)' converted to sRGB", "turned upright")
