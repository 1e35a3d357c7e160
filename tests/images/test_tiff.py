"""TIFF: extra channels of every kind, planes, tiles, byte orders, depths and compressions."""

from __future__ import annotations

import io as streams
import struct

import numpy as np
import pytest
import tifffile
import torch
from PIL import Image
from torch.testing import assert_close

from impasto.errors import PictureError
from impasto.images import io, tiff_segments

from . import crafted

COLOR, OPACITY = (0.8, 0.4, 0.2), 0.6


def saved(values: np.ndarray, **options) -> bytes:
    buffer = streams.BytesIO()
    tifffile.imwrite(buffer, values, **options)
    return buffer.getvalue()


def as_type(values: np.ndarray, kind) -> np.ndarray:
    dtype = np.dtype(kind)
    return values.astype(dtype) if dtype.kind == "f" else np.rint(values * np.iinfo(dtype).max).astype(dtype)


@pytest.mark.parametrize(
    ("layout", "order", "channels"), [("contig", "<", 1), ("contig", ">", 3), ("separate", "<", 3)]
)
@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.uint32, np.float32])
@pytest.mark.parametrize(
    "extra",
    [
        ["unassalpha"],
        ["assocalpha"],
        ["unspecified"],
        ["unspecified", "unassalpha"],
        ["unassalpha", "unspecified"],
    ],
    ids="-".join,
)
def test_extra_channels(put, extra, channels, kind, order, layout):
    stored = [np.full((32, 48), value) for value in COLOR[:channels]]
    for use in extra:
        stored.append(np.full((32, 48), 0.3 if use == "unspecified" else OPACITY))
    if "assocalpha" in extra:
        stored[:channels] = [plane * OPACITY for plane in stored[:channels]]
    values = as_type(np.stack(stored, axis=0 if layout == "separate" else -1), kind)
    data = saved(
        values,
        photometric="rgb" if channels == 3 else "minisblack",
        planarconfig=layout,
        extrasamples=extra,
        byteorder=order,
        compression="zlib" if kind == np.uint16 else None,
        tile=(16, 16) if kind == np.uint8 else None,
    )
    found = io.read(put("x.tif", data))
    color = np.broadcast_to(COLOR[:channels], 3)
    opaque = extra == ["unspecified"]
    expected = color if opaque else color * OPACITY + (1 - OPACITY)
    assert_close(found.pixels[0, :, 5, 7], torch.tensor(expected).float(), atol=0.004, rtol=0)
    assert found.pixels.std(dim=(2, 3)).max() < 1e-6
    if opaque:
        assert found.alpha is None
    else:
        assert_close(found.alpha, torch.full((1, 1, 32, 48), OPACITY), atol=0.002, rtol=0)
    left_out = "1 extra channel of no stated use left out"
    assert (left_out in found.notes) == ("unspecified" in extra)


def test_fully_clear_where_colors_were_multiplied(put):
    values = np.zeros((2, 2, 4), np.uint16)
    found = io.read(put("x.tif", saved(values, photometric="rgb", extrasamples=["assocalpha"])))
    assert found.pixels.min() == 1 and found.alpha is not None and found.alpha.max() == 0


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("layout", ["contig", "separate"])
def test_inks(put, layout, bits):
    inks = np.full((4, 4, 4), 0.0)
    inks[..., 1:3] = 1  # magenta and yellow make red
    values = as_type(inks, f"u{bits // 8}")
    values = np.moveaxis(values, -1, 0).copy() if layout == "separate" else values
    found = io.read(put("x.tif", saved(values, photometric="separated", planarconfig=layout)))
    assert_close(found.pixels[0, :, 1, 1], torch.tensor([1.0, 0.0, 0.0]))
    assert found.notes == ("converted from CMYK without a profile: its colours are an estimate",)


def ramp(kind, channels: int) -> np.ndarray:
    """(40, 56, channels), each number different from its neighbours."""
    values = np.random.default_rng(1).random((40, 56, channels))
    return as_type(values, kind)


def packed(values: np.ndarray, compression: str, *, predictor: int, order: str) -> bytes:
    """A TIFF of one strip that is packed by libtiff as bytes; the predictor is done here."""
    rows, width, channels = values.shape
    size = values.dtype.itemsize
    if predictor == 2:
        whole = values.view(f"u{size}").copy()
        whole[:, 1:] -= whole[:, :-1].copy()
        raw = whole.astype(f"{order}u{size}").view(np.uint8).reshape(rows, -1)
    elif predictor == 3:
        big = values.astype(f">f{size}").view(np.uint8).reshape(rows, width * channels, size)
        planes = big.transpose(0, 2, 1).reshape(rows, -1, channels).copy()
        planes[:, 1:] -= planes[:, :-1].copy()
        raw = planes.reshape(rows, -1)
    else:
        raw = values.astype(values.dtype.newbyteorder(order)).view(np.uint8).reshape(rows, -1)
    grey = crafted.encoded(Image.fromarray(np.ascontiguousarray(raw)), "TIFF", compression=compression)
    with tifffile.TiffFile(streams.BytesIO(grey)) as file:
        page = file.pages.first
        assert len(page.dataoffsets) == 1
        strip = grey[page.dataoffsets[0] : page.dataoffsets[0] + page.databytecounts[0]]
        code = int(page.compression)
    kinds = {"u": 1, "f": 3}[values.dtype.kind]
    tags = {256: [width], 257: [rows], 258: [size * 8] * channels, 259: [code]}
    tags |= {262: [2 if channels >= 3 else 1], 277: [channels], 278: [rows], 317: [predictor]}
    tags |= {339: [kinds] * channels} | ({338: [0]} if channels in (2, 4) else {})
    return by_hand(tags, strip, order)


