"""The place to write to fails in the middle of a run: nothing that was painted is lost."""

import errno
import json
import os
import shutil
import stat

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from impasto.cli import app
from impasto.cli.rescue import Rescue
from impasto.errors import OutputError
from impasto.images import io
from impasto.synthesis.job import Objectives

RUNNER = CliRunner()
TEST = ["--network", "test-net", "--style-layers", "relu1_1,relu2_1", "--content-layers", "relu3_1"]
TEST += ["--size", "48", "--steps", "3", "--scales", "1"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The working folder, and a folder of its own for temporary files."""
    (tmp_path / "here").mkdir()
    (tmp_path / "temporary").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    return tmp_path / "here"


@pytest.fixture
def in_the_middle(monkeypatch):
    """Does something while the first step is painted."""

    def set_action(action):
        real, done = Objectives.loss_at, []

        def loss_at(self, scale):
            if not done:
                done.append(action())
            return real(self, scale)

        monkeypatch.setattr(Objectives, "loss_at", loss_at)

    return set_action


@pytest.fixture
def refuse(monkeypatch):
    """Makes one kind of call fail for paths below a folder."""

    def set_refusal(call, number, folder):
        real = getattr(os, call)

        def refused(first, *rest, **options):
            if str(first).startswith(str(folder)):
                raise OSError(number, os.strerror(number), str(first))
            return real(first, *rest, **options)

        monkeypatch.setattr(os, call, refused)

    return set_refusal


def run(photo, painting, *arguments, command="stylize"):
    answer = RUNNER.invoke(
        app, [command, str(photo), str(painting), *map(str, arguments), *TEST], env={"COLUMNS": "900"}
    )
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer.exit_code, " ".join(answer.stderr.split())


def whole(path, size=(48, 36)):
    with Image.open(path) as picture:
        picture.load()
        return picture.size == size and np.asarray(picture).std() > 5


def test_the_folder_is_moved(here, photo, painting, in_the_middle):
    out = here / "out"
    in_the_middle(lambda: out.rename(here / "moved"))
    code, told = run(photo, painting, "-o", out / "a.png", "--quiet")
    assert code == 1 and not out.exists()
    assert whole(here / "a.png") and json.loads((here / "a.json").read_text())["picture"] == "a.png"
    assert "could not be written" in told and f"it is in {here / 'a.png'}" in told


def test_the_name_is_taken_by_a_folder(here, photo, painting, in_the_middle):
    in_the_middle((here / "a.png").mkdir)
    code, told = run(photo, painting, "-o", here / "a.png")
    assert code == 1 and (here / "a.png").is_dir() and whole(here / "a-2.png")
    assert "output is a folder" in told or "a.png" in told


def test_the_name_of_the_record_is_taken_by_a_folder(here, photo, painting, in_the_middle):
    in_the_middle((here / "a.json").mkdir)
    code, told = run(photo, painting, "-o", here / "a.png")
    assert code == 0 and whole(here / "a.png") and "record in a.png.json" in told
    assert json.loads((here / "a.png.json").read_text())["picture"] == "a.png"


REFUSALS = {
    "read-only": ("replace", errno.EROFS),
    "closed": ("replace", errno.EACCES),
    "full": ("open", errno.ENOSPC),
    "quota": ("open", errno.EDQUOT),
    "broken disk": ("open", errno.EIO),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_the_folder_refuses(here, photo, painting, in_the_middle, refuse, monkeypatch, case):
    monkeypatch.setattr("impasto.images.atomic_write.RENAME_WAITS_S", ())
    call, number = REFUSALS[case]
    out = here.parent / "out"
    in_the_middle(lambda: refuse(call, number, out))
    arguments = [
        "--animate",
        out / "a.gif",
        "--preview",
        out / "now.png",
        "--checkpoint",
        out / "c.checkpoint",
    ]
    code, told = run(photo, painting, "-o", out / "a.png", *arguments)
    assert code == 1, told
    assert whole(here / "a.png") and (here / "a.json").exists() and (here / "a.gif").exists()
    assert told.count("it is in") == 2 and os.strerror(number) in told
    assert not list(out.glob("*.png")) and "no preview can be written" in told


def test_here_is_no_better(here, photo, painting, in_the_middle, refuse, monkeypatch):
    monkeypatch.setattr("impasto.images.atomic_write.RENAME_WAITS_S", ())
    in_the_middle(lambda: refuse("replace", errno.EROFS, here))
    code, told = run(photo, painting, "-o", here / "a.png")
    (saved,) = (here.parent / "temporary").glob("impasto-*/a.png")
    assert code == 1 and whole(saved) and f"it is in {saved}" in told


def test_nowhere(here, photo, painting, in_the_middle, refuse, monkeypatch):
    monkeypatch.setattr("impasto.images.atomic_write.RENAME_WAITS_S", ())
    in_the_middle(lambda: refuse("replace", errno.ENOSPC, here.parent))
    code, told = run(photo, painting, "-o", here / "a.png", "--checkpoint", here / "c.checkpoint")
    assert code == 2 and "the painting could be written nowhere" in told and "No space left" in told


def test_ctrl_c_and_a_folder_that_is_gone(here, photo, painting, monkeypatch):
    real = Objectives.loss_at

    def loss_at(self, scale):
        inner = real(self, scale)

        def loss(canvas, evaluation):
            if evaluation == 2:
                shutil.rmtree(here / "out")
                raise KeyboardInterrupt
            return inner(canvas, evaluation)

        return loss

    monkeypatch.setattr(Objectives, "loss_at", loss_at)
    code, told = run(photo, painting, "-o", here / "out" / "a.png")
    assert code == 1 and whole(here / "a.png") and "stopped; the picture so far" in told


def test_a_series(here, photo, painting, other_painting, in_the_middle):
    out = here / "out"
    in_the_middle(lambda: out.rename(here / "moved"))
    arguments = [other_painting, "--count", "2", "-o", out / "a.png", "--animate", out / "a.gif"]
    code, told = run(photo, painting, *arguments, command="interpolate")
    assert code == 1 and told.count("it is in") == 4
    assert sorted(path.name for path in here.glob("a*")) == [
        "a-1.json", "a-1.png", "a-2.json", "a-2.png", "a.gif", "a.png"
    ]  # fmt: skip


def test_a_task_without_steps(here, photo, monkeypatch, refuse):
    monkeypatch.setattr("impasto.images.atomic_write.RENAME_WAITS_S", ())
    out = here / "out"
    refuse("replace", errno.EACCES, out)
    answer = RUNNER.invoke(app, ["recolor", str(photo), "--palette", "sepia", "-o", str(out / "a.png")])
    assert answer.exit_code == 1 and whole(here / "a.png", (64, 48))


def test_missing_folders_are_made(here, photo, painting):
    arguments = ["--animate", "x/a.gif", "--preview", "y/now.png", "--checkpoint", "z/c.checkpoint"]
    code, _ = run(photo, painting, "-o", "deep/er/a.png", *arguments)
    assert code == 0 and whole(here / "deep" / "er" / "a.png")
    assert (here / "x" / "a.gif").exists() and (here / "y" / "now.png").exists() and (here / "z").is_dir()


def test_no_folder_is_made_for_a_run_that_cannot_begin(here, photo, painting):
    photo.write_bytes(photo.read_bytes()[:100])
    assert run(photo, painting, "-o", "out/a.png")[0] == 2 and not (here / "out").exists()


def test_owner_and_mode_of_a_painting_that_is_replaced(here, photo, painting):
    run(photo, painting, "-o", "a.png")
    for name in ("a.png", "a.json"):
        (here / name).chmod(0o640)
    assert run(photo, painting, "-o", "a.png")[0] == 0
    assert [stat.S_IMODE((here / name).stat().st_mode) for name in ("a.png", "a.json")] == [0o640, 0o640]


def test_a_folder_that_cannot_be_flushed_leaves_no_checkpoint_behind(here, photo, painting, monkeypatch):
    real = os.fsync

    def fsync(handle):
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    code, told = run(photo, painting, "-o", "a.png", "--checkpoint", "c.checkpoint")
    assert code == 0 and "no checkpoint" not in told and not (here / "c.checkpoint").exists()


def test_a_foreign_file_in_the_working_folder_stays(here):
    (here / "a.png").write_text("mine")
    rescue = Rescue()
    place = rescue.write("painting", here / "none" / "a.png", lambda path: io.write_text(path, "new"))
    assert place == here / "a-2.png" and rescue.used and (here / "a.png").read_text() == "mine"


def test_no_temporary_folder_either(here, monkeypatch):
    def refuse(**_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)

    def write(path):
        raise OutputError("output could not be written", got=f"{path}: full")

    with pytest.raises(OutputError, match=r"(?s)painting could be written nowhere.*a\.png: full.*--resume"):
        Rescue().write("painting", here / "a.png", write)
