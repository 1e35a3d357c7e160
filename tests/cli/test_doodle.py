"""The command from end to end, with the tiny test network."""

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from impasto.cli import app
from impasto.images.color_names import named_color
from tests.conftest import drawn
from tests.recipes.test_doodle import BLUE, DOODLE, GREEN, MAP, RED, STYLE, labels

RUNNER = CliRunner()
TEST = ["--network", "test-net", "--style-layers", "relu1_1,relu2_1", "--patch-layers", "relu3_1"]
TEST += ["--content-layers", "relu3_1", "--size", "64", "--steps", "3", "--scales", "1"]


@pytest.fixture
def files(tmp_path):
    """A painting, its map and a doodle on disk."""
    pictures = {"painting": STYLE, "map": MAP, "blobs": DOODLE, "other": labels(GREEN, RED, BLUE)}
    for name, picture in pictures.items():
        Image.fromarray(picture).save(tmp_path / f"{name}.png")
    return {name: tmp_path / f"{name}.png" for name in pictures}


def run(*arguments, quick=TEST):
    return RUNNER.invoke(app, ["doodle", *map(str, arguments), *quick])


def pixels(path):
    """(H, W, 3); the file is closed again."""
    with Image.open(path) as opened:
        return np.asarray(opened.convert("RGB"))


def told(answer):
    return " ".join(answer.stderr.split())


def test_paints_and_says_where(files, tmp_path):
    out = tmp_path / "out.png"
    answer = run(files["painting"], "--style-map", files["map"], "--doodle", files["blobs"], "-o", out)
    assert answer.exit_code == 0, answer.output
    assert pixels(out).shape == (43, 64, 3) and "out.png" in answer.stderr.replace("\n", "")
    record = json.loads(out.with_suffix(".json").read_text())
    assert record["task"] == "doodle" and record["settings"]["steps"] == 3


def test_the_default_name(files, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = run(files["painting"], "--style-map", files["map"], "--doodle", files["blobs"], "-q")
    assert answer.exit_code == 0 and answer.output == ""
    assert (tmp_path / "painting-blobs.png").exists()


def test_from_makes_the_same_picture_or_that_of_another_doodle(files, tmp_path):
    out, again, other = (tmp_path / f"{name}.png" for name in ("out", "again", "elsewhere"))
    run(files["painting"], "--style-map", files["map"], "--doodle", files["blobs"], "-o", out, "--seed", "4")
    assert run("--from", out, "-o", again, quick=[]).exit_code == 0
    assert np.array_equal(pixels(out), pixels(again))
    answer = run("--from", out.with_suffix(".json"), "--doodle", files["other"], "-o", other, quick=[])
    assert answer.exit_code == 0, answer.output
    assert json.loads(other.with_suffix(".json").read_text())["controls"]["content_mask"]["name"] == "other"
    assert not np.array_equal(pixels(out), pixels(other))


def test_with_a_photo(files, photo, tmp_path):
    out = tmp_path / "out.png"
    answer = run(files["painting"], "--style-map", files["map"], "--doodle", files["blobs"],
                 "--content", photo, "-o", out)  # fmt: skip
    assert answer.exit_code == 0, answer.output
    assert "doodle: resized from 72 x 48 to the picture's 64 x 48 px" in told(answer)
    record = json.loads(out.with_suffix(".json").read_text())
    assert record["content"]["name"] == "photo" and "content" in record["losses"]
    assert run("--from", out, quick=[]).exit_code == 0
    assert np.array_equal(pixels(out), pixels(tmp_path / "out-again.png"))


@pytest.mark.parametrize(
    ("left_out", "text"),
    [
        (("STYLE",), "got no painting"),
        (("--style-map",), "got no map of the painting"),
        (("--style-map", "--doodle"), "got no map of the painting, no doodle"),
    ],
)
def test_what_is_missing_is_named(files, left_out, text):
    given = {"STYLE": [files["painting"]], "--style-map": ["--style-map", files["map"]],
             "--doodle": ["--doodle", files["blobs"]]}  # fmt: skip
    answer = run(*(word for name, words in given.items() if name not in left_out for word in words))
    assert answer.exit_code == 2 and text in told(answer)
    assert "doodle needs a painting and a map of the painting and a doodle" in told(answer)


def test_bad_input_is_one_message(files, tmp_path):
    Image.fromarray(drawn(0)).save(tmp_path / "photo.png")
    Image.fromarray(labels(RED, (255, 255, 0))).save(tmp_path / "yellow.png")
    for name, text in (
        ("photo.png", "doodle looks like a photo"),
        ("yellow.png", "the style map has no region for #ffff00 (yellow)"),
        ("none.png", "picture is missing"),
    ):
        answer = run(files["painting"], "--style-map", files["map"], "--doodle", tmp_path / name,
                     "-o", tmp_path / "out.png")  # fmt: skip
        assert answer.exit_code == 2 and text in told(answer) and "Traceback" not in answer.output
    answer = run(files["painting"], "--style-map", files["map"], "--doodle", files["blobs"],
                 "-o", files["map"])  # fmt: skip
    assert answer.exit_code == 2 and "would replace a picture it is painted from" in told(answer)
    assert not (tmp_path / "out.png").exists()


def test_from_a_record_of_another_command(files, photo, painting, tmp_path):
    out = tmp_path / "out.png"
    RUNNER.invoke(app, ["stylize", str(photo), str(painting), "-o", str(out), *TEST[:4], *TEST[6:]])
    answer = run("--from", out, quick=[])
    assert answer.exit_code == 2 and "the record is of another command" in told(answer)


def test_palette_lists_colours_and_paints_them(tmp_path):
    path, swatch = tmp_path / "map.png", tmp_path / "swatch.png"
    Image.fromarray(labels(RED, RED, BLUE)).save(path)
    answer = run("--palette", path, "-o", swatch, quick=[])
    assert answer.exit_code == 0, answer.output
    lines = [line.split() for line in answer.stdout.splitlines()]
    assert lines == [["#ff0000", "(red)", "66.7", "%"], ["#0000ff", "(blue)", "33.3", "%"]]
    assert named_color("#ff0000") == "#ff0000 (red)"
    colours = np.unique(pixels(swatch).reshape(-1, 3), axis=0).tolist()
    assert [255, 0, 0] in colours and [0, 0, 255] in colours
    assert json.loads(run("--palette", path, "--json", quick=[]).stdout) == {
        "#ff0000": 0.6667,
        "#0000ff": 0.3333,
    }
    assert run("--palette", path, "-q", quick=[]).output == ""


def test_palette_of_what_is_none(tmp_path, photo):
    answer = run("--palette", photo, quick=[])
    assert answer.exit_code == 2 and "looks like a photo" in told(answer)
    answer = run("--palette", tmp_path / "none.png", quick=[])
    assert answer.exit_code == 2 and "picture is missing" in told(answer)
    Image.fromarray(MAP).save(tmp_path / "map.png")
    answer = run("--palette", tmp_path / "map.png", "-o", tmp_path / "swatch.txt", quick=[])
    assert answer.exit_code == 2 and "swatch.txt" in told(answer)
