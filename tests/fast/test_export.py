"""Styles as ONNX."""

import json

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from impasto.errors import SettingError, WeightsError
from impasto.fast.any_style import load
from impasto.fast.export import OneStyle, export_onnx


@pytest.fixture(scope="module")
def style():
    """A network and a style."""
    network = load()
    return network, network.statistics(torch.rand(1, 3, 96, 96, generator=torch.Generator().manual_seed(1)))


@pytest.fixture(scope="module")
def file(style, tmp_path_factory):
    """The style as a file."""
    path = tmp_path_factory.mktemp("onnx") / "style.onnx"
    assert export_onnx(*style, path, name="noise") < 1e-3
    return path


@pytest.mark.parametrize("size", [(64, 64), (33, 200), (150, 47)])
def test_pictures_of_any_size_are_those_of_the_network(style, file, size):
    photo = torch.rand(1, 3, *size)
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    (painted,) = session.run(None, {"photo": photo.numpy()})
    assert painted.shape == (1, 3, *size)
    with torch.no_grad():
        assert np.abs(painted - OneStyle(*style)(photo).numpy()).max() < 1e-3


def test_the_file_tells_what_it_is(file):
    props = {prop.key: prop.value for prop in onnx.load(str(file)).metadata_props}
    assert props["style"] == "noise" and "impasto" in json.loads(props["versions"])
    assert file.stat().st_size < 3_000_000


def test_half_the_strength(style, tmp_path):
    export_onnx(*style, tmp_path / "half.onnx", strength=0.5)
    session = onnxruntime.InferenceSession(str(tmp_path / "half.onnx"), providers=["CPUExecutionProvider"])
    photo = torch.rand(1, 3, 64, 64)
    (painted,) = session.run(None, {"photo": photo.numpy()})
    with torch.no_grad():
        half, full = (OneStyle(*style, strength)(photo).numpy() for strength in (0.5, 1.0))
    assert np.abs(painted - half).max() < 1e-3 < np.abs(painted - full).max()


def test_a_wrong_file_is_not_kept(style, tmp_path, monkeypatch):
    path = tmp_path / "style.onnx"
    path.write_bytes(b"before")
    monkeypatch.setattr("impasto.fast.export.TOLERANCE", -1.0)
    with pytest.raises(WeightsError, match="other pictures"):
        export_onnx(*style, path)
    assert path.read_bytes() == b"before"


def test_the_extra_is_named(style, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)
    with pytest.raises(SettingError, match="export"):
        export_onnx(*style, tmp_path / "style.onnx")
