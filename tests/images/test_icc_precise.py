"""Profiles in floating point: the same colours as lcms, without loss of levels."""

from __future__ import annotations

import io as streams
import struct

import numpy as np
import pytest
import tifffile
import torch
from PIL import Image, ImageCms
from torch.testing import assert_close

from impasto.images import icc, io
from impasto.images.icc_precise import matrix_space

from . import crafted

PROPHOTO = {
    "rXYZ": (0.79767, 0.28804, 0.0),
    "gXYZ": (0.13519, 0.71188, 0.0),
    "bXYZ": (0.03134, 0.00009, 0.82491),
}


def curve(*numbers: int) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">I", len(numbers)) + struct.pack(f">{len(numbers)}H", *numbers)


def parametric(kind: int, *numbers: float) -> bytes:
    body = struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))
    return b"para" + bytes(4) + struct.pack(">HH", kind, 0) + body


SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
CURVES = {
    "identity": curve(),
    "gamma": curve(round(1.8 * 256)),
    "table": curve(*(round(65535 * (step / 99) ** 2.2) for step in range(100))),
    "parametric 0": parametric(0, 1.8),
    "parametric 1": parametric(1, 2.2, 1 / 0.9, -0.1 / 0.9),
    "parametric 2": parametric(2, 2.2, 1 / 0.9, -0.1 / 0.9, 0.0),
    "parametric 3": parametric(3, *SRGB_CURVE),
    "parametric 4": parametric(4, *SRGB_CURVE, 0.0, 0.0),
}


def profile(curves: bytes | list[bytes], columns=PROPHOTO) -> bytes:
    trc = [curves] * 3 if isinstance(curves, bytes) else curves
    title = b"Wide\0"
    tags = {b"desc": b"desc" + bytes(4) + struct.pack(">I", len(title)) + title + bytes(78)}
    tags |= {b"cprt": b"text" + bytes(4) + b"none\0", b"wtpt": crafted._xyz(0.9642, 1.0, 0.8249)}
    tags |= {name.encode(): crafted._xyz(*xyz) for name, xyz in columns.items()}
    tags |= dict(zip((b"rTRC", b"gTRC", b"bTRC"), trc, strict=True))
    return crafted._profile(tags, b"RGB ")


def random_colors() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)


def by_lcms(colors: np.ndarray, data: bytes) -> np.ndarray:
    converted, _ = icc.to_srgb(Image.fromarray(colors), data)
    return np.asarray(converted).astype(np.float32) / 255


@pytest.mark.parametrize("name", CURVES)
def test_computed_as_lcms_does(name):
    data = profile(CURVES[name])
    space = matrix_space(data, channels=3)
    colors = random_colors()
    found = space.to_srgb(colors.astype(np.float32) / 255)
    assert np.abs(found - by_lcms(colors, data)).max() < 1.1 / 255


def test_a_curve_for_each_channel():
    data = profile([CURVES["gamma"], CURVES["table"], CURVES["parametric 3"]])
    colors = random_colors()
    found = matrix_space(data, channels=3).to_srgb(colors.astype(np.float32) / 255)
    assert np.abs(found - by_lcms(colors, data)).max() < 1.1 / 255


@pytest.mark.parametrize("raised", [parametric(1, 2.2, 0.9, 0.1), parametric(4, *SRGB_CURVE, 0.01, 0.01)])
def test_a_black_that_is_not_black_is_left_to_lcms(raised):
    """Black point compensation."""
    assert matrix_space(profile(raised), channels=3) is None
    converter, _ = icc.precise(profile(raised), channels=3)
    colors = random_colors()
    found = converter(colors.astype(np.float32) / 255)
    assert np.abs(found - by_lcms(colors, profile(raised))).mean() < 1 / 255


@pytest.mark.parametrize("kind", ["computed", "grid"])
@pytest.mark.parametrize("low", [0.02, 0.4, 0.9])
def test_levels_of_a_narrow_ramp_are_kept(put, low, kind, monkeypatch):
    """2048 levels in, as many out; at 8 bits there would be 26."""
    if kind == "grid":
        monkeypatch.setattr(icc, "matrix_space", lambda profile, channels: None)
    ramp = np.arange(2048, dtype=np.uint16) + round(low * 65535)
    values = np.stack([ramp] * 3, axis=1)[None]
    data = streams.BytesIO()
    tifffile.imwrite(data, values, photometric="rgb", iccprofile=profile(CURVES["gamma"]))
    found = io.read(put("x.tif", data.getvalue())).pixels
    assert len(torch.unique((found[0, 0, 0] * 65535).round())) > 1500
    assert (found[0, 0, 0].diff() > 0).all()
    light = (ramp / 65535) ** 1.8  # greys stay grey, and their light is the same
    expected = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    tolerance = 1e-3 if kind == "computed" else 6e-3
    assert_close(found[0, 0, 0].double(), torch.from_numpy(expected), atol=tolerance, rtol=0)


def test_grid_of_lcms():
    data = profile(CURVES["gamma"])
    transform = icc._transform(ImageCms.ImageCmsProfile(streams.BytesIO(data)), "RGB")
    table = icc.grid_converter(transform, "RGB")
    colors = random_colors()
    assert np.abs(table(colors.astype(np.float32) / 255) - by_lcms(colors, data)).mean() < 1 / 255


@pytest.mark.parametrize("channels", [1, 3])
def test_grey_under_a_profile_of_colors(put, channels):
    values = np.full((2, 2, channels), 32768, np.uint16)
    data = streams.BytesIO()
    tifffile.imwrite(
        data,
        values if channels == 3 else values[..., 0],
        photometric="rgb" if channels == 3 else "minisblack",
        iccprofile=profile(CURVES["identity"]),
    )
    found = io.read(put("x.tif", data.getvalue()))
    assert_close(found.pixels, torch.full((1, 3, 2, 2), 0.7354), atol=1e-3, rtol=0)


def test_deep_grey_profile(put):
    data = streams.BytesIO()
    tifffile.imwrite(data, np.full((2, 2), 32768, np.uint16), iccprofile=crafted.grey_profile(1.0))
    found = io.read(put("x.tif", data.getvalue()))
    assert_close(found.pixels, torch.full((1, 3, 2, 2), 0.7354), atol=1e-3, rtol=0)
    assert found.notes == ("ICC profile 'Grey' converted to sRGB",)


@pytest.mark.parametrize("cut", [10, 130, 140, 200, 400])
def test_a_cut_profile_is_left_to_lcms(cut):
    assert matrix_space(profile(CURVES["gamma"])[:cut], channels=3) is None
