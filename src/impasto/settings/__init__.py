"""Every number that a user may set. Nothing in here imports torch, so help and forms are instant."""

from impasto.settings.base import Knob, Settings, setting
from impasto.settings.doodle import DoodleOptions, DoodleSettings
from impasto.settings.dream import DreamOptions, DreamSettings
from impasto.settings.evaluate import EvaluateOptions, EvaluateSettings
from impasto.settings.explain import ExplainOptions, ExplainSettings
from impasto.settings.presets import PRESETS
from impasto.settings.recolor import RecolorOptions, RecolorSettings
from impasto.settings.studio import StudioSettings
from impasto.settings.stylize import StylizeOptions, StylizeSettings
from impasto.settings.texture import TextureOptions, TextureSettings

__all__ = [
    "PRESETS",
    "DoodleOptions",
    "DoodleSettings",
    "DreamOptions",
    "DreamSettings",
    "EvaluateOptions",
    "EvaluateSettings",
    "ExplainOptions",
    "ExplainSettings",
    "Knob",
    "RecolorOptions",
    "RecolorSettings",
    "Settings",
    "StudioSettings",
    "StylizeOptions",
    "StylizeSettings",
    "TextureOptions",
    "TextureSettings",
    "setting",
]
