import hashlib
import sys

import pytest

from impasto.errors import SettingError
from impasto.weights.records import RECORDS, cache_facts, cache_folder, cached, file_sha256, find_record


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """No variable of the user's environment, and a home of our own."""
    for name in ("IMPASTO_CACHE", "XDG_CACHE_HOME", "TORCH_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_a_record_agrees_with_the_digits_in_its_file_name(record):
    assert record.file_name.split("-")[1] == f"{record.sha256[:8]}.pth"
    assert len(record.sha256) in (8, 64)
    assert all(url.startswith("https://") and url.endswith(record.file_name) for url in record.urls)


def test_find_record_lists_names_and_the_nearest():
    assert find_record("vgg19").name == "vgg19"
    with pytest.raises(SettingError) as caught:
        find_record("vgg19_caffe")
    assert str(caught.value).splitlines() == [
        "there is no record of weights 'vgg19_caffe'",
        "  got       vgg19_caffe",
        "  expected  one of vgg19, vgg16, vgg19-caffe, vgg16-caffe",
        "  try       did you mean 'vgg19-caffe'?",
    ]


LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have other folders")


@LINUX
def test_the_cache_folder_is_that_of_version_0_1(bare, monkeypatch):
    assert cache_folder() == bare / ".cache/impasto"
    assert not cache_folder().exists()
    monkeypatch.setenv("XDG_CACHE_HOME", str(bare / "xdg"))
    assert cache_folder() == bare / "xdg/impasto"


def test_so_it_is_on_other_systems(bare, monkeypatch):
    from platformdirs import macos, windows

    monkeypatch.setattr("platformdirs.user_cache_path", lambda *a, **k: macos.MacOS(*a, **k).user_cache_path)
    assert cache_folder() == bare / "Library/Caches/impasto"
    monkeypatch.setattr(windows, "get_win_folder", lambda _name: str(bare / "local"))
    monkeypatch.setattr(
        "platformdirs.user_cache_path", lambda *a, **k: windows.Windows(*a, **k).user_cache_path
    )
    assert cache_folder() == bare / "local/impasto/Cache"  # 0.1: cache, the same file name on Windows


def test_cache_folder_by_variable(bare, monkeypatch):
    monkeypatch.setenv("IMPASTO_CACHE", str(bare / "mine"))
    assert cache_folder() == bare / "mine"
    monkeypatch.setenv("IMPASTO_CACHE", "~/mine")
    assert cache_folder() == bare / "mine"


@LINUX
def test_cached_looks_in_our_folder_and_in_torchvisions(bare, monkeypatch):
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
