"""Neural style transfer that simply works: offline, on a laptop's CPU, in seconds.

The public verbs are loaded on first use, so ``import impasto`` is instant and loads no torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from impasto.errors import ImpastoError

if TYPE_CHECKING:
    from impasto.audio.result import SoundResult
    from impasto.audio.stylize import stylize_audio, stylize_audio_steps
    from impasto.batch.run import run_batch
    from impasto.fast.apply import StylePainter, apply
    from impasto.fast.style_file import TrainedStyle
    from impasto.fast.train import train, train_steps
    from impasto.metrics.evaluate import evaluate
    from impasto.metrics.scores import Scores
    from impasto.recipes.background import background, background_steps
    from impasto.recipes.doodle import doodle, doodle_steps
    from impasto.recipes.dream import dream, dream_steps
    from impasto.recipes.harmonize import harmonize, harmonize_steps
    from impasto.recipes.interpolate import interpolate, interpolate_steps
    from impasto.recipes.photo import photo, photo_steps
    from impasto.recipes.recolor import recolor
    from impasto.recipes.stylize import stylize, stylize_steps
    from impasto.recipes.texture import texture, texture_steps
    from impasto.result import Result
    from impasto.settings import (
        ApplySettings,
        AudioSettings,
        BackgroundSettings,
        DeflickerSettings,
        DoodleSettings,
        DreamSettings,
        EvaluateSettings,
        ExplainSettings,
        HarmonizeSettings,
        InterpolateSettings,
        PhotoSettings,
        RecolorSettings,
        StylizeSettings,
        TextSettings,
        TextureSettings,
        TrainSettings,
        VideoSettings,
    )
    from impasto.synthesis.context import Context
    from impasto.synthesis.network import NetworkHandle
    from impasto.synthesis.painter import Painter
    from impasto.synthesis.preload import preload
    from impasto.synthesis.recipe import from_record
    from impasto.text.stylize import TextResult, rewrite_text, rewrite_text_steps
    from impasto.video.deflicker import deflicker, deflicker_steps
    from impasto.video.propagate import propagate, propagate_steps
    from impasto.video.run import VideoResult
    from impasto.video.stylize import stylize_video, video_steps

__version__ = "0.1.0"

_HOMES = {
    "ApplySettings": "impasto.settings",
    "AudioSettings": "impasto.settings",
    "BackgroundSettings": "impasto.settings",
    "Context": "impasto.synthesis.context",
    "DeflickerSettings": "impasto.settings",
    "DoodleSettings": "impasto.settings",
    "DreamSettings": "impasto.settings",
    "EvaluateSettings": "impasto.settings",
    "ExplainSettings": "impasto.settings",
    "HarmonizeSettings": "impasto.settings",
    "InterpolateSettings": "impasto.settings",
    "NetworkHandle": "impasto.synthesis.network",
    "Painter": "impasto.synthesis.painter",
    "PhotoSettings": "impasto.settings",
    "RecolorSettings": "impasto.settings",
    "Result": "impasto.result",
    "Scores": "impasto.metrics.scores",
    "SoundResult": "impasto.audio.result",
    "StylePainter": "impasto.fast.apply",
    "StylizeSettings": "impasto.settings",
    "TextResult": "impasto.text.stylize",
    "TextSettings": "impasto.settings",
    "TextureSettings": "impasto.settings",
    "TrainSettings": "impasto.settings",
    "TrainedStyle": "impasto.fast.style_file",
    "VideoResult": "impasto.video.run",
    "VideoSettings": "impasto.settings",
    "apply": "impasto.fast.apply",
    "background": "impasto.recipes.background",
    "background_steps": "impasto.recipes.background",
    "deflicker": "impasto.video.deflicker",
    "deflicker_steps": "impasto.video.deflicker",
    "doodle": "impasto.recipes.doodle",
    "doodle_steps": "impasto.recipes.doodle",
    "dream": "impasto.recipes.dream",
    "dream_steps": "impasto.recipes.dream",
    "evaluate": "impasto.metrics.evaluate",
    "from_record": "impasto.synthesis.recipe",
    "harmonize": "impasto.recipes.harmonize",
    "harmonize_steps": "impasto.recipes.harmonize",
    "interpolate": "impasto.recipes.interpolate",
    "interpolate_steps": "impasto.recipes.interpolate",
    "photo": "impasto.recipes.photo",
    "photo_steps": "impasto.recipes.photo",
    "preload": "impasto.synthesis.preload",
    "propagate": "impasto.video.propagate",
    "propagate_steps": "impasto.video.propagate",
    "recolor": "impasto.recipes.recolor",
    "rewrite_text": "impasto.text.stylize",
    "rewrite_text_steps": "impasto.text.stylize",
    "run_batch": "impasto.batch.run",
    "stylize": "impasto.recipes.stylize",
    "stylize_audio": "impasto.audio.stylize",
    "stylize_audio_steps": "impasto.audio.stylize",
    "stylize_steps": "impasto.recipes.stylize",
    "stylize_video": "impasto.video.stylize",
    "texture": "impasto.recipes.texture",
    "texture_steps": "impasto.recipes.texture",
    "train": "impasto.fast.train",
    "train_steps": "impasto.fast.train",
    "video_steps": "impasto.video.stylize",
}

__all__ = [
    "ApplySettings",
    "AudioSettings",
    "BackgroundSettings",
    "Context",
    "DeflickerSettings",
    "DoodleSettings",
    "DreamSettings",
    "EvaluateSettings",
    "ExplainSettings",
    "HarmonizeSettings",
    "ImpastoError",
    "InterpolateSettings",
    "NetworkHandle",
    "Painter",
    "PhotoSettings",
    "RecolorSettings",
    "Result",
    "Scores",
    "SoundResult",
    "StylePainter",
    "StylizeSettings",
    "TextResult",
    "TextSettings",
    "TextureSettings",
    "TrainSettings",
    "TrainedStyle",
    "VideoResult",
    "VideoSettings",
    "__version__",
    "apply",
    "background",
    "background_steps",
    "deflicker",
    "deflicker_steps",
    "doodle",
    "doodle_steps",
    "dream",
    "dream_steps",
    "evaluate",
    "from_record",
    "harmonize",
    "harmonize_steps",
    "interpolate",
    "interpolate_steps",
    "photo",
    "photo_steps",
    "preload",
    "propagate",
    "propagate_steps",
    "recolor",
    "rewrite_text",
    "rewrite_text_steps",
    "run_batch",
    "stylize",
    "stylize_audio",
    "stylize_audio_steps",
    "stylize_steps",
    "stylize_video",
    "texture",
    "texture_steps",
    "train",
    "train_steps",
    "video_steps",
]


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'impasto' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
