"""``impasto photo --show-regions`` and ``--lut``."""

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from impasto.cli import app
from impasto.images import io
from impasto.images.lut import apply_table, read_cube
from tests.conftest import drawn

RUN = ["--network", "test-net", "--style-layers", "relu1_1", "--size", "64"]


@pytest.fixture
def photos(tmp_path):
    names = []
    for number in (0, 1):
        pixels = drawn(number, 64, 80) // 2 + 50
        Image.fromarray((pixels * np.array([1, 0.8, 0.6 + 0.4 * number])).astype(np.uint8)).save(
            tmp_path / f"{number}.png"
        )
        names.append(str(tmp_path / f"{number}.png"))
    return names


def test_the_table_gives_the_colours_of_the_result(photos, tmp_path):
    out, lut = tmp_path / "out.png", tmp_path / "new" / "grade.cube"
    answer = CliRunner().invoke(app, ["photo", *photos, *RUN, "-o", str(out), "--lut", str(lut)])
    assert answer.exit_code == 0, answer.output
    difference = apply_table(read_cube(lut), io.read(photos[0]).pixels) - io.read(out).pixels
    assert difference.abs().mean() < 0.004  # bytes of the result; a little is clipped


def test_a_table_that_cannot_be_written_is_told_before_painting(photos, tmp_path):
    answer = CliRunner().invoke(app, ["photo", *photos, *RUN, "--lut", str(tmp_path / "grade.lut")])
    assert answer.exit_code == 2 and "output format '.lut' is unknown" in answer.output


def test_regions_are_shown_and_can_be_given_again(photos, tmp_path):
    left = np.zeros((64, 80, 3), np.uint8)
    left[:, :40] = (255, 0, 0)
    Image.fromarray(left).save(tmp_path / "map.png")
    maps = ["--content-map", str(tmp_path / "map.png"), "--style-map", str(tmp_path / "map.png")]
    out, folder = tmp_path / "out.png", tmp_path / "regions"
    run = [*RUN, "--steps", "0", "-o", str(out)]
    answer = CliRunner().invoke(app, ["photo", *photos, *run, *maps, "--show-regions", str(folder)])
    assert answer.exit_code == 0, answer.output
    assert {p.name for p in folder.iterdir()} == {"regions.png", "content-map.png", "style-map.png"}
    with Image.open(folder / "style-map.png") as map_again:
        assert np.array_equal(np.asarray(map_again), left)


def test_without_regions_the_sheet_says_all(photos, tmp_path):
    sheet = tmp_path / "sheet.png"
    run = ["photo", *photos, *RUN, "-o", str(tmp_path / "out.png"), "--show-regions", str(sheet)]
    answer = CliRunner().invoke(app, run)
    assert answer.exit_code == 0, answer.output
    assert "no region that both photos have" in answer.output
    assert io.read(sheet).pixels.shape[3] > 600
