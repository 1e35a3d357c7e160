"""Whether a rewritten paragraph still says the same: names, numbers, quotations, negations, content words."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from impasto.text.lexicon import rows
from impasto.text.sites import Paragraph
from impasto.text.tokens import join

_NEGATIONS = frozenset("not n't no never nor neither none nobody nowhere nothing cannot ain't warn't".split())
_IDIOMS = re.compile(
    r"(?i)\b(?:no doubt|no sooner|no longer|no more|in no way|to no purpose|by no means|no use)\b"
)
_CONTENT = frozenset("NN NNS JJ JJR JJS RB VB VBD VBG VBN VBP VBZ".split())
_LIGHT = frozenset(
    "be is was were are been being am have had has having "
    "do did does done very quite so too rather then now not "
    "again also just only even still there here yet more most much well up out".split()
)


@dataclass(frozen=True)
class Content:
    """What was kept.

    Attributes:
        names: all names are there, no new ones.
        numbers: all numbers are there.
        quotations: all that stands in quotation marks is the same.
        negations: there are as many.
        words: share of content words that are there or are replaced by a synonym of the lexicon.
    """

    names: bool
    numbers: bool
    quotations: bool
    negations: bool
    words: float

    @property
    def is_kept(self) -> bool:
        """Whether nothing that may never change has changed."""
        return self.names and self.numbers and self.quotations and self.negations


def compare(before: Paragraph, after: Paragraph, *, with_quotations: bool = True) -> Content:
    """Compare a paragraph with its rewritten form.

    Args:
        before: as its author wrote it.
        after: rewritten.
        with_quotations: quotations may not change.
    """
    return Content(
        _names(before) == _names(after),
        _kind(before, "number") == _kind(after, "number"),
        not with_quotations or _quotations(before) == _quotations(after),
        negations(before) == negations(after),
        kept_words(before, after),
    )


def _names(paragraph: Paragraph) -> set[str]:
    """Words with a capital letter that do not begin a sentence or a quotation."""
    tokens = paragraph.tokens
    return {
        token.low
        for index, token in enumerate(tokens)
        if token.kind == "word"
        and token.text[:1].isupper()
        and index not in paragraph.starts
        and token.low not in ("i", "o")
        and index > 0
        and tokens[index - 1].kind == "word"
    }


def _kind(paragraph: Paragraph, kind: str) -> Counter[str]:
    return Counter(token.text for token in paragraph.tokens if token.kind == kind)


def _quotations(paragraph: Paragraph) -> str:
    from impasto.text.quotations import quoted

    inside = quoted(list(paragraph.tokens))
    return join(
        [token for token, is_quoted in zip(paragraph.tokens, inside, strict=True) if is_quoted]
    ).strip()


def negations(paragraph: Paragraph) -> int:
    """Words of negation; "no doubt" and the like are none."""
    text = _IDIOMS.sub("", join(list(paragraph.tokens)).replace("’", "'"))
    words = re.findall(r"[a-z]+'t\b|[a-z]+", text.lower())
    return sum(word in _NEGATIONS or word.endswith("n't") for word in words)


def is_content(word: str, tag: str) -> bool:
    """Whether a word, in small letters, says what a text is about: nouns, verbs, adjectives, adverbs."""
    return tag in _CONTENT and word not in _LIGHT and word != "n't" and word[:1].isalpha()


def kept_words(before: Paragraph, after: Paragraph) -> float:
    """Share of the content words of one paragraph that the other has, or a listed synonym of them."""
    there = Counter(_stem(word) for word in after.low)
    text = " " + " ".join(after.low) + " "
    total = kept = 0
    for word, tag in zip(before.low, before.tags, strict=True):
        if not is_content(word, tag):
            continue
        total += 1
        if there[_stem(word)] > 0:
            there[_stem(word)] -= 1
            kept += 1
        elif any(f" {other}" in text for other in synonyms().get(_stem(word), ())):
            kept += 1
    return kept / total if total else 1.0


@cache
def synonyms() -> dict[str, frozenset[str]]:
    """Stem of a word of the lexicon -> beginnings of what may stand for it."""
    table: dict[str, set[str]] = {}
    for row in rows():
        starts = {
            " ".join([*member.name.split()[:-1], _stem(member.name.split()[-1])]) for member in row.members
        }
        starts |= {_stem(member.name.split()[0]) for member in row.members if row.kind == "verb"}
        for member in row.members:
            for word in member.name.split():
                table.setdefault(_stem(word), set()).update(starts)
    return {stem: frozenset(starts) for stem, starts in table.items()}


@cache
def _stem(word: str) -> str:
    """A word without its inflection: irregular verbs by the table of forms, others by their ending."""
    from impasto.text.forms import lemma_of

    word = lemma_of(word)
    for ending in ("ing", "ied", "ies", "ed", "es", "ly", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
