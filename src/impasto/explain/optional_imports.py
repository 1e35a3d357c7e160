"""Packages of the extra ``explain``, imported when they are first needed."""

from __future__ import annotations

import importlib
from types import ModuleType

from impasto.errors import OutputError

PURPOSES = {"matplotlib": "drawing figures", "latex2mathml": "writing formulas"}
"""Package -> what it is needed for."""


def load(module: str) -> ModuleType:
    """Import a module of matplotlib or latex2mathml.

    Raises:
        OutputError: the package is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise missing(module) from error


def missing(module: str) -> OutputError:
    """The error that says which package is not installed, and how to install it."""
    package = module.partition(".")[0]
    return OutputError(
        f"{PURPOSES[package]} needs {package}, which is not installed",
        got=f"{module} is missing",
        attempt='pip install "impasto[explain]"',
    )
