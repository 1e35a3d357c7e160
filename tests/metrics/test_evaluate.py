import inspect
import logging
import typing

import numpy as np
import pytest
import torch
from PIL import Image

import impasto
from impasto import features
from impasto.errors import LayerError, PictureError, SettingError, ShapeError
from impasto.images import io
from impasto.images.resize import resize
from impasto.metrics.content_distance import content_distance
from impasto.metrics.evaluate import evaluate
from impasto.metrics.fine_detail import grain, light_detail
from impasto.metrics.lightness_order import lightness_order
from impasto.metrics.palette_distance import palette_distance
from impasto.metrics.style_distance import gram_distance, sliced_distance
from impasto.settings import EvaluateOptions, EvaluateSettings, StylizeSettings

LAYERS = {"style_layers": ("relu1_1", "relu2_1"), "content_layers": ("relu3_1",)}
TEST = {"network": "test-net", **LAYERS}


def test_the_numbers_are_those_of_the_functions(photo, painting, other_painting):
    """The photo at the result's size, the style at the result's number of pixels."""
    scores = evaluate(other_painting, content=photo, style=painting, **TEST)
    result, content, style = (io.read(path).pixels for path in (other_painting, photo, painting))
    assert scores.grain == grain(result, style) and scores.light == light_detail(result, style)
    assert scores.order == lightness_order(result, content)
    content = resize(content, (64, 48))
    side = round(56 * (64 * 48 / 56**2) ** 0.5)
    style = resize(style, (side, side))
    network = features.load("test-net")
    painted, photo_features, target = (
        network(x, ["relu1_1", "relu2_1", "relu3_1"]) for x in (result, content, style)
    )
    deep = [{"relu3_1": x["relu3_1"]} for x in (painted, photo_features)]
    flat = [{layer: x[layer] for layer in LAYERS["style_layers"]} for x in (painted, target)]
    assert scores.content == pytest.approx(content_distance(*deep))
    assert scores.gram == pytest.approx(gram_distance(*flat))
    assert scores.sliced == pytest.approx(sliced_distance(*flat))
    assert scores.palette == pytest.approx(palette_distance(result, style))


def test_photo_and_style_are_nothing_from_themselves(photo, painting):
    assert evaluate(photo, content=photo, style=painting, **TEST).content == pytest.approx(0, abs=1e-6)
    style = evaluate(painting, content=painting, style=painting, **TEST)
    assert max(style.gram, style.sliced, style.palette) < 1e-5
    assert style.grain == style.light == 1 and style.order == pytest.approx(1)


def test_a_painting_has_more_of_its_style_than_the_photo_has(photo, painting):
    result = impasto.stylize(photo, painting, size=64, steps=10, scales=1, seed=0).image
    before = evaluate(photo, content=photo, style=painting)
    after = impasto.evaluate(result, content=photo, style=painting)
    assert after.gram < before.gram and after.sliced < before.sliced and after.palette < before.palette
    assert after.content > before.content


def test_styles_are_never_enlarged_and_scaled_as_they_were_painted(photo, tmp_path):
    style = Image.fromarray(np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8))
    small = Image.fromarray(np.asarray(style)[:40, :40])
    for scale, side in ((1.0, 55), (0.5, 28)):
        shrunk = io.to_pil(resize(io.to_tensor(style), (side, side)))
        scores = evaluate(photo, content=photo, style=style, style_scale=scale, **TEST)
        assert scores.gram == pytest.approx(
            evaluate(photo, content=photo, style=shrunk, style_scale=20.0, **TEST).gram, rel=1e-2
        )
    same = [evaluate(photo, content=photo, style=small, style_scale=s, **TEST).gram for s in (1.0, 20.0)]
    assert same[0] == same[1]


def test_the_clean_scores_are_of_the_style_at_the_long_side(photo, tmp_path):
    """Not at the style's scale, and not at the number of pixels."""
    style = Image.fromarray(np.random.default_rng(0).integers(0, 256, (200, 300, 3), np.uint8))
    scores = [evaluate(photo, content=photo, style=style, style_scale=s, **TEST) for s in (1.0, 0.5)]
    assert scores[0].grain == scores[1].grain == grain(io.read(photo).pixels, io.to_tensor(style))


def test_size(photo, painting):
    half = evaluate(photo, content=photo, style=painting, size=32, **TEST)
    small = io.to_pil(resize(io.read(photo).pixels, (24, 32)))
    direct = evaluate(small, content=photo, style=painting, **TEST)
    assert half.gram == pytest.approx(direct.gram, rel=1e-2)
    assert half.grain == pytest.approx(direct.grain, rel=5e-2)


def test_a_photo_of_other_proportions_is_said(photo, painting, other_painting, caplog):
    with caplog.at_level(logging.WARNING, "impasto"):
        evaluate(other_painting, content=photo, style=painting, **TEST)
        assert "other proportions" in caplog.text
        caplog.clear()
        evaluate(photo, content=photo, style=painting, **TEST)
        assert caplog.text == ""


def test_half_precision_comes_near(photo, painting):
    exact, rough = (
        evaluate(photo, content=photo, style=painting, precision=p, **TEST) for p in ("float32", "bfloat16")
    )
    assert rough.gram == pytest.approx(exact.gram, rel=0.05)


def test_errors(photo, painting):
    with pytest.raises(PictureError, match="picture is missing"):
        evaluate("nowhere.png", content=photo, style=painting)
    with pytest.raises(SettingError, match=r"(?s)there is no setting 'netwrk'.*did you mean 'network'"):
        evaluate(photo, content=photo, style=painting, netwrk="compact")
    with pytest.raises(LayerError, match="has no layer 'relu9_9'"):
        evaluate(photo, content=photo, style=painting, style_layers=["relu9_9"])
    with pytest.raises(LayerError, match="compared by the same layers"):
        evaluate(
            photo,
            content=photo,
            style=painting,
            network="test-net",
            style_layers=[],
            content_layers=["relu1_1"],
        )
    dot = Image.new("RGB", (5, 5))
    with pytest.raises(ShapeError, match="too small for the layers"):
        evaluate(dot, content=photo, style=painting)


def test_the_keywords_are_the_settings():
    assert set(typing.get_type_hints(EvaluateOptions)) == set(EvaluateSettings.info())
    assert list(inspect.signature(impasto.evaluate).parameters)[:3] == ["result", "content", "style"]


def test_shared_settings_have_the_defaults_of_stylize():
    """Except precision (scores are compared in the third digit) and pooling (scores stay those of 0.1)."""
    ours, theirs = EvaluateSettings.defaults(), StylizeSettings.defaults()
    theirs["content_layers"] = tuple(theirs["content_layers"])  # whose weights do not count here
    differ = {name for name in ours if name in theirs and ours[name] != theirs[name]}
    assert differ == {"size", "precision", "pooling", "style_layers", "style_scale"}
    assert ours["content_layers"] == tuple(theirs["content_layers"])
    assert ours["precision"] == "float32" and theirs["style_scale"] == (ours["style_scale"],)


def test_no_gradients_and_no_change(photo, painting):
    array = np.asarray(Image.open(photo).convert("RGB")).copy()
    before = array.copy()
    evaluate(array, content=photo, style=painting, **TEST)
    assert np.array_equal(array, before) and torch.is_grad_enabled()
