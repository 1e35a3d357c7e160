"""The pictures that a run is made from, read and checked before the first step."""

from __future__ import annotations

import logging
import math
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from impasto.errors import SettingError, WeightsError, nearest
from impasto.fast import style_file
from impasto.features.extractor import FeatureNetwork, smallest_px, too_small
from impasto.images import io
from impasto.images.clear_part import cut_out, without_clear_part
from impasto.images.io import Picture, PictureSource
from impasto.images.picture_file import pictures_in
from impasto.images.resize import fit
from impasto.settings.task import as_list
from impasto.weights.records import file_sha256

log = logging.getLogger(__name__)

FLAT_COLORS, FLAT_SHARE, FLAT_SAMPLES = 12, 0.97, 20_000
"""A mask has at most so many colours in at least such a share of its pixels; about so many are counted.

Chosen by eye: label maps with soft edges pass, posters with a texture do not.
"""

StyleSource = PictureSource | Sequence[PictureSource]
"""A style's picture; or several whose statistics are pooled, as a list or as a folder."""

Styles = PictureSource | Sequence[StyleSource]
"""One style or several."""


@dataclass(frozen=True)
class StylePictures:
    """The pictures of all styles.

    Attributes:
        groups: of each style its pictures; more than one where their statistics are pooled.
        sources: of each style, as it was given.
    """

    groups: tuple[tuple[Picture, ...], ...]
    sources: tuple[StyleSource, ...]

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All of them, in order."""
        return tuple(picture for group in self.groups for picture in group)


def read_picture(source: PictureSource, name: str, *, max_megapixels: float) -> Picture:
    """One picture.

    Args:
        source: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        name: what errors and records call it, if it is no file.
        max_megapixels: larger pictures are refused.
    Raises:
        PictureError: it cannot be read.
    """
    return io.read(source, max_megapixels=max_megapixels, name=name_of(source, name))


def read_painting(source: PictureSource, name: str, *, max_megapixels: float) -> Picture:
    """One painting, as ``read_picture``; what is clear of it takes no part in the style.

    Raises:
        PictureError: it cannot be read, or is transparent everywhere.
    """
    return without_clear_part(read_picture(source, name, max_megapixels=max_megapixels))


def read_photo(source: PictureSource, name: str, *, max_megapixels: float, keep_alpha: bool) -> Picture:
    """One photo, as ``read_picture``, on white; or, to keep its transparency, with its colours continued.

    Raises:
        PictureError: it cannot be read, or is transparent everywhere.
    """
    photo = read_picture(source, name, max_megapixels=max_megapixels)
    return cut_out(photo) if keep_alpha else replace(photo, alpha=None)


def read_styles(style: Styles, *, max_megapixels: float) -> StylePictures:
    """The pictures of one style or several.

    Raises:
        SettingError: there is no style.
        PictureError: a picture cannot be read, or a folder has none.
    """
    sources = tuple(as_list(style))
    if not sources:
        raise SettingError("there is no style", got="an empty list", expected="one or more pictures")
    groups = tuple(
        trained_paintings(Path(source))
        if isinstance(source, (str, os.PathLike)) and is_trained(source)
        else tuple(
            read_painting(picture, f"style {number}", max_megapixels=max_megapixels)
            for picture in pictures_of(source)
        )
        for number, source in enumerate(sources, 1)
    )
    pictures = StylePictures(groups, sources)
    warn_of_masks(pictures)
    return pictures


def warn_of_masks(styles: StylePictures) -> None:
    """Log which of several styles look like masks: ``samples/*.png`` takes them too.

    Args:
        styles: of a run.
    """
    masks = [picture.name for picture in styles.pictures if is_flat(picture)]
    count = len(styles.groups)
    if masks and count > 1:
        log.warning(
            "%d styles are blended, and of few flat colours, as masks are: %s. Masks belong to --style-mask",
            count,
            ", ".join(masks),
        )


def is_flat(picture: Picture) -> bool:
    """Whether a picture has few colours, each flat, as masks and label maps have."""
    every = max(1, math.isqrt(picture.pixels.shape[2] * picture.pixels.shape[3] // FLAT_SAMPLES))
    levels = (picture.pixels[0, :, ::every, ::every] * 255).round().byte().flatten(1).T  # (P, 3)
    counts = sorted(Counter(map(bytes, levels.numpy())).values())
    return sum(counts[-FLAT_COLORS:]) >= FLAT_SHARE * len(levels)


def is_trained(source: object) -> bool:
    """Whether a style is a file of ``impasto train``."""
    return isinstance(source, (str, os.PathLike)) and Path(source).suffix.lower() == style_file.SUFFIX


def trained_paintings(path: Path) -> tuple[Picture, ...]:
    """The paintings that a trained style was learnt from.

    Raises:
        WeightsError: the file is missing or damaged, or no trained style.
    """
    trained = style_file.load_style(path)
    if not trained.paintings:
        raise WeightsError(
            "the trained style holds no painting", got=str(path), expected="a file of impasto train"
        )
    sha256 = file_sha256(path)
    return tuple(
        Picture(pixels=pixels, name=name, path=path, sha256=sha256)
        for name, pixels in trained.paintings.items()
    )


def pictures_of(style: StyleSource) -> list[PictureSource]:
    """The pictures of a style: the picture itself, those of a list, or those in a folder, by name.

    Raises:
        PictureError: a folder has none, or cannot be read.
        SettingError: a list has none.
    """
    if not isinstance(style, (str, os.PathLike)) or not os.path.isdir(style):  # noqa: PTH112 - of any text
        pictures = as_list(style)
        if not pictures:
            raise SettingError("a style has no picture", got="an empty list", expected="one or more pictures")
        return pictures
    return list(pictures_in(Path(style)))


def name_of(source: PictureSource, fallback: str) -> str:
    """What errors and records call a picture: its file's name without the ending, else the fallback."""
    return Path(source).stem if isinstance(source, (str, os.PathLike)) else fallback


def check_init(init: str, words: Sequence[str]) -> None:
    """Check that a start is one of some words or a file.

    Raises:
        SettingError: it is neither.
    """
    if init not in words and not os.path.exists(init):  # noqa: PTH110 - of any text, however long
        raise SettingError(
            "there is no such start",
            got=init,
            expected=f"{', '.join(words)}, or a picture file",
            attempt=nearest(init, words),
        )


def check_size(
    picture: Picture,
    network: FeatureNetwork,
    layers: Iterable[str],
    *,
    attempt: str = "a larger picture, or shallower layers",
) -> None:
    """Check that a picture is large enough for some layers.

    Raises:
        ShapeError: it is not.
    """
    height, width = picture.pixels.shape[2:]
    needed = smallest_px(network, layers)
    if min(height, width) < needed:
        raise too_small(
            f"{picture.name} is too small for the layers asked for",
            (height, width),
            needed,
            attempt=attempt,
        )


def result_shape(
    photo: Picture, network: FeatureNetwork, layers: Iterable[str], *, size: int, enlarge: bool
) -> tuple[int, int]:
    """(height, width) of a photo's result, px.

    Args:
        photo: what is painted.
        network: looks at the result.
        layers: of it that are looked at.
        size: long side that is wanted, px.
        enlarge: also where the photo is smaller.
    Raises:
        ShapeError: the result would be too small for the layers.
    """
    height, width = photo.pixels.shape[2:]
    shape, needed = fit(height, width, size, enlarge=enlarge), smallest_px(network, layers)
    if min(shape) >= needed:
        return shape
    if min(fit(height, width, size, enlarge=True)) >= needed:
        attempt = f"--enlarge, which paints it with a long side of {size} px"
    else:
        least = math.ceil(needed * max(height, width) / min(height, width))
        attempt = f"--enlarge --size {least} or larger, or shallower layers"
    raise too_small(f"{photo.name} is too small for the layers asked for", shape, needed, attempt=attempt)


def notes_of(*pictures: Picture | None) -> tuple[str, ...]:
    """What was done to pictures when they were read, for people."""
    return tuple(f"{picture.name}: {note}" for picture in pictures if picture for note in picture.notes)
