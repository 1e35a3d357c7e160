"""Optimisers that say only in which direction a canvas moves."""

import subprocess
import sys

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from impasto.optimize.descent import Descent


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
