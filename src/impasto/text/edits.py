"""An edit: one option of a site, with the text it makes, what it changes in the counts, and what it costs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from impasto.text import characters
from impasto.text.choices import find_sites
from impasto.text.fluency import Fluency
from impasto.text.rhythm import intervals, origins
from impasto.text.sites import Option, Paragraph, Site
from impasto.text.style import Style, length_class, mark_name, sentence_length
from impasto.text.tally import Feature
from impasto.text.tokens import join, tokenize

CHARACTER_WEIGHT = 0.12
"""Of a nat of the character n-grams, which overlap and so count a change several times."""

FLUENCY_WEIGHT = 0.15
"""Of a nat of log probability that the change loses."""

UNSEEN = 9.0
"""Nats that a change may lose before it is no longer proposed."""

PUT_IN = ("opening", "adverbial")
"""Families that put in words or leave them out: judged by their own shares alone."""

CONTEXT = 4
"""Words on either side of a change whose stress is counted again."""

_VOWEL = re.compile(r"(?i)^(?:[aeio]|u(?!ni|s[ae]|ti)|hon(?:est|or|our)|hour|heir)(?!ne\b|nce\b)")


@dataclass(frozen=True)
class Edit:
    """One possible change.

    Attributes:
        start: first token that it replaces.
        end: one past the last.
        text: what stands there then, with the space before it.
        old: what stood there, with the space before it.
        choice: as in ``Site``.
        before: the variant that was taken.
        after: the one that is put in.
        family: as in ``Site``.
        changes: what it adds to the counts.
        own_gain: gain that depends on nothing else: character n-grams.
        cost: of content and fluency, in nats.
    """

    start: int
    end: int
    text: str
    old: str
    choice: str
    before: str
    after: str
    family: str
    changes: Mapping[Feature, float]
    own_gain: float
    cost: float


def edits_of(paragraph: Paragraph, style: Style, fluency: Fluency, *, dash: str = "--") -> list[Edit]:
    """Every change that may be made in a paragraph towards a style, in the order of the text.

    Args:
        paragraph: to be rewritten.
        style: whose variants are proposed; one that the author never took is not.
        fluency: says how expected the new words are.
        dash: as the text writes it.
    """
    found = []
    is_dialect = style.is_dialect
    for site in find_sites(paragraph):
        if not paragraph.is_free(site.start, site.end) and site.family == "word":
            continue
        for option in site.options:
            if option.variant.startswith("~") and not is_dialect:
                continue
            if not style.has(site.choice, option.variant):
                continue
            edit = _edit(paragraph, site, option, style, fluency, dash)
            if edit is not None:
                found.append(edit)
    return found


def _edit(
    paragraph: Paragraph, site: Site, option: Option, style: Style, fluency: Fluency, dash: str
) -> Edit | None:
    start, text = site.start, option.text
    space = paragraph.tokens[start].space if start < len(paragraph.tokens) else " "
    if text[:1] in ";,.":
        space = ""
    elif text.startswith("--"):
        space, text = ("", text.replace("--", dash, 1))
    elif text.startswith(" "):
        space, text = " ", text.lstrip()
    start, text, space = _with_article(paragraph, start, text, space)
    old = join(list(paragraph.tokens[start : site.end]))
    new = space + text
    if new == old:
        return None
    new_words = [token.low for token in tokenize(new)]
    old_words = list(paragraph.low[start : site.end])
    loss = _loss(paragraph, start, site.end, new_words, old_words, fluency)
    if loss > UNSEEN:
        return None
    cost = option.cost + FLUENCY_WEIGHT * max(loss, -1.0)
    changes = _changes(paragraph, start, site, option, new_words, old_words)
    own = CHARACTER_WEIGHT * _character_gain(paragraph, start, site.end, new, style)
    return Edit(
        start,
        site.end,
        new,
        old,
        site.choice,
        site.variant,
        option.variant,
        site.family,
        changes,
        max(min(own, 3.0), -3.0),
        cost,
    )


def _with_article(paragraph: Paragraph, start: int, text: str, space: str) -> tuple[int, str, str]:
    """Take the article before the change into it, if it is "a" and must be "an", or the other way round."""
    before = paragraph.word(start - 1)
    if before not in ("a", "an") or not text[:1].isalpha():
        return start, text, space
    wanted = "an" if _VOWEL.match(text) else "a"
    if wanted == before:
        return start, text, space
    article = wanted.capitalize() if paragraph.tokens[start - 1].text[0].isupper() else wanted
    return start - 1, f"{article} {text}", paragraph.tokens[start - 1].space


def _loss(
    paragraph: Paragraph, start: int, end: int, new: list[str], old: list[str], fluency: Fluency
) -> float:
    """By how much the words get less expected, in nats; marks are as likely as they are."""
    left = ["<", "<", *paragraph.low[max(start - 2, 0) : start]][-2:]
    right = list(paragraph.low[end : end + 2])
    before = fluency.log_probability([*left, *old, *right], 2, 2 + len(old) + len(right))
    after = fluency.log_probability([*left, *new, *right], 2, 2 + len(new) + len(right))
    # A longer text is less probable by its length alone.
    return before - after - 4.0 * max(len(new) - len(old), 0) + 2.0 * max(len(old) - len(new), 0)


def _changes(
    paragraph: Paragraph, start: int, site: Site, option: Option, new: list[str], old: list[str]
) -> dict[Feature, float]:
    changes: Counter[Feature] = Counter()
    if site.family in PUT_IN:  # words that add nothing are no means to mend a rate
        new, old = [], []
    for word in new:
        changes["rate", mark_name(word)] += 1
    for word in old:
        changes["rate", mark_name(word)] -= 1
    _rhythm(paragraph, start, site.end, new, old, changes)
    changes["choice", site.choice, site.variant] -= 1
    changes["choice", site.choice, option.variant] += 1
    if site.choice in ("clause boundary", 'mark before "but"'):
        _lengths(paragraph, site, option, changes)
    return {feature: step for feature, step in changes.items() if step}


def _rhythm(
    paragraph: Paragraph, start: int, end: int, new: list[str], old: list[str], changes: Counter[Feature]
) -> None:
    """What a change does to the stress around it, and to the origin of the words."""
    left, right = paragraph.low[max(start - CONTEXT, 0) : start], paragraph.low[end : end + CONTEXT]
    for words, sign in ((new, 1), (old, -1)):
        inside = [word for word in words if word[:1].isalpha() or word[:1] == "'"]
        around = [word for word in (*left, *inside, *right) if word[:1].isalpha()]
        for key, number in (intervals(around) + origins(inside)).items():
            changes["rate", key] += sign * number


def _lengths(paragraph: Paragraph, site: Site, option: Option, changes: Counter[Feature]) -> None:
    """What a boundary that becomes or stops being a full stop does to the sentence lengths."""
    was_stop, is_stop = site.variant[0] == ".", option.variant[0] == "."
    if was_stop == is_stop:
        return
    first, last = paragraph.sentence_of(site.start)
    if was_stop:
        after_first, after_last = paragraph.sentence_of(min(site.start + 1, len(paragraph.low) - 1))
        parts = [sentence_length(paragraph, first, last), sentence_length(paragraph, after_first, after_last)]
        sign = -1
    else:
        parts = [sentence_length(paragraph, first, site.start), sentence_length(paragraph, site.start, last)]
        sign = 1
    for part in parts:
        changes["length", str(length_class(part))] += sign
    changes["length", str(length_class(sum(parts)))] -= sign


def _character_gain(paragraph: Paragraph, start: int, end: int, new: str, style: Style) -> float:
    left = join(list(paragraph.tokens[max(start - 3, 0) : start]))[-4:]
    right = join(list(paragraph.tokens[end : end + 3]))[:4]
    old = join(list(paragraph.tokens[start:end]))
    return characters.score(left + new + right, style.characters) - characters.score(
        left + old + right, style.characters
    )
