"""How strongly each place of a photo is painted."""

from __future__ import annotations

from dataclasses import replace

import torch

from impasto.images.io import Picture
from impasto.images.masks import read_mask, resize_guides, whole
from impasto.losses.regions import FAINT
from impasto.synthesis.guides import Mask, RegionGuides, shape_of

STRENGTHS = (0.0, 0.5, 1.0)
"""Strengths of a mask's parts; chosen by eye: with 0 and 1 alone, mid grey came out as the photo."""


def by_strength(
    guides: RegionGuides | None, mask: Mask, photo: Picture, *, styles: int, max_megapixels: float
) -> RegionGuides:
    """Every region once for each of ``STRENGTHS`` that the mask has.

    The part of strength 1 goes as far towards the styles as the setting ``strength`` says, and the part of
    strength 0 keeps the photo's own statistics. Greys between two belong to both, in proportion.

    Args:
        guides: of the run; None if it has no regions.
        mask: grey, from black, strength 0, to white, strength 1.
        photo: its size is that of the guides.
        styles: their number.
        max_megapixels: larger masks are refused.
    Returns:
        The guides with their strengths: a channel for each region of each part.
    Raises:
        PictureError: the mask cannot be read.
    """
    white = read_mask(mask, max_megapixels=max_megapixels, name="strength mask")
    before, shape = (white.shape[2], white.shape[3]), shape_of(photo)
    white = resize_guides(white, shape)
    if guides is None:
        regions = whole((1, 1))
        canvas = resize_guides(regions.guides, shape)
        guides = RegionGuides(regions.names, canvas, (None,) * styles, keep=None)
    notes = guides.notes
    if before != shape:
        height, width = before
        resized = f"resized from {width} x {height} to the picture's {shape[1]} x {shape[0]} px"
        notes = (*notes, f"strength mask: {resized}")
    gap = STRENGTHS[1] - STRENGTHS[0]
    parts = {level: (1 - (white - level).abs() / gap).clamp_min(0) for level in STRENGTHS}
    used = {level: part for level, part in parts.items() if bool((part >= FAINT).any())}
    return replace(
        guides,
        names=guides.names * len(used),
        canvas=torch.cat([guides.canvas * part for part in used.values()], 1),
        styles=tuple(None if one is None else one.repeat(1, len(used), 1, 1) for one in guides.styles),
        notes=notes,
        strengths=tuple(level for level in used for _ in guides.names),
    )
