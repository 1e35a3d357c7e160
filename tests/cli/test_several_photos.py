"""Several photos in one command."""

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from impasto.cli import app
from tests.conftest import drawn

TEST = ["--network", "test-net", "--style-layers", "relu1_1,relu2_1", "--content-layers", "relu3_1",
        "--size", "48", "--steps", "2", "--scales", "1"]  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working folder: two photos in my/, and two paintings."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my").mkdir()
    for name, seed in (("my/a.png", 0), ("my/b.png", 1), ("p.png", 2), ("q.png", 3)):
        Image.fromarray(drawn(seed)).save(tmp_path / name)
    return tmp_path


def run(*words, command="stylize", test=TEST):
    return CliRunner().invoke(app, [command, *words, *test], env={"COLUMNS": "200"})


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def test_several_photos_in_one_style(folder):
    answer = run("my/a.png", "my/b.png", "--style", "p.png", "-o", "set")
    assert answer.exit_code == 0, answer.output
    assert answer.output.startswith("2 photos, 1 style -> set/\n") and "set: 2 painted" in answer.output
    assert names(folder / "set") == ["a.json", "a.png", "b.json", "b.png"]


def test_each_is_painted_as_alone(folder):
    run("my/a.png", "my/b.png", "--style", "p.png", "-o", "set")
    run("my/b.png", "p.png", "-o", "alone.png")
    assert np.array_equal(pixels("set/b.png"), pixels("alone.png"))


def test_a_folder_as_the_photo_and_a_folder_that_is_made(folder):
    (folder / "my" / "._a.png").write_bytes(b"x")
    (folder / "my" / "notes.txt").write_text("x")
    answer = run("my", "p.png", "-o", "new/set", "--suffix", ".jpg")
    assert answer.exit_code == 0, answer.output
    assert names(folder / "new" / "set") == ["a.jpg", "a.json", "b.jpg", "b.json"]


def test_photos_from_two_folders_keep_apart(folder):
    (folder / "other").mkdir()
    Image.fromarray(drawn(7)).save("other/A.png")
    answer = run("my", "other/A.png", "--style", "p.png", "-o", "set", "--suffix", ".jpg")
    assert answer.exit_code == 0 and [n for n in names(folder / "set") if n.endswith(".jpg")] == [
        "A-2.jpg", "a.jpg", "b.jpg"]  # fmt: skip


def test_two_styles_are_blended_in_each(folder):
    answer = run("my/a.png", "my/b.png", "--style", "p.png", "--style", "q.png", "-o", "set")
    assert answer.output.startswith("2 photos, 2 styles -> set/")
    assert len(json.loads((folder / "set" / "a.json").read_text())["styles"]) == 2


@pytest.mark.parametrize("style", ["p.png", "my"])
def test_two_pictures_are_a_photo_and_its_style_as_ever(folder, style):
    answer = run("my/a.png", style, "-o", "one.png")
    assert answer.exit_code == 0 and "->" not in answer.output and (folder / "one.png").exists()


@pytest.mark.parametrize(
    "words",
    [("--style-weights", "0.7,0.3"), ("--style-scale", "1,2"),
     ("--style-mask", "all", "--style-mask", "white", "--content-mask", "mask.png")],
)  # fmt: skip
def test_styles_by_position_where_options_say_how_many(folder, words):
    mask = np.zeros((48, 64), np.uint8)
    mask[:, 30:] = 255
    Image.fromarray(mask).save("mask.png")
    answer = run("my/a.png", "p.png", "q.png", *words, "-o", "one.png")
    assert answer.exit_code == 0, answer.output
    assert len(json.loads((folder / "one.json").read_text())["styles"]) == 2


@pytest.mark.parametrize("words", [(), ("--style-weights", "1"), ("--style-scale", "2")])
def test_what_a_shell_made_of_a_star_is_not_guessed(folder, words):
    for pictures in (("my/a.png", "my/b.png", "p.png"), ("my", "p.png", "q.png")):
        answer = run(*pictures, *words)
        assert answer.exit_code == 2 and "it is not clear which of 3 pictures are photos" in answer.output
        assert "--style" in answer.output and names(folder) == ["my", "p.png", "q.png"]


def test_one_photo_with_styles_by_option(folder):
    answer = run("my/a.png", "--style", "p.png", "--style", "q.png", "-o", "one.png")
    assert answer.exit_code == 0 and "->" not in answer.output and (folder / "one.png").exists()


def test_a_star_that_matched_one_photo_still_goes_to_the_folder(folder):
    for out in ("new", "my"):
        answer = run("p.png", "--style", "q.png", "-o", out)
        assert answer.exit_code == 0 and f"1 photo, 1 style -> {out}/" in answer.output
        assert (folder / out / "p.png").exists()


def test_a_bad_file_does_not_end_the_set(folder):
    (folder / "my" / "aa[.png").write_bytes(b"")
    answer = run("my", "gone.png", "--style", "p.png", "-o", "set")
    assert answer.exit_code == 1 and "set: 2 painted, 2 failed" in answer.output
    assert (
        "failed aa[.png: file is empty" in answer.output
        and "failed gone.png: picture is missing" in answer.output
    )


