import json

import numpy as np
import pytest
import torch
from PIL import Image

import impasto
from impasto.errors import DeviceError, LayerError, PictureError, SettingError, ShapeError
from impasto.images import io
from impasto.losses.content import ContentLoss
from impasto.losses.gram import GramLoss
from impasto.optimize.schedule import Scale
from impasto.result import read_record, without_folders
from impasto.settings import StylizeSettings
from impasto.synthesis.context import Context
from impasto.synthesis.network import NetworkHandle
from impasto.synthesis.run import drain
from impasto.synthesis.styles import style_shares
from tests.jobs import stylize_job

TEST = {
    "network": "test-net",
    "style_layers": ("relu1_1", "relu2_1", "relu3_1"),
    "content_layers": ("relu3_1",),
    "size": 64,
    "scales": 1,
    "steps": 30,
    "precision": "float32",
    "evenness_weight": 0.0,  # at 64 px its cells are pixels
}


def paint(content, style, **options):
    return impasto.stylize(content, style, **{**TEST, **options})


def distances(image, photo, painting):
    """(style, content) distance of a picture in the test network, relative."""
    job = stylize_job(photo, painting, **TEST)
    size = image.size[::-1]
    style, content = GramLoss({"relu1_1": 1.0, "relu2_1": 1.0}), ContentLoss({"relu3_1": 1.0})
    features = job.view.features(io.to_tensor(image), {"relu1_1", "relu2_1", "relu3_1"})
    of_photo = job.view.features(io.to_tensor(Image.open(photo).resize(size[::-1])), {"relu3_1"})
    of_style = job.view.features(job.terms.styles[0].picture.pixels, {"relu1_1", "relu2_1"})
    return style(features, style.target(of_style)).item(), content(features, content.target(of_photo)).item()


def test_the_style_comes_nearer_and_the_photo_stays(photo, painting):
    before = distances(Image.open(photo), photo, painting)
    after = distances(paint(photo, painting).image, photo, painting)
    stranger = distances(Image.open(painting), photo, painting)
    assert after[0] < 0.6 * before[0]
    assert after[1] < 0.5 * stranger[1]


def test_the_content_weight_keeps_more_of_the_photo(photo, painting):
    loose = distances(paint(photo, painting, content_weight=0.01).image, photo, painting)
    strict = distances(paint(photo, painting, content_weight=10.0).image, photo, painting)
    assert strict[1] < 0.7 * loose[1] and loose[0] < strict[0]


@pytest.mark.slow
def test_a_blend_lies_between_its_styles(photo, painting, other_painting):
    pictures = [painting, other_painting]
    results = [
        paint(photo, pictures, style_weights=weights, content_weight=0.05).image
        for weights in ((1.0, 0.0), (0.5, 0.5), (0.0, 1.0))
    ]
    to_first = [distances(image, photo, painting)[0] for image in results]
    to_second = [distances(image, photo, other_painting)[0] for image in results]
    assert to_first[0] < to_first[1] < to_first[2]
    assert to_second[2] < to_second[1] < to_second[0]


def test_the_palette_term_brings_the_colours(photo, other_painting):
    def colour_gap(image):
        style = np.asarray(Image.open(other_painting).convert("RGB")).reshape(-1, 3).mean(0)
        return np.abs(np.asarray(image).reshape(-1, 3).mean(0) - style).max()

    options = {"style_weight": 0.0, "content_weight": 0.01}
    assert colour_gap(paint(photo, other_painting, palette_weight=5.0, **options).image) < 6
    assert colour_gap(Image.open(photo)) > 30


@pytest.mark.parametrize("init", ["content", "noise", "style"])
def test_a_seed_repeats(photo, painting, init):
    first, again = (paint(photo, painting, init=init, steps=5, seed=3).image for _ in range(2))
    assert np.array_equal(first, again)


def test_another_seed_is_another_picture(photo, painting):
    first, second = (paint(photo, painting, init="noise", steps=5, seed=seed).image for seed in (3, 4))
    assert not np.array_equal(first, second)


