"""One row after the other in one process."""

import errno
import json

import pytest
import torch

from impasto.batch import painter as painter_module
from impasto.batch.painter import Painter, Saving, is_done, is_of_the_place, remove_parts
from impasto.errors import OutputError
from impasto.images import io
from impasto.settings import StylizeSettings
from impasto.synthesis.context import Context
from impasto.synthesis.recipe import find_recipe
from impasto.synthesis.run import drain


@pytest.fixture
def painter(tmp_path):
    return Painter(Saving(folder=tmp_path / "out"))


def test_a_row_is_painted_as_by_its_recipe(painter, row, tmp_path):
    outcome = painter.paint(row(output="x/one.png"))
    assert (outcome.status, outcome.error, outcome.attempts) == ("done", "", 1)
    expected = drain(find_recipe("stylize").steps(row().inputs, row().settings, Context()))
    painted = io.read(tmp_path / "out" / "x" / "one.png").pixels
    assert torch.equal(painted, (expected.pixels * 255).round() / 255)
    assert json.loads((tmp_path / "out" / "x" / "one.json").read_text())["made_of"] == {
        "inputs": outcome.inputs_sha256, "settings": outcome.settings_sha256}  # fmt: skip


def test_targets_of_a_style_are_made_once(painter, row, photos, painting):
    for number, photo in enumerate(photos):
        painter.paint(row(number, inputs={"content": str(photo), "style": [str(painting)]}))
    targets = painter.context.targets
    assert targets.hits == 2 * targets.misses > 0 and len(painter.context._loaded) == 1


def test_steps_are_seen(painter, row):
    steps = []
    painter.paint(row(), see=steps.append)
    assert len(steps) >= 2


def test_what_cannot_be_read_fails(painter, row, tmp_path, painting):
    (tmp_path / "zero.jpg").write_bytes(b"")
    for name, told in (("zero.jpg", "file is empty"), ("gone.jpg", "picture is missing")):
        outcome = painter.paint(row(inputs={"content": str(tmp_path / name), "style": [str(painting)]}))
        assert outcome.status == "failed" and outcome.error_kind == "PictureError" and told in outcome.error
    assert not (tmp_path / "out").exists()


def test_lack_of_memory_fails(row, tmp_path):
    def steps(row):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        yield

    outcome = Painter(Saving(folder=tmp_path), steps=steps).paint(row())
    assert outcome.status == "failed" and outcome.error_kind == "OutOfMemoryError"


def test_an_error_of_ours_is_raised(row, tmp_path):
    def steps(row):
        raise RuntimeError("a bug")
        yield

    with pytest.raises(RuntimeError, match="a bug"):
        Painter(Saving(folder=tmp_path), steps=steps).paint(row())


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (errno.ENOSPC, "stopped"),
        (errno.EROFS, "stopped"),
        (errno.EACCES, "stopped"),
        (errno.EISDIR, "failed"),
    ],
)
def test_a_full_disk_stops_and_a_taken_name_fails(painter, row, tmp_path, monkeypatch, number, status):
    def refuse(*args, **kwargs):
        raise OSError(number, "refused")

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    outcome = painter.paint(row())
    assert (outcome.status, outcome.error_kind) == (status, "OutputError")
    assert list((tmp_path / "out").iterdir()) == []


def test_an_output_error_without_a_cause_is_the_rows_own():
    assert not is_of_the_place(OutputError("too long for this format"))


def test_is_done_compares_inputs_settings_and_version(painter, row, photos, tmp_path, monkeypatch):
    folder = tmp_path / "out"
    assert not is_done(row(), folder)
    painter.paint(row())
    assert is_done(row(), folder)
    assert not is_done(row(settings=StylizeSettings.of({"size": 49})), folder)
    with monkeypatch.context() as patched:
        patched.setattr(painter_module.runtime, "versions", lambda: {"impasto": "9"})
        assert not is_done(row(), folder)
    photos[0].write_bytes(photos[1].read_bytes())
    assert not is_done(row(), folder)
    photos[0].unlink()
    assert not is_done(row(), folder)


def test_is_done_knows_pictures_of_others(row, photos, tmp_path):
    (tmp_path / "1.png").write_bytes(photos[0].read_bytes())
    assert not is_done(row(), tmp_path)
    (tmp_path / "1.json").write_text("{}")
    assert not is_done(row(), tmp_path)


def test_old_temporary_files_are_removed_and_young_ones_stay(tmp_path, monkeypatch):
    part = tmp_path / ".impasto-0123456789ab.part"
    part.write_bytes(b"x")
    remove_parts([tmp_path, tmp_path / "gone"])
    assert part.exists()
    monkeypatch.setattr(painter_module, "PART_AGE_S", -1.0)
    remove_parts([tmp_path])
    assert not part.exists()
