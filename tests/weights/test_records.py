import hashlib
from pathlib import Path

import pytest

from impasto.errors import WeightsError
from impasto.weights import RECORDS, cache_facts, cache_folder, cached, file_sha256, find_record


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """No variable of the user's environment, and a home of our own."""
    for name in ("IMPASTO_CACHE", "XDG_CACHE_HOME", "TORCH_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    return tmp_path


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_a_record_agrees_with_the_digits_in_its_file_name(record):
    assert record.file_name.split("-")[1] == f"{record.sha256[:8]}.pth"
    assert len(record.sha256) in (8, 64)
    assert all(url.startswith("https://") and url.endswith(record.file_name) for url in record.urls)


def test_find_record_lists_names_and_the_nearest():
    assert find_record("vgg19").name == "vgg19"
    with pytest.raises(WeightsError) as caught:
        find_record("vgg19_caffe")
    assert str(caught.value).splitlines() == [
        "no weights are published here under the name 'vgg19_caffe'",
        "  got       vgg19_caffe",
        "  expected  one of vgg19, vgg16, vgg19-caffe, vgg16-caffe",
        "  try       did you mean 'vgg19-caffe'?",
    ]


@pytest.mark.parametrize(
    ("system", "folder"),
    [
        ("Linux", ".cache/impasto"),
        ("Darwin", "Library/Caches/impasto"),
        ("Windows", "AppData/Local/impasto/cache"),
    ],
)
def test_cache_folder_by_system(bare, monkeypatch, system, folder):
    monkeypatch.setattr("platform.system", lambda: system)
    assert cache_folder() == bare / folder
    assert not cache_folder().exists()


def test_cache_folder_by_variable(bare, monkeypatch, tmp_path):
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() == bare / ".cache/impasto"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "impasto"
    monkeypatch.setenv("IMPASTO_CACHE", str(tmp_path / "mine"))
    assert cache_folder() == tmp_path / "mine"
    monkeypatch.setattr("platform.system", lambda: "Windows")
    monkeypatch.delenv("IMPASTO_CACHE")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache_folder() == tmp_path / "local" / "impasto" / "cache"


def test_cached_looks_in_our_folder_and_in_torchvisions(bare, monkeypatch):
    monkeypatch.setattr("platform.system", lambda: "Linux")
    record = RECORDS["vgg19"]
    assert cached(record) is None
    theirs = bare / ".cache/torch/hub/checkpoints" / record.file_name
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"theirs")
    assert cached(record) == theirs
    ours = bare / ".cache/impasto" / record.file_name
    ours.parent.mkdir(parents=True)
    ours.with_name(f"{record.file_name}.part").write_bytes(b"half")
    assert cached(record) == theirs
    ours.write_bytes(b"ours")
    assert cached(record) == ours
    ours.unlink()
    monkeypatch.setenv("TORCH_HOME", str(bare / "elsewhere"))
    assert cached(record) is None


def test_cache_facts(monkeypatch, tmp_path):
    monkeypatch.setenv("IMPASTO_CACHE", str(tmp_path / "cache"))
    assert cache_facts() == {"cache": str(tmp_path / "cache"), "cached files": "none"}
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "a.pth").write_bytes(bytes(1_500_000))
    assert cache_facts()["cached files"] == "a.pth (1.5 MB)"


def test_file_sha256_of_more_than_one_chunk(tmp_path):
    content = bytes(range(256)) * 5000
    (tmp_path / "file").write_bytes(content)
    assert file_sha256(tmp_path / "file") == hashlib.sha256(content).hexdigest()
