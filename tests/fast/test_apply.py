"""A trained style at work."""

import threading

import numpy as np
import pytest
import torch
from PIL import Image

import impasto
from impasto.errors import SettingError
from impasto.fast.any_style import load
from impasto.fast.style_file import TrainedStyle
from tests.conftest import drawn


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Two styles in a file."""
    network = load()
    styles = {
        name: network.statistics(torch.from_numpy(drawn(seed, 96, 96)).permute(2, 0, 1)[None] / 255)
        for seed, name in ((1, "rain"), (2, "snow"))
    }
    path = tmp_path_factory.mktemp("styles") / "two.safetensors"
    TrainedStyle(network, styles).save(path)
    return path


def test_a_photo_keeps_its_size(file):
    result = impasto.apply(file, drawn(0, 60, 90))
    assert result.image.size == (90, 60)
    assert result.record["styles"][0]["name"] == "two" and result.record["task"] == "apply"
    assert impasto.apply(file, drawn(0, 60, 90), size=48).image.size == (48, 32)


def test_the_file_is_written_with_its_record(file, photo, tmp_path):
    impasto.apply(file, photo).save(tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as written:
        assert written.size == (64, 48)
    assert (tmp_path / "out.json").exists()


def test_styles_are_chosen_and_blended(file):
    photo = drawn(3, 64, 64)
    rain, snow, both = (
        np.asarray(impasto.apply(file, photo, styles=names).image, float)
        for names in ({"rain": 1.0}, {"snow": 1.0}, {"rain": 1.0, "snow": 1.0})
    )
    assert np.abs(rain - snow).mean() > 2
    assert np.abs(both - (rain + snow) / 2).mean() < np.abs(rain - snow).mean() / 2
    with pytest.raises(SettingError, match="rain, snow"):
        impasto.apply(file, photo, styles=["hail"])


def test_strength(file):
    photo = drawn(4, 64, 64)
    weak, half, full = (impasto.apply(file, photo, strength=s).pixels for s in (0.0, 0.5, 1.0))
    assert 0.2 < float((half - weak).abs().mean() / (full - weak).abs().mean()) < 0.8


def test_threads_share_a_painter(file):
    painter, photo = impasto.StylePainter(file), drawn(5, 64, 64)
    expected, results = painter(photo).pixels, []
    threads = [threading.Thread(target=lambda: results.append(painter(photo).pixels)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 3 and all(torch.equal(expected, result) for result in results)
