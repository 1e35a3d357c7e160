import pytest
import torch
from torch.testing import assert_close

from impasto.errors import SettingError, ShapeError
from impasto.losses.content import ContentLoss, content_distance, gatys_content_distance


def test_distance_by_hand():
    features, target = (
        torch.tensor([[[[1.0, 2.0]], [[3.0, 4.0]]]]),
        torch.tensor([[[[1.0, 0.0]], [[3.0, 1.0]]]]),
    )
    assert_close(content_distance(features, target), torch.tensor([(4 + 9) / 4]))


def test_relative_distance_to_the_mean_is_one():
    """A picture of one colour is at distance 1."""
    features = torch.rand(1, 5, 8, 8, dtype=torch.float64)
    loss = ContentLoss({"x": 1.0})
    blank = features.mean((2, 3), keepdim=True).expand_as(features)
    assert_close(loss({"x": blank}, loss.target({"x": features})), torch.ones(1, dtype=torch.float64))


def test_relative_distance_ignores_the_unit_of_activation():
    features, other = torch.rand(2, 1, 3, 6, 6, dtype=torch.float64)
    loss = ContentLoss({"x": 1.0})
    small = loss({"x": other}, loss.target({"x": features}))
    large = loss({"x": 100 * other}, loss.target({"x": 100 * features}))
    assert_close(small, large)


def test_units_of_the_paper_are_equation_1():
    """Half the sum over 100 channels, mean over positions, of activations whose mean square is 5."""
    draw = torch.Generator().manual_seed(0)
    f, p = (torch.rand(1, 3, 4, 5, generator=draw, dtype=torch.float64) for _ in range(2))
    loss = ContentLoss({"x": 0.25}, units="paper")
    relative = ((f - p) ** 2).sum() / (p**2).sum()
    assert_close(loss({"x": f}, loss.target({"x": p}))[0], 0.25 * relative * 100 * 5 / 2)
    assert_close(gatys_content_distance(f, p)[0], relative * 100 * 5 / 2)


@pytest.mark.parametrize("factor,channels,copies", [(30, 1, 1), (1, 4, 1), (1, 1, 2)])
def test_units_of_the_paper_are_the_same_for_any_network_and_size(factor, channels, copies):
    """Neither the network's scale, nor its channels, nor the size of the picture changes the loss."""
    f, p = torch.rand(2, 1, 3, 4, 5, dtype=torch.float64)
    loss = ContentLoss({"x": 1.0}, units="paper")
    expected = loss({"x": f}, loss.target({"x": p}))
    f, p = (factor * x.repeat(1, channels, copies, copies) for x in (f, p))
    assert_close(loss({"x": f}, loss.target({"x": p})), expected)


def test_units_of_means_do_not_depend_on_the_target():
    f, p = torch.rand(2, 1, 3, 4, 5, dtype=torch.float64)
    loss = ContentLoss({"x": 1.0}, units="mean")
    assert_close(loss({"x": f}, loss.target({"x": p}))[0], (f - p).square().mean())


def test_an_unknown_unit():
    with pytest.raises(SettingError, match=r"(?s)there is no unit of content 'papers'.*did you mean 'paper'"):
        ContentLoss({"x": 1.0}, units="papers")


def test_half_precision_is_measured_in_full():
    features = torch.rand(1, 3, 16, 16).bfloat16()
    loss = ContentLoss({"x": 1.0})
    assert loss({"x": features + 0.25}, loss.target({"x": features})).dtype == torch.float32


def test_sizes_must_agree():
    with pytest.raises(ShapeError, match=r"(?s)features has the wrong shape.*\(1, 2, 4, 5\).*\(n, 2, 4, 4\)"):
        content_distance(torch.zeros(1, 2, 4, 5), torch.zeros(1, 2, 4, 4))
