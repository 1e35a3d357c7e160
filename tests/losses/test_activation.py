import pytest
import torch
from torch.testing import assert_close

from impasto.losses.activation import ActivationLoss, GuidedLoss

LAYER = {"a": 1.0}
FEATURES = torch.tensor([[[[1.0, 2.0]], [[0.0, 3.0]]]])  # (1, 2, 1, 2)


def rows(seed):
    return {"a": torch.rand(1, 5, 6, 7, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)}


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, (1 + 4 + 0 + 9) / 4),
        ({"power": 1}, (1 + 2 + 0 + 3) / 4),
        ({"channel": 1}, 9 / 2),
        ({"channel": 0, "power": 1}, 3 / 2),
    ],
)
def test_activation_by_hand(options, wanted):
    assert_close(ActivationLoss(LAYER, **options)({"a": FEATURES}, {}), torch.tensor([-wanted]))


def test_guided_by_hand():
    """Position (1, 0) matches (4, 0), position (2, 3) matches (1, 3): products 4 and 11, mean, halved."""
    guide = torch.tensor([[[[4.0, 1.0]], [[0.0, 3.0]]]])
    loss = GuidedLoss(LAYER)
    assert_close(loss({"a": FEATURES}, loss.target({"a": guide})), torch.tensor([-(4 + 11) / 2 / 2]))


def test_a_stronger_copy_of_a_picture_guides_it_more_than_another_picture():
    loss, features = GuidedLoss(LAYER), rows(0)
    other = {"a": features["a"].flip(1)}
    assert loss(features, loss.target({"a": 2 * features["a"]})) < loss(features, loss.target(other))


def test_half_precision_is_added_up_in_full():
    features = {"a": torch.ones(1, 8, 64, 80, dtype=torch.bfloat16)}
    assert ActivationLoss(LAYER)(features, {}).item() == -1.0
    loss = GuidedLoss(LAYER)
    assert loss(features, loss.target(features)).item() == -1.0


def test_no_target_is_kept():
    assert ActivationLoss(LAYER).target({"a": FEATURES}) == {"a": {}}
