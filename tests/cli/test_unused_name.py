"""Files that the user did not name are never written over those of others."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from impasto.cli import app
from impasto.cli.unused_name import check_foreign
from impasto.errors import OutputError
from impasto.images import io
from impasto.result import read_record
from tests.conftest import drawn

RUNNER = CliRunner()
TEST = ["--network", "test-net", "--style-layers", "relu1_1,relu2_1", "--content-layers", "relu3_1"]
TEST += ["--size", "48", "--steps", "1", "--scales", "1"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    folder = tmp_path / "far" / "here"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def run(*arguments, command="stylize", quick=TEST):
    answer = RUNNER.invoke(app, [command, *map(str, arguments), *quick], env={"COLUMNS": "900"})
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer.exit_code, " ".join((answer.stdout + answer.stderr).split())


def photos(tmp_path, count, name="IMG_1.png"):
    paths = [tmp_path / str(number) / name for number in range(count)]
    for number, path in enumerate(paths):
        path.parent.mkdir(parents=True)
        Image.fromarray(drawn(number + 5)).save(path)
    return paths


def test_photos_of_one_name(here, tmp_path, painting):
    paths = photos(tmp_path, 3)
    for path in paths:
        assert run(path, painting)[0] == 0
    names = ["IMG_1-painting-2.png", "IMG_1-painting-3.png", "IMG_1-painting.png"]
    assert sorted(path.name for path in here.glob("*.png")) == names
    made_of = {read_record(here / name)["content"]["sha256"] for name in names}
    assert len(made_of) == 3


def test_the_same_photo_again_replaces_its_picture(here, photo, painting):
    assert run(photo, painting)[0] == run(photo, painting, "--seed", "4")[0] == 0
    assert [path.name for path in here.glob("*.png")] == ["photo-painting.png"]
    assert read_record(here / "photo-painting.png")["settings"]["seed"] == 4


def test_a_picture_of_another_program_or_another_task_stays(here, photo, painting):
    (here / "photo-painting.png").write_bytes(photo.read_bytes())
    assert run(photo, painting)[0] == 0 and (here / "photo-painting.png").read_bytes() == photo.read_bytes()
    assert (here / "photo-painting-2.png").exists()
    recolor = ["--palette", "sepia"]
    assert run(photo, *recolor, command="recolor", quick=[])[0] == 0
    named = next(here.glob("photo-*recolor*.png"), None) or next(here.glob("photo-sepia*.png"))
    assert run(photo, *recolor, command="recolor", quick=[])[0] == 0
    assert named.exists() and not named.with_stem(f"{named.stem}-2").exists()


def test_a_foreign_record_stays(here, photo, painting):
    foreign = '{"name": "a package of npm", "version": "1.0.0"}'
    (here / "package.json").write_text(foreign)
    code, told = run(photo, painting, "-o", "package.png")
    assert code == 0 and "record in package.png.json" in told
    assert (here / "package.json").read_text() == foreign
    assert read_record("package.png.json")["picture"] == "package.png"
    assert run(photo, painting, "-o", "package.png")[0] == 0  # the second run replaces its own
    assert sorted(path.name for path in here.glob("*.json")) == ["package.json", "package.png.json"]


def test_a_record_of_another_picture_stays(here, tmp_path, photo, painting, other_painting):
    assert run(photo, painting, "-o", "out.png")[0] == 0
    assert run(photo, other_painting, "-o", "out.jpg")[0] == 0
    assert read_record("out.json")["styles"][0]["name"] == "painting"
    assert read_record("out.jpg.json")["styles"][0]["name"] == "other"
    code, told = run("--from", "out.json", "--look-in", tmp_path, "-o", "again.png", quick=[])
    assert code == 0, told
    assert io.read("again.png").pixels.equal(io.read("out.png").pixels)


@pytest.mark.parametrize(
    "text", ["[]", "3", "not json", '{"impasto_format": 1}', '{"picture": "out.png"}', ""]
)
def test_a_json_that_is_no_record_of_it_stays(here, photo, painting, text):
    (here / "out.json").write_text(text)
    assert run(photo, painting, "-o", "out.png")[0] == 0
    assert (here / "out.json").read_text() == text and (here / "out.png.json").exists()


def test_a_foreign_checkpoint_stays(here, photo, painting, monkeypatch):
    monkeypatch.setattr("impasto.synthesis.run.LONG_RUN_S", -1.0)
    monkeypatch.setattr("impasto.synthesis.run.CHECKPOINT_EVERY_S", 0.0)
    (here / "out.checkpoint").write_text("of a game")
    code, told = run(photo, painting, "-o", "out.png")
    assert code == 0 and "out-2.checkpoint is kept up to date" in told
    assert (here / "out.checkpoint").read_text() == "of a game" and not (here / "out-2.checkpoint").exists()


def test_a_photo_with_the_name_of_a_picture_of_a_series_stays(here, photo, painting, other_painting):
    (here / "out-2.png").write_bytes(photo.read_bytes())
    arguments = [photo, painting, other_painting, "--count", "2", "-o", "out.png"]
    code, told = run(*arguments, command="interpolate")
    assert code == 2 and "picture 2 would replace a file that impasto did not write" in told
    (here / "out-2.png").unlink()
    assert run(*arguments, command="interpolate")[0] == run(*arguments, command="interpolate")[0] == 0


def test_check_foreign(tmp_path, photo):
    check_foreign(tmp_path / "none.png", "picture 1")
    with pytest.raises(OutputError, match="picture 1 would replace a file that impasto did not write"):
        check_foreign(photo, "picture 1")


SCRIPTS = {"latin": "long name ", "greek": "λέξη", "japanese": "浮世絵", "emoji": "🎨🖼", "arabic": "لوحة"}


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
@pytest.mark.parametrize("length", [200, 230, 251])
def test_long_names(here, tmp_path, script, length):
    def long(letter):
        text = (script * 99).encode()[: length - 1].decode(errors="ignore")
        return letter + text.rstrip() + "x" * (length - 1 - len(text.rstrip().encode()))

    photo, painting = tmp_path / f"{long('p')}.png", tmp_path / f"{long('s')}.png"
    Image.fromarray(drawn(1)).save(photo)
    Image.fromarray(drawn(2)).save(painting)
    code, told = run(photo, painting)
    assert code == 0, told
    (made,) = here.glob("*.png")
    assert read_record(made)["content"]["name"] == photo.stem
    # A name that is exactly as long as the system allows, and those of the files beside it.
    out = f"{long('o')}.png"
    code, told = run(photo, painting, "-o", out, "--checkpoint", "c.checkpoint")
    assert code == 0, told
    assert Path(out).exists() and any(
        json.loads(p.read_text())["picture"] == out for p in here.glob("*.json")
    )
    code, told = run("--from", out, "--look-in", tmp_path, quick=[])
    assert code == 0, told


def test_a_name_that_no_system_holds(here, photo, painting):
    code, told = run(photo, painting, "-o", "x" * 252 + ".png")
    assert code == 2 and "the name of the output is too long" in told and "256 bytes" in told
    assert run(photo, painting, "--init", "x" * 300)[0] == 2
    assert run(photo, painting, "--style-mask", "x" * 300)[0] == 2


FOLDERS = ("photos of me", "secret")


@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp", ".tiff"])
@pytest.mark.parametrize("task", ["stylize", "recolor", "texture"])
def test_no_folder_of_this_machine_is_written(here, tmp_path, ending, task):
    places = [tmp_path / folder for folder in FOLDERS]
    for place in places:
        place.mkdir()
    photo, painting, mask = places[0] / "photo.png", places[1] / "painting.png", places[1] / "mask.png"
    Image.fromarray(drawn(1)).save(photo)
    Image.fromarray(drawn(2)).save(painting)
    (places[1] / "pair").mkdir()
    Image.fromarray(drawn(3)).save(places[1] / "pair" / "one.png")
    Image.fromarray(np.repeat([[0], [255]], 24, 0).repeat(64, 1).astype(np.uint8)).save(mask)
    arguments = {
        "stylize": [
            photo,
            "--style",
            painting,
            "--style",
            places[1] / "pair",
            "--keep",
            mask,
            "--init",
            photo,
            *TEST,
        ],
        "recolor": [photo, "--palette", painting],
        "texture": [painting, *TEST[:4], "--size", "48", "--steps", "1", "--scales", "1"],
    }[task]
    code, told = run(*arguments, "-o", f"out{ending}", "--json", command=task, quick=[])
    assert code == 0, told
    written = b"".join(path.read_bytes() for path in here.iterdir()) + told.encode()
    for secret in (*FOLDERS, str(tmp_path), str(Path.home()), str(here)):
        assert secret.encode() not in written and secret.encode("utf-16-le") not in written
        assert secret not in json.dumps(io.read_metadata(here / f"out{ending}"))
    for record in (read_record(f"out{ending}"), read_record("out.json")):
        entry = record["content"] or record["styles"][0]
        assert entry["path"] in ("photo.png", "painting.png") and len(entry["sha256"]) == 64
    if task == "stylize":
        assert record["settings"]["init"] == "photo.png" and record["files"]["init"]["path"] == "photo.png"
        code, told = run("--from", f"out{ending}", quick=[])
        assert code == 2 and "is not found" in told and "--look-in" in told
        code, told = run("--from", f"out{ending}", "--look-in", tmp_path, "-o", "again.png", quick=[])
        assert code == 0, told
        if ending == ".png":
            assert io.read("again.png").pixels.equal(io.read("out.png").pixels)


@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp", ".tiff"])
def test_no_record(here, photo, painting, ending):
    assert run(photo, painting, "-o", f"out{ending}")[0] == 0 and (here / "out.json").exists()
    code, told = run(photo, painting, "-o", f"out{ending}", "--no-record")
    assert code == 0 and "without a record" in told
    assert [path.name for path in here.iterdir()] == [f"out{ending}"]  # the old record is not of this picture
    data = (here / f"out{ending}").read_bytes()
    assert not io.read_metadata(here / f"out{ending}") and b"impasto" not in data and b"photo" not in data


def test_no_record_leaves_foreign_files(here, photo, painting):
    (here / "out.json").write_text("{}")
    assert run(photo, painting, "-o", "out.png", "--no-record")[0] == 0
    assert (here / "out.json").read_text() == "{}"
