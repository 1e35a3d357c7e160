"""A 1-D network of the user's in place of the random convolutions."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from torch.testing import assert_close
from typer.testing import CliRunner

import impasto
from impasto.audio.io import write_sound
from impasto.audio.network import BANDS, sound_network
from impasto.audio.result import changed_inputs, from_sound_record, read_sound_record
from impasto.audio.sound_view import SoundView
from impasto.cli import app
from impasto.errors import SettingError, WeightsError
from tests.audio.sounds import beats, noise, sine

CONTENT = (np.concatenate([sine(440, 1.0), sine(660, 1.0)], 1) * np.float32(0.2), 8000)
STYLE = (beats(2.0), 8000)


def module():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv1d(BANDS, 16, 3), nn.ReLU(), nn.Conv1d(16, 8, 5, bias=False), nn.ReLU())


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.safetensors"
    save_file(module().state_dict(), path)
    return path


def test_a_file_computes_what_the_module_does(file):
    network = sound_network(str(file))
    spectrogram = torch.rand(2, BANDS, 40)
    features = network(spectrogram)
    assert network.layers == tuple(features) == ("0", "1")
    assert_close(features["1"], module()(spectrogram))
    assert features["0"].shape == (2, 16, 38)


def test_few_frames_are_enough(file):
    assert sound_network(str(file))(torch.rand(1, BANDS, 2))["1"].shape == (1, 8, 1)


def test_a_low_rate_has_silent_bands_where_a_high_one_has_tones(file):
    network = sound_network(str(file))
    features = SoundView(8000, network=network).features(torch.from_numpy(noise(0, 1.0, 8000)), ("mid",))
    assert features["mid/network-1"].shape[:3] == (1, 8, 1)
    assert not any(name.startswith("mid/short-") for name in features)


def test_the_texture_is_that_of_the_network(file):
    """The same sounds with another network give another result; the texture loss falls."""
    options = {"steps": 4, "scales": 1}
    ours, random = (
        impasto.stylize_audio(CONTENT, STYLE, network=network, **options) for network in (str(file), "random")
    )
    texture = [row["texture"] for row in ours.history]
    assert texture[-1] < texture[0]
    assert np.abs(ours.samples - random.samples).max() > 1e-3
    again = impasto.stylize_audio(CONTENT, STYLE, network=str(file), **options)
    np.testing.assert_array_equal(again.samples, ours.samples)


def test_an_object_is_called_with_the_spectrogram():
    class Doubled:
        layers = ("twice",)

        def __call__(self, spectrogram):
            return {"twice": 2 * spectrogram}

    result = impasto.stylize_audio(CONTENT, STYLE, network=Doubled(), steps=2, scales=1)
    assert result.record["settings"]["network"].endswith("Doubled")


@pytest.mark.parametrize(
    "tensors",
    [
        {},
        {"conv.weight": torch.zeros(4, BANDS, 3)},
        {"0.weight": torch.zeros(4, BANDS + 1, 3)},
        {"0.weight": torch.zeros(4, BANDS)},
        {"0.weight": torch.zeros(4, BANDS, 3), "0.bias": torch.zeros(5)},
        {"0.bias": torch.zeros(4)},
        {"0.weight": torch.zeros(4, BANDS, 0)},
        {"0.weight": torch.full((4, BANDS, 3), torch.nan)},
        {"0.weight": torch.zeros(4, BANDS, 3), "2.weight": torch.zeros(4, 5, 3)},
    ],
)
def test_other_files_are_refused(tmp_path, tensors):
    path = tmp_path / "other.safetensors"
    save_file(tensors, path)
    with pytest.raises(WeightsError, match=r"other\.safetensors"):
        sound_network(str(path))


def test_other_values_are_refused(tmp_path):
    with pytest.raises(SettingError, match="no network 'vgg19' for sounds"):
        impasto.stylize_audio(CONTENT, STYLE, network="vgg19")
    with pytest.raises(WeightsError):
        impasto.stylize_audio(CONTENT, STYLE, network=str(tmp_path / "missing.safetensors"))
    with pytest.raises(SettingError, match="has layers"):
        impasto.stylize_audio(CONTENT, STYLE, network=print)
    with pytest.raises(SettingError, match="network of its own"):
        impasto.stylize_audio(CONTENT, STYLE, network=lambda x: {}, preset="ulyanov")


@pytest.mark.parametrize(
    ("layers", "answer"),
    [
        ((), {}),
        (("a",), {}),
        (("a",), {"a": torch.zeros(4, 9)}),
        (("a",), {"a": torch.zeros(1, 4, 0)}),
    ],
)
def test_an_object_that_returns_something_else_is_refused(layers, answer):
    class Wrong:
        def __call__(self, spectrogram):
            return answer

    network = Wrong()
    network.layers = layers
    with pytest.raises(SettingError, match="does not return what its layers say"):
        impasto.stylize_audio(CONTENT, STYLE, network=network)


def test_a_record_finds_the_network_again(file, tmp_path, monkeypatch):
    """It names the file and its hash, no folder; ``look_in`` finds it, and a change of it is told."""
    for name, sound in (("content", CONTENT), ("style", STYLE)):
        write_sound(tmp_path / f"{name}.wav", sound[0], sound[1])
    folder = tmp_path / "nets" / "private"
    folder.mkdir(parents=True)
    kept = file.rename(folder / "mine.safetensors")
    monkeypatch.chdir(tmp_path)
    made = impasto.stylize_audio(
        "content.wav", "style.wav", network="nets/private/mine.safetensors", steps=1, scales=1
    )
    out = tmp_path / "elsewhere"
    out.mkdir()
    made.save(out / "out.wav")
    assert "private" not in (out / "out.json").read_text()
    _, settings = from_sound_record(out / "out.wav", look_in=folder)
    assert settings.network == str(kept)
    save_file({"0.weight": torch.zeros(4, BANDS, 3)}, kept)
    assert changed_inputs(read_sound_record(out / "out.wav", look_in=folder)) == ["mine"]


def test_from_the_command_line(file, tmp_path):
    for name, sound in (("content", CONTENT), ("style", STYLE)):
        write_sound(tmp_path / f"{name}.wav", sound[0], sound[1])
    words = [str(tmp_path / f"{name}.wav") for name in ("content", "style")]
    options = ["--steps", "1", "--scales", "1", "-o", str(tmp_path / "out.wav")]
    answer = CliRunner().invoke(app, ["audio", *words, "--network", str(file), *options])
    assert answer.exit_code == 0, answer.output
    answer = CliRunner().invoke(app, ["audio", "--from", str(tmp_path / "out.json")])
    assert answer.exit_code == 0, answer.output
    answer = CliRunner().invoke(app, ["audio", *words, "--network", "vgg19", *options])
    assert answer.exit_code == 2 and "no network 'vgg19' for sounds" in answer.stderr
