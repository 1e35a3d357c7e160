"""The picture in a sound's file: read from the content, and put into the result. Needs PyAV."""

from __future__ import annotations

import base64
import importlib
import io
import logging
import struct
from pathlib import Path
from types import ModuleType
from typing import Any

from PIL import Image

log = logging.getLogger(__name__)

MUXERS = {".mp3": "mp3", ".flac": "flac", ".ogg": "ogg", ".m4a": "mp4"}
"""Ending -> FFmpeg's name of the container; .wav has no place for a picture. FFmpeg's own container for .m4a
takes no pictures."""

CODECS = {"JPEG": "mjpeg", "PNG": "png"}
"""Format of a cover -> FFmpeg's name of it."""

LARGEST_BYTES = 20_000_000
"""A larger picture is no cover."""

FRONT_COVER = 3
"""Kind of picture in FLAC and Ogg; as in ID3."""


def read_cover(path: Path) -> bytes | None:
    """The first picture in a sound's file, JPEG or PNG; None where there is none, or without PyAV."""
    av = _av()
    if av is None or path.suffix.lower() not in MUXERS:
        return None
    try:
        with av.open(str(path)) as container:
            for stream in container.streams.video:
                if stream.disposition & av.stream.Disposition.attached_pic:
                    packet = next((packet for packet in container.demux(stream) if packet.size), None)
                    cover = None if packet is None or packet.size > LARGEST_BYTES else bytes(packet)
                    return cover if cover is not None and _opened(cover) is not None else None
    except (av.FFmpegError, ValueError):
        return None
    return None


def add_cover(path: Path, suffix: str, cover: bytes) -> None:
    """Put a picture into a sound's file; the encoded sound and its tags stay as they are.

    Args:
        path: of the file, which is written anew. Where that fails, the file stays without a picture.
        suffix: says the format.
        cover: JPEG or PNG.
    """
    av, picture = _av(), _opened(cover)
    if av is None or picture is None or suffix not in MUXERS:
        return
    other = path.with_name(f"{path.name}.cover")
    try:
        with av.open(str(path)) as source, av.open(str(other), "w", format=MUXERS[suffix]) as target:
            _remux(av, source, target, picture, cover)
        path.write_bytes(other.read_bytes())
    except (av.FFmpegError, ValueError) as error:
        log.warning("the cover could not be kept: %s", error)
    finally:
        other.unlink(missing_ok=True)


def _remux(av: ModuleType, source: Any, target: Any, picture: Image.Image, cover: bytes) -> None:
    track = source.streams.audio[0]
    copy = target.add_stream_from_template(track)
    target.metadata.update(source.metadata)
    copy.metadata.update(track.metadata)
    if target.format.name == "ogg":
        copy.metadata["METADATA_BLOCK_PICTURE"] = base64.b64encode(_picture_block(picture, cover)).decode()
    else:
        place = target.add_stream(CODECS[str(picture.format)])
        place.width, place.height = picture.size
        place.pix_fmt = "yuvj420p" if picture.format == "JPEG" else "rgb24"
        place.disposition = av.stream.Disposition.attached_pic
        packet = av.Packet(cover)
        packet.stream, packet.pts, packet.dts = place, 0, 0
        target.mux(packet)
    for packet in source.demux(track):
        if packet.dts is not None:
            packet.stream = copy
            target.mux(packet)


def _picture_block(picture: Image.Image, cover: bytes) -> bytes:
    """A picture as FLAC and Ogg hold it.

    Source: RFC 9639, section 8.8.
    """
    kind = f"image/{str(picture.format).lower()}".encode()
    head = struct.pack(">II", FRONT_COVER, len(kind)) + kind + struct.pack(">I", 0)
    return head + struct.pack(">IIIII", *picture.size, 24, 0, len(cover)) + cover


def _opened(cover: bytes) -> Image.Image | None:
    """The picture, not decoded; None if it is neither JPEG nor PNG."""
    try:
        picture = Image.open(io.BytesIO(cover))
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    return picture if picture.format in CODECS else None


def _av() -> ModuleType | None:
    try:
        return importlib.import_module("av")
    except ImportError:
        return None
