"""Sounds for the tests."""

import numpy as np

RATE_HZ = 8000


def sine(hz, seconds=1.0, rate_hz=RATE_HZ, level=0.5, phase=0.0):
    """(1, T)."""
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    return (level * np.sin(2 * np.pi * hz * time + phase)).astype(np.float32)[None]


def noise(seed, seconds=1.0, rate_hz=RATE_HZ, level=0.1, channels=1):
    """(channels, T)."""
    draw = np.random.default_rng(seed)
    return (level * draw.normal(size=(channels, round(seconds * rate_hz)))).astype(np.float32)


def beats(seconds=2.0, every_s=0.25, rate_hz=RATE_HZ, seed=0):
    """Short bursts of noise, (1, T)."""
    made = noise(seed, seconds, rate_hz)
    time = np.arange(made.shape[1]) / rate_hz
    return (made * np.exp(-30 * (time % every_s))).astype(np.float32)
