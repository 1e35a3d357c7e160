"""Styles by name: the package's authors, or the user's own texts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from impasto.errors import SettingError, TextError, nearest
from impasto.settings.text import AUTHORS
from impasto.text.background import Background
from impasto.text.read import blocks, check_english, read_file, unwrap
from impasto.text.sites import Paragraph
from impasto.text.style import Style, blend, style_of

ENOUGH_WORDS = 5000
"""Words of a text from which a style can be counted well."""

MOST_WORDS = 60000
"""Words that are counted; a longer text gives no better style."""


def find_style(
    name: str | Path, background: Background, *, max_megabytes: float
) -> tuple[Style, tuple[str, ...]]:
    """The style of an author's name or of a text file, and notes on it.

    Args:
        name: one of ``AUTHORS``, or a file.
        background: what the style is compared with.
        max_megabytes: largest file.
    Raises:
        TextError: the file cannot be read, is not English, or has no sentence.
        SettingError: there is no such author or file.
    """
    if str(name).lower() in AUTHORS:
        source = resources.files("impasto.text") / "packs" / f"{str(name).lower()}.npz"
        return Style.read(source.read_bytes()), ()
    path = Path(name)
    if not path.exists() and not path.suffix:
        raise SettingError(
            f"there is no style {str(name)!r}",
            got=str(name),
            expected=f"one of {', '.join(AUTHORS)}, or a text file",
            attempt=nearest(str(name), AUTHORS),
        )
    text, notes = read_file(path, max_megabytes=max_megabytes)
    check_english(text, name=str(path))
    return _counted(path, text, background, notes)


def _counted(
    path: Path, text: str, background: Background, notes: tuple[str, ...]
) -> tuple[Style, tuple[str, ...]]:
    paragraphs, words = [], 0
    for block in blocks(text):
        if block.is_prose and words < MOST_WORDS:
            paragraphs.append(Paragraph.of(unwrap(block.text)[0]))
            words += len(block.text.split())
    style = style_of(path.stem, paragraphs, background)
    if style.words < 20:
        raise TextError(
            "style has too few words",
            got=f"{path}: {style.words} words of narration",
            expected=f"at least 20; {ENOUGH_WORDS} make a good style",
            attempt="a longer text of the author",
        )
    if style.words < ENOUGH_WORDS:
        notes = (
            *notes,
            f"{path.name}: only {style.words} words of narration; {ENOUGH_WORDS} make a good style",
        )
    return style, notes


def find_styles(
    names: Sequence[str | Path],
    weights: Sequence[float] | None,
    background: Background,
    *,
    max_megabytes: float,
) -> tuple[Style, tuple[str, ...]]:
    """The mixture of several styles, and notes.

    Raises:
        SettingError: there is no style, or not one weight a style.
        TextError: as ``find_style``.
    """
    if not names:
        raise SettingError(
            "text needs a style",
            got="none",
            expected=f"{', '.join(AUTHORS)}, or a text file",
            attempt="--style poe",
        )
    if weights is not None and (
        len(weights) != len(names) or min(weights) < 0 or not 0 < sum(weights) < math.inf
    ):
        raise SettingError(
            f"style_weights has {len(weights)} values for {len(names)} styles",
            got=", ".join(map(str, weights)),
            expected="one weight for each style, none negative, not all 0",
            attempt="leave style_weights out for equal weights",
        )
    found = [find_style(name, background, max_megabytes=max_megabytes) for name in names]
    notes = tuple(note for _, own in found for note in own)
    return blend([style for style, _ in found], weights or [1.0] * len(found)), notes
