"""impasto train, apply and export."""

import pytest
from PIL import Image
from typer.testing import CliRunner

from impasto.cli import app
from impasto.fast.distributed import Processes
from impasto.fast.style_file import load_style
from tests.conftest import drawn

QUICK = ["--steps", "2", "--crop", "64", "--size", "64", "--batch", "1", "--network", "test-net",
         "--style-layers", "relu1_1", "--content-layers", "relu3_1"]  # fmt: skip


@pytest.fixture
def run(monkeypatch, tmp_path):
    """impasto with arguments, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def photos(tmp_path):
    """A folder with two photos and a file that is none."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(2):
        Image.fromarray(drawn(number, 60, 80)).save(folder / f"{number}.png")
    (folder / "bad.jpg").write_bytes(b"\xff\xd8 no photo")
    return folder


def test_train_then_apply(run, photos, painting, tmp_path):
    answer = run("train", painting, "--photos", photos, "-o", "s.safetensors", *QUICK)
    assert answer.exit_code == 0, answer.output
    assert "s.safetensors" in answer.output and "2 steps" in answer.output
    assert (tmp_path / "s.sheet.png").exists() and not (tmp_path / "s.checkpoint").exists()
    answer = run("apply", "s.safetensors", photos, "-o", "out", "--size", 64)
    assert answer.exit_code == 1 and "2 painted, 1 failed" in answer.output and "bad.jpg" in answer.output
    with Image.open(tmp_path / "out" / "0.png") as painted:
        assert painted.size == (64, 48)
    answer = run("apply", "s.safetensors", photos / "0.png", "-o", "out", "--size", 64)
    assert answer.exit_code == 0 and "1 there already" in answer.output
    answer = run("apply", "s.safetensors", photos / "0.png", "-o", "out", "--force")
    assert "1 painted" in answer.output


def test_apply_takes_a_painting_and_keeps_equal_names_apart(run, photos, painting, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    Image.fromarray(drawn(5, 40, 40)).save(other / "0.png")
    answer = run("apply", painting, photos / "0.png", other / "0.png", "-o", "out", "--suffix", ".jpg")
    assert answer.exit_code == 0, answer.output
    assert sorted(p.name for p in (tmp_path / "out").glob("*.jpg")) == ["0-2.jpg", "0.jpg"]


def test_apply_paints_again_what_was_painted_otherwise(run, photos, painting, tmp_path):
    for words, said in ((["--size", "64"], "1 painted"), (["--size", "64"], "1 there"), ([], "1 painted")):
        answer = run("apply", painting, photos / "0.png", "-o", "out", *words)
        assert said in answer.output
    other = tmp_path / "other.png"
    Image.fromarray(drawn(6, 64, 64)).save(other)
    assert "1 painted" in run("apply", other, photos / "0.png", "-o", "out").output


def test_apply_says_which_file_failed_even_if_quiet(run, photos, painting):
    odd = photos / "a[/b].jpg".replace("/", "~")
    odd.write_bytes(b"no photo")
    answer = run("apply", painting, odd, "-o", "out", "-q")
    assert answer.exit_code == 1 and "a[~b].jpg" in answer.output


def test_apply_replaces_no_photo(run, photos, painting):
    before = (photos / "0.png").read_bytes()
    answer = run("apply", painting, photos / "0.png", "-o", photos, "--force")
    assert answer.exit_code == 2 and "would replace" in answer.output
    assert (photos / "0.png").read_bytes() == before


def test_train_replaces_no_painting(run, photos, tmp_path):
    painting = tmp_path / "mosaic.png"
    Image.fromarray(drawn(7, 64, 64)).save(painting)
    before = painting.read_bytes()
    assert run("train", painting, "--photos", photos, *QUICK).exit_code == 0
    assert painting.read_bytes() == before
    answer = run("train", painting, "--photos", photos, "--sheet", painting, *QUICK)
    assert answer.exit_code == 2 and painting.read_bytes() == before


def test_ctrl_c_keeps_what_was_learnt_and_resume_goes_on(run, photos, painting, tmp_path, monkeypatch):
    quick = [word if word != "2" else "6" for word in QUICK]
    seen = []

    def stop(self, batch):
        seen.append(1)
        if len(seen) == 4:
            raise KeyboardInterrupt
        return advance(self, batch)

    advance = Processes.mean
    monkeypatch.setattr("impasto.fast.distributed.Processes.mean", stop)
    answer = run("train", painting, "--photos", photos, "-o", "s.safetensors", *quick)
    assert answer.exit_code == 130 and "after 3 steps" in answer.output
    assert (tmp_path / "s.checkpoint").exists() and load_style(tmp_path / "s.safetensors").about["steps"] == 3
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    answer = run("train", painting, "--photos", photos, "-o", "s.safetensors", "--resume", *quick)
    assert answer.exit_code == 0 and "going on from" in answer.output and "after 6 steps" in answer.output


def test_export(run, painting, tmp_path):
    answer = run("export", painting, "-o", "style.onnx")
    assert answer.exit_code == 0, answer.output
    assert "differ" in answer.output and (tmp_path / "style.onnx").stat().st_size > 1_000_000


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["train"], "no style to learn"),
        (["train", "{painting}", "-o", "s.pth"], "s.safetensors"),
        (["train", "missing.png"], "missing"),
        (["train", "{painting}", "--photos", "nowhere", *QUICK], "no such folder"),
        (["train", "{painting}", "--crop", "7"], "crop"),
        (["apply"], "no style"),
        (["apply", "{painting}"], "no photo"),
        (["apply", "missing.safetensors", "{painting}"], "missing"),
        (["apply", "{bad}", "{painting}"], "bad.safetensors"),
        (["apply", "{painting}", "{painting}", "--styles", "hail"], "hail"),
        (["apply", "{painting}", "{empty}"], "no picture"),
        (["export"], "no file"),
        (["export", "{painting}", "-o", "style.pt"], "style.onnx"),
    ],
)
def test_bad_input_is_one_message(run, painting, tmp_path, words, told):
    (tmp_path / "bad.safetensors").write_bytes(b"12345678 not weights")
    (tmp_path / "empty").mkdir()
    names = {"painting": painting, "bad": tmp_path / "bad.safetensors", "empty": tmp_path / "empty"}
    answer = run(*(word.format(**names) for word in words))
    assert answer.exit_code == 2, answer.output
    assert told in answer.output and "Traceback" not in answer.output
    assert answer.exception is None or isinstance(answer.exception, SystemExit)
