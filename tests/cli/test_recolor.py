"""``impasto recolor``, end to end."""

import json

import pytest
from PIL import Image
from typer.testing import CliRunner

from impasto.cli import app
from impasto.settings import RecolorSettings
from impasto.settings.themes import EMOTIONS, THEMES


def run(*arguments):
    return CliRunner().invoke(app, ["recolor", *map(str, arguments)], env={"COLUMNS": "200"})


def test_a_picture_and_its_record(photo, tmp_path):
    out = tmp_path / "out.png"
    answer = run(photo, "--emotion", "passionate", "-o", out)
    assert answer.exit_code == 0, answer.output
    assert answer.stdout == "" and "painted" in answer.stderr
    record = json.loads((tmp_path / "out.json").read_text())
    assert all(color in answer.stderr for color in record["theme"]["colors"])
    with Image.open(out) as painted, Image.open(photo) as original:
        assert painted.size == original.size
    assert record["settings"] == RecolorSettings(emotion="passionate").to_dict()


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (["--emotion", "cold"], "photo-cold.png"),
        (["--palette", "sunset"], "photo-sunset.png"),
        (["--palette", "navy,gold"], "photo-colors.png"),
        (["--palette", "#112233,#aabbcc"], "photo-colors.png"),
        (["--palette", "{painting}"], "photo-painting.png"),
    ],
)
def test_names_of_results(options, name, photo, painting, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = run(photo, *(word.format(painting=painting) for word in options))
    assert answer.exit_code == 0, answer.output
    assert (tmp_path / name).exists()


def test_json_is_all_there_is(photo, tmp_path):
    out = tmp_path / "out.tiff"
    answer = run(photo, "--palette", "sepia", "-o", out, "--json", "--bits", "16", "--dpi", "300",
                 "--no-keep-luminance", "--strength", "0.5")  # fmt: skip
    assert answer.exit_code == 0 and answer.stderr == ""
    record = json.loads(answer.stdout)
    assert record["task"] == "recolor" and record["picture"] == str(out)
    assert record["theme"]["colors"] == list(THEMES["sepia"])
    assert record["settings"]["keep_luminance"] is False and record["settings"]["strength"] == 0.5
    with Image.open(out) as painted:
        assert painted.info["dpi"] == (300, 300)


def test_quiet(photo, tmp_path):
    answer = run(photo, "--palette", "sepia", "-o", tmp_path / "out.png", "-q")
    assert answer.exit_code == 0 and answer.output == ""


def test_notes_of_the_pictures_are_shown(painting, tmp_path):
    clear = tmp_path / "clear.png"
    Image.new("RGBA", (20, 20), (200, 80, 30, 100)).save(clear)
    answer = run(clear, "--palette", painting, "-o", tmp_path / "out.png")
    assert answer.exit_code == 0 and "clear: " in answer.stderr


def test_list():
    answer = run("--list")
    assert answer.exit_code == 0
    words = set(answer.stdout.split())
    assert {*THEMES, *EMOTIONS} <= words
    assert {color for colors in THEMES.values() for color in colors} <= words
    assert {color for several in EMOTIONS.values() for colors in several for color in colors} <= words


def test_list_is_drawn_in_colour():
    from rich.console import Console

    from impasto.cli.outputs import swatches

    console = Console(color_system="truecolor", force_terminal=True, width=80)
    with console.capture() as drawn:
        console.print(swatches(["#112233", "#aa8800"]))
    assert "48;2;17;34;51m" in drawn.get() and "48;2;170;136;0m" in drawn.get()


def test_list_as_json():
    answer = run("--list", "--json")
    listed = json.loads(answer.stdout)
    assert listed["themes"] == {name: list(colors) for name, colors in THEMES.items()}
    assert set(listed["emotions"]) == set(EMOTIONS)


CASES = {
    "no photo": ([], "recolor needs a photo"),
    "no palette": (["{photo}"], "a palette or an emotion is needed"),
    "both": (["{photo}", "--palette", "sunset", "--emotion", "cold"], "exclude each other"),
    "unknown emotion": (["{photo}", "--emotion", "colt"], "did you mean 'cold'"),
    "unknown theme": (["{photo}", "--palette", "sunste"], "did you mean 'sunset'"),
    "bad colour": (["{photo}", "--palette", "#112233,#44556"], "'#44556' is no colour"),
    "one colour": (["{photo}", "--palette", "#112233"], "a theme has 2 to 5 colours"),
    "too many colours": (["{photo}", "--palette", "red,red,red,red,red,red"], "a theme has 2 to 5 colours"),
    "missing painting": (["{photo}", "--palette", "{dir}/nowhere.png"], "nowhere.png"),
    "missing photo": (["{dir}/nowhere.png", "--palette", "sunset"], "nowhere.png"),
    "too strong": (["{photo}", "--palette", "sunset", "--strength", "2"], "strength is too large"),
    "unknown format": (["{photo}", "--palette", "sunset", "-o", "{dir}/out.xyz"], ".xyz"),
    "16 bits of JPEG": (["{photo}", "--palette", "sunset", "-o", "{dir}/out.jpg", "--bits", "16"], "8 bits"),
    "over the photo": (["{photo}", "--palette", "sunset", "-o", "{photo}"], "would replace a picture"),
    "over the painting": (["{photo}", "--palette", "{painting}", "-o", "{painting}"],
                          "would replace a picture"),
    "too large": (["{photo}", "--palette", "sunset", "--max-megapixels", "0.001"], "--max-megapixels"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_bad_input(case, photo, painting, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments, text = CASES[case]
    before = sorted(tmp_path.iterdir())
    answer = run(*(a.format(photo=photo, painting=painting, dir=tmp_path) for a in arguments))
    assert answer.exit_code == 2, answer.output
    assert text in " ".join(answer.stderr.split()), answer.stderr
    assert "Traceback" not in answer.output and answer.stdout == ""
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "colours", [["--emotion", "cold"], ["--palette", "sunset"], ["--palette", "{painting}"]]
)
def test_the_same_again_from_the_record(colours, photo, painting, tmp_path):
    out = tmp_path / "out.png"
    given = [word.format(painting=painting) for word in colours]
    assert run(photo, *given, "--strength", "0.7", "-o", out).exit_code == 0
    answer = run("--from", tmp_path / "out.json")
    assert answer.exit_code == 0, answer.output
    with Image.open(out) as first, Image.open(tmp_path / "out-again.png") as again:
        assert first.tobytes() == again.tobytes()


def test_a_record_of_recolor_is_no_other_command_s(photo, tmp_path):
    out = tmp_path / "out.png"
    assert run(photo, "--emotion", "cold", "-o", out).exit_code == 0
    answer = CliRunner().invoke(app, ["stylize", "--from", str(tmp_path / "out.json")])
    assert answer.exit_code == 2 and "made by impasto recolor" in answer.stderr
