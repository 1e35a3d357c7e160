"""Neural style transfer that simply works: offline, on a laptop's CPU, in seconds.

The public verbs are loaded on first use, so ``import impasto`` is instant and loads no torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from impasto.errors import ImpastoError

if TYPE_CHECKING:
    from impasto.metrics.evaluate import evaluate
    from impasto.metrics.marks import Marks
    from impasto.recipes.doodle import doodle, doodle_steps
    from impasto.recipes.stylize import stylize, stylize_steps
    from impasto.result import Result
    from impasto.settings import DoodleSettings, EvaluateSettings, StylizeSettings

__version__ = "0.1.0"

__all__ = [
    "DoodleSettings",
    "EvaluateSettings",
    "ImpastoError",
    "Marks",
    "Result",
    "StylizeSettings",
    "__version__",
    "doodle",
    "doodle_steps",
    "evaluate",
    "stylize",
    "stylize_steps",
]

_HOMES = {
    "DoodleSettings": "impasto.settings",
    "EvaluateSettings": "impasto.settings",
    "Marks": "impasto.metrics.marks",
    "Result": "impasto.result",
    "StylizeSettings": "impasto.settings",
    "doodle": "impasto.recipes.doodle",
    "doodle_steps": "impasto.recipes.doodle",
    "evaluate": "impasto.metrics.evaluate",
    "stylize": "impasto.recipes.stylize",
    "stylize_steps": "impasto.recipes.stylize",
}


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'impasto' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
