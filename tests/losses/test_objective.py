import torch
from torch.testing import assert_close

from impasto.losses.content import ContentLoss
from impasto.losses.objective import Objective, Term
from impasto.losses.total_variation import TotalVariationLoss


def test_objective_is_the_weighted_sum_of_its_terms():
    photo, canvas = torch.rand(2, 1, 3, 8, 8)
    content, variation = ContentLoss({"x": 1.0}), TotalVariationLoss({"image": 1.0})
    target = content.target({"x": photo})
    objective = Objective([Term("content", content, target, 2.0), Term("variation", variation, {}, 0.5)])
    features = {"x": canvas, "image": canvas}
    total, parts = objective(features)
    assert_close(parts["content"], 2 * content(features, target)[0])
    assert_close(parts["variation"], 0.5 * variation(features, {})[0])
    assert_close(total, parts["content"] + parts["variation"])


def test_the_picture_itself_is_no_layer_of_the_network():
    terms = [
        Term("v", TotalVariationLoss({"image": 1.0}), {}, 1.0),
        Term("c", ContentLoss({"x": 1.0}), {}, 1.0),
    ]
    assert Objective(terms).layers == {"x"}
