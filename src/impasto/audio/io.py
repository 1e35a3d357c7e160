"""Sound files in and out. Needs soundfile; .m4a needs PyAV: ``pip install "impasto[audio]"``."""

from __future__ import annotations

import importlib
import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from impasto.audio.aac import AacTrack
from impasto.audio.cover import add_cover, read_cover
from impasto.audio.sound import Samples, Sound, check_length, checked_sound, resampled
from impasto.audio.sound_file import check_sound_file
from impasto.errors import OutputError, SoundError
from impasto.images.atomic_write import atomic_write, check_path
from impasto.optional_imports import load
from impasto.weights.records import file_sha256

log = logging.getLogger(__name__)

SoundSource = str | os.PathLike[str] | tuple[Any, int]
"""A path, or samples and their rate: (array (T,) or (C, T) of floats, Hz)."""

FORMATS = (".wav", ".flac", ".ogg", ".mp3", ".m4a")
"""Endings that are written."""

SUBTYPES = {
    ".wav": {16: "PCM_16", 24: "PCM_24", 32: "PCM_32", 0: "FLOAT"},
    ".flac": {16: "PCM_16", 24: "PCM_24"},
}
"""Bits a sample of formats without loss; 0 stands for 32-bit floats."""

RATES_HZ = {
    ".mp3": (8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000),
    ".m4a": (8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000),
}
"""Sample rates of formats that do not hold every rate."""

TAGS = ("title", "artist", "album", "date", "genre", "tracknumber", "copyright", "comment")
"""Tags that are kept, as soundfile names them."""

WAV_OF_UNKNOWN_LENGTH = 2**31 - 2**16
"""Bytes of samples that a wav promises, or more, whose writer did not know the length, as in a pipe."""


def read_sound(source: SoundSource, name: str = "sound", *, max_minutes: float = 10.0) -> Sound:
    """Read a sound.

    Args:
        source: a path, or (samples, rate).
        name: what errors call it, if it is no file.
        max_minutes: longer ones are refused, by the file's header if it tells the length.
    Raises:
        SoundError: it is missing, is no sound that can be read, or ``checked_sound`` refuses it.
    """
    if isinstance(source, tuple):
        if len(source) != 2 or isinstance(source[1], bool) or not isinstance(source[1], (int, np.integer)):
            raise SoundError(
                f"{name} is not a sound",
                got=f"a tuple of {len(source)}",
                expected="(samples, rate in Hz), or a path",
            )
        return checked_sound(source[0], int(source[1]), name=name, max_minutes=max_minutes)
    path = Path(source)
    check_sound_file(path)
    about: dict[str, Any] = {"path": path, "sha256": file_sha256(path), "cover": read_cover(path)}
    samples, rate_hz, tags, notes = _decoded(path, max_minutes)
    return checked_sound(
        samples, rate_hz, name=path.stem, max_minutes=max_minutes, tags=tags, notes=notes, **about
    )


def _decoded(path: Path, max_minutes: float) -> tuple[Samples, int, dict[str, str], list[str]]:
    """Samples (C, T), rate, tags and notes: read by libsndfile; by FFmpeg where libsndfile cannot."""
    soundfile = load_soundfile()
    if path.suffix.lower() == ".raw":  # soundfile takes this ending for samples without a header
        return _decoded_by_av(path, max_minutes, "")
    try:
        with soundfile.SoundFile(path) as file:
            if file.frames < 2**40:  # more: the header does not tell the length
                check_length(path.stem, file.frames / file.samplerate, max_minutes=max_minutes)
            samples = file.read(dtype="float32", always_2d=True).T
            tags = {tag: value for tag in TAGS if (value := getattr(file, tag, ""))}
            short = file.frames - samples.shape[1]
            notes = [f"it ends early: {short} of {file.frames} samples are missing"] if short > 0 else []
            # Of a wav that was cut off, libsndfile says only in its log how long it should be.
            cut = re.search(r"^data : (\d+) \(should be (\d+)\)", file.extra_info, re.MULTILINE)
            if cut is not None and int(cut[2]) < int(cut[1]) < WAV_OF_UNKNOWN_LENGTH:
                notes.append(f"it ends early: {int(cut[1]) - int(cut[2])} of {cut[1]} bytes are missing")
            return samples, file.samplerate, tags, notes
    except soundfile.LibsndfileError as error:
        return _decoded_by_av(path, max_minutes, str(error).rpartition(": ")[2].strip())


