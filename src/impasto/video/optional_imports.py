"""Packages of the extra ``video``, imported when they are first needed."""

from __future__ import annotations

import importlib
from types import ModuleType

from impasto.errors import VideoError

PACKAGES = {"av": "PyAV", "cv2": "OpenCV"}
"""Module -> name of its package."""


def load(module: str) -> ModuleType:
    """Import PyAV ("av") or OpenCV ("cv2").

    Raises:
        VideoError: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise VideoError(
            f"videos need {PACKAGES[module]}, which is not installed",
            got=f"{module} is missing",
            attempt='pip install "impasto[video]"',
        ) from error
