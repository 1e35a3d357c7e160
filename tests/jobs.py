"""Jobs for tests: what the recipes make of inputs and options."""

from impasto.recipes import doodle, dream, stylize, texture
from impasto.settings import DoodleSettings, DreamSettings, StylizeSettings, TextureSettings
from impasto.synthesis.context import Context

MASKS = ("content_mask", "style_mask", "keep", "strength_mask", "fine_style")


def stylize_job(content, style, *, context=None, **options):
    """The job of ``impasto.stylize`` with the same arguments."""
    inputs = {"content": content, "style": style} | {n: options.pop(n) for n in MASKS if n in options}
    return stylize.job(inputs, StylizeSettings.of(options), context or Context())


def texture_job(style, *, style_mask=None, context=None, **options):
    """The job of ``impasto.texture`` with the same arguments."""
    inputs = {"style": style, "style_mask": style_mask}
    return texture.job(inputs, TextureSettings.of(options), context or Context())


def doodle_job(style, *, style_map, doodle_map, content=None, context=None, **options):
    """The job of ``impasto.doodle`` with the same arguments."""
    inputs = {"style": style, "style_map": style_map, "doodle": doodle_map, "content": content}
    return doodle.job(inputs, DoodleSettings.of(options), context or Context())


def dream_job(photo, *, guide=None, context=None, **options):
    """The job of ``impasto.dream`` with the same arguments."""
    return dream.job({"content": photo, "guide": guide}, DreamSettings.of(options), context or Context())
