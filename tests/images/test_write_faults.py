"""The place to write to fails: what is tried again, what is no failure, and what a replaced file hands on."""

import errno
import os
import stat
from contextlib import nullcontext
from pathlib import Path

import pytest

from impasto.errors import OutputError
from impasto.images import io
from impasto.images.atomic_write import atomic_write, check_path, make_parent, remove


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
