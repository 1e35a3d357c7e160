"""The shares of several styles that follow one another in a video."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from impasto.errors import SettingError


def shares_at(times_s: Sequence[float], time_s: float) -> tuple[float, ...]:
    """The share of each style at a time: 1 at its own, falling evenly to 0 at those of its neighbours.

    Args:
        times_s: when each style is fully there, in seconds, increasing.
        time_s: the time; before the first and after the last there is one style.
    """
    whole = np.eye(len(times_s))
    return tuple(float(np.interp(time_s, times_s, one)) for one in whole)


def check_times(times_s: Sequence[float], styles: int) -> None:
    """Check that there is one time for each style, and that they increase.

    Raises:
        SettingError: they do not.
    """
    if len(times_s) != styles or any(b <= a for a, b in itertools.pairwise(times_s)):
        raise SettingError(
            "style_times does not suit the styles",
            got=f"{', '.join(f'{time:g}' for time in times_s)} s for {styles} styles",
            expected="one time for each style, increasing",
        )
