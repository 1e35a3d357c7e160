"""Sounds are checked when they are read: each refusal says what to do."""

import numpy as np
import pytest

from impasto.audio.sound import checked_sound, downmixed, from_mid_side, resampled, to_mid_side
from impasto.errors import SoundError
from tests.audio.sounds import noise, sine


def checked(samples, rate_hz=8000):
    return checked_sound(samples, rate_hz, name="it", max_minutes=0.1)


@pytest.mark.parametrize(
    ("samples", "rate_hz", "text"),
    [
        (np.zeros((1, 0), np.float32), 8000, "it has no sound in it"),
        (sine(100), 0, "samples (C, T) at 1,000 to 768,000 Hz"),
        (np.zeros((1, 8000), np.float32), 8000, "it is silent"),
        (np.full((1, 8000), 0.25, np.float32), 8000, "it is silent"),
        (sine(440, 0.02), 8000, "it is too short\n  got       0.02 s\n  expected  at least 0.5 s"),
        (sine(440, 7.0), 8000, "it is too long"),
        (np.where(np.arange(8000) == 5, np.nan, sine(440)), 8000, "1 of 8000 are NaN or infinite"),
        (np.where(np.arange(8000) == 5, np.inf, sine(440)), 8000, "samples that are no numbers"),
    ],
)
def test_what_cannot_be_heard_is_refused(samples, rate_hz, text):
    with pytest.raises(SoundError) as caught:
        checked(samples, rate_hz)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("samples", "text"),
    [
        ((sine(440) * 30_000).astype(np.int16), "not floats\n  got       int16"),
        ("abc", "not floats\n  got       str"),
        ([[0.1, 0.2], [0.3]], "not floats\n  got       list"),
        (sine(440).T, "a shape that is no sound\n  got       (8000, 1)"),
        (np.zeros((2, 2, 8000)), "a shape that is no sound\n  got       (2, 2, 8000)"),
    ],
)
def test_arrays_that_are_no_samples_are_refused(samples, text):
    with pytest.raises(SoundError) as caught:
        checked(samples)
    assert text in str(caught.value)


def test_an_offset_is_removed():
    sound = checked(sine(440) + 0.2)
    assert sound.notes == ("a constant offset (DC) is removed",)
    np.testing.assert_allclose(sound.samples, sine(440), atol=1e-3)


def test_clipping_is_noted():
    assert checked(np.clip(sine(100, level=3.0), -1, 1)).notes == (
        "it is clipped; the distortion is part of the sound",
    )
    assert checked(sine(100, level=0.99)).notes == ()


def test_a_loud_mix_of_channels_is_not_taken_for_a_clipped_one():
    notes = checked(np.repeat(sine(100, level=0.9), 6, 0)).notes
    assert notes == ("6 channels are mixed down to stereo",)


def test_six_channels_become_two_by_hand():
    """Left 1, centre 1, left surround 1: L = 1 + 0.7071 + 0.7071, R = 0.7071; no LFE."""
    six = np.zeros((6, 1), np.float32)
    six[[0, 2, 3, 4]] = 1.0
    np.testing.assert_allclose(downmixed(six)[:, 0], [1 + 2 * 0.5**0.5, 0.5**0.5], rtol=1e-6)
    assert "6 channels are mixed down to stereo" in checked(np.repeat(sine(440), 6, 0)).notes


def test_four_channels_have_no_centre():
    four = np.array([[1.0], [2.0], [4.0], [8.0]], np.float32)
    np.testing.assert_allclose(downmixed(four)[:, 0], [1 + 4 * 0.5**0.5, 2 + 8 * 0.5**0.5], rtol=1e-6)


@pytest.mark.parametrize(("rate_hz", "new_hz"), [(8000, 22_050), (44_100, 8000), (44_101, 44_100)])
def test_a_sine_stays_a_sine_at_another_rate(rate_hz, new_hz):
    made = resampled(sine(440, 1.0, rate_hz), rate_hz, new_hz)
    assert made.shape == (1, new_hz)
    np.testing.assert_allclose(made[:, 500:-500], sine(440, 1.0, new_hz)[:, 500:-500], atol=3e-3)


def test_mid_and_side_go_back():
    stereo = noise(0, channels=2)
    np.testing.assert_allclose(from_mid_side(to_mid_side(stereo)), stereo, atol=1e-6)
    mid, side = to_mid_side(np.array([[1.0], [0.0]], np.float32))
    assert mid == side == 0.5
