"""A run in the terminal: Ctrl-C, --checkpoint, --resume, and which files may have which names."""

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from impasto.cli import app
from impasto.images import io
from impasto.synthesis import run as run_module
from impasto.synthesis.job import Objectives

RUNNER = CliRunner()
TEST = ["--network", "test-net", "--style-layers", "relu1_1,relu2_1", "--content-layers", "relu3_1"]
TEST += ["--size", "64", "--steps", "12", "--scales", "1"]


def run(*arguments):
    answer = RUNNER.invoke(app, ["stylize", *map(str, arguments), *TEST], env={"COLUMNS": "500"})
    return answer.exit_code, " ".join(answer.stderr.split())


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


@pytest.fixture
def ctrl_c():
    """Ctrl-C while the loss is evaluated after so many steps."""

    def after(count):
        real = Objectives.loss_at

        def loss_at(self, scale):
            inner = real(self, scale)

            def interrupted(canvas, evaluation):
                if evaluation == count:
                    raise KeyboardInterrupt
                return inner(canvas, evaluation)

            return interrupted

        patch = pytest.MonkeyPatch()
        patch.setattr(Objectives, "loss_at", loss_at)
        return patch

    return after


def stop(ctrl_c, count, *arguments):
    patch = ctrl_c(count)
    try:
        return run(*arguments)
    finally:
        patch.undo()


def test_ctrl_c_and_resume(photo, painting, tmp_path, ctrl_c):
    out, path, whole = tmp_path / "out.png", tmp_path / "run.checkpoint", tmp_path / "whole.png"
    code, said = stop(ctrl_c, 7, photo, painting, "-o", out, "--checkpoint", path)
    assert code == 130 and "stopped; the picture so far is" in said
    assert f"checkpoint {path}; the same command with --resume goes on from it" in said
    assert path.exists() and json.loads(out.with_suffix(".json").read_text())["interrupted"] is True
    code, said = run(photo, painting, "-o", out, "--checkpoint", path, "--resume")
    assert code == 0 and f"going on from {path}" in said and not path.exists()
    assert run(photo, painting, "-o", whole)[0] == 0
    assert np.array_equal(pixels(out), pixels(whole))
    records = [json.loads(file.with_suffix(".json").read_text()) for file in (out, whole)]
    assert records[0]["losses"] == records[1]["losses"] and records[0]["steps"] == records[1]["steps"] == 12
    assert records[0]["settings"] == records[1]["settings"]


def test_ctrl_c_before_the_first_new_step(photo, painting, tmp_path, ctrl_c):
    """The picture and the checkpoint of before are there again."""
    out, path = tmp_path / "out.png", tmp_path / "run.checkpoint"
    stop(ctrl_c, 7, photo, painting, "-o", out, "--checkpoint", path)
    first = pixels(out)
    assert stop(ctrl_c, 7, photo, painting, "-o", out, "--checkpoint", path, "--resume")[0] == 130
    assert np.array_equal(pixels(out), first) and path.exists()


def test_a_long_run_keeps_one_beside_the_picture(photo, painting, tmp_path, ctrl_c, monkeypatch):
    monkeypatch.setattr(run_module, "LONG_RUN_S", 0.0)
    out, path = tmp_path / "out.png", tmp_path / "out.checkpoint"
    code, said = stop(ctrl_c, 7, photo, painting, "-o", out)
    assert code == 130 and f"checkpoint {path}; the same command with --resume" in said and path.exists()
    code, said = run(photo, painting, "-o", out, "--resume")
    assert code == 0 and f"going on from {path}" in said and not path.exists()
    record = json.loads(out.with_suffix(".json").read_text())
    assert record["steps"] == 12 and not record["interrupted"]


def test_a_short_run_leaves_no_checkpoint(photo, painting, tmp_path, ctrl_c):
    code, said = stop(ctrl_c, 7, photo, painting, "-o", tmp_path / "out.png")
    assert code == 130 and "checkpoint" not in said and not list(tmp_path.glob("*checkpoint*"))


def test_resume_can_always_be_said(photo, painting, tmp_path):
    code, said = run(photo, painting, "-o", tmp_path / "out.png", "--resume")
    assert code == 0 and "there is no checkpoint" in said and "beginning anew" in said