def test_a_file_of_another_program_is_not_replaced(folder):
    (folder / "set").mkdir()
    Image.fromarray(drawn(8)).save("set/b.png")
    before = (folder / "set" / "b.png").read_bytes()
    answer = run("my", "p.png", "-o", "set")
    assert answer.exit_code == 2 and "would replace a file that impasto did not write" in answer.output
    assert names(folder / "set") == ["b.png"] and (folder / "set" / "b.png").read_bytes() == before
    assert run("my", "p.png", "-o", "set", "--force").exit_code == 0


def test_what_is_there_already_is_skipped_unless_forced(folder):
    words = ("my", "p.png", "-o", "set")
    run(*words)
    before = (folder / "set" / "a.png").read_bytes()
    answer = run(*words)
    assert answer.exit_code == 0 and "set: 2 there already" in answer.output
    Image.fromarray(drawn(9)).save("my/a.png")
    assert "set: 1 painted, 1 there already" in run(*words).output
    assert (folder / "set" / "a.png").read_bytes() != before
    assert "set: 2 painted" in run(*words, "--force").output
    assert "set: 2 painted" in run(*words, "--seed", "1").output


def test_a_task_with_nothing_but_the_photo_by_position(folder):
    answer = run("my/a.png", "my/b.png", "--emotion", "cold", "-o", "set", command="recolor", test=[])
    assert answer.exit_code == 0 and answer.output.startswith("2 photos -> set/")
    assert names(folder / "set") == ["a.json", "a.png", "b.json", "b.png"]
    answer = run("my/a.png", "--emotion", "cold", "-o", "one.png", command="recolor", test=[])
    assert answer.exit_code == 0 and (folder / "one.png").exists()


def test_a_mask_for_each_photo(folder):
    (folder / "masks").mkdir()
    mask = np.zeros((48, 64), np.uint8)
    mask[:, 32:] = 255
    for name in ("a", "b"):
        Image.fromarray(mask).save(f"masks/{name}.png")
    Image.fromarray(drawn(5)).save("my/c.png")
    answer = run("my", "p.png", "--keep", "masks", "-o", "set", test=[*TEST, "--size", "64"])
    assert answer.exit_code == 1 and "2 painted, 1 failed" in answer.output
    assert "c.png" in answer.output and "picture is missing" in answer.output
    kept, photo = pixels("set/a.png").astype(int), pixels("my/a.png")
    assert np.abs(kept - photo)[:, 40:].max() <= 1 < np.abs(kept - photo)[:, :24].max()
    answer = run("my", "p.png", "--keep", "masks/a.png", "-o", "other")
    assert answer.exit_code == 2 and "--keep is of one photo, and there are 3" in answer.output


def test_json_has_a_line_for_each(folder):
    answer = run("my", "p.png", "-o", "set", "--json")
    assert [json.loads(line)["output"] for line in answer.stdout.splitlines()] == ["a.png", "b.png"]


def test_16_bits(folder):
    assert run("my", "p.png", "-o", "set", "--bits", "16", "--dpi", "300").exit_code == 0
    with Image.open("set/a.png") as picture:
        assert round(picture.info["dpi"][0]) == 300


def test_ctrl_c_keeps_what_is_painted(folder, monkeypatch):
    from impasto.batch.painter import Painter

    paint = Painter.paint

    def interrupted(self, row, **options):
        if row.number == 2:
            raise KeyboardInterrupt
        return paint(self, row, **options)

    monkeypatch.setattr(Painter, "paint", interrupted)
    answer = run("my", "p.png", "-o", "set")
    assert answer.exit_code == 130 and "set: 1 painted, 1 left; stopped" in answer.output


def test_a_full_disk_ends_the_set(folder, monkeypatch):
    import errno

    def refuse(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pathlib.Path.touch", refuse)
    answer = run("my", "p.png", "-o", "set")
    assert answer.exit_code == 1 and "No space left on device" in answer.output
    assert "set: 2 left" in answer.output and names(folder / "set") == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["my", "p.png", "-o", "out.png"], "several photos need a folder"),
        (["my", "p.png", "-o", "set", "--animate", "a.gif"], "--animate is for one photo"),
        (["my", "p.png", "-o", "set", "--preview", "a.png"], "--preview is for one photo"),
        (["my", "p.png", "-o", "my"], "the results would lie among the photos"),
        (["my/a.png", "my/b.png", "--style", "q.png", "-o", "set", "--suffix", ".xyz"], ".xyz"),
        (["my/a.png", "my/b.png", "--style", "gone.png", "-o", "set"], "picture is missing"),
        (["my", "p.png", "--interpolate", "3"], "several styles are shown with one photo"),
        (["empty", "p.png"], "the folder has no picture"),
        (["my/a.png", "my/b.png", "--style", "q.png", "--from", "r.json"], "--from makes one picture again"),
        (["my/a.png", "p.png", "--style", "p.png", "-o", "."], "a result would replace its photo"),
    ],
)  # fmt: skip
def test_what_several_photos_cannot_have(folder, words, told):
    (folder / "empty").mkdir()
    answer = run(*words)
    assert answer.exit_code == 2 and told in answer.output, answer.output
