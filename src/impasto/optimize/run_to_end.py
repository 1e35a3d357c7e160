"""Run a generator of steps to its end, and make the function that does so."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def drain(steps: Generator[Any, None, T]) -> T:
    """Run a generator of steps to its end and return its result."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


def drained(steps: Callable[P, Generator[Any, None, T]], *, name: str = "") -> Callable[P, T]:
    """Make the function that runs a generator function to its end, as ``stylize`` does ``stylize_steps``.

    It has the same signature and docstring, without the section on what is yielded.

    Args:
        steps: a public function whose name ends in ``_steps``.
        name: of the result; if empty, that of ``steps`` without its end.
    """

    @functools.wraps(steps)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return drain(steps(*args, **kwargs))

    run.__name__ = run.__qualname__ = name or steps.__name__.removesuffix("_steps")
    run.__doc__ = _without_yields(steps.__doc__ or "")
    signature = inspect.signature(steps)
    result = str(signature.return_annotation).rpartition(", ")[2].removesuffix("]")
    vars(run)["__signature__"] = signature.replace(return_annotation=result)
    return run


def _without_yields(docstring: str) -> str:
    before, _, after = docstring.partition("    Yields:\n")
    return before + "    Returns:\n" + after.partition("    Returns:\n")[2] if after else docstring