def test_a_file_can_be_the_start(photo, painting, other_painting):
    start = paint(photo, painting, init=str(other_painting), steps=1, rate=1e-6).image
    expected = io.to_pil(io.read(other_painting).pixels)
    assert start.size == (64, 48)
    assert abs(np.asarray(start).mean() - np.asarray(expected).mean()) < 3


def test_lbfgs_paints_too(photo, painting):
    result = paint(photo, painting, optimizer="lbfgs", rate=1.0, average=0.0)
    assert result.losses["total"] < 0.65 * result.history[0]["loss"]


def test_the_paper_preset_falls_too(photo, painting):
    options = {**TEST, "steps": 20, "preset": "gatys"}
    options |= {"init": "noise", "optimizer": "lbfgs", "rate": 1.0, "network": "test-net"}
    result = impasto.stylize(photo, painting, **options)
    assert result.record["settings"]["normalization"] == "paper"
    assert result.record["settings"]["pooling"] == "average"
    assert set(result.losses) == {"content", "style", "variation", "total"}
    assert result.losses["total"] < 0.5 * result.history[0]["loss"]


def test_paper_units_by_hand(photo, painting):
    """The content term is equation 1 with the unit of ``gatys_content_distance``, whatever the size."""
    options = {
        "normalization": "paper",
        "content_loss": "content",
        "content_weight": 2.0,
        "palette_weight": 0.0,
    }
    job = stylize_job(photo, painting, **TEST, **options)
    canvas = torch.rand(1, 3, 48, 64, generator=torch.Generator().manual_seed(0))
    _, parts = job.objectives.loss_at(Scale(48, 64, 1))(canvas, 0)
    features = [job.view.features(x, {"relu3_1"})["relu3_1"] for x in (canvas, job.terms.photo)]
    relative = ((features[0] - features[1]).square().sum() / features[1].square().sum()).item()
    assert parts["content"].item() == pytest.approx(relative * 0.5 * 500 * 2.0, rel=1e-4)


def test_steps_are_a_generator_with_a_result(photo, painting):
    steps = impasto.stylize_steps(photo, painting, **{**TEST, "steps": 4})
    first = next(steps)
    assert (first.step, first.steps, first.width, first.height) == (1, 4, 64, 48)
    assert first.snapshot().shape == (1, 3, 48, 64)
    result = drain(steps)
    assert len(result.history) == 4


def test_pictures_arrays_and_paths_are_the_same_to_it(photo, painting):
    opened = Image.open(photo), Image.open(painting)
    kinds = [(photo, painting), (str(photo), str(painting)), opened, tuple(np.asarray(p) for p in opened)]
    results = [np.asarray(paint(*pair, steps=2).image) for pair in kinds]
    assert all(np.array_equal(results[0], other) for other in results[1:])


def test_a_small_photo_is_enlarged_and_a_note_says_so(photo, painting, caplog):
    with caplog.at_level("INFO", logger="impasto"):
        result = paint(photo, painting, size=128, steps=1)
    assert result.image.size == (128, 96)
    assert result.notes == ("photo: 64 x 48 px, painted at 128 x 96 px (--no-enlarge keeps its size)",)
    assert caplog.messages == list(result.notes)


def test_a_small_photo_keeps_its_size_if_asked(photo, painting, caplog):
    result = paint(photo, painting, size=128, steps=1, enlarge=False)
    assert result.image.size == (64, 48) and result.notes == ()
    assert "smaller than --size; painting at its own 64 x 48 px" in caplog.text


@pytest.mark.parametrize("enlarge", [False, True])
def test_nothing_is_said_of_a_photo_that_is_large_enough(photo, painting, caplog, enlarge):
    with caplog.at_level("INFO", logger="impasto"):
        assert paint(photo, painting, size=64, steps=1, enlarge=enlarge).notes == ()
    assert not caplog.messages