def _decoded_by_av(
    path: Path, max_minutes: float, reason: str
) -> tuple[Samples, int, dict[str, str], list[str]]:
    """As ``_decoded``, for .m4a, the sound of videos, and files with a wrong ending."""
    problem = SoundError(
        f"{path.name} is no sound that can be read",
        got=f"{path.stat().st_size} bytes: {reason or 'unknown format'}",
        expected="wav, flac, ogg, mp3, m4a, or a video with sound",
    )
    try:
        av = importlib.import_module("av")
    except ImportError as error:
        raise problem from error
    pieces: list[Samples] = []
    notes: list[str] = []
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise problem
            stream = container.streams.audio[0]
            rate_hz, count = int(stream.codec_context.sample_rate), 0
            tags = {key.lower(): value for key, value in container.metadata.items() if key.lower() in TAGS}
            resampler = av.AudioResampler(format="fltp", rate=rate_hz)
            try:
                for frame in container.decode(stream):
                    pieces += [part.to_ndarray() for part in resampler.resample(frame)]
                    count += frame.samples
                    if count > 60 * max_minutes * rate_hz:
                        break  # refused by its length
            except av.FFmpegError as error:
                notes.append(f"it is damaged, and read as far as it can be: {error.strerror}")
    except (av.FFmpegError, ValueError) as error:
        raise problem from error
    if not pieces:
        raise problem
    return np.concatenate(pieces, 1), rate_hz, tags, notes


def check_output(path: str | os.PathLike[str], *, bits: int = 16) -> Path:
    """Check, before any work is done, that a sound can be written.

    Args:
        path: ends in one of ``FORMATS``.
        bits: as ``write_sound``.
    Raises:
        OutputError: an unknown ending, a folder that is missing or closed, a format that cannot hold the
            bits, or PyAV is missing.
    """
    path = check_path(path, FORMATS)
    suffix = path.suffix.lower()
    if suffix in SUBTYPES and bits not in SUBTYPES[suffix]:
        raise OutputError(
            f"{suffix} cannot hold samples of {bits} bits",
            got=str(path),
            expected=f"{', '.join(map(str, SUBTYPES[suffix]))} (0 is 32-bit float)",
        )
    if suffix == ".m4a":
        try:
            importlib.import_module("av")
        except ImportError as error:
            raise OutputError(
                "writing .m4a needs PyAV, which is not installed",
                got=str(path),
                attempt='pip install "impasto[audio]", or write a .wav',
            ) from error
    load_soundfile()
    return path


