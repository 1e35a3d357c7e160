"""Sounds to play with: a tune on a plucked string, a brass-like voice, drums and rain; all computed."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import signal

RATE_HZ = 22_050
"""Sample rate of all of them."""

SECONDS = 8.0
"""Length of all of them."""

BEAT_S = 0.4
"""A crotchet."""

TUNE = (
    (0, 1),
    (2, 1),
    (4, 1),
    (5, 1),
    (7, 2),
    (9, 1),
    (7, 1),
    (5, 1),
    (4, 1),
    (2, 2),
    (4, 1),
    (2, 1),
    (0, 4),
)
"""(semitones above C4, crotchets) of the tune; our own."""

FANFARE = ((0, 1), (0, 0.5), (0, 0.5), (4, 1), (7, 2), (4, 1), (7, 3), (5, 1), (4, 1), (2, 1), (0, 4))
"""The same for the brass."""

Samples = NDArray[np.float64]


def tone_hz(semitones: float) -> float:
    """Frequency some semitones above C4 (261.63 Hz)."""
    return float(261.6256 * 2 ** (semitones / 12))


def pluck(hz: float, seconds: float, seed: int) -> Samples:
    """A plucked string: noise runs round a delay line of one period, and each round is blurred.

    Source: Karplus, Strong 1983, "Digital synthesis of plucked-string and drum timbres".
    Differs: nothing.
    """
    period = round(RATE_HZ / hz - 0.5)
    noise = np.zeros(round(seconds * RATE_HZ))
    noise[:period] = np.random.default_rng(seed).uniform(-1, 1, period)
    feedback = np.zeros(period + 2)
    feedback[0], feedback[period], feedback[period + 1] = 1.0, -0.498, -0.498
    return np.asarray(signal.lfilter([1.0], feedback, noise))


def blown(hz: float, seconds: float, seed: int) -> Samples:
    """A brass-like tone: the louder, the more overtones; with a soft attack and some vibrato."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    level = (
        np.minimum(time / 0.06, 1)
        * np.minimum((seconds - time) / 0.08, 1).clip(0)
        * (0.75 + 0.25 * np.exp(-4 * time))
    )
    vibrato = 0.004 * np.sin(2 * np.pi * 5.5 * time) * np.minimum(time / 0.4, 1)
    phase = 2 * np.pi * np.cumsum(hz * (1 + vibrato)) / RATE_HZ
    made = np.zeros_like(time)
    for overtone in range(1, 20):
        if overtone * hz < 0.45 * RATE_HZ:
            made += np.cos(overtone * phase) * level ** (1 + 0.35 * overtone) / overtone**0.6
    breath = np.random.default_rng(seed).normal(0, 0.01, len(time))
    return np.asarray(made / 4 + breath * level)


def melody(
    notes: tuple[tuple[float, float], ...],
    play: Callable[[float, float, int], Samples],
    *,
    rings: float = 0.0,
) -> Samples:
    """Notes one after the other, (T,); each may ring on for some seconds."""
    made, start = np.zeros(round(SECONDS * RATE_HZ)), 0.0
    for number, (semitones, beats) in enumerate(notes):
        seconds = beats * BEAT_S
        tone = play(tone_hz(semitones), seconds + rings, number)
        first = round(start * RATE_HZ)
        tone = tone[: max(0, len(made) - first)]
        made[first : first + len(tone)] += tone
        start += seconds
    return made


def guitar() -> Samples:
    """A tune on a plucked string over two open strings."""
    low = ((-12, 4), (-17, 4), (-12, 4), (-17, 2), (-12, 6))
    return melody(TUNE, pluck, rings=0.8) + 0.7 * melody(low, pluck, rings=1.5)


def brass() -> Samples:
    """A fanfare in two voices."""
    below = tuple((semitones - 8 + 3 * (semitones in (0, 7)), beats) for semitones, beats in FANFARE)
    return melody(FANFARE, blown) + 0.7 * melody(below, blown)


def drums() -> Samples:
    """Two bars of bass drum, snare and cymbal, again and again."""
    draw = np.random.default_rng(7)
    time = np.arange(round(0.35 * RATE_HZ)) / RATE_HZ
    bass = np.sin(2 * np.pi * (48 * time + 8 * (1 - np.exp(-30 * time)))) * np.exp(-14 * time)
    high = signal.butter(2, 6000, "high", fs=RATE_HZ, output="sos")
    middle = signal.butter(2, (900, 6000), "band", fs=RATE_HZ, output="sos")

    def hit(filters: Samples, decay: float) -> Samples:
        return np.asarray(signal.sosfilt(filters, draw.normal(size=len(time)))) * np.exp(-decay * time)

    made = np.zeros(round(SECONDS * RATE_HZ) + len(time))
    for eighth in range(round(SECONDS / (BEAT_S / 2))):
        first, place = round(eighth * BEAT_S / 2 * RATE_HZ), eighth % 16
        layers = [0.35 * hit(high, 45.0 if place % 4 else 25.0)]
        if place in (0, 6, 8, 11):
            layers.append(1.6 * bass)
        if place in (4, 12, 15):
            layers.append(0.9 * hit(middle, 18.0) + 0.4 * np.sin(2 * np.pi * 190 * time) * np.exp(-22 * time))
        made[first : first + len(time)] += np.sum(layers, 0)
    return made[: round(SECONDS * RATE_HZ)]


def rain() -> Samples:
    """Drops: many short, high resonances of random pitch, level and time, over a soft hiss."""
    draw = np.random.default_rng(3)
    count = round(SECONDS * RATE_HZ)
    made = 0.02 * np.asarray(signal.lfilter([1.0, -0.7], [1.0], draw.normal(size=count)))
    time = np.arange(round(0.03 * RATE_HZ)) / RATE_HZ
    for first in draw.integers(0, count - len(time), 2400):
        hz, level = 10 ** draw.uniform(2.9, 3.95), draw.pareto(2.5) * 0.08
        drop = np.sin(2 * np.pi * hz * time * (1 + 3 * time)) * np.exp(-draw.uniform(120, 500) * time)
        made[first : first + len(time)] += min(level, 0.8) * drop
    return made


SOUNDS: dict[str, Callable[[], Samples]] = {"guitar": guitar, "brass": brass, "drums": drums, "rain": rain}
"""Name -> function that computes the samples, (T,), of any level."""


def sound(name: str) -> NDArray[np.float32]:
    """One of ``SOUNDS``, (T,), with peaks at 0.7 and short fades."""
    made = SOUNDS[name]()
    count = round(0.01 * RATE_HZ)
    made[:count] *= np.linspace(0, 1, count)
    made[-count:] *= np.linspace(1, 0, count)
    return np.asarray(0.7 * made / np.abs(made).max(), np.float32)


def wav_bytes(name: str) -> bytes:
    """One of ``SOUNDS`` as a .wav file of 16 bits."""
    return as_wav(sound(name), RATE_HZ)


def as_wav(samples: NDArray[np.float32], rate_hz: int) -> bytes:
    """Samples (T,), at most 1, as a .wav file of 16 bits."""
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes((samples * 32767).round().astype("<i2").tobytes())
    return content.getvalue()
