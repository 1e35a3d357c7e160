"""--print: the pixels that fill a sheet."""

import pytest
from PIL import Image

from impasto.cli.print_size import Paper, parse_print, printed
from impasto.errors import SettingError
from impasto.settings import RecolorSettings, StylizeSettings, TextureSettings


@pytest.mark.parametrize(
    ("text", "short", "long", "dpi"),
    [
        ("A3@300dpi", 3508, 4961, 300),  # 297 and 420 mm / 25.4 * 300
        ("a4", 2480, 3508, 300),
        ("A6 @ 72", 298, 420, 72),
        ("letter@150ppi", 1275, 1650, 150),
        ("10x15cm@254dpi", 1000, 1500, 254),
        ("8x10in@100", 800, 1000, 100),
        ("297 x 210mm@25", 207, 292, 25),
    ],
)
def test_papers(text, short, long, dpi):
    assert parse_print(text) == Paper(short, long, dpi)


@pytest.mark.parametrize(
    ("text", "problem", "attempt"),
    [
        ("A33", "there is no such paper", "did you mean 'a3'"),
        ("10x15", "there is no such paper", "A4@300dpi"),
        ("0x15cm", "there is no such paper", "A4"),
        ("A3@", "that is no resolution", "a3@300dpi"),
        ("A3@0dpi", "that is no resolution", "a3@300dpi"),
        ("A3@best", "that is no resolution", "a3@300dpi"),
    ],
)
def test_what_is_no_paper(text, problem, attempt):
    with pytest.raises(SettingError, match=problem) as caught:
        parse_print(text)
    assert attempt in caught.value.attempt


@pytest.mark.parametrize(("width", "height", "long"), [(300, 200, 4961), (400, 300, 4677), (300, 400, 4677)])
def test_a_photo_fits_the_sheet_on_both_sides(tmp_path, width, height, long):
    path = tmp_path / "photo.png"
    Image.new("RGB", (width, height)).save(path)
    paper = parse_print("A3@300dpi")
    settings = printed(StylizeSettings(seed=4), paper, path, {})
    assert (settings.size, settings.seed) == (long, 4)
    assert long * min(width, height) / max(width, height) < 3509


def test_tasks_with_a_size_of_their_own():
    paper = parse_print("A6@100")
    assert printed(TextureSettings(), paper, None, {}).size == "413x583"
    with pytest.raises(SettingError, match="the photo's own size"):
        printed(RecolorSettings(), paper, None, {})
    with pytest.raises(SettingError, match="--print says the size"):
        printed(StylizeSettings(), paper, None, {"size": 64})
