import pytest
import torch
from scipy.spatial.distance import cdist
from torch.testing import assert_close

from impasto.errors import SettingError
from impasto.losses import nearest
from impasto.losses.base import merged
from impasto.losses.nearest import (
    GROUP,
    NearestLoss,
    best_match,
    best_score,
    nearest_distance,
    pooled,
    unit_rows,
)


def picture(seed, height=6, width=7, channels=5):
    draw = torch.Generator().manual_seed(seed)
    return torch.rand(1, channels, height, width, generator=draw, dtype=torch.float64)


def test_matches_scipys_cosine_distance():
    x, y = picture(0), picture(1, height=4)
    flat = [(z - z.mean((2, 3), keepdim=True)).flatten(2)[0].mT for z in (x, y)]
    loss = NearestLoss({"x": 1.0})
    ours = loss({"x": x}, loss.target({"x": y})).item()
    assert ours == pytest.approx(cdist(*flat, metric="cosine").min(1).mean(), rel=1e-3)


def test_best_match_by_hand():
    rows = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    candidates = torch.tensor([[0.9, 0.1], [3.0, 2.0], [0.0, 1.1]])
    assert best_match(rows, candidates).tolist() == [1, 1]
    assert best_match(rows, candidates, penalty=candidates.square().sum(1) / 2).tolist() == [0, 2]


@pytest.mark.parametrize("held", [1, 5, 10_000])
def test_best_score_by_hand(monkeypatch, held):
    monkeypatch.setattr(nearest, "CHUNK", held)
    rows = torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])
    assert best_score(rows, torch.tensor([[0.5, 0.1], [3.0, 2.0], [-2.0, -3.0]])).tolist() == [0.5, 3.0, 5.0]


@pytest.mark.parametrize("held", [1, 50, 10_000])
def test_blocks_do_not_matter_and_bound_what_is_held(monkeypatch, held):
    rows, candidates = torch.rand(2, 23, 4)
    whole = best_match(rows, candidates)
    scores = []
    plain = nearest._largest
    monkeypatch.setattr(nearest, "CHUNK", held)
    monkeypatch.setattr(nearest, "_largest", lambda x: scores.append(x.numel()) or plain(x))
    assert best_match(rows, candidates).equal(whole)
    assert max(scores) <= max(held, len(candidates))


@pytest.mark.parametrize("count", [1, 5, GROUP, GROUP + 1, 3 * GROUP - 1])
def test_the_best_match_is_that_of_one_search(count):
    rows, candidates = torch.rand(50, 4), torch.rand(count, 4)
    penalty = candidates.square().sum(1) / 2
    assert best_match(rows, candidates).equal((rows @ candidates.mT).argmax(1))
    assert best_match(rows, candidates, penalty=penalty).equal((rows @ candidates.mT - penalty).argmax(1))


def test_directions_by_hand():
    rows = torch.tensor([[3.0, 4.0], [0.0, 0.0]])
    assert_close(unit_rows(rows, torch.tensor(1e-12)), torch.tensor([[0.6, 0.8], [0.0, 0.0]]))


def test_distance_by_hand():
    rows, candidates = torch.tensor([[1.0, 0.0], [0.0, 1.0]]), torch.tensor([[1.0, 0.0], [-1.0, 0.0]])
    assert nearest_distance(rows, candidates).item() == (0 + 2 / 2) / 2


def test_a_part_of_the_style_in_any_order_is_the_style():
    x = picture(0)
    half = x[..., :3, :] - x[..., :3, :].mean((2, 3), keepdim=True) + x.mean((2, 3), keepdim=True)
    loss = NearestLoss({"x": 1.0})
    # The other half is its mirror image about the mean, so that both halves have the mean of the whole.
    target = loss.target({"x": torch.cat([half, 2 * half.mean((2, 3), keepdim=True) - half], 2)})
    assert loss({"x": half.flip(2, 3)}, target).item() < 1e-12


def test_positions_almost_without_direction_are_their_own_nearest():
    """Cosines alone would send them to longer vectors that point nearly the same way."""
    x = picture(0)
    mean = x.mean((2, 3), keepdim=True)
    x[..., 3:, :] = mean + 1e-4 * (x[..., :3, :] - mean)
    x[..., 3:, :] += mean - x.mean((2, 3), keepdim=True)
    loss = NearestLoss({"x": 1.0})
    assert loss({"x": x}, loss.target({"x": x})).item() < 1e-12


