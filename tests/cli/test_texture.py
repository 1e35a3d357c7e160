"""The command from end to end, with the tiny test network."""

import json

import numpy as np
from PIL import Image
from typer.testing import CliRunner

import impasto
from impasto.cli import app
from impasto.images import io

RUNNER = CliRunner()
TEST = ["--network", "test-net", "--style-layers", "relu1_1,relu2_1", "--steps", "3", "--scales", "1"]


def run(*arguments, size="64x48"):
    sized = ["--size", size] if size else []
    arguments = ["texture", *map(str, arguments), *TEST, *sized]
    answer = RUNNER.invoke(app, arguments, env={"COLUMNS": "500"})
    return answer.exit_code, " ".join(answer.stderr.split())


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def test_paints_and_says_where(painting, tmp_path):
    out = tmp_path / "out.png"
    code, told = run(painting, "-o", out, "--tile")
    assert code == 0 and f"painted {out}" in told and pixels(out).shape == (48, 64, 3)
    record = json.loads(out.with_suffix(".json").read_text())
    assert (record["task"], record["settings"]["size"]) == ("texture", "64x48")
    assert record["settings"]["tile"] is True


def test_the_default_name_is_of_the_styles(painting, other_painting, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(painting, other_painting, "--style-weights", "0.7,0.3")[0] == 0
    assert (tmp_path / "painting-other-texture.png").exists()


def test_made_again_from_its_record(painting, tmp_path):
    mask = tmp_path / "mask.png"
    Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16)).save(mask)
    out, again = tmp_path / "out.png", tmp_path / "out-again.png"
    assert run(painting, "--style-mask", mask, "-o", out)[0] == 0
    answer = RUNNER.invoke(app, ["texture", "--from", str(out.with_suffix(".json"))])
    assert answer.exit_code == 0, answer.output
    assert np.array_equal(pixels(out), pixels(again))
    other = tmp_path / "other.png"
    code = RUNNER.invoke(app, ["texture", "--from", str(out), "-o", str(other), "--size", "40"]).exit_code
    assert code == 0 and pixels(other).shape == (40, 40, 3)


def test_what_other_outputs_there_are(painting, tmp_path):
    out, film, shown = tmp_path / "out.tiff", tmp_path / "run.gif", tmp_path / "now.png"
    code, told = run(painting, "-o", out, "--bits", "16", "--animate", film, "--preview", shown)
    assert code == 0 and f"animation {film}" in told
    with Image.open(film) as opened:
        assert opened.n_frames >= 2
    assert shown.exists() and ((io.read(out).pixels * 65535).round() % 257).max() > 0


def test_json_is_the_record(painting, tmp_path):
    answer = RUNNER.invoke(
        app, ["texture", str(painting), *TEST, "--size", "32", "--json", "-o", str(tmp_path / "out.png")]
    )
    assert json.loads(answer.stdout)["size"] == [32, 32]


def test_wrong_input_is_one_message(painting, tmp_path):
    out = tmp_path / "out.png"
    for arguments, size, text in (
        ([], "64", "texture needs an exemplar got no exemplar expected impasto texture STYLE"),
        ([tmp_path / "none.png"], "64", "PictureError"),
        ([painting], "wide", "that is no size got wide expected width x height in px"),
        ([painting], "8x8", "a side is too short"),
        ([painting, "--style-scale", "2"], "64", "style_scale is too large"),
        (
            [painting, "--style-mask", painting, "--style-mask", painting],
            "64",
            "2 style masks do not go with 1 styles",
        ),
        ([painting, "--init", "content"], "64", "there is no such start"),
    ):
        code, told = run(*arguments, "-o", out, size=size)
        assert code == 2 and text in told, told
    assert not out.exists() and run(painting, "-o", painting)[0] == 2


def test_a_record_stands_alone_and_is_of_this_command(photo, painting, tmp_path):
    out = tmp_path / "out.png"
    assert run(painting, "-o", out)[0] == 0
    code, told = run(painting, "--from", out, size="")
    assert code == 2 and "--from brings its own pictures" in told
    answer = RUNNER.invoke(app, ["stylize", "--from", str(out)], env={"COLUMNS": "500"})
    assert answer.exit_code == 2 and "impasto texture --from" in answer.stderr


def test_help_says_what_it_does():
    answer = RUNNER.invoke(app, ["texture", "--help"], env={"COLUMNS": "200"})
    assert "--tile" in answer.output and "WXH" in answer.output and "512x512" in answer.output


def test_pooled_exemplars_are_made_again_from_their_record(painting, other_painting, tmp_path):
    out, again = tmp_path / "out.png", tmp_path / "out-again.png"
    settings = {"network": "test-net", "style_layers": ("relu1_1",), "steps": 2, "scales": 1, "size": 32}
    impasto.texture([[painting, other_painting]], **settings).save(out)
    answer = RUNNER.invoke(app, ["texture", "--from", str(out.with_suffix(".json"))])
    assert answer.exit_code == 0, answer.output
    assert np.array_equal(pixels(out), pixels(again))
