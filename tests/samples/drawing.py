"""What must hold for every drawing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from impasto.samples.noise import Field, Pixels

Draw = Callable[..., Pixels]


def check(draw: Draw) -> None:
    """Shape, type, the same bytes for the same seed, others for another; sizes need not be round."""
    first = draw((131, 97), seed=4)
    assert first.shape == (97, 131, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, draw((131, 97), seed=4))
    assert np.mean(first != draw((131, 97), seed=5)) > 0.5


def statistics(picture: Pixels) -> Field:
    """Mean colour, spread of colour, mean slope of lightness, mean and spread of saturation: 9 numbers."""
    values = picture / 255.0
    slope = np.hypot(*np.gradient(values.mean(axis=2)))
    saturation = np.ptp(values, axis=2)
    spread = values.std(axis=(0, 1))
    return np.array([*values.mean(axis=(0, 1)), *spread, slope.mean(), saturation.mean(), saturation.std()])
