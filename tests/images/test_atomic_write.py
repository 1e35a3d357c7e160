"""Writing: checked before, whole or not at all."""

from __future__ import annotations

import os
import stat

import pytest

from impasto.errors import OutputError
from impasto.images import io
from impasto.images.atomic_write import atomic_write, check_path

from . import crafted


def test_check_accepts_what_can_be_written(tmp_path):
    for name in ("a.png", "a.JPG", "a.jpeg", "a.webp", "a.tif", "a.tiff", "a.avif", "a.HEIC"):
        assert io.check_output(str(tmp_path / name)) == tmp_path / name
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "attempt"), [("a.pgn", ".png"), ("a.jpgg", ".jpg"), ("a.tifff", ".tiff")])
def test_unknown_format_names_the_nearest(tmp_path, name, attempt):
    with pytest.raises(OutputError, match=rf"output format '\.{name[2:]}' is unknown") as caught:
        io.check_output(tmp_path / name)
    assert caught.value.expected == ".png, .jpg, .jpeg, .webp, .tif, .tiff, .avif, .heic, .heif"
    assert caught.value.attempt == f"did you mean '{attempt}'?"


@pytest.mark.parametrize("name", ["a.bmp", "a.gif", "a.jp2", "a.pnm", "a.JXL", "a.mp4"])
def test_the_first_format_stands_for_another_real_one(tmp_path, name):
    with pytest.raises(OutputError, match="is unknown") as caught:
        io.check_output(tmp_path / name)
    assert caught.value.attempt == str(tmp_path / "a.png")


def test_unknown_format_far_from_all(tmp_path):
    with pytest.raises(OutputError) as caught:
        io.check_output(tmp_path / "a.xyz")
    assert caught.value.attempt == str(tmp_path / "a.xyz.png")


def test_no_format(tmp_path):
    with pytest.raises(OutputError, match="output has no format") as caught:
        io.check_output(tmp_path / "out")
    assert caught.value.attempt == str(tmp_path / "out.png")


def test_folder_as_output(tmp_path):
    with pytest.raises(OutputError, match=r"output is a folder\n(.*\n)*  try .*out\.png"):
        io.check_output(tmp_path)


def test_missing_folder(tmp_path):
    """It will be made, when there is something to write."""
    assert io.check_output(tmp_path / "no" / "such" / "a.png") == tmp_path / "no" / "such" / "a.png"
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="output folder is a file"):
        io.check_output(tmp_path / "file" / "below" / "a.png")


def test_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="output folder is a file"):
        io.check_output(tmp_path / "file" / "a.png")


def test_folder_that_may_not_be_written_to(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    with pytest.raises(OutputError, match=r"output folder may not be written to\n  got +" + str(tmp_path)):
        io.check_output(tmp_path / "a.png")


def test_file_that_is_read_only(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda place, _: place == tmp_path)
    with pytest.raises(OutputError, match="output file is read-only"):
        io.check_output(path)


def test_any_format(tmp_path):
    assert check_path(tmp_path / "a.json", ()) == tmp_path / "a.json"


@pytest.mark.parametrize("trouble", [RuntimeError("boom"), KeyboardInterrupt(), OSError(28, "No space left")])
def test_failure_leaves_the_old_file_and_nothing_else(tmp_path, trouble):
    path = tmp_path / "a.txt"
    path.write_text("old")
    expected = OutputError if isinstance(trouble, OSError) else type(trouble)
    with pytest.raises(expected), atomic_write(path) as temporary:
        temporary.write_text("half of the n")
        assert path.read_text() == "old"
        raise trouble
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_full_disk_says_so(tmp_path):
    with (
        pytest.raises(
            OutputError, match=r"could not be written\n  got +.*a\.txt: No space left\n  try +look for free"
        ),
        atomic_write(tmp_path / "a.txt"),
    ):
        raise OSError(28, "No space left")


def test_failure_of_the_encoder_leaves_the_old_picture(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    io.write(path, crafted.photo())
    before = path.read_bytes()

    def fail(_picture, file, **_options):
        file.write(b"\x89PNG")
        raise OSError("encoder error -2")

    monkeypatch.setattr("PIL.Image.Image.save", fail)
    with pytest.raises(OutputError, match="encoder error -2"):
        io.write(path, crafted.photo(5, 5))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_path_below_a_file(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="could not be written"):
        io.write_text(tmp_path / "file" / "a.json", "{}")


def test_text(tmp_path):
    path = tmp_path / "a.json"
    io.write_text(path, "old")
    io.write_text(str(path), "nä")
    assert path.read_text(encoding="utf-8") == "nä"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_followed(tmp_path):
    target = tmp_path / "real.txt"
    target.write_text("old")
    link = tmp_path / "link.txt"
    link.symlink_to(target)
    io.write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_permissions_follow_the_umask(tmp_path):
    old = os.umask(0o027)
    try:
        io.write_text(tmp_path / "a.txt", "x")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o640


def test_longest_name(tmp_path):
    path = tmp_path / ("a" * 251 + ".txt")
    io.write_text(path, "x")
    assert path.read_text() == "x"
