"""Photos and paintings that the quality of methods is measured on, all held out of our networks' training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """A photo and a painting of the development data.

    Attributes:
        photo: file name in photos/, without ending.
        style: file name in paintings/, without ending.
        photo_kind: what is on the photo.
        style_kind: what the painting is made of.
        group: how it looks from afar: "dark", "light paper", "poster" (flat areas) or "brush".
    """

    photo: str
    style: str
    photo_kind: str
    style_kind: str
    group: str

    @property
    def name(self) -> str:
        """Of files and of rows."""
        return f"{self.photo}-{self.style}"


# fmt: off
PAIRS = (
    Pair("p0000", "a0360", "city", "brush", "brush"),
    Pair("p0403", "a0280", "portrait", "brush", "brush"),
    Pair("p0393", "a0290", "landscape", "ink wash", "light paper"),
    Pair("p0503", "a0550", "landscape", "brush", "brush"),
    Pair("p0493", "a0070", "architecture", "mosaic", "poster"),
    Pair("p0100", "a0240", "animal", "dabs", "brush"),
    Pair("p0282", "a0430", "plant", "flat colour", "poster"),
    Pair("p0797", "a0590", "landscape", "dabs", "brush"),
    Pair("p0383", "a0680", "architecture", "wash", "light paper"),
    Pair("p0433", "a1190", "plant", "line", "light paper"),
    Pair("p0675", "a1060", "animal", "flat colour", "poster"),
    Pair("p0140", "a0650", "architecture", "ornament", "poster"),
    Pair("p0363", "a1150", "portrait", "line", "light paper"),
    Pair("p1171", "a1210", "city", "brush", "brush"),
    Pair("p1211", "a0990", "portrait", "wash", "light paper"),
    Pair("p0987", "a0850", "landscape", "naive", "poster"),
    Pair("p1612", "a1420", "portrait", "glazes", "dark"),
    Pair("p0353", "a0920", "portrait", "watercolour", "light paper"),
    Pair("p1863", "a0600", "portrait", "smooth", "poster"),
    Pair("p0585", "a0400", "portrait", "brush", "brush"),
    Pair("p0807", "a1300", "portrait", "glazes", "dark"),
    Pair("p1048", "a1260", "animal", "tapestry", "brush"),
    Pair("p0887", "a1440", "city", "glazes", "dark"),
    Pair("p1432", "a0930", "landscape", "glazes", "dark"),
)
"""The first twelve are those of the model card of ``compact``, the first sixteen those of older tables."""

WATCHED = (
    Pair("p0403", "a1113", "portrait", "sanguine", "light paper"),
)
"""Pairs to look at, not to count: the painting is one that ``compact`` learnt from."""
# fmt: on

REPORTED = (
    "p0503-a0550", "p0433-a1190", "p0675-a1060", "p0140-a0650", "p1171-a1210", "p0987-a0850",
    "p1612-a1420", "p0353-a0920", "p1863-a0600", "p0585-a0400", "p1048-a1260", "p1432-a0930",
)  # fmt: skip
"""Names of the half that results are reported on; settings are chosen on the others."""

HALVES: Mapping[str, tuple[Pair, ...]] = {
    "tuning": tuple(pair for pair in PAIRS if pair.name not in REPORTED),
    "reported": tuple(pair for pair in PAIRS if pair.name in REPORTED),
}
"""Twelve pairs each, four of them portraits; every group of paintings is in both."""

PORTRAIT_STYLES = {"dark": "a1420", "light paper": "a1190", "poster": "a1060", "brush": "a0400"}
"""Group -> the painting that every portrait is painted with to be looked at."""

PORTRAITS = tuple(
    Pair(pair.photo, style, "portrait", group, group)
    for pair in PAIRS
    if pair.photo_kind == "portrait"
    for group, style in PORTRAIT_STYLES.items()
)
"""Eight portraits with four paintings each."""

LISTS: Mapping[str, tuple[Pair, ...]] = {
    **HALVES, "all": PAIRS, "watched": WATCHED, "portraits": PORTRAITS,
}  # fmt: skip
"""Every list of pairs by name."""