def test_blind_to_the_mean_and_to_the_unit_of_activation():
    x, loss = picture(0), NearestLoss({"x": 1.0})
    target = loss.target({"x": x})
    assert loss({"x": x + 3}, target).item() < 1e-12
    assert loss({"x": 2 * x}, target).item() < 1e-4


def test_a_lighter_style_gives_fewer_positions():
    first, second = {"rows": torch.zeros(1, 10, 2)}, {"rows": torch.arange(20.0).view(1, 10, 2)}
    rows = pooled([first, second], [1.0, 0.3])["rows"]
    assert rows.shape == (1, 13, 2)
    assert rows[0, 10:, 0].tolist() == [0.0, 6.0, 12.0]  # the rows 0, 3 and 6
    assert pooled([first, second], [1.0, 0.0])["rows"].shape == (1, 10, 2)
    assert pooled([first, second], [1.0, 1e-6])["rows"].shape == (1, 11, 2)


def test_a_pool_of_nothing():
    with pytest.raises(SettingError, match="the weights are all zero"):
        pooled([{"rows": torch.zeros(1, 1, 1)}], [0.0])


def lightness(values):
    """The appearance of a row of grey positions, after the guide of a region: (1, 5, 1, P)."""
    row = torch.tensor(values, dtype=torch.float64)
    return torch.stack([torch.ones_like(row), row, 0 * row, 0 * row, 0 * row])[None, :, None]


def test_appearance_chooses_among_positions_that_are_alike():
    """Two of the style's positions point nearly the same way; the second has the lightness that is wanted."""
    style = torch.tensor([[1.0, 0.9, -1.9], [0.0, 0.5, -0.5]], dtype=torch.float64)[None, :, None]
    canvas = style[..., :1].expand(-1, -1, -1, 2) * torch.tensor([1.0, -1.0])  # (1, 2, 1, 2), mean 0
    target_layers = {"x": style}
    distances = {}
    for weight in (0.0, 5.0):
        loss = NearestLoss({"x": 1.0}, appearance_weight=weight)
        target = loss.target(target_layers, {"x": lightness([0.2, 0.8, 0.2])})
        asked = merged(target, loss.spatial_target({"x": lightness([0.8, 0.2])}))
        distances[weight] = loss({"x": canvas}, loss.finish(asked)).item()
    unit = [x / x.norm() for x in style[0, :, 0].mT]
    far = (unit[2] + unit[0]).square().sum() / 2
    near = {0.0: 0.0, 5.0: (unit[1] - unit[0]).square().sum() / 2}
    for weight, distance in distances.items():
        assert distance == pytest.approx(((near[weight] + far) / 2).item(), rel=1e-3)


def test_where_no_appearance_is_wanted_activations_decide():
    x, y = picture(0), picture(1)
    loss = NearestLoss({"x": 1.0})
    target = loss.target({"x": y}, {"x": torch.rand(1, 4, *y.shape[2:], dtype=torch.float64)})
    assert loss({"x": x}, loss.finish(target)).equal(loss({"x": x}, loss.finish(loss.target({"x": y}))))


def test_a_fixed_part_of_many_positions_is_compared():
    x, y = picture(0), picture(1, height=20, width=20)
    few, all_ = NearestLoss({"x": 1.0}, positions=40), NearestLoss({"x": 1.0})
    target = few.finish(few.target({"x": y}))
    assert target["x"]["units"].shape == (1, 40, 5)
    assert few({"x": x}, target).equal(few({"x": x}, few.target({"x": y})))
    assert few({"x": x}, target).item() > all_({"x": x}, all_.target({"x": y})).item()


def test_a_blend_has_the_appearance_of_both():
    loss = NearestLoss({"x": 1.0})
    guides = torch.rand(2, 1, 4, 6, 7, dtype=torch.float64)
    targets = [loss.finish(loss.target({"x": picture(i)}, {"x": guides[i]})) for i in (0, 1)]
    blend = loss.finish(loss.blend(targets, [1.0, 1.0]))["x"]
    assert blend["appearance"].shape == (1, 84, 4)
    assert blend["sought"].shape == (1, 84, 9)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_blend_with_a_target_without_appearance_has_none(order):
    loss = NearestLoss({"x": 1.0})
    targets = [loss.target({"x": picture(0)}, {"x": torch.rand(1, 4, 6, 7)}), loss.target({"x": picture(1)})]
    assert loss.blend([targets[i] for i in order], [1.0, 1.0])["x"].keys() == {"rows"}
