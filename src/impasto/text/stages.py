"""A passage after each of its changes, with the two losses that a picture has: content and style."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

from impasto.text import models as model_files
from impasto.text import rewrite
from impasto.text.content import is_content
from impasto.text.edits import edits_of
from impasto.text.packs import find_style
from impasto.text.sites import Paragraph
from impasto.text.style import count
from impasto.text.tally import Tally


@dataclass(frozen=True)
class Stage:
    """A passage with some of its changes.

    Attributes:
        text: the passage.
        before: what the last change took out; "" at the first stage.
        after: what it put in.
        style_loss: distance of the counts from the author's, in nats, divided by that of the first stage.
        content_loss: share of the content words of the first stage that no longer stand there.
    """

    text: str
    before: str
    after: str
    style_loss: float
    content_loss: float


def stages(text: str, author: str, *, strength: float) -> tuple[Stage, ...]:
    """Make the changes of a passage one at a time, the one with the largest gain first.

    Args:
        text: a paragraph without line ends.
        author: one of the package's styles.
        strength: as for ``rewrite_text``.
    Returns:
        The passage as it was, and after each change.
    Raises:
        SettingError: there is no such style.
    """
    models = model_files.load()
    background = models.background
    style, _ = find_style(author, background, max_megabytes=1)
    paragraph = Paragraph.of(text)
    tally = Tally(count([paragraph], background.function_words), style, background)
    edits = edits_of(paragraph, style, models.fluency)
    chosen = rewrite.search(paragraph, edits, tally, strength=strength, chance=random.Random(0))
    order = sorted(chosen, key=lambda change: -change.gain)
    whole = tally.distance()
    found = [Stage(text, "", "", 1.0, 0.0)]
    for number, change in enumerate(order, 1):
        new = rewrite.apply(paragraph, sorted(order[:number], key=lambda one: one.edit.start))
        after = Paragraph.of(new)
        now = Tally(count([after], background.function_words), style, background).distance()
        edit = change.edit
        found.append(
            Stage(new, edit.old.strip(), edit.text.strip(), now / whole, lost_words(paragraph, after))
        )
    return tuple(found)


def lost_words(before: Paragraph, after: Paragraph) -> float:
    """Share of the content words of one passage that do not stand in the other, in any form."""
    old, new = _content_words(before), _content_words(after)
    return 1 - (old & new).total() / max(old.total(), 1)


def _content_words(paragraph: Paragraph) -> Counter[str]:
    return Counter(
        low for low, tag in zip(paragraph.low, paragraph.tags, strict=True) if is_content(low, tag)
    )
