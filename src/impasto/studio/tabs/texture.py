"""What the tab of ``texture`` has besides its row: a sketch."""

from __future__ import annotations

from dataclasses import replace

from impasto.settings import TextureSettings
from impasto.settings.size import SIDES_PX, parse_size
from impasto.studio.painting_task import SKETCH_PX
from impasto.studio.tabs.recipe import Variant


def sketch(settings: TextureSettings) -> TextureSettings:
    """Settings of a small picture that is painted at once."""
    width, height = parse_size(settings.size)
    shrink = min(1.0, SKETCH_PX / max(width, height))
    small = "x".join(str(max(SIDES_PX[0], round(side * shrink))) for side in (width, height))
    scales = tuple(max(0.05, scale * shrink) for scale in settings.style_scale)
    return replace(settings, size=small, style_scale=scales, steps=8, scales=3, style_loss={"gram": 1.0})


VARIANT = Variant(sketch=sketch)
