"""Optimisers that say only in which direction a canvas moves."""

import subprocess
import sys

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from impasto.optimize import descent
from impasto.optimize.descent import Descent, canvas_strips
from impasto.optimize.pyramid_adam import PyramidAdam


class Against(Descent):
    """Against the gradient, and counts its steps."""

    def direction(self, canvas: Tensor, gradient: Tensor) -> Tensor:
        state = self.state[canvas]
        state["steps"] = state.get("steps", torch.zeros(())) + 1
        return gradient


def test_a_step_is_that_of_gradient_descent() -> None:
    ours, theirs = (torch.tensor([[[[1.0, -2.0]]]], requires_grad=True) for _ in range(2))
    descent, sgd = Against(ours, 0.1), torch.optim.SGD([theirs], lr=0.1)
    for _ in range(3):
        for canvas, optimizer in ((ours, descent), (theirs, sgd)):
            optimizer.zero_grad()
            (canvas**3).sum().backward()
            optimizer.step()
    assert_close(ours, theirs)


def test_its_state_goes_to_another_of_its_kind() -> None:
    canvas = torch.ones(1, 1, 1, 2, requires_grad=True)
    old = Against(canvas, 0.1)
    assert old.state_dict()["state"] == {}
    canvas.sum().backward()
    old.step()
    new = Against(torch.ones(1, 1, 1, 2, requires_grad=True), 0.5)
    new.load_state_dict(old.state_dict())
    assert new.rate == 0.1
    assert new.state[new.canvas] == {"steps": torch.ones(())}


@pytest.mark.slow
def test_painting_does_not_import_the_compiler_of_torch() -> None:
    script = (
        "import sys, impasto; from PIL import Image; picture = Image.new('RGB', (64, 64), 'red');"
        " impasto.stylize(picture, picture, size=64, steps=1, scales=1);"
        " print('torch._dynamo' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("shape", [(1, 3, 37, 23), (2, 1, 8, 300), (1, 2, 1, 1001)])
def test_strips_are_the_whole(shape, monkeypatch):
    monkeypatch.setattr(descent, "STRIP_VALUES", 500)
    values = 1 + torch.arange(float(torch.Size(shape).numel())).reshape(shape)
    parts = list(canvas_strips(values, values[:, :1]))
    assert len(parts) > 1
    along = 3 if shape[2] == 1 else 2
    assert_close(torch.cat([first for first, _ in parts], along), values)
    parts[0][0].zero_()
    assert (values == 0).sum() == parts[0][0].numel()  # a view


@pytest.mark.parametrize("shape", [(1, 3, 64, 48), (1, 2, 1, 1001)])
def test_strips_change_no_bit_of_a_step(shape, monkeypatch):
    gradients = torch.randn(3, *shape, generator=torch.Generator().manual_seed(0))

    def moved():
        canvas = torch.zeros(shape, requires_grad=True)
        optimizer = PyramidAdam(canvas, 0.1)
        for gradient in gradients:
            canvas.grad = gradient
            optimizer.step()
        return canvas.detach()

    whole = moved()
    monkeypatch.setattr(descent, "STRIP_VALUES", 500)
    assert torch.equal(moved(), whole)
