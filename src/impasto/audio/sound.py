"""A sound in memory: its samples, what was done when it was read, and its channels as mid and side."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from impasto.errors import SoundError

Samples = NDArray[np.float32]
"""(C, T), full scale is 1."""

SHORTEST_S = 0.5
"""Shortest sound, seconds: less has no rhythm, and hardly a spectrum."""

SILENT = 1e-5
"""Root mean square below which a sound is silent: -100 dB."""

CLIPPED = 0.999
"""Samples at or beyond this, several in a row, are clipped."""


@dataclass(frozen=True, eq=False)
class Sound:
    """A sound.

    Attributes:
        samples: (C, T), float32, C = 1 or 2, full scale is 1; neither empty nor silent.
        rate_hz: sample rate.
        name: what errors and records call it.
        path: the file.
        sha256: of the file, or of the samples.
        notes: what was done when it was read, for people.
        tags: title, artist and the like.
        cover: the file's picture, as bytes.
    """

    samples: Samples = field(repr=False)
    rate_hz: int
    name: str = "sound"
    path: Path | None = None
    sha256: str = ""
    notes: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict, repr=False)
    cover: bytes | None = field(default=None, repr=False)

    @property
    def seconds(self) -> float:
        """Length."""
        return int(self.samples.shape[1]) / self.rate_hz


def checked_sound(samples: Any, rate_hz: int, *, name: str, max_minutes: float, **about: Any) -> Sound:
    """A sound out of samples, without constant offset and in one or two channels; or an error that says why.

    Args:
        samples: (C, T) or (T,), float; full scale is 1.
        rate_hz: of the samples.
        name: what errors call it.
        max_minutes: longer ones are refused.
        **about: other attributes of ``Sound``.
    Raises:
        SoundError: it is empty, too short, too long or silent, or has samples that are not finite; or
            ``float_samples`` refuses it.
    """
    array = float_samples(samples, name)
    notes = list(about.pop("notes", ()))
    seconds = array.shape[-1] / rate_hz if rate_hz > 0 else 0.0
    if not array.size or not 1000 <= rate_hz <= 768_000:
        raise SoundError(
            f"{name} has no sound in it",
            got=f"{array.shape[-1]} samples at {rate_hz} Hz",
            expected="samples (C, T) at 1,000 to 768,000 Hz",
        )
    if not np.isfinite(array).all():
        raise SoundError(
            f"{name} has samples that are no numbers",
            got=f"{int((~np.isfinite(array)).sum())} of {array.size} are NaN or infinite",
            attempt="write the file again with the program it comes from",
        )
    if seconds < SHORTEST_S:
        raise SoundError(f"{name} is too short", got=f"{seconds:.3g} s", expected=f"at least {SHORTEST_S} s")
    check_length(name, seconds, max_minutes=max_minutes)
    if is_clipped(array):  # before channels are added, which may exceed full scale
        notes.append("it is clipped; the distortion is part of the sound")
    if len(array) > 2:
        notes.append(f"{len(array)} channels are mixed down to stereo")
        array = downmixed(array)
    offset = array.mean(1, keepdims=True)
    if np.abs(offset).max() > 0.005:
        notes.append("a constant offset (DC) is removed")
    array = array - offset
    if float(np.sqrt((array.astype(np.float64) ** 2).mean())) < SILENT:
        raise SoundError(f"{name} is silent", got="no sound above -100 dB", expected="a sound")
    sha256 = about.pop("sha256", "") or hashlib.sha256(array.tobytes()).hexdigest()
    return Sound(array.astype(np.float32), rate_hz, name=name, sha256=sha256, notes=tuple(notes), **about)


def float_samples(samples: Any, name: str) -> Samples:
    """What a caller gives as samples, (T,) or (C, T), as (C, T), float32.

    Args:
        samples: an array, a CPU tensor or a list of floats.
        name: what the error calls it.
    Raises:
        SoundError: they are no floats, or are not laid out as (T,) or (C, T).
    """
    try:
        array = np.asarray(samples)
    except (ValueError, TypeError, RuntimeError):  # rows of different lengths; a tensor on a GPU
        array = np.empty(0, object)
    if array.dtype.kind != "f":
        whole = array.dtype.kind in "iu"
        raise SoundError(
            f"{name} has samples that are not floats",
            got=str(array.dtype) if whole else type(samples).__name__,
            expected="floats, full scale is 1",
            attempt="samples / 32768, if they have 16 bits" if whole else "an array of floats",
        )
    array = np.atleast_2d(array.astype(np.float32))
    if array.ndim != 2 or (array.size and len(array) > array.shape[1]):
        raise SoundError(
            f"{name} has samples of a shape that is no sound",
            got=str(array.shape),
            expected="(T,), or (C, T) with fewer channels C than samples T",
            attempt="samples.T",
        )
    return array


def check_length(name: str, seconds: float, *, max_minutes: float) -> None:
    """Check that a sound is not too long.

    Args:
        name: what the error calls it.
        seconds: its length.
        max_minutes: longest one that is accepted.
    Raises:
        SoundError: it is too long.
    """
    if seconds > 60 * max_minutes:
        raise SoundError(
            f"{name} is too long",
            got=f"{seconds / 60:.1f} minutes",
            expected=f"at most {max_minutes:g} minutes",
            attempt="--max-minutes with more (time and memory grow with the length), or a part of it",
        )


def is_clipped(samples: Samples) -> bool:
    """Whether three samples in a row lie at full scale, ten times or more."""
    full = np.abs(samples) >= CLIPPED
    return bool((full[:, 2:] & full[:, 1:-1] & full[:, :-2]).sum() >= 10)


def downmixed(samples: Samples) -> Samples:
    """Several channels as two: front left and right, the centre and the surrounds 3 dB lower, no LFE.

    Args:
        samples: (C, T), C > 2, in the order left, right, centre, LFE, surrounds left and right in turn.

    Source: ITU-R BS.775-4, table 2.
    """
    half = np.float32(0.5**0.5)
    left, right = samples[0].copy(), samples[1].copy()
    if len(samples) == 4:  # quadraphonic: no centre
        return np.stack([left + half * samples[2], right + half * samples[3]])
    for channel in (left, right):
        channel += half * samples[2]
    for index, channel in enumerate(samples[4:] if len(samples) > 5 else samples[3:]):
        (left, right)[index % 2][:] += half * channel
    return np.stack([left, right])


def resampled(samples: Samples, rate_hz: int, new_hz: int) -> Samples:
    """Samples at another rate, (C, T) -> (C, round(T * new / rate)); a Kaiser-windowed sinc.

    Args:
        samples: (C, T).
        rate_hz: of the samples.
        new_hz: of the result.
    """
    if rate_hz == new_hz:
        return samples
    divisor = int(np.gcd(rate_hz, new_hz))
    up, down = new_hz // divisor, rate_hz // divisor
    count = round(samples.shape[1] * new_hz / rate_hz)
    if max(up, down) > 2000:  # such as 44,101 Hz: the filter would be longer than most sounds
        mirrored = np.concatenate([samples, samples[:, ::-1]], 1)
        return np.asarray(signal.resample(mirrored, 2 * count, axis=1)[:, :count], np.float32)
    made = signal.resample_poly(samples.astype(np.float64), up, down, axis=1, window=("kaiser", 8.0))
    return np.pad(made[:, :count], ((0, 0), (0, max(0, count - made.shape[1])))).astype(np.float32)


def to_mid_side(samples: Samples) -> Samples:
    """Left and right as mid and side, (2, T): ((L + R) / 2, (L - R) / 2); one channel stays."""
    if len(samples) == 1:
        return samples
    left, right = samples
    return np.stack([(left + right) / 2, (left - right) / 2])


def from_mid_side(samples: Samples) -> Samples:
    """Mid and side as left and right: (M + S, M - S); one channel stays."""
    if len(samples) == 1:
        return samples
    mid, side = samples
    return np.stack([mid + side, mid - side])
