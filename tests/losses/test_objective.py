import torch
from torch.testing import assert_close

from impasto.losses.activation import ActivationLoss
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


def test_a_gain_is_reported_with_its_sign_changed():
    features = {"x": torch.rand(1, 3, 8, 8)}
    loss = ActivationLoss({"x": 1.0})
    plain, gain = (Objective([Term("activation", loss, {}, 2.0, gain=g)])(features) for g in (False, True))
    assert gain[0] == plain[0] < 0
    assert gain[1]["activation"] == -plain[1]["activation"] > 0


def test_the_picture_itself_is_no_layer_of_the_network():
    terms = [
        Term("v", TotalVariationLoss({"image": 1.0}), {}, 1.0),
        Term("c", ContentLoss({"x": 1.0}), {}, 1.0),
    ]
    assert Objective(terms).layers == {"x"}


def test_two_terms_of_one_name_are_added():
    loss = TotalVariationLoss({"image": 1.0})
    image = {"image": torch.rand(1, 3, 4, 4)}
    one = Objective([Term("twice", loss, {}, 1.0)])(image)
    two = Objective([Term("twice", loss, {}, 1.0), Term("twice", loss, {}, 2.0)])(image)
    assert_close(two[0], 3 * one[0])
    assert_close(two[1]["twice"], two[0])
