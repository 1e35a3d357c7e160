import math

import pytest
import torch
from torch.testing import assert_close

from impasto.optimize.optimizers import carry_state
from impasto.optimize.pyramid_adam import LIGHTNESS_AND_CHROMA, PyramidAdam


def after_one_step(gradient, rate=0.1):
    canvas = torch.zeros_like(gradient, requires_grad=True)
    canvas.grad = gradient
    PyramidAdam(canvas, rate).step()
    return canvas.detach()


def test_an_even_gradient_moves_lightness_by_one_step_in_each_level():
    # Adam's first step is the sign of the gradient. 64 px have levels of 64, 32, 16 and 8 px: four steps of
    # grey, whose unit vector is (1, 1, 1) / 3^(1/2).
    moved = after_one_step(torch.full((1, 3, 64, 64), 0.02))
    assert_close(moved, torch.full_like(moved, -0.1 * 4 / math.sqrt(3)))


def test_chroma_that_alternates_from_pixel_to_pixel_does_not_move():
    sign = 1 - 2 * (torch.arange(32)[:, None] + torch.arange(32)).remainder(2)  # a chessboard
    red_green = torch.tensor(LIGHTNESS_AND_CHROMA)[:, 1]
    moved = after_one_step((red_green[:, None, None] * sign)[None])
    assert moved.abs().max() == 0
    lightness = after_one_step(sign.expand(1, 3, 32, 32).float().contiguous())
    assert_close(lightness[0, 0], -0.1 / math.sqrt(3) * sign)


def test_chroma_moves_in_pairs_of_pixels():
    moved = after_one_step(torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(0)))
    chroma = torch.einsum("dc,ndhw->nchw", torch.tensor(LIGHTNESS_AND_CHROMA), moved)[:, 1:]
    # Bilinear interpolation of the coarser level: neighbours differ less than lightness does.
    steps = [(x[..., 1:] - x[..., :-1]).abs().mean() for x in (chroma, moved.mean(1, keepdim=True))]
    assert steps[0] < 0.6 * steps[1]


def test_the_colours_are_orthonormal():
    mix = torch.tensor(LIGHTNESS_AND_CHROMA)
    assert_close(mix @ mix.T, torch.eye(3))


@pytest.mark.parametrize("shape", [(1, 3, 5, 7), (1, 3, 33, 18), (1, 1, 1, 100), (1, 4, 20, 20)])
def test_a_square_bowl_is_descended_at_any_shape(shape):
    canvas = torch.zeros(shape, requires_grad=True)
    goal = torch.rand(shape, generator=torch.Generator().manual_seed(1))
    optimizer = PyramidAdam(canvas, 0.02)
    for _ in range(150):
        optimizer.zero_grad()
        (canvas - goal.mean()).square().mean().backward()
        optimizer.step()
    assert (canvas - goal.mean()).abs().max() < 0.05


def test_steps_do_not_depend_on_the_strength_of_the_gradient():
    gradient = torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(2))
    assert_close(after_one_step(gradient * 1e-10), after_one_step(gradient))


def test_no_gradient_moves_nothing():
    assert after_one_step(torch.zeros(1, 3, 16, 16)).abs().max() == 0


def test_another_size_starts_afresh():
    small, large = (
        torch.zeros(1, 3, 16, 16, requires_grad=True),
        torch.zeros(1, 3, 32, 32, requires_grad=True),
    )
    small.grad = torch.ones_like(small)
    old, new = PyramidAdam(small, 0.1), PyramidAdam(large, 0.1)
    old.step()
    carry_state(old, new, small, large)
    assert not new.state[large]


@pytest.mark.parametrize("shift", [(16, 0), (0, 32), (16, 16)])
def test_a_periodic_canvas_has_no_edges(shift):
    """Moved by a whole number of the coarsest level's cells, the step moves with the gradient."""
    gradient = torch.randn(1, 3, 64, 96, generator=torch.Generator().manual_seed(3))

    def direction(of):
        canvas = torch.zeros_like(of, requires_grad=True)
        canvas.grad = of
        PyramidAdam(canvas, 0.1, periodic=True).step()
        return canvas.detach()

    assert_close(direction(gradient.roll(shift, (2, 3))), direction(gradient).roll(shift, (2, 3)))


def test_a_periodic_canvas_is_not_halved_at_an_odd_side():
    canvas = torch.zeros(1, 3, 50, 64, requires_grad=True)
    canvas.grad = torch.ones_like(canvas)
    optimizer = PyramidAdam(canvas, 0.1, periodic=True)
    optimizer.step()
    assert sorted(name for name in optimizer.state[canvas] if name.startswith("exp_avg_sq")) == [
        "exp_avg_sq_0",
        "exp_avg_sq_1",
    ]
