"""What can go wrong, sorted by what the user can do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ImpastoError(Exception):
    """Something the user can put right.

    Its text has up to four lines: the problem, what was got, what was expected, what to try.

    Args:
        problem: one sentence, no full stop.
        got: the value or file that caused it.
        expected: what would have been right.
        attempt: what to do next.
    """

    exit_code = 2

    def __init__(self, problem: str, *, got: str = "", expected: str = "", attempt: str = "") -> None:
        self.problem = problem
        self.got = got
        self.expected = expected
        self.attempt = attempt
        notes = [("got", got), ("expected", expected), ("try", attempt)]
        lines = [f"  {label:<8}  {text}" for label, text in notes if text]
        super().__init__("\n".join([problem, *lines]))


class SettingError(ImpastoError):
    """A setting or option has a value it cannot have."""


class PictureError(ImpastoError):
    """A picture cannot be read, or is not what the task needs."""


class OutputError(ImpastoError):
    """A result cannot be written where it was asked for."""


class LayerError(ImpastoError):
    """A network has no layer of that name."""


class ShapeError(ImpastoError):
    """An array or tensor has a shape that the computation is not defined for."""


class WeightsError(ImpastoError):
    """Weights cannot be found, fetched or loaded."""


class DeviceError(ImpastoError):
    """The device that was asked for is not there."""


class DivergedError(ImpastoError):
    """The optimisation left the numbers that a computer can hold."""


class CheckpointError(ImpastoError):
    """A checkpoint cannot be read, or is of another painting."""


class OutOfMemoryError(ImpastoError):
    """The memory of the machine or of its GPU does not suffice."""


def nearest(name: str, choices: Iterable[str]) -> str:
    """'did you mean ...?' for a mistyped name; empty if nothing is near."""
    close = difflib.get_close_matches(name.lower(), list(choices), n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else ""