def write_sound(
    path: str | os.PathLike[str],
    samples: Samples,
    rate_hz: int,
    *,
    bits: int = 16,
    tags: Mapping[str, str] | None = None,
    cover: bytes | None = None,
) -> Path:
    """Write a sound, completely or not at all.

    Args:
        path: .wav, .flac, .ogg, .mp3 or .m4a.
        samples: (C, T), full scale is 1; what lies beyond is an error, never clipped.
        rate_hz: of the samples; where the format does not hold it, the next higher one is written.
        bits: a sample: 16 or 24; .wav also 32, and 0 for 32-bit floats. Not for formats with loss. 16 bits
            are dithered with triangular noise of one step.
        tags: title, artist and the like, of ``TAGS``.
        cover: a picture, JPEG or PNG; .wav has no place for it.
    Returns:
        The path.
    Raises:
        OutputError: as ``check_output``; samples beyond full scale; or the encoder refuses.
    """
    path = check_output(path, bits=bits)
    peak = float(np.abs(samples).max(initial=0))
    if not peak <= 1.0:
        raise OutputError("the sound is beyond full scale", got=f"{peak:.3f}", expected="at most 1")
    suffix = path.suffix.lower()
    written_hz = rate_in_format(suffix, rate_hz)
    if written_hz != rate_hz:
        log.warning("%s has %d Hz, because %s does not hold %d Hz", path.name, written_hz, suffix, rate_hz)
        samples, rate_hz = resampled(samples, rate_hz, written_hz), written_hz
        # A peak that lay between two samples may be a sample of the new rate.
        samples = samples / max(1.0, float(np.abs(samples).max(initial=0)))
    kept = {name: value for name, value in (tags or {}).items() if name in TAGS and value}
    with atomic_write(path) as temporary:
        if suffix == ".m4a":
            _write_m4a(temporary, path, samples, rate_hz, tags=kept)
        else:
            _write_by_libsndfile(temporary, path, samples, rate_hz, bits=bits, tags=kept)
        if cover is not None:
            add_cover(temporary, suffix, cover)
    return path


def _write_by_libsndfile(
    temporary: Path, path: Path, samples: Samples, rate_hz: int, *, bits: int, tags: Mapping[str, str]
) -> None:
    soundfile, suffix = load_soundfile(), path.suffix.lower()
    format_name = {".wav": "WAV", ".flac": "FLAC", ".ogg": "OGG", ".mp3": "MP3"}[suffix]
    subtype = SUBTYPES[suffix][bits] if suffix in SUBTYPES else None
    if subtype == "PCM_16":
        samples = dithered(samples)
    try:
        with soundfile.SoundFile(
            temporary, "w", rate_hz, len(samples), subtype=subtype, format=format_name
        ) as file:
            for name, value in tags.items():
                setattr(file, name, value)
            file.write(samples.T)
    except soundfile.LibsndfileError as error:
        raise OutputError(
            "the sound could not be encoded",
            got=f"{path}: {error}",
            attempt="a .wav",
        ) from error


def rate_in_format(suffix: str, rate_hz: int) -> int:
    """Lowest rate of a format that is not below ``rate_hz``, or the highest it has.

    Args:
        suffix: ending of the file, such as ".mp3".
        rate_hz: wanted.
    """
    rates = RATES_HZ.get(suffix, (rate_hz,))
    return min((rate for rate in rates if rate >= rate_hz), default=max(rates))


def dithered(samples: Samples) -> Samples:
    """Samples with triangular noise of one step of 16 bits, within full scale; seeded by the samples' number.

    Source: Lipshitz, Wannamaker, Vanderkooy 1992, "Quantization and dither: a theoretical survey".
    """
    draw = np.random.default_rng(samples.size)
    noise = (draw.random(samples.shape) - draw.random(samples.shape)) / 2**15
    return np.clip(samples + noise, -1, 1 - 2.0**-15).astype(np.float32)


def _write_m4a(
    temporary: Path, path: Path, samples: Samples, rate_hz: int, *, tags: Mapping[str, str]
) -> None:
    av = importlib.import_module("av")
    try:
        with av.open(str(temporary), "w", format="ipod") as container:
            container.metadata.update(tags)
            AacTrack(av, container, samples, rate_hz).close()
    except (av.FFmpegError, ValueError) as error:
        raise OutputError(
            "the sound could not be encoded",
            got=f"{path}: {getattr(error, 'strerror', error)}",
            attempt="a .wav",
        ) from error


def load_soundfile() -> ModuleType:
    """The package soundfile.

    Raises:
        SoundError: it is not installed.
    """
    return load("soundfile", problem="sound needs the package soundfile", extra="audio", error=SoundError)
