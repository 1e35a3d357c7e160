"""The sound of a video in the style of another sound; needs ``impasto[audio]`` besides ``impasto[video]``."""

from __future__ import annotations

import logging
from fractions import Fraction
from pathlib import Path

import numpy as np

from impasto.audio.io import load_soundfile, read_sound, write_sound
from impasto.audio.stylize import stylize_audio
from impasto.errors import SoundError
from impasto.video.optional_imports import load
from impasto.video.writing import CONTAINERS

log = logging.getLogger(__name__)

LONGEST_MIN = 600.0
"""Longest track that is restyled, minutes."""


def restylable(clip: Path, style: str, target: Path) -> bool:
    """Check, before any frame is painted, whether there is a sound to restyle; a note says why not.

    Args:
        clip: the video.
        style: the file of the sound.
        target: the result.
    Raises:
        SoundError: the style cannot be read, or soundfile is not installed.
    """
    load_soundfile()
    read_sound(style, max_minutes=LONGEST_MIN)
    if target.suffix.lower() not in CONTAINERS:
        log.warning("%s has no sound, so none is restyled", target.name)
        return False
    if not clip.is_file() or track_start_s(clip) is None:
        log.warning("%s has no sound to restyle", clip.name)
        return False
    return True


def track_start_s(clip: Path) -> Fraction | None:
    """When the first track of sound begins, in seconds of the video; None: there is none."""
    av = load("av")
    try:
        with av.open(str(clip)) as container:
            if not container.streams.audio:
                return None
            stream = container.streams.audio[0]
            return Fraction(stream.start_time or 0) * Fraction(stream.time_base)
    except (av.FFmpegError, ValueError):
        return None


def restyled_track(
    clip: Path, style: str, folder: Path, target: Path, *, start_s: Fraction, end_s: Fraction | None
) -> Path:
    """A file with the video's sound in another's style, which begins with the first frame.

    Args:
        clip: the video; its first track of sound is taken.
        style: the file of the sound.
        folder: where the file is written.
        target: the result; its container decides the format.
        start_s: seconds of the video before the first frame.
        end_s: where it ends; None: at its end.
    Returns:
        A .m4a, or an .ogg for .webm.
    Raises:
        SoundError: the track is silent, or shorter than half a second.
    """
    sound, begin_s = read_sound(clip, max_minutes=LONGEST_MIN), track_start_s(clip)
    if begin_s is None:
        raise SoundError("the video has no sound", got=clip.name)
    first, last = (
        None if time_s is None else max(0, round((time_s - begin_s) * sound.rate_hz))
        for time_s in (start_s, end_s)
    )
    log.info("the sound is restyled")
    result = stylize_audio((sound.samples[:, first:last], sound.rate_hz), style, max_minutes=LONGEST_MIN)
    silence = max(0, round((begin_s - start_s) * result.rate_hz))
    samples = np.pad(result.samples, ((0, 0), (silence, 0)))
    path = folder / ("sound.ogg" if target.suffix.lower() == ".webm" else "sound.m4a")
    return write_sound(path, samples, result.rate_hz)
