"""Training pictures."""

import pytest
import torch
from PIL import Image

from impasto.errors import PictureError
from impasto.fast.pictures import Crops, files_in
from tests.conftest import drawn


@pytest.fixture
def folder(tmp_path):
    """Three photos, one in a sub-folder, and files that are none."""
    (tmp_path / "sub").mkdir()
    for number, name in enumerate(("a.png", "b.jpg", "sub/c.png")):
        Image.fromarray(drawn(number, 90, 120)).save(tmp_path / name)
    (tmp_path / "._a.png").write_bytes(b"no picture")
    (tmp_path / "notes.txt").write_text("none")
    return tmp_path


def test_files_of_a_folder(folder):
    assert [path.name for path in files_in(folder)] == ["a.png", "b.jpg", "c.png"]
    with pytest.raises(PictureError, match="no such folder"):
        files_in(folder / "none")
    (folder / "empty").mkdir()
    with pytest.raises(PictureError, match="the folder has no picture"):
        files_in(folder / "empty")


def test_the_same_number_gives_the_same_crop(folder):
    first, second = (Crops(files_in(folder), 64, seed=5) for _ in range(2))
    assert first.crop(3).shape == (1, 3, 64, 64)
    second.crop(0)  # what was asked for before makes no difference
    assert torch.equal(first.crop(3), second.crop(3))
    assert not torch.equal(first.crop(3), first.crop(4))
    assert not torch.equal(first.crop(3), Crops(files_in(folder), 64, seed=6).crop(3))
    assert 0 <= first.crop(1).min() and first.crop(1).max() <= 1


def test_batches_come_in_order(folder):
    crops = Crops(files_in(folder), 64)
    numbers = [range(k, k + 2) for k in range(0, 24, 2)]
    for batch, wanted in zip(crops.batches(numbers), numbers, strict=True):
        assert torch.equal(batch, crops.batch(wanted))


def test_files_that_cannot_be_read_are_skipped(folder):
    bad = folder / "bad.jpg"
    bad.write_bytes(b"\xff\xd8 not a photo")
    crops = Crops([bad, *files_in(folder)[:1]], 64)
    for number in range(6):
        crops.crop(number)
    assert crops.skipped == {bad}
    with pytest.raises(PictureError, match="none of the photos"):
        Crops([bad], 64).crop(0)


def test_pictures_smaller_than_a_crop_are_enlarged():
    crops = Crops([torch.rand(1, 3, 20, 30)], 64)
    assert crops.crop(0).shape == (1, 3, 64, 64)


def test_memory_is_bounded(folder, monkeypatch):
    monkeypatch.setattr("impasto.fast.pictures.MEMORY_BYTES", 40_000)
    crops = Crops(files_in(folder), 64)
    for number in range(12):
        crops.crop(number)
    assert len(crops._kept) == 1  # a photo takes 32,400 bytes
