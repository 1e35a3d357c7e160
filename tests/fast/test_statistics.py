"""Statistics of features, and the linear maps that change them."""

import pytest
import torch
from torch.testing import assert_close

from impasto.fast.statistics import (
    Moments,
    blend,
    level_statistics,
    moments,
    square_roots,
    whitening_and_coloring,
    with_ridge,
)


def features(seed, channels=6, height=9, width=11, pictures=1):
    """Features whose channels vary together."""
    random = torch.Generator().manual_seed(seed)
    mix = torch.randn(channels, channels, generator=random)
    white = torch.randn(pictures, channels, height * width, generator=random)
    return (mix @ white + torch.randn(channels, 1, generator=random)).view(pictures, channels, height, width)


def test_moments_by_hand():
    values = torch.tensor([[1.0, 3.0], [0.0, 4.0]]).view(1, 2, 1, 2)
    of_both = moments(values)
    assert_close(of_both.mean, torch.tensor([[2.0, 2.0]]))
    assert_close(of_both.covariance, torch.tensor([[[1.0, 2.0], [2.0, 4.0]]]))
    weighted = moments(values, torch.tensor([0.0, 1.0]).view(1, 1, 1, 2))
    assert_close(weighted.mean, torch.tensor([[3.0, 4.0]]))
    assert_close(weighted.covariance, torch.zeros(1, 2, 2))
    assert_close(of_both.independent.covariance, torch.tensor([[[1.0, 0.0], [0.0, 4.0]]]))


def test_square_roots_are_those_of_the_eigendecomposition():
    matrix = with_ridge(moments(features(0, channels=48)).covariance)
    values, vectors = torch.linalg.eigh(matrix.double())
    root, inverse = square_roots(matrix)
    assert_close(root, ((vectors * values.sqrt()[:, None]) @ vectors.mT).float(), atol=1e-3, rtol=1e-3)
    assert_close(inverse, ((vectors * values.rsqrt()[:, None]) @ vectors.mT).float(), atol=1e-3, rtol=1e-3)


def test_the_map_gives_the_statistics_of_the_style():
    photo, style = moments(features(1)), moments(features(2))
    changed = moments(whitening_and_coloring(photo, level_statistics(style))(features(1)))
    assert_close(changed.mean, style.mean, atol=1e-4, rtol=1e-4)
    # Both covariances have the ridge, so they are equal up to it.
    assert (changed.covariance - style.covariance).norm() < 0.1 * style.covariance.norm()


def test_own_statistics_change_nothing():
    own = features(3)
    unchanged = whitening_and_coloring(moments(own), level_statistics(moments(own)))(own)
    assert_close(unchanged, own, atol=1e-3, rtol=1e-3)


def test_a_flat_picture_stays_finite():
    flat = torch.full((1, 6, 4, 4), 0.3)
    changed = whitening_and_coloring(moments(flat), level_statistics(moments(features(2))))(flat)
    assert bool(changed.isfinite().all()) and float(changed.std((2, 3)).max()) < 1e-3


@pytest.mark.parametrize("strength", [0.0, 0.3, 1.0])
def test_strength_is_the_way_between_photo_and_result(strength):
    own = features(4)
    change = whitening_and_coloring(moments(own), level_statistics(moments(features(5))))
    assert_close(change.weakened(strength)(own), torch.lerp(own, change(own), strength), atol=1e-4, rtol=1e-4)


def test_blended_styles_give_the_mean_of_their_pictures():
    own, styles = features(6), [level_statistics(moments(features(seed))) for seed in (7, 8)]
    of_photo = moments(own)
    between = whitening_and_coloring(of_photo, blend(styles, [0.25, 0.75]))(own)
    apart = [whitening_and_coloring(of_photo, style)(own) for style in styles]
    assert_close(between, 0.25 * apart[0] + 0.75 * apart[1], atol=1e-4, rtol=1e-4)


def test_a_batch_is_its_pictures_one_by_one():
    both = features(9, pictures=2)
    style = level_statistics(moments(features(10)))
    together = whitening_and_coloring(moments(both), style)(both)
    for n in range(2):
        one = both[n : n + 1]
        assert_close(together[n : n + 1], whitening_and_coloring(moments(one), style)(one))


def test_gradients_agree_with_finite_differences():
    matrix = with_ridge(moments(features(11, channels=3).double()).covariance).requires_grad_()
    assert torch.autograd.gradcheck(lambda m: square_roots(m), matrix)
    assert isinstance(moments(features(0)), Moments)
