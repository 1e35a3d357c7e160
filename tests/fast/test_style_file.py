"""Trained styles as files."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.testing import assert_close

from impasto.errors import OutputError, SettingError, WeightsError
from impasto.fast.any_style import load
from impasto.fast.style_file import KEY, TrainedStyle, load_style


@pytest.fixture(scope="module")
def trained():
    """Two styles of random pictures."""
    network = load()
    torch.manual_seed(0)
    styles = {name: network.statistics(torch.rand(1, 3, 64, 64)) for name in ("rain", "snow")}
    paintings = {"rain": torch.rand(1, 3, 40, 50)}
    return TrainedStyle(network, styles, paintings, {"steps": 3})


def test_a_file_holds_what_was_saved(trained, tmp_path):
    trained.save(tmp_path / "s.safetensors")
    read = load_style(tmp_path / "s.safetensors")
    assert list(read.styles) == ["rain", "snow"] and read.about == {"steps": 3}
    for before, after in zip(trained.style("snow"), read.style("snow"), strict=True):
        assert_close(after.root, before.root.half().float())
    assert list(read.paintings) == ["rain"]  # as good as a JPEG of noise can be
    assert (read.paintings["rain"] - trained.paintings["rain"]).abs().mean() < 0.05
    photo = torch.rand(1, 3, 64, 64)
    painted = [one.network(photo, one.style("rain")) for one in (trained, read)]
    assert (painted[0] - painted[1]).abs().max() < 0.02


def test_styles_by_name(trained):
    assert trained.style() is trained.styles["rain"]
    with pytest.raises(SettingError, match="rain, snow"):
        trained.style("snw")


def test_other_files_are_refused(trained, tmp_path):
    other = tmp_path / "other.safetensors"
    save_file({"w": torch.zeros(2)}, other)
    with pytest.raises(WeightsError, match="not a trained style"):
        load_style(other)
    save_file({"w": torch.zeros(2)}, other, metadata={KEY: "999"})
    with pytest.raises(WeightsError, match="another version"):
        load_style(other)


@pytest.mark.parametrize("harm", ["cut", "nan", "missing", "names", "painting", "shape"])
def test_damage_is_told(trained, tmp_path, harm):
    path = tmp_path / "s.safetensors"
    trained.save(path)
    state = load_file(path)
    metadata = {KEY: "1", "styles": json.dumps(["rain", "snow"]), "about": "{}"}
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:5000])
    else:
        if harm == "nan":
            state["style.0.0.mean"][0, 0] = torch.nan
        elif harm == "missing":
            del state["style.1.2.root"]
        elif harm == "shape":
            state["style.0.1.root"] = torch.zeros(1, 2, 2)
        elif harm == "painting":
            state["painting.0"] = torch.zeros(50, dtype=torch.uint8)
        else:
            metadata["styles"] = "{"
        save_file(state, path, metadata=metadata)
    with pytest.raises(WeightsError, match="got"):
        load_style(path)


def test_a_pickle_is_not_opened(tmp_path):
    (tmp_path / "s.pth").write_bytes(b"whatever it is")
    with pytest.raises(WeightsError, match=r"a \.safetensors file"):
        load_style(tmp_path / "s.pth")


def test_a_folder_that_is_missing(trained, tmp_path):
    with pytest.raises(OutputError):
        trained.save(tmp_path / "no" / "s.safetensors")