def test_resume_from_a_record(photo, painting, tmp_path, ctrl_c):
    out, path = tmp_path / "out.png", tmp_path / "run.checkpoint"
    run(photo, painting, "-o", out)
    again = ["stylize", "--from", str(out.with_suffix(".json")), "-o", str(tmp_path / "again.png")]
    patch = ctrl_c(5)
    assert RUNNER.invoke(app, [*again, "--checkpoint", str(path)]).exit_code == 130
    patch.undo()
    assert RUNNER.invoke(app, [*again, "--checkpoint", str(path), "--resume"]).exit_code == 0
    assert np.array_equal(pixels(out), pixels(tmp_path / "again.png"))


BAD = {
    "other settings": (["--checkpoint", "{dir}/run.checkpoint", "--resume", "--seed", "9"],
                       "got seed 9 expected seed 0, as in {dir}/run.checkpoint"),
    "corrupt": (["--checkpoint", "{dir}/corrupt.checkpoint", "--resume"], "no checkpoint that can be read"),
    "truncated": (["--checkpoint", "{dir}/cut.checkpoint", "--resume"], "no checkpoint that can be read"),
    "would replace something else": (["--checkpoint", "{dir}/note.txt"], "no checkpoint that can be read"),
    "folder is a file": (["--checkpoint", "{dir}/photo.png/run.checkpoint"], "output folder is a file"),
    "a folder": (["--checkpoint", "{dir}"], "output is a folder"),
    "checkpoint and picture": (["--checkpoint", "{dir}/out.png"],
                               "picture and checkpoint have the same name"),
    "checkpoint and photo": (["--checkpoint", "{dir}/photo.png"], "the checkpoint would replace a picture"),
    "preview and picture": (["--preview", "{dir}/out.png"], "picture and preview have the same name"),
    "preview and style": (["--preview", "{dir}/painting.png"], "the preview would replace a picture"),
    "preview of a kind": (["--preview", "{dir}/now.gif"], "output format '.gif' is unknown"),
    "preview in no folder": (["--preview", "{dir}/photo.png/now.png"], "output folder is a file"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be(case, photo, painting, tmp_path, ctrl_c):
    path = tmp_path / "run.checkpoint"
    stop(ctrl_c, 7, photo, painting, "-o", tmp_path / "old.png", "--checkpoint", path)
    (tmp_path / "corrupt.checkpoint").write_bytes(b"\x08\0\0\0\0\0\0\0not json" * 9)
    (tmp_path / "cut.checkpoint").write_bytes(path.read_bytes()[:-100])
    (tmp_path / "note.txt").write_text("precious")
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    arguments, text = BAD[case]
    code, said = run(
        photo, painting, "-o", tmp_path / "out.png", *(a.format(dir=tmp_path) for a in arguments)
    )
    assert code == 2 and text.format(dir=tmp_path) in said, said
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_memory_that_runs_out_is_one_message(photo, painting, tmp_path, monkeypatch):
    def greedy(*arguments, **options):
        raise MemoryError("Unable to allocate 9.00 TiB for an array")

    with monkeypatch.context() as patch:
        patch.setattr(Objectives, "whole", greedy)
        patch.setattr(Objectives, "tiled", greedy)
        code, said = run(photo, painting, "-o", tmp_path / "out.png")
    assert code == 2 and "OutOfMemoryError: the memory does not suffice for a picture of this size" in said
    assert "got 64 x 48 px: Unable to allocate 9.00 TiB" in said and "try a smaller --size" in said
    monkeypatch.setattr(io, "read", greedy)
    code, said = run(photo, painting, "-o", tmp_path / "out.png")
    assert code == 2 and "OutOfMemoryError: the memory does not suffice got Unable to allocate" in said


@pytest.mark.slow
def test_the_animation_of_a_resumed_run_begins_there(photo, painting, tmp_path, ctrl_c):
    out, path, film = tmp_path / "out.png", tmp_path / "run.checkpoint", tmp_path / "run.gif"
    common = [photo, painting, "-o", out, "--checkpoint", path, "--animate", film]
    assert stop(ctrl_c, 7, *common)[0] == 130
    assert run(*common, "--resume")[0] == 0
    with Image.open(film) as opened:
        assert opened.n_frames >= 2
