import torch

from impasto.optimize.canvas import RunningMean
from impasto.optimize.loop_state import LoopState, copied
from impasto.optimize.optimizers import adam


def some_state():
    canvas = torch.rand(1, 2, 3, 4, generator=torch.Generator().manual_seed(0)).requires_grad_()
    optimizer, mean = adam(canvas, 0.1), RunningMean(0.5)
    canvas.grad = torch.ones_like(canvas)
    optimizer.step()
    mean.update(canvas)
    current = LoopState(2, canvas, optimizer, mean, 0.1, fallbacks=1, step=3, evaluations=4)
    current.recent.extend([3.0, 2.0])
    return current


def test_a_state_is_restored_in_memory_of_its_own():
    current = some_state()
    state = current.state(3, seconds=1.5, costs=[(12, 0.5, 0.1)])
    again = LoopState.restored(
        state, device=torch.device("cpu"), make_optimizer=adam, decay=0.5, bounds=(0.0, 1.0)
    )
    same = ("scale", "rate", "fallbacks", "step", "evaluations", "recent", "losses")
    assert [getattr(again, name) for name in same] == [getattr(current, name) for name in same]
    assert torch.equal(again.canvas, current.canvas) and again.canvas.is_leaf and again.canvas.requires_grad
    assert torch.equal(again.mean.accumulated()[0], current.mean.accumulated()[0])
    assert again.mean.bounds == (0.0, 1.0)
    moments = [each.optimizer.state[each.canvas]["exp_avg"] for each in (current, again)]
    assert torch.equal(*moments) and moments[0].data_ptr() != moments[1].data_ptr()
    assert again.canvas.data_ptr() != state.canvas.data_ptr()


def test_there_is_no_state_of_another_step_or_in_the_middle_of_one():
    current = some_state()
    assert current.state(2, seconds=0.0, costs=[]) is None
    current.consistent = False
    assert current.state(3, seconds=0.0, costs=[]) is None


def test_copied():
    tensor = torch.zeros(2, requires_grad=True)
    value = copied([tensor, [tensor, 3], "text"])
    assert value[1][1] == 3 and value[2] == "text"
    for copy in (value[0], value[1][0]):
        assert torch.equal(copy, tensor) and not copy.requires_grad
        assert copy.data_ptr() != tensor.data_ptr()
