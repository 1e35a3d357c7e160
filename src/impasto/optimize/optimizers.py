"""The optimisers of a canvas, and how their state survives a change of its size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name
from torch.optim import LBFGS, Adam, Optimizer

from impasto.errors import SettingError
from impasto.optimize.descent import CanvasOptimizer
from impasto.registry import OPTIMIZERS, NamedObject, find

MakeOptimizer = Callable[[Tensor, float], CanvasOptimizer]
"""(canvas, rate) -> an optimiser of the canvas."""


def find_optimizer(name: str) -> MakeOptimizer:
    """The function that makes an optimiser.

    Args:
        name: in ``registry.OPTIMIZERS``; or an object: a class derived from ``torch.optim.Optimizer``, made
            with the rate as ``lr`` and else its defaults, or a function (canvas, rate) -> optimiser.
    Raises:
        SettingError: there is no such optimiser, or the object is neither; or, when the function is called,
            it gives no optimiser.
    """
    found: Any = find(OPTIMIZERS, name, kind="optimizer")
    if not isinstance(name, NamedObject):
        make: MakeOptimizer = found
        return make
    problem = SettingError(
        "the object makes no optimizer",
        got=str(name),
        expected="a class of torch.optim, or a function (canvas, rate) -> torch.optim.Optimizer",
        attempt="lambda canvas, rate: torch.optim.RMSprop([canvas], lr=rate)",
    )
    if not callable(found):
        raise problem

    def made(canvas: Tensor, rate: float) -> CanvasOptimizer:
        of_class = isinstance(found, type) and issubclass(found, Optimizer)
        optimizer: CanvasOptimizer = found([canvas], lr=rate) if of_class else found(canvas, rate)
        if not (hasattr(optimizer, "step") and hasattr(optimizer, "state_dict")):
            raise problem
        return optimizer

    return made


def adam(canvas: Tensor, rate: float) -> Optimizer:
    """Adam: steps of about ``rate`` in every value of the canvas, independent of the size of the loss.

    Args:
        canvas: a leaf, (1, C, H, W).
        rate: length of a step, in units of the canvas.

    Source: Kingma, Ba 2015, algorithm 1.
    Differs: betas (0.9, 0.99): a run is too short for a memory of 1,000 steps. epsilon 1e-16: losses are
    means, so the gradient of a pixel of a large picture is smaller than the usual 1e-8.
    """
    fused = canvas.device.type in ("cpu", "cuda")
    return Adam([canvas], lr=rate, betas=(0.9, 0.99), eps=1e-16, fused=fused)


def lbfgs(canvas: Tensor, rate: float) -> Optimizer:
    """L-BFGS, the optimiser of Gatys 2016; one evaluation a step.

    Args:
        canvas: a leaf, (1, C, H, W).
        rate: fraction of the quasi-Newton step that is taken; usually 1.

    Source: Liu, Nocedal 1989.
    Differs: no line search (as in the implementations of style transfer), and no tolerances: the loop decides
    when to stop.
    """
    return LBFGS(
        [canvas], lr=rate, max_iter=1, max_eval=1, history_size=50, tolerance_grad=0, tolerance_change=0
    )


def carry_state(old: CanvasOptimizer, new: CanvasOptimizer, before: Tensor, after: Tensor) -> None:
    """Give a new optimiser the state of an old one, for a canvas of another size.

    Losses are means, so the gradient of one value falls with the number of values, and the state with it.
    ``PyramidAdam`` starts afresh: its levels are those of other sizes; so do optimisers that are not ours.

    Args:
        old: optimiser of ``before``.
        new: fresh optimiser of ``after``, of the same kind; its state is set.
        before: (1, C, h, w).
        after: (1, C, H, W).
    """
    state = old.state[before]
    if not state or type(old) not in (Adam, LBFGS) or "max_exp_avg_sq" in state:
        return
    ratio = before.numel() / after.numel()

    def resized(flat: Tensor) -> Tensor:
        picture = flat.view_as(before)
        return F.interpolate(picture, size=after.shape[2:], mode="bilinear", align_corners=False)

    if isinstance(old, Adam):
        new.state[after] = {
            "step": state["step"].clone(),
            "exp_avg": resized(state["exp_avg"]).mul_(ratio),
            "exp_avg_sq": resized(state["exp_avg_sq"]).mul_(ratio**2),
        }
    else:
        new.state[after] = _resized_lbfgs(state, resized, ratio)


def _resized_lbfgs(
    state: dict[str, Any], resized: Callable[[Tensor], Tensor], ratio: float
) -> dict[str, Any]:
    """Curvature pairs (s, y), resized; pairs that lose their positive curvature are dropped."""
    pairs = [
        (resized(s).flatten(), resized(y).flatten() * ratio)
        for y, s in zip(state.get("old_dirs", []), state.get("old_stps", []), strict=True)
    ]
    products = [torch.dot(s, y) for s, y in pairs]
    kept = [(s, y, product) for (s, y), product in zip(pairs, products, strict=True) if product > 0]
    if not kept:
        return {}
    zeros = torch.zeros_like(kept[0][0])
    _, newest, product = kept[-1]
    # With n_iter = 1 and a last step of zero, torch.optim.LBFGS adds no pair and uses the given ones.
    return {
        "func_evals": 0,
        "n_iter": 1,
        "d": zeros,
        "t": 1.0,
        "prev_flat_grad": zeros.clone(),
        "prev_loss": float("inf"),
        "old_dirs": [y for _, y, _ in kept],
        "old_stps": [s for s, _, _ in kept],
        "ro": [1.0 / product for _, _, product in kept],
        "H_diag": product / newest.dot(newest),
    }
