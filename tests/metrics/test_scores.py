import json

import pytest
import torch

from impasto.errors import LayerError
from impasto.metrics.content_distance import content_distance
from impasto.metrics.fine_detail import grain, light_detail
from impasto.metrics.lightness_order import lightness_order
from impasto.metrics.palette_distance import palette_distance
from impasto.metrics.scores import FeatureScores, PictureScores, Scores, score_features, score_pictures
from impasto.metrics.style_distance import gram_distance, sliced_distance


def features(seed):
    draw = torch.Generator().manual_seed(seed)
    return {
        "image": torch.rand(1, 3, 8, 8, generator=draw),
        "a": torch.rand(1, 4, 8, 8, generator=draw),
        "b": torch.rand(1, 6, 4, 4, generator=draw),
    }


def test_each_score_is_that_of_its_function():
    painted, photo, style = (features(seed) for seed in range(3))
    scores = score_features(painted, photo=photo, style=style, content_layers=["b"], style_layers=["a"])
    assert scores.gram == gram_distance({"a": painted["a"]}, {"a": style["a"]})
    assert scores.sliced == sliced_distance({"a": painted["a"]}, {"a": style["a"]})
    assert scores.palette == palette_distance(painted["image"], style["image"])
    assert scores.content == content_distance({"b": painted["b"]}, {"b": photo["b"]})


def test_names_and_numbers_for_json():
    scores = score_features(
        features(0), photo=features(0), style=features(0), content_layers=iter("b"), style_layers=iter("ab")
    )
    assert json.loads(json.dumps(scores.to_dict())) == pytest.approx(
        {"gram": 0, "sliced": 0, "palette": 0, "content": 0}, abs=1e-5
    )


def test_scores_of_the_pictures_are_those_of_their_functions():
    draw = torch.Generator().manual_seed(0)
    image, photo, style = (torch.rand(1, 3, side, 40, generator=draw) for side in (30, 32, 50))
    scores = score_pictures(image, photo=photo, style=style)
    assert scores.grain == grain(image, style) and scores.light == light_detail(image, style)
    assert scores.order == lightness_order(image, photo)
    assert json.loads(json.dumps(scores.to_dict())) == scores.to_dict()


def test_all_scores_are_both_kinds_in_one():
    distances, clean = FeatureScores(gram=1, sliced=2, palette=3, content=4), PictureScores(
        grain=5, light=6, order=7
    )  # fmt: skip
    both = Scores(**distances.to_dict(), **clean.to_dict())
    assert both.to_dict() == {**distances.to_dict(), **clean.to_dict()}
    assert list(both.to_dict()) == ["gram", "sliced", "palette", "content", "grain", "light", "order"]


def test_no_layers():
    with pytest.raises(LayerError, match="compared by the same layers"):
        score_features(features(0), photo=features(0), style=features(0), content_layers=[], style_layers="a")
