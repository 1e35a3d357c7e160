"""``impasto stylize --interpolate`` from end to end, with the tiny test network."""

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from impasto.cli import app
from impasto.cli.interpolate import frame_ms, there_and_back
from impasto.recipes.interpolate import Interpolation
from impasto.settings import InterpolateSettings
from impasto.synthesis.context import Context
from impasto.synthesis.job import Job

RUNNER = CliRunner()
TEST = ["--network", "test-net", "--style-layers", "relu1_1,relu2_1", "--content-layers", "relu3_1"]
TEST += ["--size", "64", "--steps", "4", "--scales", "1"]


def run(*arguments):
    return RUNNER.invoke(app, ["stylize", *map(str, arguments), *TEST])


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def said(answer):
    return " ".join(answer.stderr.split())


def test_pictures_records_and_a_strip(photo, painting, other_painting, tmp_path):
    out = tmp_path / "out.png"
    answer = run(photo, painting, other_painting, "--interpolate", 3, "-o", out)
    assert answer.exit_code == 0, answer.output
    assert sorted(path.name for path in tmp_path.glob("out*")) == [
        "out-1.json", "out-1.png", "out-2.json", "out-2.png", "out-3.json", "out-3.png", "out.png",
    ]  # fmt: skip
    weights = [
        json.loads((tmp_path / f"out-{n}.json").read_text())["settings"]["style_weights"] for n in (1, 2, 3)
    ]
    assert weights == [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
    assert pixels(out).shape[1] > 5 * 240 and pixels(out).shape[0] < 400  # five cells side by side
    assert "painted 3 pictures" in said(answer) and "out-1.png to out-3.png" in said(answer)


def test_the_command_of_its_own_paints_the_same(photo, painting, other_painting, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(photo, painting, other_painting, "--interpolate", 2, "-o", tmp_path / "out.png")
    pictures = [str(path) for path in (photo, painting, other_painting)]
    answer = RUNNER.invoke(app, ["interpolate", *pictures, "--count", "2", *TEST])
    assert answer.exit_code == 0, answer.output
    for number in (1, 2):
        name = f"photo-painting-other-{number}.png"
        assert np.array_equal(pixels(tmp_path / name), pixels(tmp_path / f"out-{number}.png"))
    assert (tmp_path / "photo-painting-other.png").exists()


def test_each_can_be_made_again(photo, painting, other_painting, tmp_path):
    run(photo, painting, other_painting, "--interpolate", 3, "-o", tmp_path / "out.png", "--seed", "4")
    again = tmp_path / "again.png"
    answer = RUNNER.invoke(app, ["stylize", "--from", str(tmp_path / "out-2.json"), "-o", str(again)])
    assert answer.exit_code == 0, answer.output
    assert np.array_equal(pixels(again), pixels(tmp_path / "out-2.png"))


@pytest.mark.parametrize(("ending", "frames"), [("gif", 4), ("webp", 4), ("mp4", None)])
def test_the_animation_goes_on_and_back(photo, painting, other_painting, tmp_path, ending, frames):
    film = tmp_path / f"way.{ending}"
    answer = run(
        photo, painting, other_painting, "--interpolate", 3, "-o", tmp_path / "out.png", "--animate", film
    )
    assert answer.exit_code == 0, answer.output
    assert film.stat().st_size > 500 and "animation" in said(answer)
    if frames:
        with Image.open(film) as shown:
            assert shown.n_frames == frames and shown.size == (384, 288)


def test_order_of_the_frames():
    one, two, three = (Image.new("L", (1, 1), n) for n in (1, 2, 3))
    order = [frame.getpixel((0, 0)) for frame in there_and_back([one, two, three], is_cyclic=False)]
    assert order == [1, 1, 2, 3, 3, 2]
    assert there_and_back([one, two, one], is_cyclic=True) == [one, two]
    assert [frame_ms(count) for count in (1, 2, 6, 12, 24, 100)] == [400, 400, 400, 200, 100, 80]


def test_a_round_and_where_the_styles_stand(photo, painting, other_painting, tmp_path, monkeypatch):
    seen = []
    real = Interpolation._cells

    def cells(self, pictures):
        for cell in real(self, pictures):
            seen.append(cell[1])
            yield cell

    monkeypatch.setattr(Interpolation, "_cells", cells)
    film = tmp_path / "way.gif"
    answer = run(photo, painting, other_painting, painting, "--interpolate", 5, "-o", tmp_path / "out.png",
                 "--animate", film)  # fmt: skip
    assert answer.exit_code == 0, answer.output
    assert seen[:3] == ["painting", "1, 0, 0", "0.5, 0.5, 0"]
    assert seen[3:] == ["other", "0, 1, 0", "0, 0.5, 0.5", "0, 0, 1", "painting"]
    with Image.open(film) as shown:
        assert shown.n_frames == 4


def test_a_long_strip_has_several_rows(photo, painting, other_painting):
    picture = Image.new("RGB", (64, 48))
    inputs = {"content": photo, "style": [painting, other_painting]}

    def strip(count):  # besides the pictures, a cell for each of the two styles
        settings = InterpolateSettings(count=count)
        return Interpolation.of(inputs, settings, Context()).strip([picture] * count)

    assert strip(7).width < strip(6).width and strip(7).height > 1.5 * strip(6).height


def test_json_is_a_line_a_picture(photo, painting, other_painting, tmp_path):
    answer = run(photo, painting, other_painting, "--interpolate", 2, "-o", tmp_path / "out.png", "--json")
    assert answer.exit_code == 0 and answer.stderr == ""
    names = [json.loads(line)["picture"] for line in answer.stdout.splitlines()]
    assert [name.rpartition("/")[2] for name in names] == ["out-1.png", "out-2.png"]
    again = run(
        photo, painting, other_painting, "--interpolate", 2, "-o", tmp_path / "out.png", "--json", "--resume"
    )
    assert again.stdout == answer.stdout and again.stderr == ""


def test_quiet_preview_and_bits(photo, painting, other_painting, tmp_path):
    shown = tmp_path / "shown.png"
    answer = run(photo, painting, other_painting, "--interpolate", 2, "-o", tmp_path / "out.png", "-q",
                 "--preview", shown, "--bits", 16)  # fmt: skip
    assert (answer.exit_code, answer.output) == (0, "")
    assert np.array_equal(pixels(shown).shape, pixels(tmp_path / "out-2.png").shape)


def stopping(monkeypatch, picture, *, first=True):
    """Ctrl-C at the second step of a picture, or before its first."""
    real, count = Job.steps, [0]

    def steps(self, state=None):
        count[0] += 1
        for step in real(self, state):
            if count[0] == picture and (step.step == 2 or not first):
                raise KeyboardInterrupt
            yield step

    monkeypatch.setattr(Job, "steps", steps)


def test_ctrl_c_keeps_what_is_painted_and_resume_paints_the_rest(
    photo, painting, other_painting, tmp_path, monkeypatch
):
    arguments = [photo, painting, other_painting, "--interpolate", 3, "-o", tmp_path / "out.png"]
    with monkeypatch.context() as patch:
        stopping(patch, 2)
        answer = run(*arguments, "--animate", tmp_path / "way.gif")
    assert answer.exit_code == 130, answer.output
    assert "stopped at 2 of 3 pictures" in said(answer) and "--resume paints what is missing" in said(answer)
    records = [json.loads((tmp_path / f"out-{n}.json").read_text()) for n in (1, 2)]
    assert [record["interrupted"] for record in records] == [False, True]
    assert (tmp_path / "out.png").exists() and (tmp_path / "way.gif").exists()
    assert not (tmp_path / "out-3.png").exists()
    answer = run(*arguments, "--resume")
    assert answer.exit_code == 0, answer.output
    assert "out-1.png is there already" in said(answer) and "out-2.png is there" not in said(answer)
    resumed = [pixels(tmp_path / f"out-{n}.png") for n in (1, 2, 3)]
    assert run(*arguments).exit_code == 0
    assert all(np.array_equal(pixels(tmp_path / f"out-{n}.png"), resumed[n - 1]) for n in (1, 2, 3))


def test_ctrl_c_between_two_pictures(photo, painting, other_painting, tmp_path, monkeypatch):
    stopping(monkeypatch, 2, first=False)
    answer = run(photo, painting, other_painting, "--interpolate", 3, "-o", tmp_path / "out.png")
    assert answer.exit_code == 130 and "stopped at 1 of 3 pictures" in said(answer)
    assert (tmp_path / "out.png").exists() and not (tmp_path / "out-2.png").exists()


def test_ctrl_c_before_anything(photo, painting, other_painting, tmp_path, monkeypatch):
    stopping(monkeypatch, 1, first=False)
    answer = run(photo, painting, other_painting, "--interpolate", 3, "-o", tmp_path / "out.png")
    assert answer.exit_code == 130 and "nothing was written" in said(answer)
    assert not list(tmp_path.glob("out*"))


def test_notes_are_said_once(photo, painting, other_painting, tmp_path):
    arguments = [photo, painting, other_painting, "--interpolate", 3, "-o", tmp_path / "out.png"]
    answer = RUNNER.invoke(app, ["stylize", *map(str, arguments), *TEST, "--size", "128", "--steps", "1"])
    assert answer.exit_code == 0
    assert said(answer).count("photo: 64 x 48 px, painted at 128 x 96 px (--no-enlarge keeps its size)") == 1


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("{a} --interpolate 3", "interpolation needs two styles or more"),
        ("{a} {b} --interpolate 1", "count is too small"),
        ("{a} {b} --interpolate 0", "count is too small"),
        ("{a} {b} --interpolate 3 --style-weights 1,2", "interpolation sets the weights"),
        ("{a} {b} --interpolate 3 --checkpoint {folder}/c", "one checkpoint does not hold several pictures"),
        ("{a} {b} --interpolate 3 --preview {folder}/out-2.png", "have the same name"),
        ("{a} {b} --interpolate 3 --animate {folder}/way.avi", ".gif, .webp, .mp4"),
        ("{a} {b} --interpolate 3 --style-scale 1,1,1", "3 values for 2 styles"),
    ],
)
def test_what_cannot_be(photo, painting, other_painting, tmp_path, arguments, text):
    filled = [word.format(a=painting, b=other_painting, folder=tmp_path) for word in arguments.split()]
    answer = run(photo, *filled, "-o", tmp_path / "out.png")
    assert answer.exit_code == 2 and text in said(answer), answer.output
    assert not list(tmp_path.glob("out*"))


def test_a_picture_would_be_replaced(photo, painting, other_painting, tmp_path):
    target = painting.with_name("paint.png")
    mine = painting.rename(painting.with_name("paint-1.png"))
    answer = run(photo, mine, other_painting, "--interpolate", 3, "-o", target)
    assert answer.exit_code == 2 and "picture 1 would replace a file that impasto did not write" in said(
        answer
    )
