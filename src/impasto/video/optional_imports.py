"""Packages of the extra ``video``, imported when they are first needed."""

from __future__ import annotations

from types import ModuleType

from impasto import optional_imports
from impasto.errors import VideoError

PACKAGES = {"av": "PyAV", "cv2": "OpenCV"}
"""Module -> name of its package."""


def load(module: str) -> ModuleType:
    """Import PyAV ("av") or OpenCV ("cv2").

    Raises:
        VideoError: it is not installed.
    """
    return optional_imports.load(
        module, problem=f"videos need {PACKAGES[module]}", extra="video", error=VideoError
    )
