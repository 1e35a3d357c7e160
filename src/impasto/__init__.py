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
    from impasto.recipes.recolor import recolor
    from impasto.recipes.stylize import stylize, stylize_steps
    from impasto.result import Result
    from impasto.settings import EvaluateSettings, ExplainSettings, RecolorSettings, StylizeSettings

__version__ = "0.1.0"

__all__ = [
    "EvaluateSettings",
    "ExplainSettings",
    "ImpastoError",
    "Marks",
    "RecolorSettings",
    "Result",
    "StylizeSettings",
    "__version__",
    "evaluate",
    "recolor",
    "stylize",
    "stylize_steps",
]

_HOMES = {
    "EvaluateSettings": "impasto.settings",
    "ExplainSettings": "impasto.settings",
    "Marks": "impasto.metrics.marks",
    "RecolorSettings": "impasto.settings",
    "Result": "impasto.result",
    "StylizeSettings": "impasto.settings",
    "evaluate": "impasto.metrics.evaluate",
    "recolor": "impasto.recipes.recolor",
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
