"""An object joins a painting."""

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

import impasto
from impasto.cli import app
from impasto.errors import PictureError, SettingError
from impasto.images import io
from impasto.images.stroke_level import stroke_level
from impasto.recipes.harmonize import read_tau
from tests.conftest import drawn

TEST = {
    "network": "test-net",
    "content_layers": ("relu3_1",),
    "style_layers": ("relu1_1", "relu2_1"),
    "steps": 3,
    "precision": "float32",
}


def case(height=120, width=160):
    """A composite, its painting, and the mask of the object."""
    painting = drawn(0, height, width) // 3
    mask = np.zeros((height, width), np.uint8)
    mask[50:80, 60:100] = 255
    composite = painting.copy()
    composite[mask > 0] = (250, 240, 60)
    return composite, painting, mask


def test_outside_the_rim_not_a_pixel_changes_and_inside_it_comes_nearer():
    composite, painting, mask = case()
    result = impasto.harmonize(composite, painting, mask=mask, **TEST).pixels
    before = io.read(painting).pixels
    change = (result - before).abs().amax(1)[0]
    assert change[:36].max() == 0 and change[:, :46].max() == 0 and change[94:].max() == 0
    inside = result[0, :, 55:75, 65:95].mean((1, 2))
    naive, around = torch.tensor([250, 240, 60]) / 255, before[0].mean((1, 2))
    assert (inside - around).norm() < 0.9 * (naive - around).norm()


def test_strength_0_is_the_naive_paste():
    composite, painting, mask = case()
    result = impasto.harmonize(composite, painting, mask=mask, strength=0, **TEST).pixels
    assert (result - io.read(composite).pixels).abs()[..., 52:78, 62:98].max() < 1e-5


def test_a_cut_out_with_an_alpha_channel_is_put_at_a_place(tmp_path):
    _, painting, _ = case()
    cut = np.zeros((40, 60, 4), np.uint8)
    cut[10:30, 10:50] = (250, 240, 60, 255)
    Image.fromarray(cut).save(tmp_path / "cut.png")
    result = impasto.harmonize(painting, object=tmp_path / "cut.png", at="50,40", strength=0, **TEST).pixels
    change = (result - io.read(painting).pixels).abs().amax(1)[0]
    assert change[52:68, 62:98].min() > 0.1 and change[:38].max() == 0
    again = impasto.harmonize(painting, object=cut, at="50,40", strength=0, **TEST).pixels
    assert torch.equal(again, result)


def test_tau_is_a_number_a_movement_or_a_guess():
    painting = io.read(drawn(0, 96, 96)).pixels
    assert read_tau("2.5", painting) == 2.5 and read_tau("cubism", painting) == 10
    assert read_tau("auto", painting) == round(stroke_level(painting), 2)
    smooth = torch.linspace(0, 1, 96).expand(1, 3, 96, 96)
    assert 1 <= stroke_level(smooth) < stroke_level(painting) <= 10
    with pytest.raises(SettingError, match=r"there is no movement 'cubist'(.|\n)*cubism"):
        read_tau("cubist", painting)
    with pytest.raises(SettingError, match="tau is out of range"):
        read_tau("11", painting)


def test_the_mask_may_have_another_size_and_the_record_names_tau():
    composite, painting, mask = case()
    result = impasto.harmonize(composite, painting, mask=mask[::2, ::2].copy(), tau="cubism", **TEST)
    assert result.record["tau"] == 10 and result.pixels.isfinite().all()
    assert set(result.losses) == {"style", "palette", "histogram", "content", "tone", "total"}


def test_an_object_is_turned_and_cut_out_of_its_photo():
    _, painting, _ = case()
    photo = drawn(2, 60, 60) // 8
    photo[20:40, 10:50] = (250, 240, 60)
    run = {"object": photo, "at": "50,30", "strength": 0, **TEST}
    result = impasto.harmonize(painting, cut="6,16,50,28", rotate=90, **run).pixels
    change = (result - io.read(painting).pixels).abs().amax(1)[0]
    assert change[45:75, 74:86].min() > 0.1  # upright now
    assert change[50:70, 52:58].max() == 0
    strokes = np.full((60, 60), 128, np.uint8)
    strokes[28:32, 14:46], strokes[:8], strokes[-8:] = 255, 0, 0
    drawn_result = impasto.harmonize(painting, strokes=strokes, rotate=90, **run).pixels
    assert (drawn_result - result).abs().mean() < 0.01


