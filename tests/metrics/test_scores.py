import json

import pytest
import torch

from impasto.errors import LayerError
from impasto.metrics.content_distance import content_distance
from impasto.metrics.palette_distance import palette_distance
from impasto.metrics.scores import score_features
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


def test_no_layers():
    with pytest.raises(LayerError, match="compared by the same layers"):
        score_features(features(0), photo=features(0), style=features(0), content_layers=[], style_layers="a")
