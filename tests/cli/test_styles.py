"""Several styles on the command line: folders, scales and a style for the strokes."""

import json
import shutil

import numpy as np
import pytest

import impasto
from impasto.cli import app
from tests.cli.test_stylize import RUNNER, picture, run


@pytest.fixture
def folder(painting, other_painting, tmp_path):
    """A style of two pictures."""
    path = tmp_path / "painter"
    path.mkdir()
    for source in (painting, other_painting):
        shutil.copy(source, path)
    return path


def test_a_folder_is_a_style_and_from_makes_it_again(photo, folder, painting, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = run("photo.png", "painter", "painting.png", "--style-scale", "1.5,1")
    assert answer.exit_code == 0, answer.output
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    answer = RUNNER.invoke(app, ["stylize", "--from", str(tmp_path / "photo-painter-painting.json")])
    assert answer.exit_code == 0 and "note" not in answer.stderr, answer.output
    first, again = (tmp_path / f"photo-painter-painting{name}.png" for name in ("", "-again"))
    assert np.array_equal(picture(first)[0], picture(again)[0])


def test_from_says_when_a_folder_has_changed(photo, folder, painting, tmp_path):
    out = tmp_path / "out.png"
    run(photo, folder, "-o", out)
    shutil.copy(painting, folder / "third.png")
    answer = RUNNER.invoke(app, ["stylize", "--from", str(out)])
    assert answer.exit_code == 0 and "has other pictures than when" in " ".join(answer.stderr.split())


def test_a_folder_that_is_gone_or_empty(photo, folder, tmp_path):
    out = tmp_path / "out.png"
    run(photo, folder, "-o", out)
    for file in folder.iterdir():
        file.unlink()
    for arguments in (["--from", str(out)], [str(photo), str(folder)]):
        answer = RUNNER.invoke(app, ["stylize", *arguments])
        assert answer.exit_code == 2 and "the folder has no picture" in answer.stderr
    folder.rmdir()
    answer = RUNNER.invoke(app, ["stylize", "--from", str(out)])
    assert answer.exit_code == 2 and "painter" in answer.stderr and "Traceback" not in answer.output


def test_from_a_record_of_pooled_files(photo, painting, other_painting, tmp_path):
    options = {"network": "test-net", "style_layers": ["relu1_1"], "content_layers": ["relu3_1"]}
    result = impasto.stylize(photo, [[painting, other_painting]], size=64, steps=2, scales=1, **options)
    out = result.save(tmp_path / "out.png")
    answer = RUNNER.invoke(app, ["stylize", "--from", str(out), "-o", str(tmp_path / "again.png")])
    assert answer.exit_code == 0, answer.output
    assert np.array_equal(picture(out)[0], picture(tmp_path / "again.png")[0])
    arrays = [picture(one)[0] for one in (painting, other_painting)]
    impasto.stylize(photo, [arrays], size=64, steps=2, scales=1, **options).save(out)
    answer = RUNNER.invoke(app, ["stylize", "--from", str(out)])
    assert answer.exit_code == 2 and "were given in memory, not as files" in answer.stderr


def test_a_fine_style_and_from(photo, painting, other_painting, tmp_path):
    out, options = tmp_path / "out.png", ["--fine-style", other_painting, "--fine-layers", "relu1_1"]
    answer = run(photo, painting, *options, "-o", out)
    assert answer.exit_code == 0, answer.output
    record = json.loads(out.with_suffix(".json").read_text())
    assert record["controls"]["fine_style"]["path"] == other_painting.name
    assert record["settings"]["fine_layers"] == ["relu1_1"]
    answer = RUNNER.invoke(app, ["stylize", "--from", str(out), "-o", str(tmp_path / "again.png")])
    assert answer.exit_code == 0, answer.output
    assert np.array_equal(picture(out)[0], picture(tmp_path / "again.png")[0])
    run(photo, painting, "-o", tmp_path / "without.png")
    assert not np.array_equal(picture(out)[0], picture(tmp_path / "without.png")[0])


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--style-scale", "1,2"], "style_scale has 2 values for 1 styles"),
        (["--fine-style", "{painting}", "--style-scale", "1,2,3"], "3 values for 1 styles and a fine one"),
        (
            ["--fine-style", "{painting}", "--fine-layers", "relu9_1"],
            "fine layers are not among the style layers",
        ),
        (["--fine-style", "nowhere.png"], "nowhere.png"),
    ],
)
def test_styles_that_cannot_be(photo, painting, tmp_path, options, text):
    filled = [word.format(painting=painting) for word in options]
    answer = run(photo, painting, *filled, "-o", tmp_path / "out.png")
    assert answer.exit_code == 2 and text in " ".join(answer.stderr.split())
    assert "Traceback" not in answer.output and not (tmp_path / "out.png").exists()
