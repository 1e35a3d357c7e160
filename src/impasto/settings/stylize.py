"""Settings of a painting: one photo, one or more styles."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.settings.base import as_in, setting
from impasto.settings.colors import ColorOptions, ColorSettings
from impasto.settings.content import ContentOptions, ContentSettings
from impasto.settings.loop import LoopOptions, LoopSettings
from impasto.settings.network import NetworkOptions, NetworkSettings
from impasto.settings.presets import PRESETS
from impasto.settings.size import SizeOptions, SizeSettings
from impasto.settings.style import (
    BlendOptions,
    BlendSettings,
    FineOptions,
    FineSettings,
    StyleOptions,
    StyleSettings,
)


@dataclass(frozen=True, kw_only=True)
class StylizeSettings(
    SizeSettings,
    BlendSettings,
    StyleSettings,
    FineSettings,
    ColorSettings,
    ContentSettings,
    LoopSettings,
    NetworkSettings,
):
    """How a photo is painted in one or more styles."""

    preset: str = setting(
        "default", choices=tuple(PRESETS), help="Settings to start from; other options change single ones."
    )
    init: str = as_in(
        LoopSettings, "init", default="content", help="Start from: content, noise, style, or a picture file."
    )


class StylizeOptions(
    SizeOptions,
    BlendOptions,
    StyleOptions,
    FineOptions,
    ColorOptions,
    ContentOptions,
    LoopOptions,
    NetworkOptions,
    total=False,
):
    """Keywords of ``stylize``: every field of ``StylizeSettings``. What is left out is as in the preset."""

    preset: str
