import pytest
import torch
from torch.testing import assert_close

from impasto.optimize.optimizers import adam, carry_state, lbfgs


def advance(optimizer, canvas, times):
    for _ in range(times):

        def closure():
            optimizer.zero_grad()
            loss = ((canvas - 0.7) ** 2 + 0.1 * (canvas - 0.7) ** 4).mean()
            loss.backward()
            return loss

        optimizer.step(closure)


def canvases():
    return torch.zeros(1, 3, 4, 4, requires_grad=True), torch.zeros(1, 3, 8, 8, requires_grad=True)


def test_adams_state_is_resized_and_scaled():
    small, large = canvases()
    old, new = adam(small, 0.1), adam(large, 0.1)
    advance(old, small, 3)
    carry_state(old, new, small, large)
    state = new.state[large]
    assert_close(state["exp_avg"].mean(), old.state[small]["exp_avg"].mean() / 4)
    assert_close(state["exp_avg_sq"].mean(), old.state[small]["exp_avg_sq"].mean() / 16)
    assert state["step"].item() == 3


def test_the_state_of_lbfgs_makes_the_first_step_a_quasi_newton_step():
    small, large = canvases()
    old, new, fresh = lbfgs(small, 1.0), lbfgs(large, 1.0), None
    advance(old, small, 4)
    with torch.no_grad():
        small.copy_(torch.zeros_like(small))
    carry_state(old, new, small, large)
    advance(new, large, 1)
    other = torch.zeros(1, 3, 8, 8, requires_grad=True)
    fresh = lbfgs(other, 1.0)
    advance(fresh, other, 1)
    assert (large - 0.7).abs().max() < 0.25 * (other - 0.7).abs().max()


def test_nothing_is_carried_from_an_optimizer_that_never_ran():
    small, large = canvases()
    for make in (adam, lbfgs):
        new = make(large, 0.1)
        carry_state(make(small, 0.1), new, small, large)
        assert not new.state[large]


def test_adam_steps_are_as_long_for_the_faint_gradients_of_large_pictures():
    lengths = []
    for strength in (1.0, 1e-10):
        canvas = torch.zeros(1, 3, 2, 2, requires_grad=True)
        canvas.grad = torch.full_like(canvas, strength)
        adam(canvas, 0.05).step()
        lengths.append(canvas.abs().max().item())
    assert lengths == pytest.approx([0.05, 0.05], rel=1e-3)


def test_the_state_of_a_signal_is_resized():
    small, large = torch.zeros(1, 1, 1, 8, requires_grad=True), torch.zeros(1, 1, 1, 16, requires_grad=True)
    for make in (adam, lbfgs):
        old, new = make(small, 0.1), make(large, 0.1)
        advance(old, small, 3)
        carry_state(old, new, small, large)
        tensors = [x for x in new.state[large].values() if isinstance(x, torch.Tensor) and x.dim()]
        assert tensors and all(x.numel() == 16 for x in tensors)
