"""Recolouring, end to end in Python: evidence by numbers on the sample photos."""

import functools
import json

import numpy as np
import pytest
import torch
from PIL import Image

import impasto
from impasto import samples
from impasto.errors import PictureError, SettingError
from impasto.images.io import to_tensor
from impasto.images.oklab import to_oklab
from impasto.images.themes import written_theme
from impasto.result import read_record, record_path, without_folders

PALETTES = [{"emotion": "romantic"}, {"emotion": "passionate"}, {"palette": "sunset"}, {"palette": "neon"}]


@functools.cache
def photo(name):
    return samples.photo(name)


def lab(pixels):
    return to_oklab(pixels[0].flatten(1)).view(pixels.shape[1:])


def missing(pixels, colors):
    """How far theme colours are from being there: mean distance to the nearest 0.1 % of pixels."""
    theme = torch.tensor(written_theme(colors).oklab()[:, 1:], dtype=torch.float32)  # (k, 2)
    points = lab(pixels)[1:].flatten(1).mT  # (P, 2)
    nearest = torch.cdist(theme, points).sort(dim=1).values  # (k, P)
    return float(nearest[:, : max(1, points.shape[0] // 1000)].mean())


def distance(pixels, colors):
    """Mean distance of the pixels' a and b to those of the nearest theme colour."""
    theme = torch.tensor(written_theme(colors).oklab()[:, 1:], dtype=torch.float32)
    return float(torch.cdist(lab(pixels)[1:].flatten(1).mT, theme).min(dim=1).values.mean())


def gradient_correlations(one, other):
    """Of the differences between neighbours: of lightness, with signs; of colours, their lengths in OKLab."""
    steps = [torch.stack([lab(p).diff(dim=2)[:, :-1], lab(p).diff(dim=1)[:, :, :-1]]) for p in (one, other)]
    light = torch.corrcoef(torch.stack([s[:, 0].flatten() for s in steps]))[0, 1]
    lengths = torch.corrcoef(torch.stack([s.square().sum(dim=(0, 1)).sqrt().flatten() for s in steps]))[0, 1]
    return float(light), float(lengths)


@pytest.mark.parametrize("options", PALETTES, ids=lambda o: next(iter(o.values())))
@pytest.mark.parametrize("name", samples.PHOTOS)
def test_theme_colours_appear_and_gradients_stay(name, options):
    before = to_tensor(photo(name))
    result = impasto.recolor(photo(name), **options)
    colors = result.record["theme"]["colors"]
    assert missing(result.pixels, colors) < 0.75 * missing(before, colors)
    light, lengths = gradient_correlations(before, result.pixels)
    assert light > 0.99 and lengths > 0.95
    assert (lab(before)[0] - lab(result.pixels)[0]).abs().mean() < 0.003


def test_pixels_come_nearer_to_the_theme():
    """In the mean over photos and themes; a brown cat is as near to pink as to cream before and after."""
    shares = []
    for name in samples.PHOTOS:
        for options in PALETTES:
            result = impasto.recolor(photo(name), **options)
            colors = result.record["theme"]["colors"]
            shares.append(distance(result.pixels, colors) / distance(to_tensor(photo(name)), colors))
    assert np.mean(shares) < 0.8


@pytest.mark.parametrize("name", samples.PHOTOS)
def test_gradients_stay_where_light_changes_too(name):
    """Less than with --keep-luminance, since light themes have less contrast."""
    before = to_tensor(photo(name))
    for options in PALETTES:
        result = impasto.recolor(photo(name), keep_luminance=False, **options)
        assert min(gradient_correlations(before, result.pixels)) > 0.8


def test_themes_differ_clearly():
    results = [impasto.recolor(photo("chelsea"), **options).pixels for options in PALETTES]
    for i, one in enumerate(results):
        for other in results[:i]:
            assert (lab(one) - lab(other)).norm(dim=0).mean() > 0.04  # about ten levels of a colour


@pytest.mark.slow
def test_a_painting_as_the_palette():
    style = samples.style("swirl")
    result = impasto.recolor(photo("coffee"), palette=style, colors=4)
    theme = result.record["theme"]
    assert theme["name"] == "palette" and len(theme["colors"]) == 4
    before = to_tensor(photo("coffee"))
    assert missing(result.pixels, theme["colors"]) < 0.75 * missing(before, theme["colors"])


def test_strength_0_is_the_photo():
    before = np.asarray(photo("chelsea")).astype(int)
    after = np.asarray(impasto.recolor(photo("chelsea"), palette="neon", strength=0.0).image).astype(int)
    assert np.abs(after - before).max() <= 1


def test_the_same_photo_gives_the_same_picture_and_is_not_changed():
    array = np.asarray(photo("rocket")).copy()
    kept = array.copy()
    one, other = (impasto.recolor(array, emotion="serene") for _ in range(2))
    assert torch.equal(one.pixels, other.pixels) and (array == kept).all()
    assert one.record["theme"] == other.record["theme"]


@pytest.mark.parametrize("keep_luminance", [True, False])
@pytest.mark.parametrize(
    "options", [*PALETTES, {"palette": "black,white"}], ids=lambda o: next(iter(o.values()))
)
@pytest.mark.parametrize(
    "array",
    [
        np.zeros((1, 1, 3), np.uint8),
        np.full((1, 1, 3), 255, np.uint8),
        np.full((1, 1, 3), (200, 10, 30), np.uint8),
        np.full((40, 30, 3), 128, np.uint8),
        np.full((1, 300, 3), (20, 90, 200), np.uint8),
        np.linspace(0, 255, 64 * 64).reshape(64, 64).astype(np.uint8),
        np.linspace(0, 255, 64)[None, :, None].repeat(48, 0).astype(np.uint8) * np.array([1, 0, 0], np.uint8),
        np.random.default_rng(0).integers(0, 256, (33, 47, 3), dtype=np.uint8),
    ],
    ids=["black", "white", "red pixel", "grey", "thin", "grey ramp", "one hue", "noise"],
)
def test_odd_photos(array, options, keep_luminance):
    result = impasto.recolor(array, keep_luminance=keep_luminance, **options)
    assert result.pixels.shape == (1, 3, *array.shape[:2])
    assert result.pixels.isfinite().all() and result.pixels.min() >= 0 and result.pixels.max() <= 1
    shares = [group["share"] for group in result.record["theme"]["groups"]]
    assert sum(shares) == pytest.approx(1, abs=1e-3)


def test_a_grey_photo_gets_colours_and_keeps_its_order():
    ramp = np.linspace(0, 255, 256)[None].repeat(32, 0).astype(np.uint8)
    result = impasto.recolor(ramp, palette="sunset")
    lightness, a, b = lab(result.pixels)[:, 0]
    assert torch.hypot(a, b)[64:192].min() > 0.03
    assert lightness.diff().min() > -1e-3


@pytest.mark.slow
def test_the_record_tells_everything(tmp_path):
    path, style = tmp_path / "photo.png", tmp_path / "style.png"
    photo("chelsea").save(path)
    samples.style("mosaic").resize((96, 96)).save(style)
    result = impasto.recolor(path, palette=style, strength=0.5)
    record = result.record
    assert record["task"] == "recolor" and record["impasto_format"] == 1 and result.losses == {}
    assert record["settings"] == impasto.RecolorSettings(strength=0.5).to_dict()
    assert record["content"]["path"] == str(path) and record["palette"]["path"] == str(style)
    assert record["theme"]["name"] == "style" and record["size"] == [451, 300]
    assert {group["to"] for group in record["theme"]["groups"]} <= set(record["theme"]["colors"])
    assert record["seconds"] > 0 and "torch" in record["versions"]
    target = result.save(tmp_path / "out.png")
    assert json.loads(record_path(target).read_text()) == without_folders({**record, "picture": "out.png"})
    assert read_record(target)["styles"][0]["sha256"] == record["palette"]["sha256"]


def test_an_emotions_record_names_the_combination():
    record = impasto.recolor(photo("rocket"), emotion="cold").record
    from impasto.settings.themes import EMOTIONS

    assert record["theme"]["name"] == "cold" and tuple(record["theme"]["colors"]) in EMOTIONS["cold"]
    assert record["palette"] is None and record["settings"]["emotion"] == "cold"


def test_colours_as_text_and_as_a_list_are_the_same():
    one = impasto.recolor(photo("rocket"), palette="#112233, aa8800,ivory")
    other = impasto.recolor(photo("rocket"), palette=["#112233", "#aa8800", "ivory"])
    assert torch.equal(one.pixels, other.pixels) and one.record["theme"] == other.record["theme"]


def test_a_file_comes_before_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    samples.style("mosaic").resize((64, 64)).save("sunset", format="PNG")
    assert impasto.recolor(photo("rocket"), palette="sunset").record["palette"]["name"] == "sunset"
    (tmp_path / "ocean").mkdir()
    assert impasto.recolor(photo("rocket"), palette="ocean").record["palette"] is None


BAD = {
    "neither": ({}, SettingError, r"(?s)a palette or an emotion is needed.*--palette sunset or --emo"),
    "both": ({"palette": "sunset", "emotion": "cold"}, SettingError,
             r"(?s)exclude each other.*palette sunset, emotion cold"),
    "both, in memory": ({"palette": ["red", "blue"], "emotion": "cold"}, SettingError,
                        r"(?s)exclude each other.*palette as well, emotion cold"),
    "unknown emotion": ({"emotion": "colt"}, SettingError, "did you mean 'cold'"),
    "unknown theme": ({"palette": "sunste"}, SettingError, "did you mean 'sunset'"),
    "an emotion as a theme": ({"palette": "cold"}, SettingError, "--emotion cold"),
    "bad colour": ({"palette": "#112233,#44556"}, SettingError, "'#44556' is no colour"),
    "one colour": ({"palette": "#112233"}, SettingError, "a theme has 2 to 5 colours"),
    "six colours": ({"palette": ["red"] * 6}, SettingError, "a theme has 2 to 5 colours"),
    "no colours": ({"palette": ","}, SettingError, "a theme has 2 to 5 colours"),
    "missing file": ({"palette": "nowhere/painting.png"}, PictureError, "picture is missing"),
    "missing file here": ({"palette": "nowhere.jpg"}, PictureError, "picture is missing"),
    "a very long name": ({"palette": "x" * 5000}, SettingError, "there is no theme"),
    "no name": ({"palette": ""}, SettingError, "there is no theme ''"),
    "no palette at all": ({"palette": 7}, PictureError, "this cannot be used as a picture"),
    "a wall": ({"palette": np.full((9, 9, 3), 80, np.uint8)}, PictureError, "palette has one colour only"),
    "unknown option": ({"palette": "sunset", "strenght": 1}, SettingError, "did you mean 'strength'"),
    "too strong": ({"palette": "sunset", "strength": 2}, SettingError, "strength is too large"),
    "six colours of a painting": ({"palette": "sunset", "colors": 6}, SettingError, "colors is too large"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case):
    options, kind, text = BAD[case]
    with pytest.raises(kind, match=text):
        impasto.recolor(Image.new("RGB", (8, 8)), **options)


def test_a_photo_that_is_missing(tmp_path):
    with pytest.raises(PictureError, match="picture is missing"):
        impasto.recolor(tmp_path / "nowhere.png", palette="sunset")


def test_a_photo_that_is_too_large():
    with pytest.raises(PictureError, match="megapixels"):
        impasto.recolor(Image.new("RGB", (64, 64)), palette="sunset", max_megapixels=0.001)
