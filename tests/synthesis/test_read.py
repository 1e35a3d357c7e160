"""The pictures of a run: styles of several pictures, as folders and as lists."""

import json
import shutil

import numpy as np
import pytest
import torch
from PIL import Image
from torch.testing import assert_close

import impasto
from impasto.errors import PictureError, SettingError, ShapeError
from impasto.optimize.schedule import Scale
from impasto.synthesis.read import read_styles
from tests.jobs import stylize_job

TEST = {
    "network": "test-net",
    "style_layers": ("relu1_1", "relu2_1"),
    "content_layers": ("relu3_1",),
    "size": 64,
    "scales": 1,
    "steps": 4,
    "precision": "float32",
}


@pytest.fixture
def folder(painting, other_painting, tmp_path):
    """Two paintings and a text."""
    path = tmp_path / "painter"
    path.mkdir()
    shutil.copy(painting, path / "b.png")
    Image.open(other_painting).save(path / "a.PNG", format="PNG")
    (path / "read.txt").write_text("no picture")
    return path


def targets(photo, style, **options):
    """{term: {layer: {part: tensor}}} of the style terms."""
    styled = stylize_job(photo, style, **TEST, **options).terms
    terms = styled.style_terms.terms(styled.style_views(Scale(48, 64, 1)))
    return {term.name: term.target for term in terms}


def test_a_folder_is_one_style_of_its_pictures(photo, folder):
    pictures = read_styles(folder, max_megapixels=1.0)
    assert [[picture.name for picture in group] for group in pictures.groups] == [["a", "b"]]
    assert pictures.sources == (folder,)


@pytest.mark.parametrize("style_loss", ["gram", "moments", "wasserstein"])
def test_a_folder_s_statistics_are_the_mean_of_its_pictures(photo, folder, style_loss):
    options = {"style_loss": (style_loss,)}
    together = targets(photo, folder, **options)
    first, second = (targets(photo, folder / name, **options) for name in ("a.PNG", "b.png"))
    for term in ("style", "palette"):
        for layer, target in together[term].items():
            parts = [part for part in target if part != "root"]  # derived from the others
            assert parts
            for part in parts:
                one, other = first[term][layer][part], second[term][layer][part]
                assert_close(target[part], (one + other) / 2)
                assert not torch.equal(one, other)


def test_a_folder_counts_as_much_as_a_picture(photo, folder, painting, other_painting):
    """Shares are of styles: two pictures in a folder have a quarter each beside a half."""
    styles = stylize_job(photo, [folder, painting], **TEST).terms.styles
    assert [style.share for style in styles] == [0.25, 0.25, 0.5]
    options = {"style_weights": (0.2, 0.8), "style_scale": (2, 1)}
    styles = stylize_job(photo, [folder, painting], **TEST, **options).terms.styles
    assert [style.share for style in styles] == pytest.approx([0.1, 0.1, 0.8])
    assert [style.scale for style in styles] == [2.0, 2.0, 1.0]


def test_a_list_within_the_list_is_one_style(photo, folder, painting, other_painting):
    listed = impasto.stylize(photo, [[other_painting, painting]], **TEST)
    assert np.array_equal(listed.pixels, impasto.stylize(photo, folder, **TEST).pixels)
    two = impasto.stylize(photo, [[other_painting, painting], painting], style_weights=(1, 0), **TEST)
    assert np.array_equal(listed.pixels, two.pixels)
    pooled = impasto.stylize(photo, [other_painting, painting], **TEST)  # with equal shares that is the same
    assert np.array_equal(listed.pixels, pooled.pixels)


def test_the_record_names_every_file(photo, folder, painting, other_painting, tmp_path):
    result = impasto.stylize(photo, [folder, [painting, other_painting], painting], **TEST)
    out = result.save(tmp_path / "out.png")
    styles = json.loads(out.with_suffix(".json").read_text())["styles"]
    assert [style["name"] for style in styles] == ["painter", "styles", "painting"]
    assert styles[0]["path"] == folder.name and len(styles[0]["sha256"]) == 64
    assert [one["path"] for one in styles[0]["pictures"]] == ["a.PNG", "b.png"]
    assert styles[1]["path"] is None
    assert [one["path"] for one in styles[1]["pictures"]] == [painting.name, other_painting.name]
    assert "pictures" not in styles[2]


def test_a_folder_of_one_picture_is_still_a_folder(photo, painting, tmp_path):
    path = tmp_path / "one"
    path.mkdir()
    shutil.copy(painting, path)
    result = impasto.stylize(photo, path, **TEST)
    assert result.record["styles"][0]["path"] == str(path)
    assert np.array_equal(result.pixels, impasto.stylize(photo, painting, **TEST).pixels)


def test_a_folder_without_pictures(photo, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(PictureError, match=r"(?s)the folder has no picture\n  got +.*empty\n.*\.png, \.jpg"):
        impasto.stylize(photo, tmp_path / "empty", **TEST)


def test_an_empty_list_as_a_style(photo, painting):
    with pytest.raises(SettingError, match="a style has no picture"):
        impasto.stylize(photo, [painting, []], **TEST)


def test_one_picture_of_a_folder_is_too_small(photo, folder):
    Image.new("RGB", (1, 1)).save(folder / "c.png")
    with pytest.raises(ShapeError, match="c is too small for the layers"):
        impasto.stylize(photo, folder, **TEST)


def test_arrays_in_a_list_are_one_style_too(photo, painting, other_painting):
    arrays = [np.asarray(Image.open(one)) for one in (other_painting, painting)]
    result = impasto.stylize(photo, [arrays], **TEST)
    assert torch.equal(result.pixels, impasto.stylize(photo, [[other_painting, painting]], **TEST).pixels)
    assert [one["path"] for one in result.record["styles"][0]["pictures"]] == [None, None]


def test_masks_among_the_styles_are_said(photo, painting, tmp_path, caplog):
    flat = np.zeros((40, 60, 3), np.uint8)
    flat[:, 20:] = (255, 0, 0)
    flat[5:9, 5:9] = 7
    Image.fromarray(flat).save(tmp_path / "person-mask.png")
    read_styles([painting, tmp_path / "person-mask.png"], max_megapixels=1)
    (said,) = [record.getMessage() for record in caplog.records]
    assert said == (
        "2 styles are blended, and of few flat colours, as masks are: person-mask. "
        "Masks belong to --style-mask"
    )
    caplog.clear()
    read_styles(tmp_path / "person-mask.png", max_megapixels=1)  # a lone poster is meant
    read_styles([painting, photo], max_megapixels=1)
    assert not caplog.records
