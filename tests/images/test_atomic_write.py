"""Writing: checked before, whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import nullcontext
from pathlib import Path

import pytest

from impasto.errors import OutputError
from impasto.images import io
from impasto.images.atomic_write import atomic_write, check_path, make_parent, remove

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


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EACCES, errno.EIO, errno.ENOSPC, errno.ENOTSUP])
def test_a_folder_that_cannot_be_flushed_is_no_failure(tmp_path, monkeypatch, number):
    real = os.fsync

    def fsync(handle):
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(number, os.strerror(number))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    with atomic_write(tmp_path / "a.txt", durable=True) as temporary:
        temporary.write_text("whole")
    assert (tmp_path / "a.txt").read_text() == "whole" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("number", "fails"),
    [(errno.EINVAL, False), (errno.ENOSYS, False), (errno.EIO, True), (errno.ENOSPC, True)],
)
def test_a_file_that_cannot_be_flushed(tmp_path, monkeypatch, number, fails):
    """Where there is no fsync the file is written all the same; where the disk failed, it is not."""

    def fsync(_handle):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OutputError) if fails else nullcontext():
        with atomic_write(tmp_path / "a.txt", durable=True) as temporary:
            temporary.write_text("x")
    assert [path.name for path in tmp_path.iterdir()] == ([] if fails else ["a.txt"])


@pytest.mark.parametrize("durable", [False, True])
@pytest.mark.parametrize("number", [errno.EACCES, errno.EBUSY, errno.EPERM])
def test_a_rename_that_is_refused_for_a_moment(tmp_path, monkeypatch, number, durable):
    real, calls = os.replace, []

    def replace(*paths, **options):
        calls.append(paths)
        if len(calls) <= 2:
            raise OSError(number, os.strerror(number))
        return real(*paths, **options)

    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr("impasto.images.atomic_write.RENAME_WAITS_S", (0.0, 0.0, 0.0))
    with atomic_write(tmp_path / "a.txt", durable=durable) as temporary:
        temporary.write_text("x")
    assert (tmp_path / "a.txt").read_text() == "x" and len(calls) == 3


@pytest.mark.parametrize(("number", "tries"), [(errno.EROFS, 1), (errno.EISDIR, 1), (errno.EBUSY, 3)])
def test_a_rename_that_is_refused_for_good(tmp_path, monkeypatch, number, tries):
    calls = []

    def replace(*_paths):
        calls.append(1)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr("impasto.images.atomic_write.RENAME_WAITS_S", (0.0, 0.0))
    with pytest.raises(OutputError, match="could not be written"), atomic_write(tmp_path / "a.txt"):
        pass
    assert len(calls) == tries and list(tmp_path.iterdir()) == []


def test_a_folder_that_closes_meanwhile_gives_no_other_error(tmp_path, monkeypatch):
    """The temporary file stays behind where it may not be removed; the error is the one that tells why."""

    def unlink(*_arguments, **_options):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("pathlib.Path.unlink", unlink)
    with pytest.raises(OutputError, match="No space left"), atomic_write(tmp_path / "a.txt"):
        raise OSError(errno.ENOSPC, "No space left")
    assert remove(tmp_path / "a.txt") is False


@pytest.mark.parametrize("mode", [0o600, 0o664, 0o444, 0o755])
@pytest.mark.parametrize("durable", [False, True])
def test_a_replaced_file_hands_on_owner_and_mode(tmp_path, mode, durable):
    path = tmp_path / "a.txt"
    path.touch()
    path.chmod(mode)
    owner = (1234, 5678) if os.getuid() == 0 else (os.getuid(), os.getgid())
    os.chown(path, *owner)
    with atomic_write(path, durable=durable) as temporary:
        assert stat.S_IMODE(temporary.stat().st_mode) == mode | 0o600  # nobody else reads it meanwhile
        temporary.write_text("new")
    now = path.stat()
    assert (stat.S_IMODE(now.st_mode), now.st_uid, now.st_gid) == (mode, *owner)
    assert path.read_text() == "new"


def test_who_may_not_give_files_away_keeps_the_group_at_least(tmp_path, monkeypatch):
    path, asked = tmp_path / "a.txt", []
    path.touch()

    def chown(_file, owner, group):
        asked.append((owner, group))
        raise PermissionError(errno.EPERM, "Operation not permitted")

    real = Path.stat

    def of_another(self, **options):
        about = list(real(self, **options))
        if self.name == "a.txt":
            about[4], about[5] = 1234, 5678
        return os.stat_result(about)

    monkeypatch.setattr(os, "chown", chown)
    monkeypatch.setattr(Path, "stat", of_another)
    io.write_text(path, "new")
    assert path.read_text() == "new" and asked[:2] == [(1234, 5678), (-1, 5678)]


def test_names_that_cannot_be(tmp_path):
    with pytest.raises(
        OutputError, match=r"(?s)the name of the output is too long.*304 bytes.*255"
    ) as caught:
        check_path(tmp_path / ("絵" * 100 + ".png"), (".png",))
    assert check_path(caught.value.attempt, (".png",))
    with pytest.raises(OutputError, match="there can be no such output"):
        check_path(tmp_path / ("/".join(["x" * 200] * 30) + "/a.png"), (".png",))
    with pytest.raises(OutputError, match="there can be no such output"):
        check_path(str(tmp_path / "a\0.png"), (".png",))
    link = tmp_path / "loop.png"
    link.symlink_to(link)
    with pytest.raises(OutputError, match="could not be written"):
        io.write_text(link, "x")


def test_folders_are_made(tmp_path):
    make_parent(tmp_path / "a" / "b" / "c.png", None, tmp_path / "d" / "e.png")
    assert (tmp_path / "a" / "b").is_dir() and (tmp_path / "d").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="output folder cannot be made"):
        make_parent(tmp_path / "file" / "a.png")
