import pytest
import torch
from scipy.spatial.distance import cdist
from torch.testing import assert_close

from impasto.errors import ShapeError
from impasto.losses.self_similarity import SelfSimilarityLoss, on_grid, self_similarity


def picture(seed, height=6, width=7, channels=5):
    draw = torch.Generator().manual_seed(seed)
    return torch.randn(1, channels, height, width, generator=draw, dtype=torch.float64)


def test_matches_scipys_cosine_distances():
    tables = []
    for x in (picture(0), picture(1)):
        flat = x.flatten(2)[0].mT
        table = cdist(flat, flat, metric="cosine")
        tables.append(table / table.sum(1, keepdims=True))
    loss = SelfSimilarityLoss({"x": 1.0})
    ours = loss({"x": picture(0)}, loss.target({"x": picture(1)})).item()
    assert ours == pytest.approx(abs(tables[0] - tables[1]).sum(1).mean(), rel=2e-3)


def test_two_kinds_of_place_by_hand():
    """Two places alike and one at a right angle: distances 0 0 1 / 0 0 1 / 1 1 0."""
    columns = torch.tensor([[[1.0, 2.0, 0.0], [0.0, 0.0, 1.0]]])
    wanted = torch.tensor([[[0.0, 0.0, 1.0], [0.0, 0.0, 1.0], [0.5, 0.5, 0.0]]])
    assert_close(self_similarity(columns, torch.tensor(1e-9)), wanted, rtol=1e-3, atol=1e-6)


def test_blind_to_what_turns_all_activations_alike():
    x, loss = picture(0), SelfSimilarityLoss({"x": 1.0})
    turn = torch.linalg.qr(torch.randn(5, 5, dtype=torch.float64)).Q
    turned = (turn @ x.flatten(2)).view_as(x)
    assert loss({"x": turned}, loss.target({"x": x})).item() < 1e-12
    assert loss({"x": 2 * x}, loss.target({"x": x})).item() < 1e-3


def test_sees_where_things_are():
    x, loss = picture(0), SelfSimilarityLoss({"x": 1.0})
    assert loss({"x": x.flip(2)}, loss.target({"x": x})).item() > 0.2


def test_a_picture_of_one_colour_is_at_distance_one():
    loss = SelfSimilarityLoss({"x": 1.0})
    flat = {"x": torch.ones(1, 5, 6, 7, dtype=torch.float64)}
    assert loss(flat, loss.target({"x": picture(0)})).item() == pytest.approx(1, rel=2e-3)


@pytest.mark.parametrize(
    ("height", "width"), [(1, 1), (5, 9), (32, 32), (33, 31), (64, 64), (7, 500), (100, 300)]
)
def test_no_more_positions_than_asked_for(height, width):
    columns = on_grid(torch.rand(1, 1, height, width), positions=1024)
    assert columns.shape[2] <= 1024
    assert columns.shape[2] >= min(height * width, 200)


def test_grid_by_hand():
    x = torch.arange(16.0).view(1, 1, 4, 4)
    assert on_grid(x, positions=4)[0, 0].tolist() == [5, 7, 13, 15]


def test_sizes_must_agree():
    loss = SelfSimilarityLoss({"x": 1.0})
    with pytest.raises(ShapeError, match=r"(?s)positions of the canvas has the wrong shape.*42.*36"):
        loss({"x": picture(0)}, loss.target({"x": picture(0, width=6)}))
