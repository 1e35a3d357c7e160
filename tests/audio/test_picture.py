"""Spectrograms as pictures."""

import numpy as np

from impasto.audio.picture import LONGEST_PX, ROW_PX, spectrogram_picture, spectrogram_sheet
from tests.audio.sounds import noise, sine


def test_a_higher_tone_is_higher_in_the_picture():
    def row(hz):
        return spectrogram_picture(sine(hz, 1.0, 22_050), 22_050).mean((1, 2)).argmax()

    assert row(440) - row(880) == 12 * ROW_PX
    assert spectrogram_picture(sine(440, 1.0, 22_050), 22_050).dtype == np.uint8


def test_a_long_sound_is_no_wider_than_the_limit():
    assert spectrogram_picture(noise(0, 130.0, 2000), 2000).shape[1] <= LONGEST_PX


def test_a_sheet_holds_all_of_them():
    sheet = spectrogram_sheet([("one", sine(440), 8000), ("two", noise(0, 2.0), 8000)])
    first = spectrogram_picture(sine(440), 8000)
    assert sheet.height == 2 * (first.shape[0] + 18) and sheet.width > first.shape[1]