def test_strokes_mend_a_mask():
    composite, painting, mask = case()
    strokes = np.full_like(mask, 128)
    strokes[:, 80:] = 0
    result = impasto.harmonize(composite, painting, mask=mask, strokes=strokes, strength=0, **TEST).pixels
    change = (result - io.read(painting).pixels).abs().amax(1)[0]
    assert change[55:75, 62:76].min() > 0.1 and change[:, 92:].max() == 0


def test_the_command_takes_a_painting_and_an_object(tmp_path):
    _, painting, _ = case()
    cut = np.zeros((40, 60, 4), np.uint8)
    cut[10:30, 10:50] = (250, 240, 60, 255)
    Image.fromarray(cut).save(tmp_path / "cut.png")
    Image.fromarray(painting).save(tmp_path / "painting.png")
    files = [str(tmp_path / "painting.png"), "--object", str(tmp_path / "cut.png")]
    run = [
        "--network",
        "test-net",
        "--style-layers",
        "relu1_1",
        "--content-layers",
        "relu2_1",
        "--steps",
        "2",
    ]
    answer = CliRunner().invoke(app, ["harmonize", *files, *run, "-o", str(tmp_path / "out.png")])
    assert answer.exit_code == 0, answer.output
    change = (io.read(tmp_path / "out.png").pixels - io.read(painting).pixels).abs().amax(1)[0]
    assert change[:36].max() == 0 and change[50:70, 62:98].max() > 0.1
    answer = CliRunner().invoke(app, ["harmonize", files[0], *files, *run])
    assert answer.exit_code == 2 and "--object goes with one picture" in answer.output


def test_without_a_place_an_object_lies_in_the_middle():
    _, painting, _ = case()
    item = np.full((20, 30, 3), 250, np.uint8)
    result = impasto.harmonize(painting, object=item, strength=0, **TEST).pixels
    change = (result - io.read(painting).pixels).abs().amax(1)[0] > 0.05
    rows, columns = change.nonzero().unbind(1)
    assert abs(rows.float().mean() - 59.5) < 2 and abs(columns.float().mean() - 79.5) < 2


def test_what_cannot_be():
    composite, painting, mask = case()
    with pytest.raises(SettingError, match="harmonize needs an object and a painting"):
        impasto.harmonize(composite, None, **TEST)
    with pytest.raises(SettingError, match="object goes with one picture"):
        impasto.harmonize(composite, painting, object=composite, **TEST)
    with pytest.raises(SettingError, match="a composite has its object in place"):
        impasto.harmonize(composite, painting, rotate=90, **TEST)
    with pytest.raises(SettingError, match="that is no box"):
        impasto.harmonize(painting, object=composite, cut="left", **TEST)
    with pytest.raises(SettingError, match="the box holds nothing of the photo"):
        impasto.harmonize(painting, object=composite, cut="900,0,9,9", **TEST)
    with pytest.raises(SettingError, match="nothing says where the object is"):
        impasto.harmonize(painting, object=composite, strokes=np.zeros_like(mask), **TEST)
    with pytest.raises(PictureError, match="there is no object"):
        impasto.harmonize(composite, painting, mask=np.zeros_like(mask), **TEST)
    with pytest.raises(SettingError, match="that is no place"):
        impasto.harmonize(painting, object=composite, at="left", **TEST)
    with pytest.raises(SettingError, match="larger than the painting"):
        impasto.harmonize(painting, object=composite, at="0,0", scale=3, **TEST)


def test_an_object_of_a_few_pixels():
    _, painting, _ = case()
    item = np.full((4, 4, 3), 250, np.uint8)
    result = impasto.harmonize(painting, object=item, at="50,40", strength=0, **TEST).pixels
    change = (result - io.read(painting).pixels).abs().amax(1)[0]
    assert change[41:43, 51:53].min() > 0.05 and change[:, 70:].max() == 0
