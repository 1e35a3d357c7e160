"""Sample sounds: computed, alike each time, and of the pitch that is written."""

import io
import wave

import numpy as np
import pytest

from impasto.samples.sounds import RATE_HZ, SECONDS, SOUNDS, pluck, sound, tone_hz, wav_bytes


@pytest.mark.parametrize("name", SOUNDS)
def test_a_sound_is_whole_and_the_same_each_time(name):
    made = sound(name)
    assert made.shape == (round(SECONDS * RATE_HZ),) and np.isfinite(made).all()
    assert np.abs(made).max() == pytest.approx(0.7, abs=1e-3) and np.sqrt((made**2).mean()) > 0.01
    assert np.array_equal(made, sound(name))


def test_a_string_has_its_pitch():
    assert tone_hz(9) == pytest.approx(440, abs=0.01)
    spectrum = np.abs(np.fft.rfft(pluck(440, 1.0, 0) * np.hanning(RATE_HZ)))
    assert 430 < spectrum[300:600].argmax() + 300 < 450


def test_a_file_is_wav():
    with wave.open(io.BytesIO(wav_bytes("guitar"))) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (1, RATE_HZ, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32767
    np.testing.assert_allclose(samples, sound("guitar"), atol=2e-5)
