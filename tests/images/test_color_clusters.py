"""Counting and grouping colours."""

import numpy as np
import pytest
import torch

from impasto.errors import ShapeError
from impasto.images.color_clusters import SIDE, color_statistics, k_means


def flat(*colors, side=8):
    """Squares of one colour each, side by side: (1, 3, side, side * n)."""
    return torch.cat([torch.tensor(c)[None, :, None, None].expand(1, 3, side, side) for c in colors], dim=3)


def test_census_by_hand():
    """Two squares of 8 x 8 px: half the picture each, 8 borders of 128 pixels between them."""
    statistics = color_statistics(flat((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)))
    assert statistics.nodes.tolist() == [0, SIDE**3 - 1]
    np.testing.assert_allclose(statistics.colors, [[0, 0, 0], [1, 0, 0]], atol=1e-3)
    np.testing.assert_allclose(statistics.positions, [[0, 0, 0], [16, 16, 16]])
    assert statistics.shares.tolist() == [0.5, 0.5]
    assert statistics.pairs.tolist() == [[0, 1]]
    assert statistics.lengths.tolist() == [8 / 128]


def test_census_of_one_pixel():
    statistics = color_statistics(torch.full((1, 3, 1, 1), 0.5))
    assert (
        statistics.shares.tolist() == [1.0]
        and statistics.pairs.shape == (0, 2)
        and statistics.lengths.shape == (0,)
    )


def test_census_of_a_large_picture_is_that_of_a_small_one():
    small = flat((0.8, 0.2, 0.2), (0.2, 0.3, 0.7), side=64)
    large = small.repeat_interleave(8, dim=2).repeat_interleave(8, dim=3)
    np.testing.assert_allclose(color_statistics(large).colors, color_statistics(small).colors, atol=1e-3)
    np.testing.assert_allclose(color_statistics(large).shares, color_statistics(small).shares, atol=1e-6)


def test_nodes_are_numbered_red_first():
    statistics = color_statistics(flat((1.0, 0.5, 0.25)))
    assert statistics.nodes.tolist() == [(16 * SIDE + 8) * SIDE + 4]


def test_census_of_another_shape():
    with pytest.raises(ShapeError, match="image has the wrong shape"):
        color_statistics(torch.zeros(3, 4, 4))


def test_groups_find_planted_means():
    rng = np.random.default_rng(0)
    planted = np.array([[0.3, 0.1, 0.0], [0.6, -0.1, 0.1], [0.8, 0.0, -0.1]])
    shares = np.array([0.5, 0.3, 0.2])
    points = np.concatenate([p + rng.normal(0, 0.01, (400, 3)) for p in planted])
    means, found = k_means(points, np.repeat(shares / 400, 400), 3)
    np.testing.assert_allclose(means, planted, atol=3e-3)  # the heaviest first
    np.testing.assert_allclose(found, shares, atol=1e-9)


def test_fewer_colors_than_groups():
    means, shares = k_means(np.array([[0.5, 0.0, 0.0], [0.7, 0.1, 0.0]]), np.array([0.25, 0.75]), 6)
    np.testing.assert_allclose(means, [[0.7, 0.1, 0.0], [0.5, 0.0, 0.0]])
    np.testing.assert_allclose(shares, [0.75, 0.25])


def test_inputs_are_unchanged_and_the_order_does_not_matter():
    rng = np.random.default_rng(1)
    points, weights = rng.random((300, 3)), rng.random(300)
    kept = points.copy(), weights.copy()
    means, shares = k_means(points, weights, 5)
    assert (points == kept[0]).all() and (weights == kept[1]).all()
    order = rng.permutation(300)
    again, same = k_means(points[order], weights[order], 5)
    np.testing.assert_allclose(again, means, atol=1e-9)
    np.testing.assert_allclose(same, shares, atol=1e-9)
