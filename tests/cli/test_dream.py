"""``impasto dream``, end to end."""

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from impasto.cli import app

TEST = ["--network", "test-net", "--layer", "relu3_1", "--size", "64", "--steps", "3", "--octaves", "1"]


def run(*arguments, command="dream"):
    answer = CliRunner().invoke(app, [command, *map(str, arguments)], env={"COLUMNS": "500"})
    return answer.exit_code, answer.stdout, " ".join(answer.stderr.split())


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def test_a_picture_its_record_and_an_animation(photo, painting, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, said = run(photo, "--guide", painting, "--animate", "film.gif", *TEST)
    assert code == 0, said
    assert "painted photo-painting-dream.png" in said and (tmp_path / "film.gif").stat().st_size > 0
    record = json.loads((tmp_path / "photo-painting-dream.json").read_text())
    assert record["task"] == "dream" and record["settings"]["layer"] == "relu3_1"
    assert pixels(tmp_path / "photo-painting-dream.png").shape == (48, 64, 3)


def test_json_is_all_there_is(photo, tmp_path):
    code, printed, said = run(photo, "--json", "-o", tmp_path / "out.png", *TEST)
    assert code == 0 and said == ""
    assert json.loads(printed)["losses"]["activation"] > 0


def test_made_again_from_its_record(photo, painting, tmp_path):
    out, again, more = (tmp_path / f"{name}.png" for name in ("out", "again", "more"))
    run(photo, "--guide", painting, "--seed", 3, "-o", out, *TEST)
    assert run("--from", out, "-o", again)[0] == 0
    assert np.array_equal(pixels(out), pixels(again))
    assert run("--from", out.with_suffix(".json"), "--guide", photo, "--steps", 4)[0] == 0
    record = json.loads((tmp_path / "out-again.json").read_text())
    assert record["settings"]["steps"] == 4 and record["controls"]["guide"]["path"] == photo.name
    assert run(photo, "-o", more, *TEST)[0] == 0 and run("--from", more, "-o", again)[0] == 0
    assert np.array_equal(pixels(more), pixels(again))


def test_a_record_of_another_command(photo, tmp_path):
    run(photo, "-o", tmp_path / "out.png", *TEST)
    code, _, said = run("--from", tmp_path / "out.json", command="stylize")
    assert code == 2 and "made by impasto dream" in said and "impasto dream --from" in said


def test_a_checkpoint_is_gone_on_from(photo, tmp_path):
    out, path = tmp_path / "out.png", tmp_path / "run.checkpoint"
    code, _, said = run(photo, "-o", out, "--checkpoint", path, "--resume", *TEST)
    assert code == 0 and "there is no checkpoint" in said and not path.exists()


CASES = {
    "nothing": ([], "dream needs a photo"),
    "a photo besides a record": (["{photo}", "--from", "{photo}"], "--from brings its own pictures"),
    "missing file": (["{dir}/nowhere.png", *TEST], "nowhere.png"),
    "missing guide": (["{photo}", "--guide", "{dir}/nowhere.png", *TEST], "nowhere.png"),
    "unknown layer": (["{photo}", *TEST, "--layer", "relu33"], "has no layer 'relu33'"),
    "unknown network": (["{photo}", *TEST, "--network", "vgg91"], "'vgg19'"),
    "channel out of range": (["{photo}", *TEST, "--channel", "99"], "has 16 channels"),
    "a guide and a channel": (["{photo}", "--guide", "{photo}", *TEST, "--channel", "1"], "one or the other"),
    "deep layer, small size": (["{photo}", "--size", "32", "--layer", "relu5_1"], "too small"),
    "over its photo": (["{photo}", "-o", "{photo}", *TEST], "would replace"),
    "no record": (["--from", "{photo}"], "does not tell how"),
    "weights are missing": (
        ["{photo}", "--network", "vgg19", "--weights", "{dir}/none.pth"], "none.pth"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_bad_input(case, photo, tmp_path):
    arguments, text = CASES[case]
    code, printed, said = run(*(a.format(photo=photo, dir=tmp_path) for a in arguments))
    assert code == 2 and text in said, said
    assert "Traceback" not in said and printed == ""
