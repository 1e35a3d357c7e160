"""Measures: zero for itself, invariant to level, larger for other textures; one number by hand."""

import numpy as np
import pytest

from impasto.audio.texture_statistics import (
    MODULATION_HZ,
    cochlear_envelopes,
    erb_of_hz,
    texture_distance,
    texture_statistics,
)
from tests.audio.sounds import beats, noise, sine


def statistics(samples, rate_hz=8000):
    return texture_statistics(samples[0].astype(float), rate_hz)


def test_equivalent_rectangular_bandwidths_by_hand():
    assert float(erb_of_hz(np.array(0.0))) == 0
    assert float(erb_of_hz(np.array(1000.0))) == pytest.approx(15.6, abs=0.1)  # Glasberg, Moore 1990


def test_a_texture_is_at_no_distance_from_itself_at_any_level():
    one = statistics(noise(0, 2.0))
    assert texture_distance(one, one) == 0
    assert texture_distance(one, statistics(0.01 * noise(0, 2.0))) < 1e-3


def test_another_take_is_nearer_than_another_texture():
    first, again, other = (statistics(x) for x in (noise(0, 4.0), noise(1, 4.0), beats(4.0)))
    near, far = texture_distance(first, again), texture_distance(first, other)
    assert near < 0.35 < 0.7 < far
    assert texture_distance(other, first) == pytest.approx(far)


def test_the_envelope_of_a_tone_is_flat_and_in_its_band():
    envelopes = cochlear_envelopes(sine(1000, 2.0)[0].astype(float), 8000)
    assert envelopes.shape == (30, 800)
    loudest = envelopes.mean(1).argmax()
    middle = envelopes[loudest, 50:-50]
    assert middle.std() / middle.mean() < 0.02


def test_modulation_has_its_rate():
    time = np.arange(32_000) / 8000
    carrier = noise(0, 4.0)[0] * (1 + np.sin(2 * np.pi * 8.5 * time))
    power = statistics(carrier[None]).modulations.mean(0)
    band = next(k for k in range(16) if MODULATION_HZ[k] <= 8.5 < MODULATION_HZ[k + 1])
    assert power.argmax() == band
