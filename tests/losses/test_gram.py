import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from impasto.errors import ShapeError
from impasto.losses.gram import GramLoss, gatys_gram_distance, gram_matrix, relative_gram_distance


def test_gram_by_hand():
    features = torch.tensor([[[[1.0, 2.0]], [[0.0, 3.0]]]])  # (1, 2, 1, 2)
    assert_close(gram_matrix(features), torch.tensor([[[2.5, 3.0], [3.0, 4.5]]]))


@given(st.integers(0, 2**31))
def test_gram_ignores_position(seed):
    draw = torch.Generator().manual_seed(seed)
    features = torch.randn(1, 4, 5, 6, generator=draw, dtype=torch.float64)
    order = torch.randperm(30, generator=draw)
    shuffled = features.flatten(2)[:, :, order].view_as(features)
    assert_close(gram_matrix(shuffled), gram_matrix(features))


def test_gram_does_not_grow_with_the_picture():
    features = torch.rand(1, 3, 4, 4)
    assert_close(gram_matrix(features.repeat(1, 1, 5, 2)), gram_matrix(features))


def test_gram_of_half_precision_is_summed_in_full():
    features = torch.ones(1, 1, 64, 64, dtype=torch.bfloat16)  # bfloat16 counts to 256 only
    assert_close(gram_matrix(features), torch.ones(1, 1, 1))


def test_distances_by_hand():
    gram, target = torch.tensor([[[3.0, 0.0], [0.0, 4.0]]]), torch.tensor([[[0.0, 0.0], [0.0, 2.0]]])
    assert_close(relative_gram_distance(gram, target), torch.tensor([(13 / 4) ** 0.5]), rtol=1e-3, atol=0)
    assert_close(gatys_gram_distance(gram, target), torch.tensor([25 * 13 / 16]))  # mean square 1, to be 5


def test_relative_distance_has_a_gradient_at_its_target():
    gram = torch.eye(3)[None].requires_grad_()
    relative_gram_distance(gram, torch.eye(3)[None]).sum().backward()
    assert (gram.grad == 0).all()


def test_paper_distance_matches_its_formula():
    """Equations 3 and 4 of Gatys 2016, written with sums as they stand there, of scaled activations."""
    draw = torch.Generator().manual_seed(0)
    f, a = (torch.rand(1, 3, 4, 5, generator=draw, dtype=torch.float64) for _ in range(2))
    n, m = 3, 20
    loss = GramLoss({"x": 1.0}, relative=False)
    got = loss({"x": f}, loss.target({"x": a}))[0]
    unit = (a.square().mean() / 5).sqrt()
    f, a = f / unit, a / unit
    g = torch.einsum("ik,jk->ij", f.view(n, m), f.view(n, m))
    t = torch.einsum("ik,jk->ij", a.view(n, m), a.view(n, m))
    assert_close(got, ((g - t) ** 2).sum() / (4 * n**2 * m**2))


@pytest.mark.parametrize("factor,channels,copies", [(200, 1, 1), (1, 4, 1), (1, 1, 2)])
def test_paper_distance_is_the_same_for_any_network_and_size(factor, channels, copies):
    """Neither the network's scale, nor its channels, nor the size of the picture changes the loss."""
    f, a = torch.rand(2, 1, 3, 4, 5, dtype=torch.float64)
    loss = GramLoss({"x": 1.0}, relative=False)
    expected = loss({"x": f}, loss.target({"x": a}))
    f, a = (factor * x.repeat(1, channels, copies, copies) for x in (f, a))
    assert_close(loss({"x": f}, loss.target({"x": a})), expected)


def test_gram_needs_positions():
    with pytest.raises(ShapeError, match=r"(?s)features has the wrong shape.*\(1, 2, 0, 3\).*\(n, c, h, w\)"):
        gram_matrix(torch.zeros(1, 2, 0, 3))
