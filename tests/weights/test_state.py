import os
import pickle
import random
import struct

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from impasto.errors import WeightsError
from impasto.weights.state import file_metadata, load_state

TENSORS = {
    "conv1_1.weight": torch.arange(6.0).reshape(2, 3),
    "conv1_1.bias": torch.ones(2, dtype=torch.float16),
}


def equal(found):
    return found.keys() == TENSORS.keys() and all(
        torch.equal(found[key], value) and found[key].dtype == value.dtype for key, value in TENSORS.items()
    )


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
@pytest.mark.parametrize("suffix", [".pth", ".pt", ".PTH"])
def test_pickled_tensors(tmp_path, suffix, zipped):
    path = tmp_path / f"w{suffix}"
    torch.save(TENSORS, path, _use_new_zipfile_serialization=zipped)
    assert equal(load_state(path))
    assert file_metadata(path) == {}


def test_safetensors_with_metadata(tmp_path):
    save_file(TENSORS, tmp_path / "w.safetensors", metadata={"preprocessing": "caffe"})
    assert equal(load_state(str(tmp_path / "w.safetensors")))
    assert file_metadata(tmp_path / "w.safetensors") == {"preprocessing": "caffe"}


def test_a_checkpoint_is_opened_and_parameters_become_tensors(tmp_path):
    torch.save({"state_dict": {"a": nn.Parameter(torch.ones(2))}, "epoch": 3}, tmp_path / "w.pth")
    found = load_state(tmp_path / "w.pth")
    assert not found["a"].requires_grad
    assert found["a"].tolist() == [1, 1]


def test_a_missing_file(tmp_path):
    for reader in (load_state, file_metadata):
        with pytest.raises(WeightsError, match="there is no such weights file") as caught:
            reader(tmp_path / "none.pth")
        assert caught.value.got == str(tmp_path / "none.pth")
    (tmp_path / "folder.pth").mkdir()
    with pytest.raises(WeightsError, match=r"folder.pth \(a folder\)"):
        load_state(tmp_path / "folder.pth")


def test_an_unknown_kind_of_file(tmp_path):
    with pytest.raises(WeightsError) as caught:
        load_state("vgg19.safetensor")
    assert str(caught.value).splitlines() == [
        "this is no kind of weights file that can be read",
        "  got       vgg19.safetensor",
        "  expected  a file that ends in .safetensors, .pth, .pt",
        "  try       did you mean '.safetensors'?",
    ]


class Code:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (os.mkdir, (self.path,))


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
def test_code_is_refused_and_does_not_run(tmp_path, zipped):
    torch.save({"a": Code(str(tmp_path / "ran"))}, tmp_path / "w.pth", _use_new_zipfile_serialization=zipped)
    with pytest.raises(WeightsError, match="the weights file holds code, not only tensors") as caught:
        load_state(tmp_path / "w.pth")
    assert caught.value.got.endswith(".mkdir")
    assert "torch.save(model.state_dict(), FILE)" in caught.value.attempt
    assert not (tmp_path / "ran").exists()


def test_a_plain_pickle_with_code_is_refused(tmp_path):
    (tmp_path / "w.pth").write_bytes(pickle.dumps({"a": Code(str(tmp_path / "ran"))}))
    with pytest.raises(WeightsError):
        load_state(tmp_path / "w.pth")
    assert not (tmp_path / "ran").exists()


def test_a_whole_model_is_refused_as_code(tmp_path):
    torch.save(nn.Linear(2, 2), tmp_path / "w.pt")
    with pytest.raises(WeightsError, match="holds code"):
        load_state(tmp_path / "w.pt")


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize(
    "content", [b"", b"<html>404</html>" * 9, struct.pack("<Q", 50)], ids=["empty", "html", "short"]
)
def test_damaged_files(tmp_path, suffix, content):
    path = tmp_path / f"w{suffix}"
    path.write_bytes(content)
    with pytest.raises(
        WeightsError, match="the weights file is damaged, or is another kind of file"
    ) as caught:
        load_state(path)
    assert f"({len(content)} bytes)" in caught.value.got
    assert caught.value.expected == f"a complete {suffix} file"


def test_damaged_metadata(tmp_path):
    (tmp_path / "w.safetensors").write_bytes(b"nothing")
    with pytest.raises(WeightsError, match="damaged"):
        file_metadata(tmp_path / "w.safetensors")


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
def test_truncated_files(tmp_path, zipped):
    torch.save({"a": torch.ones(10_000)}, tmp_path / "whole.pth", _use_new_zipfile_serialization=zipped)
    whole = (tmp_path / "whole.pth").read_bytes()
    for length in (len(whole) // 3, len(whole) // 2, len(whole) - 4):
        (tmp_path / "cut.pth").write_bytes(whole[:length])
        with pytest.raises(WeightsError, match="damaged"):
            load_state(tmp_path / "cut.pth")


def test_random_bytes_never_escape_as_another_error(tmp_path):
    source = random.Random(0)
    for _ in range(200):
        (tmp_path / "w.pth").write_bytes(source.randbytes(60))
        with pytest.raises(WeightsError):
            load_state(tmp_path / "w.pth")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ([1, 2], "w.pth holds a list"),
        (torch.ones(2), "w.pth holds a Tensor"),
        ({"epoch": 3}, "'epoch' is a int"),
        ({5: torch.ones(2)}, "5 is a Tensor"),
    ],
)
def test_something_else_than_tensors_by_name(tmp_path, content, text):
    torch.save(content, tmp_path / "w.pth")
    with pytest.raises(
        WeightsError, match="the weights file holds something else than tensors by name"
    ) as caught:
        load_state(tmp_path / "w.pth")
    assert caught.value.got.endswith(text)
    assert caught.value.expected == "{name: tensor}"
