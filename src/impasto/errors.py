"""Errors that a user can correct, by what there is to correct."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ImpastoError(Exception):
    """An error that the user can correct; the parent of all others here.

    Its text has up to four lines: the problem, what was got, what was expected, what to try.

    Args:
        problem: one sentence, no full stop.
        got: the value or file that caused it.
        expected: what would have been right.
        attempt: what to try next.
    """

    exit_code = 2
    """Of the command line."""

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


class TextError(ImpastoError):
    """A text cannot be read, or is not what the task needs."""


class SoundError(ImpastoError):
    """A sound cannot be read, or is not what the task needs."""


class VideoError(ImpastoError):
    """A video cannot be read, or is not what the task needs."""


class OutputError(ImpastoError):
    """A result cannot be written where it was asked for."""


class LayerError(ImpastoError):
    """A network has no layer of that name."""


class ShapeError(ImpastoError):
    """An array or tensor has a shape for which the computation is not defined."""


class WeightsError(ImpastoError):
    """Weights cannot be found, downloaded or loaded."""


class DeviceError(ImpastoError):
    """This machine does not have the device that was asked for."""


class DivergedError(ImpastoError):
    """The optimisation diverged: the loss or the canvas is not finite."""


class CheckpointError(ImpastoError):
    """A checkpoint cannot be read, or belongs to another run."""


class OutOfMemoryError(ImpastoError):
    """The machine or its GPU does not have enough memory."""


def nearest(name: str, choices: Iterable[str], *, cutoff: float = 0.5) -> str:
    """``did you mean ...?`` for a mistyped name; empty if no choice is similar.

    Args:
        name: what the user typed.
        choices: the names that there are.
        cutoff: least similarity, from 0 to 1 for the same letters in the same order.
    """
    close = difflib.get_close_matches(name.lower(), list(choices), n=1, cutoff=cutoff)
    return f"did you mean {close[0]!r}?" if close else ""
