"""Join the parts of a video to the result, with the sound and the subtitles of the original."""

from __future__ import annotations

import heapq
import itertools
import logging
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from PIL import Image

from impasto.errors import OutputError
from impasto.images import io
from impasto.images.animation import shared_palette
from impasto.images.atomic_write import atomic_write
from impasto.video.clip import ClipInfo
from impasto.video.optional_imports import load
from impasto.video.pictures_clip import is_pattern
from impasto.video.writing import CONTAINERS, Bytes, frames_of_parts, numbered

log = logging.getLogger(__name__)

PALETTE_FRAMES = 12
"""Frames that the palette of a GIF is taken from; chosen by eye."""

MUXERS = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska", ".webm": "webm"}
"""Ending -> FFmpeg's name of the container."""


def join(
    target: Path,
    parts: Sequence[Path],
    *,
    info: ClipInfo,
    sound: Path | None = None,
    start_s: Fraction = Fraction(0),
    end_s: Fraction | None = None,
    last_s: Fraction | None = None,
) -> None:
    """Write the result: a video, an animation, or a file a frame.

    Args:
        target: its ending says what.
        parts: encoded as ``encoding_of(target)`` says, in order.
        info: of the frames.
        sound: the file whose other tracks are copied; None: none.
        start_s: seconds of that file before the first frame, which are left out.
        end_s: seconds of that file after which tracks end; None: its end.
        last_s: how long the last frame of an animation is shown, in seconds; None: as the one before.
    Raises:
        OutputError: it cannot be written.
    """
    if is_pattern(target):
        for number, (pixels, _) in enumerate(frames_of_parts(parts), 1):
            io.write(numbered(target, number), Image.fromarray(pixels))
    elif target.suffix.lower() in CONTAINERS:
        with atomic_write(target) as temporary:
            _mux(temporary, target, parts, sound, start_s, end_s)
    else:
        with atomic_write(target) as temporary:
            _write_animation(temporary, target.suffix.lower(), parts, last_s or 1 / info.rate)


def _mux(
    temporary: Path,
    target: Path,
    parts: Sequence[Path],
    sound: Path | None,
    start_s: Fraction,
    end_s: Fraction | None,
) -> None:
    av = load("av")
    suffix = target.suffix.lower()
    options = {"movflags": "+faststart"} if suffix in (".mp4", ".mov") else {}
    source = _open_sound(sound)
    try:
        with av.open(str(temporary), "w", format=MUXERS[suffix], container_options=options) as container:
            with av.open(str(parts[0])) as first:
                stream = container.add_stream_from_template(first.streams.video[0])
            tracks = {} if source is None else _copied_tracks(container, source, target)
            video = _video_packets(parts, stream)
            others = iter(()) if source is None else _other_packets(source, tracks, start_s, end_s)
            merged = heapq.merge(video, others, key=lambda packet: packet[0])
            for _, packet in merged:
                container.mux(packet)
    except (av.FFmpegError, ValueError) as error:
        raise OutputError(
            "the video could not be written", got=f"{target}: {error}", attempt="another ending, such as .mkv"
        ) from error
    finally:
        if source is not None:
            source.close()


def _open_sound(path: Path | None) -> Any:
    av = load("av")
    if path is None or not path.is_file():
        return None
    try:
        return av.open(str(path))
    except (av.FFmpegError, ValueError):
        return None


def _copied_tracks(container: Any, source: Any, target: Path) -> dict[int, Any]:
    """{index of a track in the original: its copy}; a track that the container cannot hold is told."""
    av = load("av")
    tracks: dict[int, Any] = {}
    for stream in source.streams:
        if stream.type not in ("audio", "subtitle"):
            continue
        name = getattr(stream.codec_context, "name", stream.type) if stream.codec_context else stream.type
        if not _holds(target.suffix.lower(), name):
            log.warning(
                "%s cannot hold the %s track (%s), which is left out; .mkv can",
                target.name,
                stream.type,
                name,
            )
            continue
        try:
            tracks[stream.index] = container.add_stream_from_template(stream)
        except (av.FFmpegError, ValueError) as error:
            log.warning("the %s track (%s) cannot be copied: %s", stream.type, name, error)
    return tracks


WEBM_CODECS = ("opus", "vorbis", "libopus", "libvorbis", "webvtt")
"""All that .webm may hold besides the picture."""

MP4_SUBTITLES = ("mov_text",)
"""Subtitles that .mp4 may hold."""

