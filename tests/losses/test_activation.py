import pytest
import torch
from torch.testing import assert_close

from impasto.losses.activation import ActivationLoss, GuidedLoss

LAYER = {"a": 1.0}
FEATURES = torch.tensor([[[[1.0, 2.0]], [[0.0, 3.0]]]])  # (1, 2, 1, 2)


def rows(seed, n=1):
    return {"a": torch.rand(n, 5, 6, 7, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)}


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
    """Position (1, 0) is most like (4, 0), position (2, 3) like (1, 3): products 4 and 11, mean, halved."""
    guide = torch.tensor([[[[4.0, 1.0]], [[0.0, 3.0]]]])
    loss = GuidedLoss(LAYER)
    assert_close(loss({"a": FEATURES}, loss.target({"a": guide})), torch.tensor([-(4 + 11) / 2 / 2]))


def test_of_all_guides_a_picture_is_most_excited_by_itself_made_stronger():
    loss, own = GuidedLoss(LAYER), rows(0)
    other = {"a": own["a"].flip(1)}
    assert loss(own, loss.target({"a": 2 * own["a"]})) < loss(own, loss.target(other))


def losses():
    guided = GuidedLoss(LAYER)
    return [(ActivationLoss(LAYER), {}), (ActivationLoss(LAYER, channel=2, power=1), {}),
            (guided, guided.target(rows(9)))]  # fmt: skip


@pytest.mark.parametrize("index", range(3))
def test_sums_of_tiles_are_those_of_the_whole(index):
    loss, target = losses()[index]
    own = {key.partition("/")[2]: value for key, value in target.items()}
    whole = loss.sums(rows(0)["a"], own)
    parts = [loss.sums(part, own) for part in rows(0)["a"].split([2, 4], 2)]
    for name in ("activation", "positions"):
        assert_close(whole[name], parts[0][name] + parts[1][name])


@pytest.mark.parametrize("index", range(3))
def test_gradient_batch_and_inputs(index):
    loss, target = losses()[index]
    features = rows(0)["a"].requires_grad_()
    assert torch.autograd.gradcheck(lambda x: loss({"a": x}, target), features)
    both = {"a": torch.cat([rows(0)["a"], rows(1)["a"]])}
    assert_close(loss(both, target), torch.cat([loss(rows(0), target), loss(rows(1), target)]))
    assert_close(features.detach(), rows(0)["a"], rtol=0, atol=0)


def test_half_precision_is_added_up_in_full():
    features = {"a": torch.ones(1, 8, 64, 80, dtype=torch.bfloat16)}
    assert ActivationLoss(LAYER)(features, {}).item() == -1.0
    loss = GuidedLoss(LAYER)
    assert loss(features, loss.target(features)).item() == -1.0


def test_no_target_is_kept():
    assert ActivationLoss(LAYER).target({"a": FEATURES}) == {}
