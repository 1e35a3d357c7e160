"""Every number that a user may set. Nothing in here imports torch, so help and forms are instant."""

from impasto.settings.base import Knob, Settings, setting
from impasto.settings.doodle import DoodleOptions, DoodleSettings
from impasto.settings.evaluate import EvaluateOptions, EvaluateSettings
from impasto.settings.presets import PRESETS
from impasto.settings.stylize import StylizeOptions, StylizeSettings

__all__ = [
    "PRESETS",
    "DoodleOptions",
    "DoodleSettings",
    "EvaluateOptions",
    "EvaluateSettings",
    "Knob",
    "Settings",
    "StylizeOptions",
    "StylizeSettings",
    "setting",
]
