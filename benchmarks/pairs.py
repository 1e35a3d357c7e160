"""Photos and paintings that the quality of methods is measured on, all held out of our networks' training."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """A photo and a painting of the development data.

    Attributes:
        photo: file name in photos/, without ending.
        style: file name in paintings/, without ending.
        photo_kind: what is on the photo.
        style_kind: what the painting is made of.
    """

    photo: str
    style: str
    photo_kind: str
    style_kind: str

    @property
    def name(self) -> str:
        """Of files and of rows."""
        return f"{self.photo}-{self.style}"


PAIRS = (
    Pair("p0000", "a0360", "city", "brush"),
    Pair("p0403", "a0280", "portrait", "brush"),
    Pair("p0393", "a0290", "landscape", "ink wash"),
    Pair("p0503", "a0550", "landscape", "brush"),
    Pair("p0493", "a0070", "architecture", "mosaic"),
    Pair("p0100", "a0240", "animal", "dabs"),
    Pair("p0282", "a0430", "plant", "flat colour"),
    Pair("p0797", "a0590", "landscape", "dabs"),
    Pair("p0383", "a0680", "architecture", "wash"),
    Pair("p0433", "a1190", "plant", "line"),
    Pair("p0675", "a1060", "animal", "flat colour"),
    Pair("p0140", "a0650", "architecture", "ornament"),
    Pair("p0363", "a1150", "portrait", "line"),
    Pair("p1171", "a1210", "city", "brush"),
    Pair("p1211", "a0990", "portrait", "wash"),
    Pair("p0987", "a0850", "landscape", "naive"),
)
"""The first twelve are those of the model card of ``compact``."""