def test_the_style_keeps_its_shape_and_follows_the_scale(photo, other_painting):
    def size(**options):
        job = stylize_job(photo, other_painting, **TEST, **options)
        return tuple(job.terms.style_views(Scale(24, 32, 1))[0].shape[2:])

    assert size() == (32, 24)  # as many pixels as the canvas, its own shape: 64 x 48 is 4 : 3
    assert size(style_scale=1.5) == (48, 36)
    assert size(style_scale=20.0) == (64, 48)  # never enlarged


def test_the_record_tells_everything(photo, painting, tmp_path):
    result = paint(photo, painting, steps=3)
    path = result.save(tmp_path / "out.png")
    record = json.loads((tmp_path / "out.json").read_text())
    assert record == without_folders(read_record(path)) == without_folders(read_record(tmp_path / "out.json"))
    assert record["content"]["path"] == photo.name and len(record["content"]["sha256"]) == 64
    assert record["settings"]["steps"] == 3 and record["network"]["name"] == "test-net"
    assert record["losses"]["total"] == result.losses["total"] and record["size"] == [64, 48]
    assert StylizeSettings.from_mapping(record["settings"]) == StylizeSettings.of({**TEST, "steps": 3})
    assert np.array_equal(Image.open(path), result.image)
    assert result.pixels.shape == (1, 3, 48, 64) and result.pixels.dtype == torch.float32
    assert 0 <= result.pixels.min() and result.pixels.max() <= 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"settings": {}}', "\x00\x01"])
def test_a_broken_record(tmp_path, text):
    path = tmp_path / "out.json"
    path.write_text(text)
    with pytest.raises(SettingError, match="does not tell how a picture was made"):
        read_record(path)


def test_shares():
    assert style_shares(None, 4) == (0.25,) * 4
    assert style_shares((3.0, 1.0), 2) == (0.75, 0.25)
    with pytest.raises(SettingError, match=r"(?s)style_weights has 3 values for 2 styles.*0.5, 0.3, 0.2"):
        style_shares((0.5, 0.3, 0.2), 2)
    with pytest.raises(SettingError, match="the style weights are all zero"):
        style_shares((0.0, 0.0), 2)


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"style_layers": ("relu9_1",)}, LayerError, "relu9_1"),
        ({"network": "compat"}, SettingError, "compact"),
        ({"device": "cuda:7"}, DeviceError, "cuda:7"),
        ({"size": 10}, SettingError, "size is too small"),
        ({f"{part}_weight": 0.0 for part in
          ("style", "content", "order", "evenness", "palette", "strokes", "bands")},
         SettingError, "every weight is 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_painted(photo, painting, options, error, text):
    with pytest.raises(error, match=text):
        paint(photo, painting, **options)


def test_no_style_at_all(photo):
    with pytest.raises(SettingError, match="stylize needs a photo and a style"):
        paint(photo, [])


def test_a_missing_painting(photo, tmp_path):
    with pytest.raises(PictureError, match=r"nowhere\.png"):
        paint(photo, tmp_path / "nowhere.png")


def test_a_sliver_is_too_small(painting):
    with pytest.raises(ShapeError, match=r"(?s)too small.*at least"):
        paint(np.zeros((1, 500, 3), np.uint8), painting)


def test_a_network_of_ones_own(photo, painting):
    """Any torch module with named layers can look, without a known geometry."""
    from impasto.features import custom

    class Odd(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.first = torch.nn.Conv2d(3, 6, 3, padding=1)
            self.second = torch.nn.Conv2d(6, 6, 3, padding=1)

        def forward(self, x):
            x = self.first(x).relu()
            return x + self.second(x).relu()

    torch.manual_seed(0)
    layers = {"style_layers": ("first", "second"), "content_layers": ("second",)}
    context = Context(network=NetworkHandle.of(custom.wrap(Odd()), precision="float32"))
    result = impasto.stylize(photo, painting, context=context, **{**TEST, **layers})
    losses = [row["loss"] for row in result.history]
    assert losses[-1] < 0.8 * losses[0]