TEXT_SUBTITLES = (
    "subrip",
    "srt",
    "ass",
    "ssa",
    "webvtt",
    "mov_text",
    "dvb_subtitle",
    "dvd_subtitle",
    "hdmv_pgs_subtitle",
    "text",
)
"""Names of codecs that are subtitles."""


def _holds(suffix: str, codec: str) -> bool:
    """Whether a container may hold a track."""
    if suffix == ".webm":
        return codec in WEBM_CODECS
    if suffix in (".mp4", ".mov"):
        return codec not in TEXT_SUBTITLES or codec in MP4_SUBTITLES
    return True


def _video_packets(parts: Sequence[Path], stream: Any) -> Iterator[tuple[Fraction, Any]]:
    """The packets of all parts with their decoding times in seconds, which never decrease."""
    av = load("av")
    last: Fraction | None = None
    for part in parts:
        with av.open(str(part)) as container:
            packets = [packet for packet in container.demux(video=0) if packet.pts is not None]
            base = Fraction(container.streams.video[0].time_base)
            for packet, dts in zip(packets, decoding_times([p.pts for p in packets]), strict=True):
                floor = dts if last is None else int(last / base) + 1
                packet.dts = min(max(dts, floor), packet.pts)
                last = packet.dts * base
                packet.stream = stream
                yield last, packet


def decoding_times(display: Sequence[int]) -> list[int]:
    """Decoding times of packets in their order of decoding: increasing, and none after its display.

    Args:
        display: when each packet's frame is shown, in the order of decoding.
    """
    ordered = sorted(display)
    step = ordered[1] - ordered[0] if len(ordered) > 1 else 1
    for delay in range(len(ordered)):
        early = [ordered[0] - step * (delay - k) for k in range(delay)]
        times = [*early, *ordered[: len(ordered) - delay]]
        if all(time <= shown for time, shown in zip(times, display, strict=True)):
            return times
    return ordered


def _other_packets(
    source: Any, tracks: dict[int, Any], start_s: Fraction, end_s: Fraction | None
) -> Iterator[tuple[Fraction, Any]]:
    """The packets of the other tracks with their times in seconds."""
    streams = [stream for stream in source.streams if stream.index in tracks]
    if not streams:
        return
    for packet in source.demux(streams):
        if packet.pts is None or packet.dts is None:
            continue
        base = Fraction(packet.time_base)
        time_s = packet.pts * base
        if start_s > 0 and time_s < start_s:
            continue
        if end_s is not None and time_s >= end_s:
            continue
        shift = round(start_s / base)
        packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
        packet.stream = tracks[packet.stream.index]
        yield packet.dts * base, packet


def _write_animation(temporary: Path, suffix: str, parts: Sequence[Path], last_s: Fraction) -> None:
    """A GIF, WebP or PNG that repeats for ever, each frame with its own delay."""
    times = [time for _, time in frames_of_parts(parts)]
    delays = [after - before for before, after in itertools.pairwise(times)]
    delays.append(last_s)
    milliseconds = [max(1, round(1000 * delay)) for delay in delays]
    options: dict[str, Any] = {"duration": milliseconds, "loop": 0, "save_all": True}
    pictures: Iterator[Image.Image] = (Image.fromarray(pixels) for pixels, _ in frames_of_parts(parts))
    if suffix == ".gif":
        palette = shared_palette(list(_sampled(parts, len(times))))
        dither = Image.Dither.FLOYDSTEINBERG
        pictures = (picture.quantize(palette=palette, dither=dither) for picture in pictures)
        options |= {"format": "GIF", "optimize": False, "disposal": 1}
    elif suffix == ".webp":
        options |= {"format": "WEBP", "quality": 90, "method": 4}
    else:
        options |= {"format": "PNG"}
    first = next(pictures)
    # Pillow reads the frames of a PNG twice, so they cannot come one by one.
    rest = list(pictures) if options["format"] == "PNG" else pictures
    with temporary.open("wb") as file:
        first.save(file, append_images=rest, **options)


def _sampled(parts: Sequence[Path], count: int) -> Iterator[Image.Image]:
    """Some frames from the whole length."""
    step = max(1, count // PALETTE_FRAMES)
    for number, (pixels, _) in enumerate(frames_of_parts(parts)):
        if number % step == 0:
            yield _picture(pixels)


def _picture(pixels: Bytes) -> Image.Image:
    return Image.fromarray(pixels)
