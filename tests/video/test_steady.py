"""The filter that takes flicker out."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.sparse import coo_matrix, diags
from scipy.sparse.linalg import spsolve

from impasto.samples.moving import moving_scene
from impasto.video.flow import FlowSource, Motion, flow_method
from impasto.video.poisson import screened_poisson
from impasto.video.running_means import RunningMeans
from impasto.video.steady import STRONGEST, Before, soft_mask, steadied, value_weight
from tests.video.scenes import tensor

STILL = Motion(np.zeros((40, 56, 2), np.float32), np.ones((40, 56), np.float32))


def direct(weight, right):
    """The same equation by a sparse direct solver."""
    height, width = weight.shape
    number = np.arange(height * width).reshape(height, width)
    rows, columns = [], []
    for a, b in ((number[:, 1:], number[:, :-1]), (number[1:], number[:-1])):
        rows += [a.ravel(), b.ravel()]
        columns += [b.ravel(), a.ravel()]
    rows, columns = np.concatenate(rows), np.concatenate(columns)
    neighbours = coo_matrix((np.ones(len(rows)), (rows, columns))).tocsr()
    matrix = diags(weight.ravel() + np.asarray(neighbours.sum(1)).ravel()) - neighbours
    return np.stack([spsolve(matrix.tocsc(), right[..., c].ravel()) for c in range(3)], 1).reshape(
        right.shape
    )


@pytest.mark.parametrize("size", [(40, 56), (37, 53), (9, 80)])
@pytest.mark.parametrize("scale", [0.3, 5.0])
def test_multigrid_agrees_with_a_direct_solver(size, scale):
    random = np.random.default_rng(1)
    weight = (scale * random.random(size) * (random.random(size) > 0.2)).astype(np.float32) + 1e-3
    right = (weight[..., None] * random.normal(size=(*size, 3))).astype(np.float32)
    expected = direct(weight.astype(float), right.astype(float))
    errors = [
        np.abs(screened_poisson(weight, right, cycles=cycles) - expected).max() / np.abs(expected).max()
        for cycles in (1, 2, 6)
    ]
    assert errors[2] < errors[1] < errors[0] < 0.6
    assert errors[2] < 5e-3


def frames(seed=0, height=40, width=56):
    random = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, height, width, generator=random)


def test_none_of_it_gives_the_painted_frame():
    painted, original = frames(1), frames(2)
    before = Before(original, frames(3))
    assert steadied(painted, original, before, STILL, steady=0.0) is painted
    unseen = Motion(STILL.flow, np.zeros((40, 56), np.float32))
    assert steadied(painted, original, before, unseen, steady=1.0) is painted


def test_all_of_it_gives_nearly_the_frame_before():
    original, shown = frames(2), frames(3)
    result = steadied(frames(1), original, Before(original, shown), STILL, steady=1.0)
    assert float((result - shown).abs().mean()) < 0.05
    weaker = steadied(frames(1), original, Before(original, shown), STILL, steady=0.5)
    assert float((weaker - shown).abs().mean()) > 0.1


def test_a_new_place_is_painted_anew():
    original = torch.zeros(1, 3, 40, 56)
    now = original.clone()
    now[:, :, :, 28:] = 1.0  # another thing on the right
    painted, shown = torch.full_like(original, 0.8), torch.full_like(original, 0.2)
    painted[:, :, 20:, 28:] = 0.1
    result = steadied(painted, now, Before(original, shown), STILL, steady=0.9)
    assert float(result[:, :, :, :20].mean()) == pytest.approx(0.2, abs=0.05)
    edge = float(result[0, 0, 19, 45] - result[0, 0, 20, 45])
    assert edge == pytest.approx(0.7, abs=0.15)  # gradients are those of the painted frame


def test_colours_of_the_frame_before_do_not_leak_into_what_is_new():
    """The left half is known and was lighter by 0.6; 10 px into the new right half less than 0.03 is left."""
    painted, shown = torch.full((1, 3, 64, 96), 0.2), torch.full((1, 3, 64, 96), 0.8)
    frame = torch.full((1, 3, 64, 96), 0.5)
    certainty = np.zeros((64, 96), np.float32)
    certainty[:, :48] = 1
    motion = Motion(np.zeros((64, 96, 2), np.float32), certainty)
    result = steadied(painted, frame, Before(frame, shown), motion, steady=0.7)
    assert result[..., :40].min() > 0.75
    assert (result[..., 58:] - 0.2).abs().max() < 0.03
    fall = result[0, 0, 32, 44:60]
    assert (fall[1:] <= fall[:-1] + 1e-5).all()  # without a seam: it only falls, and nowhere by much
    assert (fall[:-1] - fall[1:]).max() < 0.2


def test_flicker_of_a_known_scene_becomes_less_and_strength_orders_it():
    scene = moving_scene("pan", count=5, height=96, width=128)
    originals = [tensor(frame) for frame in scene.frames]
    random = torch.Generator().manual_seed(5)
    painted = [(x + 0.1 * torch.randn(1, 3, 1, 1, generator=random)).clamp(0, 1) for x in originals]
    source = FlowSource(flow_method("medium"))
    motions = [source.between(originals[k], originals[k - 1], (k, k - 1)) for k in range(1, 5)]

    def error(steady):
        shown, total = [painted[0]], 0.0
        for k in range(1, 5):
            before = Before(originals[k - 1], shown[-1])
            shown.append(steadied(painted[k], originals[k], before, motions[k - 1], steady=steady))
            mask = torch.from_numpy(motions[k - 1].certainty > 0.9)
            total += float((shown[-1] - motions[k - 1].warped(shown[-2])).square()[..., mask].mean())
        return total

    values = [error(steady) for steady in (0.0, 0.3, 0.7, 1.0)]
    assert values == sorted(values, reverse=True)
    assert values[2] < values[0] / 10


def test_masks_and_weights_by_hand():
    assert value_weight(0) == 0 and value_weight(0.5) == 2 and value_weight(1) == STRONGEST
    frame, warped = torch.zeros(1, 3, 1, 1), torch.full((1, 3, 1, 1), 0.1)
    assert_allclose(soft_mask(frame, warped), np.exp(-50 * 0.03), rtol=1e-5)


def test_running_means():
    means = RunningMeans(share=0.5)
    assert means("a", torch.tensor([1.0])).item() == 1.0
    assert means("a", torch.tensor([3.0])).item() == 2.0
    assert means("b", torch.tensor([3.0])).item() == 3.0
    means.restart()
    assert means("a", torch.tensor([5.0])).item() == 5.0