def by_hand(tags: dict[int, list[int]], strip: bytes, order: str) -> bytes:
    """A TIFF of one strip and some tags of short numbers."""
    tags = {**tags, 273: [8], 279: [len(strip)]}
    start = 8 + len(strip)
    behind, entries = start + 2 + 12 * len(tags) + 4, b""
    rest = b""
    for tag, numbers in sorted(tags.items()):
        kind = "I" if tag in (273, 279) else "H"
        body = struct.pack(f"{order}{len(numbers)}{kind}", *numbers)
        if len(body) > 4:
            body, rest = struct.pack(f"{order}I", behind + len(rest)), rest + body + bytes(len(body) % 2)
        entries += struct.pack(f"{order}HHI", tag, 4 if kind == "I" else 3, len(numbers)) + body.ljust(
            4, b"\0"
        )
    head = struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, start)
    return head + strip + struct.pack(f"{order}H", len(tags)) + entries + bytes(4) + rest


@pytest.mark.parametrize(
    ("compression", "channels"), [("tiff_lzw", 2), ("tiff_lzw", 4), ("packbits", 3), ("zstd", 3), ("lzma", 3)]
)
@pytest.mark.parametrize(
    ("kind", "predictor", "order"),
    [
        ("u2", 1, "<"),
        ("u2", 2, ">"),
        ("u2", 2, "<"),
        ("f4", 1, ">"),
        ("f4", 3, "<"),
        ("f2", 3, ">"),
        ("u4", 2, ">"),
    ],
)
def test_packed_pieces(put, channels, kind, predictor, order, compression):
    values = ramp(kind, channels)
    found = io.read(put("x.tif", packed(values, compression, predictor=predictor, order=order)))
    scale = 1 if values.dtype.kind == "f" else np.iinfo(values.dtype).max
    color = values[..., : 3 if channels > 2 else 1].astype(np.float64) / scale
    expected = np.broadcast_to(color, (40, 56, 3))
    assert_close(found.pixels[0].permute(1, 2, 0).double(), torch.tensor(expected), atol=1e-6, rtol=0)


@pytest.mark.parametrize("layout", ["tiles", "strips", "planes"])
def test_pieces_are_put_together_as_tifffile_does(layout):
    values = ramp("u2", 3)
    options = {
        "tiles": {"tile": (16, 32)},
        "strips": {"rowsperstrip": 7},
        "planes": {"planarconfig": "separate", "tile": (16, 16)},
    }[layout]
    stored = np.moveaxis(values, -1, 0).copy() if layout == "planes" else values
    data = saved(stored, photometric="rgb", byteorder=">", **options)
    with tifffile.TiffFile(streams.BytesIO(data)) as file:
        assert np.array_equal(tiff_segments.read_segments(data, file.pages.first), values)


def test_twelve_bits(put):
    """Two numbers of 12 bits in three bytes."""
    levels = np.arange(0, 4096, 91, dtype=np.uint16)[:36].reshape(2, 6, 3)
    bits = (levels.reshape(2, -1)[..., None] >> np.arange(11, -1, -1)) & 1
    strip = np.packbits(bits.astype(np.uint8).reshape(2, -1), axis=1).tobytes()
    tags = {256: [6], 257: [2], 258: [12, 12, 12], 259: [1], 262: [2], 277: [3], 278: [2]}
    data = by_hand(tags, strip, ">")
    found = io.read(put("x.tif", data))
    assert_close(found.pixels[0].permute(1, 2, 0), torch.from_numpy(levels / 4095).float(), atol=1e-6, rtol=0)


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_cut_pieces_are_refused(put, share):
    data = packed(ramp("u2", 3), "tiff_lzw", predictor=2, order="<")
    with tifffile.TiffFile(streams.BytesIO(data)) as file:
        size = file.pages.first.databytecounts[0]
    spoiled = data[: int(8 + share * size)] + bytes(size - int(share * size)) + data[8 + size :]
    with pytest.raises(PictureError, match="TIFF picture is damaged or cut short"):
        io.read(put("x.tif", spoiled))


def test_adobe_rgb_told_by_exif_in_a_deep_tiff(put):
    values = np.asarray(crafted.photo()).astype(np.uint16) * 257
    data = saved(values, photometric="rgb", extratags=[(34666, 13, 1, 0, True)])
    data = data.replace(
        struct.pack("<HHII", 34666, 13, 1, 0), pointer := struct.pack("<HHII", 34665, 13, 1, 0)
    )
    place = data.index(pointer) + 8
    exif = len(data)
    entry = (1).to_bytes(2, "little") + b"\x01\xa0\x03\0\x01\0\0\0\x02\0\0\0" + bytes(4)
    data = data[:place] + exif.to_bytes(4, "little") + data[place + 4 :] + entry
    assert io.read(put("x.tif", data)).notes == ("converted from Adobe RGB to sRGB",)
