"""The chunks of a PNG beside its pixels: profile, colour codes and text of any size.

Pillow calls a file damaged if a profile or a text is larger than 1 MB, or if the checksum of a chunk that it
does not need is wrong (tested with 12.3.0). Such chunks are read, or left out, before Pillow
sees the file.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

SIGNATURE_BYTES = 8

MAX_PROFILE_BYTES, MAX_TEXT_BYTES = 64 * 2**20, 64 * 2**20
"""Largest unpacked profile, and largest sum of texts: what is more was made to do harm."""

PILLOW_TEXT_BYTES = 2**19
"""Longest text that is left for Pillow, which reads the orientation of some files from text."""

TEXTS = (b"tEXt", b"zTXt", b"iTXt")

NEEDED = (b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"eXIf", b"pHYs", b"acTL", b"fcTL", b"fdAT", *TEXTS)
"""Optional chunks that are left for Pillow, if their checksum is right."""


@dataclass
class Chunks:
    """What stands in a PNG beside its pixels.

    Attributes:
        plain: the file with what Pillow needs.
        icc: the ICC profile.
        cicp: colour primaries and transfer characteristics (ITU-T H.273).
        text: by keyword.
        notes: what was left out.
    """

    plain: bytes
    icc: bytes | None = None
    cicp: tuple[int, int] | None = None
    text: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_chunks(data: bytes) -> Chunks:
    """Read the chunks beside the pixels; never fails, as Pillow tells what is wrong with the rest.

    Source: PNG 3rd edition (W3C 2025), sections 5 and 11.3.
    """
    found = Chunks(b"")
    kept, last, budget = [data[:SIGNATURE_BYTES]], SIGNATURE_BYTES, MAX_TEXT_BYTES
    for start, tag, body in _chunks(data):
        end = start + 12 + len(body)
        last = end
        optional = bool(tag[0] & 0x20)
        if optional and zlib.crc32(tag + body) != struct.unpack_from(">I", data, end - 4)[0]:
            found.notes.append(f"a damaged {tag.decode('latin-1')} chunk was ignored")
            continue
        if tag == b"iCCP":
            found.icc = _profile(body)
            if found.icc is None:
                found.notes.append("a broken ICC profile was ignored")
        elif tag == b"cICP" and len(body) >= 2:
            found.cicp = (body[0], body[1])
        elif tag in TEXTS:
            key, value = _text(tag, body, budget)
            if value is None:
                continue
            budget -= len(value)
            if key not in found.text:
                found.text[key] = value
            if len(value) > PILLOW_TEXT_BYTES:
                continue
        if not optional or tag in NEEDED:
            kept.append(data[start:end])
    kept.append(data[last:])  # what follows the last whole chunk
    found.plain = b"".join(kept)
    return found


def _chunks(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Start, tag and body of each whole chunk."""
    place = SIGNATURE_BYTES
    while place + 12 <= len(data):
        (size,) = struct.unpack_from(">I", data, place)
        if place + 12 + size > len(data):
            return
        tag = data[place + 4 : place + 8]
        yield place, tag, data[place + 8 : place + 8 + size]
        if tag == b"IEND":
            return
        place += 12 + size


def _profile(body: bytes) -> bytes | None:
    _, _, packed = body.partition(b"\0")
    try:
        return _unpack(packed[1:], MAX_PROFILE_BYTES)
    except ValueError:
        return None


def _text(tag: bytes, body: bytes, budget: int) -> tuple[str, str | None]:
    """Keyword and text; the text is None if it is broken or too long."""
    key, _, rest = body.partition(b"\0")
    name = key.decode("latin-1")
    try:
        if tag == b"tEXt":
            return name, rest[:budget].decode("latin-1")
        if tag == b"zTXt":
            return name, _unpack(rest[1:], budget).decode("latin-1") if rest[:1] == b"\0" else None
        packed, rest = rest[:1] == b"\1", rest[2:]
        text = rest.split(b"\0", 2)[2]  # after language and translated keyword
        return name, (_unpack(text, budget) if packed else text[:budget]).decode("utf-8")
    except (ValueError, IndexError):
        return name, None


def _unpack(packed: bytes, longest: int) -> bytes:
    """Inflate.

    Raises:
        ValueError: damaged, or longer than allowed.
    """
    machine = zlib.decompressobj()
    try:
        unpacked = machine.decompress(packed, longest)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if machine.unconsumed_tail:
        raise ValueError(f"more than {longest} bytes")
    return unpacked
