import pytest
import torch
from torch.testing import assert_close

from impasto.errors import ShapeError
from impasto.losses import nearest
from impasto.losses.mrf import MrfLoss, directed, patch_distance, patches


def picture(seed, height=7, width=5, channels=2):
    draw = torch.Generator().manual_seed(seed)
    return torch.rand(1, channels, height, width, generator=draw, dtype=torch.float64)


def by_loops(x, y, *, stride):
    """Equations 2 and 3 of Li and Wand, patch by patch; sides must fit the stride."""

    def cut(z):
        return [
            z[0, :, i : i + 3, j : j + 3].flatten()
            for i in range(0, z.shape[2] - 2, stride)
            for j in range(0, z.shape[3] - 2, stride)
        ]

    total, style = 0.0, cut(y)
    for p in cut(x):
        best = max(style, key=lambda s: float(p @ s / (p.norm() * s.norm())))
        total += (p - best).square().sum()
    return total / len(cut(x)), torch.stack(style).square().sum(1).mean()


@pytest.mark.parametrize("stride", [1, 2])
def test_matches_loops_over_patches(stride):
    x, y = picture(0), picture(1, height=5, width=9)
    distance, size = by_loops(x, y, stride=stride)
    plain = MrfLoss({"x": 1.0}, stride=stride, relative=False)
    assert_close(plain({"x": x}, plain.target({"x": y}))[0], distance)
    ours = MrfLoss({"x": 1.0}, stride=stride)
    assert_close(ours({"x": x}, ours.target({"x": y}))[0], (distance / size).sqrt(), rtol=1e-2, atol=0)


def test_gradient_points_to_the_matched_patches():
    x = picture(0, height=3, width=3).requires_grad_()
    y = picture(1, height=3, width=3)  # one patch each
    loss = MrfLoss({"x": 1.0}, relative=False)
    (gradient,) = torch.autograd.grad(loss({"x": x}, loss.target({"x": y})).sum(), x)
    assert_close(gradient, 2 * (x.detach() - y))


@pytest.mark.parametrize(("height", "width"), [(1, 1), (2, 5), (4, 6), (8, 8)])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_patches_cover_layers_of_any_size(height, width, stride):
    x = picture(0, height=height, width=width).requires_grad_()
    (gradient,) = torch.autograd.grad(patches(x, stride=stride).sum(), x)
    assert (gradient > 0).all()


def test_patch_by_hand():
    x = torch.arange(12.0).view(1, 1, 3, 4)
    rows = patches(x, stride=2)[0]
    assert rows.tolist() == [[0, 1, 2, 4, 5, 6, 8, 9, 10], [2, 3, 3, 6, 7, 7, 10, 11, 11]]


def test_small_blocks_change_nothing(monkeypatch):
    x, y = {"x": picture(0)}, {"x": picture(1)}
    loss = MrfLoss({"x": 1.0}, stride=1)
    whole = loss(x, loss.target(y))
    monkeypatch.setattr(nearest, "CHUNK", 1)
    assert_close(loss(x, loss.target(y)), whole)


def test_a_part_of_a_style_is_at_no_distance():
    y = picture(0, height=9, width=9)
    loss = MrfLoss({"x": 1.0}, stride=1)
    assert loss({"x": y[..., 2:7, 3:8]}, loss.target({"x": y})).item() < 1e-20
    assert loss({"x": 3 * y}, loss.target({"x": y})).item() > 1  # the same forms, but too strong


def test_a_black_patch_matches_a_black_one():
    y = picture(0, height=9, width=9)
    y[..., 4:, 4:] = 0
    loss = MrfLoss({"x": 1.0}, stride=1)
    assert loss({"x": y}, loss.target({"x": y})).item() < 1e-12


def test_patches_need_positions():
    with pytest.raises(ShapeError, match=r"(?s)features has the wrong shape.*\(1, 2, 0, 3\).*\(n, c, h, w\)"):
        patches(torch.zeros(1, 2, 0, 3), stride=1)


def test_directed_and_distance_by_hand():
    directions, lengths = directed(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    assert_close(directions, torch.tensor([[0.6, 0.8], [0.0, 0.0]]))
    assert_close(lengths, torch.tensor([[5.0], [0.0]]), rtol=0, atol=1e-5)
    assert (
        patch_distance(torch.tensor([[1.0, 2.0], [0.0, 0.0]]), torch.tensor([[1.0, 0.0], [0.0, 3.0]])) == 6.5
    )
