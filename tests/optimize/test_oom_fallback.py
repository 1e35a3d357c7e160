import pytest
import torch
from torch.testing import assert_close

from impasto.errors import OutOfMemoryError
from impasto.optimize.loop import Loop
from impasto.optimize.oom_fallback import LossWithFallback
from impasto.optimize.optimizers import adam
from impasto.optimize.schedule import Scale

SCALE = Scale(8, 16, 6)
CPU_TEXT = "[enforce fail at alloc_cpu.cpp:127] . DefaultCPUAllocator: can't allocate memory: you tried"


def error_of(kind):
    return {
        "cpu": RuntimeError(CPU_TEXT),
        "windows": RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes"),
        "cuda": torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        "python": MemoryError(),
    }[kind]


def brightness(canvas, evaluation):
    loss = (canvas - 0.7).square().mean() * (1 + evaluation % 2)
    return loss, {"difference": loss.detach()}


def greedy(error, *, after=0, where="evaluation"):
    """A loss that runs out of memory: when it is made, or from some evaluation on."""

    def loss_at(scale):
        if where == "making":
            raise error

        def canvas_loss(canvas, evaluation):
            if evaluation >= after:
                (canvas * 3).sum().backward()  # a part of the gradient that must not stay
                raise error
            return brightness(canvas, evaluation)

        return canvas_loss

    return loss_at


def modest(calls):
    def smaller(scale, times):
        calls.append((scale, times))
        return brightness

    return smaller


@pytest.mark.parametrize("kind", ["cpu", "windows", "cuda", "python"])
@pytest.mark.parametrize("where", ["evaluation", "making"])
def test_a_smaller_loss_takes_over(kind, where, caplog):
    calls = []
    evaluate = LossWithFallback(greedy(error_of(kind), where=where), modest(calls), SCALE)
    canvas = torch.zeros(1, 3, 8, 16, requires_grad=True)
    assert evaluate(canvas, 0) == (pytest.approx(0.49), {"difference": pytest.approx(0.49)})
    assert_close(canvas.grad, torch.full_like(canvas, -2 * 0.7 / canvas.numel()))
    assert calls == [(SCALE, 1)] and evaluate.fallbacks == 1
    assert "out of memory at 16 x 8 px; going on in tiles" in caplog.text
    evaluate(canvas, 1)
    assert len(calls) == 1


def test_smaller_and_smaller_until_there_is_none():
    def smaller(scale, times):
        return greedy(MemoryError("no room"))(scale) if times < 4 else None

    with pytest.raises(OutOfMemoryError) as caught:
        LossWithFallback(greedy(MemoryError("no room")), smaller, SCALE)(
            torch.zeros(1, 3, 8, 16).requires_grad_(), 0
        )
    assert str(caught.value).splitlines() == [
        "the memory does not suffice for a picture of this size",
        "  got       16 x 8 px: no room",
        "  try       a smaller --size, or close other programs",
    ]


def test_other_errors_are_raised():
    canvas = torch.zeros(1, 3, 8, 16, requires_grad=True)
    with pytest.raises(RuntimeError, match="a bug"):
        LossWithFallback(greedy(RuntimeError("a bug")), modest([]), SCALE)(canvas, 0)


def test_the_loop_without_a_smaller_loss():
    loop = Loop(adam, rate=0.05, average=0.5, tolerance=0.0, project=True)
    steps = loop.run(torch.zeros(1, 3, 8, 16), [SCALE], greedy(error_of("cpu"), after=3))
    made = [next(steps) for _ in range(3)]
    with pytest.raises(OutOfMemoryError, match=r"(?s)does not suffice.*16 x 8 px: .*can't allocate memory"):
        next(steps)
    assert made[-1].state().step == 3  # a checkpoint can still be written


def test_the_loop_goes_on_as_if_nothing_had_happened():
    """The evaluation that ran out of memory is repeated; the next scale begins with the smaller loss."""
    loop = Loop(adam, rate=0.05, average=0.5, tolerance=0.0, project=True)
    start, scales, calls = torch.zeros(1, 3, 8, 16), [SCALE, Scale(16, 32, 4)], []
    whole = list(loop.run(start, scales, lambda scale: brightness))
    steps = list(loop.run(start, scales, greedy(error_of("cuda"), after=3), smaller=modest(calls)))
    assert [step.loss for step in steps] == [step.loss for step in whole]
    assert torch.equal(steps[-1].snapshot(), whole[-1].snapshot())
    assert calls == [(scales[0], 1), (scales[1], 1)] and steps[-1].state().fallbacks == 1
