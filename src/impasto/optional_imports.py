"""Packages of the extras, imported when they are first needed."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from impasto.errors import ImpastoError


def load(
    module: str, *, problem: str, extra: str, error: type[ImpastoError], otherwise: str = ""
) -> ModuleType:
    """Import a module of a package that may not be installed.

    Args:
        module: such as "cv2".
        problem: what needs which package: "videos need OpenCV".
        extra: of impasto, which installs it.
        error: what is raised.
        otherwise: what else to try, if anything: ", or a --mask".
    Raises:
        ImpastoError: it is not installed, or cannot be loaded; of the class ``error``.
    """
    try:
        return import_module(module)
    except (ImportError, OSError) as reason:
        raise error(
            f"{problem}, which is not installed",
            got=f"{module} is missing",
            attempt=f'pip install "impasto[{extra}]"{otherwise}',
        ) from reason
