"""Every setting that a user may change. Nothing in here imports torch, so help and forms are instant."""

from impasto.settings.apply import ApplyOptions, ApplySettings
from impasto.settings.audio import AudioOptions, AudioSettings
from impasto.settings.background import BackgroundOptions, BackgroundSettings
from impasto.settings.base import SettingInfo, Settings, setting
from impasto.settings.batch import BatchOptions, BatchSettings
from impasto.settings.colors import ColorSettings
from impasto.settings.content import ContentSettings
from impasto.settings.deflicker import DeflickerOptions, DeflickerSettings
from impasto.settings.doodle import DoodleOptions, DoodleSettings
from impasto.settings.dream import DreamOptions, DreamSettings
from impasto.settings.evaluate import EvaluateOptions, EvaluateSettings
from impasto.settings.explain import ExplainOptions, ExplainSettings
from impasto.settings.harmonize import HarmonizeOptions, HarmonizeSettings
from impasto.settings.interpolate import InterpolateOptions, InterpolateSettings
from impasto.settings.live import LiveOptions, LiveSettings
from impasto.settings.loop import LoopSettings
from impasto.settings.network import ExtractorSettings, InputSettings, NetworkSettings
from impasto.settings.photo import PhotoOptions, PhotoSettings
from impasto.settings.presets import PRESETS
from impasto.settings.propagate import PropagateOptions, PropagateSettings
from impasto.settings.recolor import RecolorOptions, RecolorSettings
from impasto.settings.size import SizeSettings
from impasto.settings.studio import StudioSettings
from impasto.settings.style import BlendSettings, FineSettings, StyleSettings
from impasto.settings.stylize import StylizeOptions, StylizeSettings
from impasto.settings.text import TextOptions, TextSettings
from impasto.settings.texture import TextureOptions, TextureSettings
from impasto.settings.train import TrainOptions, TrainSettings
from impasto.settings.video import VideoOptions, VideoSettings

__all__ = [
    "PRESETS",
    "ApplyOptions",
    "ApplySettings",
    "AudioOptions",
    "AudioSettings",
    "BackgroundOptions",
    "BackgroundSettings",
    "BatchOptions",
    "BatchSettings",
    "BlendSettings",
    "ColorSettings",
    "ContentSettings",
    "DeflickerOptions",
    "DeflickerSettings",
    "DoodleOptions",
    "DoodleSettings",
    "DreamOptions",
    "DreamSettings",
    "EvaluateOptions",
    "EvaluateSettings",
    "ExplainOptions",
    "ExplainSettings",
    "ExtractorSettings",
    "FineSettings",
    "HarmonizeOptions",
    "HarmonizeSettings",
    "InputSettings",
    "InterpolateOptions",
    "InterpolateSettings",
    "LiveOptions",
    "LiveSettings",
    "LoopSettings",
    "NetworkSettings",
    "PhotoOptions",
    "PhotoSettings",
    "PropagateOptions",
    "PropagateSettings",
    "RecolorOptions",
    "RecolorSettings",
    "SettingInfo",
    "Settings",
    "SizeSettings",
    "StudioSettings",
    "StyleSettings",
    "StylizeOptions",
    "StylizeSettings",
    "TextOptions",
    "TextSettings",
    "TextureOptions",
    "TextureSettings",
    "TrainOptions",
    "TrainSettings",
    "VideoOptions",
    "VideoSettings",
    "setting",
]
