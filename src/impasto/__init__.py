"""Neural style transfer that simply works: offline, on a laptop's CPU, in seconds.

The public verbs are loaded on first use, so ``import impasto`` is instant and loads no torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from impasto.errors import ImpastoError

if TYPE_CHECKING:
    from impasto.metrics.evaluate import evaluate
    from impasto.metrics.scores import Scores
    from impasto.recipes.doodle import doodle, doodle_steps
    from impasto.recipes.dream import dream, dream_steps
    from impasto.recipes.interpolate import interpolate, interpolate_steps
    from impasto.recipes.recolor import recolor
    from impasto.recipes.stylize import stylize, stylize_steps
    from impasto.recipes.texture import texture, texture_steps
    from impasto.result import Result
    from impasto.settings import (
        DoodleSettings,
        DreamSettings,
        EvaluateSettings,
        ExplainSettings,
        RecolorSettings,
        StylizeSettings,
        TextureSettings,
    )

__version__ = "0.1.0"

__all__ = [
    "DoodleSettings",
    "DreamSettings",
    "EvaluateSettings",
    "ExplainSettings",
    "ImpastoError",
    "RecolorSettings",
    "Result",
    "Scores",
    "StylizeSettings",
    "TextureSettings",
    "__version__",
    "doodle",
    "doodle_steps",
    "dream",
    "dream_steps",
    "evaluate",
    "interpolate",
    "interpolate_steps",
    "recolor",
    "stylize",
    "stylize_steps",
    "texture",
    "texture_steps",
]

_HOMES = {
    "DreamSettings": "impasto.settings",
    "DoodleSettings": "impasto.settings",
    "EvaluateSettings": "impasto.settings",
    "ExplainSettings": "impasto.settings",
    "RecolorSettings": "impasto.settings",
    "Result": "impasto.result",
    "Scores": "impasto.metrics.scores",
    "StylizeSettings": "impasto.settings",
    "TextureSettings": "impasto.settings",
    "dream": "impasto.recipes.dream",
    "dream_steps": "impasto.recipes.dream",
    "doodle": "impasto.recipes.doodle",
    "doodle_steps": "impasto.recipes.doodle",
    "evaluate": "impasto.metrics.evaluate",
    "recolor": "impasto.recipes.recolor",
    "interpolate": "impasto.recipes.interpolate",
    "interpolate_steps": "impasto.recipes.interpolate",
    "stylize": "impasto.recipes.stylize",
    "stylize_steps": "impasto.recipes.stylize",
    "texture": "impasto.recipes.texture",
    "texture_steps": "impasto.recipes.texture",
}


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'impasto' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
