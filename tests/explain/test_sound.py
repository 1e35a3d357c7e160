"""The chapter on sound: its numbers are those of its sounds, and its players play them."""

import base64
import io
import re
import wave

import numpy as np
import pytest

from impasto.explain.sound import RATE_HZ, RUNS, SECONDS, SoundRuns, draw_alone, player, players
from impasto.losses.gram import gram_matrix


@pytest.fixture(scope="module")
def runs():
    return SoundRuns(3, 0)


def test_one_player_for_each_sound_with_its_numbers(runs):
    text = players(runs)
    assert text.count("<audio ") == 3 + len(RUNS)
    rows = re.findall(r"<tr><th>([^<]*)</th><td>([^<]*)</td><td>([^<]*)</td><td>([^<]*)</td>", text)
    numbers = {name: tuple(map(float, rest)) for name, *rest in rows}
    assert numbers["the tune (guitar)"][1:] == (1.0, 1.0) and numbers["the style (drums)"][0] == 0.0
    assert 0 < numbers["the tune in this style"][0] < numbers["the tune (guitar)"][0]


def test_a_player_plays_the_samples():
    samples = np.linspace(-0.5, 0.5, 1000, dtype=np.float32)
    data = base64.b64decode(re.search(r'base64,([^"]*)"', player(samples, "a & b"))[1])
    with wave.open(io.BytesIO(data)) as file:
        assert file.getframerate() == RATE_HZ and file.getnframes() == 1000
        heard = np.frombuffer(file.readframes(1000), "<i2") / 32767
    np.testing.assert_allclose(heard, samples, atol=1e-4)
    assert 'aria-label="a &amp; b"' in player(samples, "a & b")


def test_each_loss_alone_begins_with_the_same_noise_and_ends_elsewhere(runs):
    made = list(runs.alone.values())
    assert all(len(samples) == round(SECONDS * RATE_HZ) for samples in made)
    for k, one in enumerate(made):
        assert all(np.abs(one - other).max() > 1e-3 for other in made[k + 1 :])


def test_the_texture_loss_brings_the_gram_matrix_nearer(runs):
    def distance(samples):
        grams = [gram_matrix(runs.features(x)["mid/middle-5"]) for x in (samples, runs.style)]
        return float((grams[0] - grams[1]).norm())

    assert distance(runs.alone["texture and spectrum"]) < distance(runs.alone["onsets"])


def test_all_spectrograms_are_drawn(runs):
    assert len(draw_alone(runs).axes) == 2 + len(RUNS)
