"""What is compared of a sound: by hand, and what it must not depend on."""

import pytest
import torch
from torch.testing import assert_close

from impasto.audio.blocks import padded
from impasto.audio.sound_view import SoundView, envelope, onsets, pitch_classes, rhythm_lags
from impasto.audio.spectrogram import WINDOWS
from tests.audio.sounds import noise, sine


def test_onsets_by_hand():
    """Rises of two bands: (1, 0) and (0, 3), falls count nothing."""
    spectrogram = torch.tensor([[[0.0, 1.0, 1.0], [2.0, 0.0, 3.0]]])
    assert_close(onsets(spectrogram), torch.tensor([[[[0.5, 1.5]]]]))


def test_pitch_classes_are_those_of_octaves():
    magnitudes = torch.full((1, 48, 2), 1e-9)
    magnitudes[0, 12 + 4], magnitudes[0, 24 + 4] = 0.3, 0.4
    classes = pitch_classes(magnitudes)
    assert classes.shape == (1, 1, 12, 2)
    assert_close(classes[0, 0, 4], torch.full((2,), 0.5 / (0.5 + 0.05)))
    assert classes[0, 0, [0, 5, 11]].max() < 1e-5


def test_a_pitch_class_does_not_depend_on_loudness():
    magnitudes = torch.rand(1, 48, 5, generator=torch.Generator().manual_seed(0))
    assert_close(pitch_classes(magnitudes), pitch_classes(7 * magnitudes), rtol=1e-4, atol=1e-6)


def test_an_envelope_is_a_mean_by_hand():
    spectrogram = torch.arange(40.0).reshape(1, 4, 10)
    assert_close(envelope(spectrogram), torch.tensor([[[[17.0, 22.0]]]]))


@pytest.mark.parametrize("rate_hz", [8000, 22_050])
def test_all_features_of_all_channels(rate_hz):
    view = SoundView(rate_hz)
    samples = torch.from_numpy(noise(0, 1.0, rate_hz, channels=2))
    features = view.features(samples, ("mid", "side"))
    kinds = {name.partition("/")[2] for name in features}
    assert {*view.texture_kinds, "short", "middle", "long", "rhythm", "chroma", "onset", "envelope"} == kinds
    assert len(features) == 2 * len(kinds)
    for name, value in features.items():
        assert (
            value.ndim == 4 and value.shape[:1] == (1,) and value.shape[2] == (12 if "chroma" in name else 1)
        ), name
        assert value.isfinite().all() and value.std() > 0, name
    alone = view.features(samples[1:], ("side",))
    for name, value in alone.items():
        assert_close(value, features[name])


def test_rhythm_lags_are_two_seconds():
    assert rhythm_lags(22_050) == 173  # hops of 256 samples


def test_the_chroma_of_a_tone_is_one_class():
    view = SoundView(22_050)
    for hz, other_hz in ((440, 880), (220, 440)):
        one, other = (
            view.features(torch.from_numpy(sine(f, 1.0, 22_050)), ["mid"])["mid/chroma"].mean(3).argmax()
            for f in (hz, other_hz)
        )
        assert one == other


def test_frames_that_lie_in_the_padding_are_left_out():
    """A steady sound, padded as a canvas is: no frame of any window is silent."""
    rate_hz, tone = 8000, torch.from_numpy(noise(0, 1.0, 8000))
    samples = padded(tone[None, :, None], rate_hz, loop=False).reshape(1, -1)
    features = SoundView(rate_hz).features(samples.float(), ("mid",))
    for kind in ("short", "middle", "long"):
        level = features[f"mid/{kind}"][0, :, 0].mean(0)
        assert level.min() > 0.3 * level.median(), kind
    count = features["mid/short"].shape[3]
    assert abs(count - rate_hz / WINDOWS[0].hop(rate_hz)) <= 3
