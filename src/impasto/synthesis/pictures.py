"""The pictures a painting is made from, read once: photo, paintings, and a painting for the strokes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from impasto.errors import SettingError
from impasto.features.extractor import Extractor
from impasto.images import io
from impasto.images.io import Picture, PictureSource
from impasto.synthesis.guides import Controls
from impasto.synthesis.read import (
    Styles,
    StyleSource,
    check_size,
    describe,
    describe_style,
    listed,
    name_of,
    pictures_of,
)  # fmt: skip


@dataclass(frozen=True)
class Pictures:
    """What was read.

    Attributes:
        photo: None if there is none.
        styles: the pictures of each style; more than one where their statistics are pooled.
        fine: the painting that lends the strokes; None for none.
        sources: of each style, as it was given.
    """

    photo: Picture | None
    styles: tuple[tuple[Picture, ...], ...]
    fine: Picture | None
    sources: Sequence[StyleSource]

    @classmethod
    def read(
        cls, content: PictureSource | None, style: Styles, controls: Controls, *, max_megapixels: float
    ) -> Pictures:
        """Read them.

        Raises:
            SettingError: there is no style.
            PictureError: one cannot be read.
        """
        sources = listed(style)
        if not sources:
            raise SettingError("there is no style", got="an empty list", expected="one or more pictures")

        def read(source: PictureSource, fallback: str) -> Picture:
            return io.read(source, max_megapixels=max_megapixels, name=name_of(source, fallback))

        photo = None if content is None else read(content, "content")
        styles = tuple(
            tuple(read(one, f"style {number}") for one in pictures_of(source))
            for number, source in enumerate(sources, 1)
        )
        fine = None if controls.fine_style is None else read(controls.fine_style, "fine style")
        return cls(photo, styles, fine, sources)

    def check_sizes(
        self, network: Extractor, content: Mapping[str, float], style: Mapping[str, float]
    ) -> None:
        """Whether all are large enough for the layers that look at them.

        Raises:
            ShapeError: one is not.
        """
        if self.photo is not None:
            check_size(self.photo, network, content)
        for picture in (*(picture for group in self.styles for picture in group), self.fine):
            if picture is not None:
                check_size(picture, network, style)

    def describe(self) -> dict[str, Any]:
        """What the record says of them."""
        return {
            "content": None if self.photo is None else describe(self.photo),
            "styles": [describe_style(s, group) for s, group in zip(self.sources, self.styles, strict=True)],
        }
