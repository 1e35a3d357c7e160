"""RGB colour spaces given by primaries, white and a curve: from their numbers to sRGB, in floating point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Curve = Callable[[Floats], Floats]
"""Numbers of a file in [0, 1] -> light in [0, 1]."""

Primaries = Sequence[float]
"""Chromaticities: x and y of white, red, green and blue."""

D65, D50 = (0.3127, 0.3290), (0.3457, 0.3585)
"""Chromaticities of white (CIE 15); D65 is that of sRGB, D50 that of ICC profiles."""

SRGB = (*D65, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
ADOBE = (*D65, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
WIDE_GAMUT = (*D50, 0.7347, 0.2653, 0.1152, 0.8264, 0.1566, 0.0177)
DISPLAY_P3 = (*D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)
BT_2020 = (*D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046)
BT_601_PAL = (*D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06)
BT_601_NTSC = (*D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070)
DCI_P3 = (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)
"""Sources: IEC 61966-2-1; Adobe RGB (1998) and Adobe Wide Gamut RGB; SMPTE EG 432-1, RP 431-2; ITU-R BT.2020,
BT.601."""

ADOBE_GAMMA = 563 / 256
"""Exponent of Adobe RGB and Adobe Wide Gamut RGB."""

BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
"""From XYZ to the response of the cones, in which white is adapted (ICC.1:2022, annex E)."""

NEAR_SRGB = 2 / 255
"""Differences within which a space counts as sRGB, as for profiles (``icc.NEAR_SRGB``)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ColorSpace:
    """What the numbers of a picture mean.

    Attributes:
        name: for notes.
        curve: from numbers to light.
        matrix: (3, 3) from linear RGB to linear sRGB; None for grey, and for the primaries of sRGB.
    """

    name: str
    curve: Curve
    matrix: npt.NDArray[Any] | None = None

    def to_srgb(self, values: Floats) -> Floats:
        """Convert to sRGB; colours outside its gamut are cut.

        Args:
            values: (..., 3), or (..., 1) grey, in [0, 1].
        Returns:
            The same shape, float32 in [0, 1].
        """
        light = self.curve(values)
        if self.matrix is not None and values.shape[-1] == 3:
            light = light @ self.matrix.T.astype(np.float32)
        return srgb_of_light(np.clip(light, 0, 1))

    @property
    def is_srgb(self) -> bool:
        """Whether the conversion changes no colour by more than 2 levels of 255."""
        steps = np.linspace(0, 1, 6, dtype=np.float32)
        colors = np.stack(np.meshgrid(steps, steps, steps), axis=-1)
        return bool(np.abs(self.to_srgb(colors) - colors).max() <= NEAR_SRGB)


def space_of(name: str, curve: Curve, primaries: Primaries) -> ColorSpace:
    """A colour space by its curve and the chromaticities of its white and primaries.

    Raises:
        ValueError: no colour space: a chromaticity of y = 0, or primaries on one line.
    """
    return ColorSpace(name=name, curve=curve, matrix=srgb_matrix(primaries))


def srgb_matrix(primaries: Primaries) -> npt.NDArray[Any]:
    """From linear RGB of some primaries to linear sRGB, white adapted to white by Bradford's method.

    Source: SMPTE RP 177-1993; ICC.1:2022, annex E.
    Differs: nothing.
    """
    to_xyz, white = _xyz_matrix(primaries)
    srgb, srgb_white = _xyz_matrix(SRGB)
    return np.linalg.solve(srgb, adaptation(white, srgb_white) @ to_xyz)


def adaptation(white: npt.NDArray[Any], other: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """(3, 3), from XYZ seen under one white (3,) to XYZ under another."""
    scale = (BRADFORD @ other) / (BRADFORD @ white)
    return np.linalg.solve(BRADFORD, scale[:, None] * BRADFORD)


def srgb_from_pcs() -> npt.NDArray[Any]:
    """(3, 3), from the XYZ of ICC profiles (D50) to linear sRGB."""
    srgb, white = _xyz_matrix(SRGB)
    d50 = np.array([0.9642, 1.0, 0.8249])  # ICC.1:2022, section 7.2.16
    return np.linalg.inv(adaptation(white, d50) @ srgb)


def _xyz_matrix(primaries: Primaries) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """(3, 3) from linear RGB to XYZ, and the XYZ of white."""
    chromaticities = np.array(primaries, dtype=np.float64).reshape(4, 2)
    if not np.isfinite(chromaticities).all() or (chromaticities[:, 1] <= 0).any():
        raise ValueError(f"no chromaticities: {list(primaries)}")
    x, y = chromaticities.T
    xyz = np.stack([x / y, np.ones(4), (1 - x - y) / y])  # (3, white and primaries)
    white, columns = xyz[:, 0], xyz[:, 1:]
    if abs(np.linalg.det(columns)) < 1e-6:
        raise ValueError(f"primaries on one line: {list(primaries)}")
    return columns * np.linalg.solve(columns, white), white


def power(exponent: float) -> Curve:
    """The curve number ^ exponent."""
    return partial(_power, exponent=exponent)


def _power(values: Floats, exponent: float) -> Floats:
    return values ** np.float32(exponent)


def light_of_srgb(values: Floats) -> Floats:
    """The curve of sRGB (IEC 61966-2-1): numbers in [0, 1] to light."""
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4).astype(np.float32)


def srgb_of_light(light: Floats) -> Floats:
    """Its inverse."""
    curved = 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055
    return np.where(light <= 0.0031308, light * 12.92, curved).astype(np.float32)


ADOBE_RGB = space_of("Adobe RGB", power(ADOBE_GAMMA), ADOBE)
WIDE_GAMUT_RGB = space_of("Adobe Wide Gamut RGB", power(ADOBE_GAMMA), WIDE_GAMUT)
