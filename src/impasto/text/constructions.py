"""Constructions with the same meaning: "Alice's hand" or "the hand of Alice", "he said" or "said he", ..."""

from __future__ import annotations

from collections.abc import Iterable

from impasto.text.forms import base_of, gerund_of, inflect
from impasto.text.relatives import NO_RELATIVE, PEOPLE
from impasto.text.sites import FINITE, NAMES, NOUNS, SUBJECTS, Option, Paragraph, Site

_TIMES = frozenset(
    "moment minute hour day night week month year morning evening afternoon instant today yesterday o'clock "
    "sunday monday friday christmas nobody somebody everybody anybody one else".split()
)
_OWNED = frozenset(
    "hand hands voice eye eyes face head heart mind "
    "mother father sister brother daughter son wife husband friend "
    "house room feet foot arm arms shoulder shoulders "
    "hair conduct character manner manners conversation opinion "
    "family name death arrival return appearance affection "
    "letter behaviour spirits temper body".split()
)
_OWNERS = frozenset(
    "man woman boy girl lady gentleman child king queen friend captain doctor servant master sister brother "
    "father mother wife husband daughter son aunt uncle judge widow duke stranger".split()
)
_THINKING = frozenset(
    "thought knew believed supposed felt hoped fancied declared found saw wished imagined perceived feared "
    "remembered noticed observed remarked concluded decided considered "
    "confessed think know believe suppose feel "
    "hope fancy see wish imagine perceive fear say said".split()
)
_PERSONS = PEOPLE | frozenset("those one he she they somebody nobody anybody everybody someone all".split())
"""Words that take "who"."""

_KNOWING = frozenset("know care doubt dare".split())


def genitive_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Sites with "Alice's hand" or "the hand of Alice"."""
    for index in range(1, len(paragraph.low) - 1):
        if paragraph.low[index] in ("'s", "'") and paragraph.tag(index) == "POS":
            yield from _with_of(paragraph, index)
        elif paragraph.low[index] == "of":
            yield from _without_of(paragraph, index)


def _with_of(paragraph: Paragraph, index: int) -> Iterable[Site]:
    start = index - 1
    if paragraph.tag(start) in NAMES:
        while paragraph.tag(start - 1) in NAMES:
            start -= 1
    elif paragraph.tag(start) in NOUNS:
        while paragraph.tag(start - 1) == "JJ":
            start -= 1
        if paragraph.word(start - 1) not in ("the", "my", "his", "her"):
            return
        start -= 1
    else:
        return
    if set(paragraph.low[start:index]) & _TIMES:
        return
    noun = index + 1
    while paragraph.tag(noun) == "JJ":
        noun += 1
    if paragraph.tag(noun) not in NOUNS or paragraph.word(noun) in ("sake", "while", ""):
        return
    if paragraph.tag(noun + 1) in NOUNS | {"POS", "CC", "VBG", "VBN", "CD"} | NAMES or paragraph.word(
        noun + 1
    ) in ("of", "-"):
        return
    if paragraph.tag(start - 1) in {"POS", "DT", "JJ", "PRP$"} | NOUNS | NAMES or start in paragraph.starts:
        return
    owner, owned = paragraph.text(start, index), paragraph.text(index + 1, noun + 1)
    if any(paragraph.kept[index + 1 : noun + 1]) or "." in owner:
        return
    option = Option("of", f"the {owned} of {owner}", 0.1)
    yield Site(start, noun + 1, "genitive", "'s", (option,), "construction")


def _without_of(paragraph: Paragraph, index: int) -> Iterable[Site]:
    noun = index - 1
    end = index + 1
    while paragraph.tag(end) in NAMES and paragraph.tokens[end].text[:1].isupper():
        end += 1
    if paragraph.word(end) in ("the", "his", "her", "my") and paragraph.word(end + 1) in _OWNERS:
        end += 2
    if (
        end == index + 1
        or end > index + 3
        or paragraph.word(noun) not in _OWNED
        or paragraph.word(noun - 1) != "the"
    ):
        return
    if paragraph.tag(end) in {"CC", "POS", "IN", "DT"} | NOUNS | NAMES or paragraph.word(end) in (
        "and",
        "'s",
    ):
        return
    owner = paragraph.text(index + 1, end)
    if owner.endswith("s") or "." in owner:
        return
    option = Option("'s", f"{owner}'s {paragraph.text(noun, noun + 1)}", 0.1)
    yield Site(noun - 1, end, "genitive", "of", (option,), "construction")


def that_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Sites with "he thought that she was" or "he thought she was"; with "that" or "which" of things."""
    low, tags = paragraph.low, paragraph.tags
    for index in range(1, len(low) - 2):
        if paragraph.kept[index] or paragraph.kept[index - 1]:
            continue
        before = low[index - 1]
        if before in _THINKING and tags[index - 1] in ("VBD", "VBP", "VB", "VBN", "VBZ", "VBG"):
            has_that = low[index] == "that" and tags[index] in ("IN", "DT", "WDT")
            at = index + has_that
            if paragraph.word(at) in SUBJECTS - {"you", "it", "there"} and _verb_follows(paragraph, at + 1):
                word = paragraph.tokens[at].text
                if has_that:
                    option = Option("none", word)
                    yield Site(index, at + 1, 'clause with "that"', "that", (option,), "construction")
                else:
                    option = Option("that", f"that {word}")
                    yield Site(index, at + 1, 'clause with "that"', "none", (option,), "construction")
        elif low[index] in ("that", "which") and tags[index - 1] in NOUNS and tags[index] in ("WDT", "IN"):
            yield from _relative(paragraph, index)


def _relative(paragraph: Paragraph, index: int) -> Iterable[Site]:
    before = paragraph.low[index - 1]
    first, _ = paragraph.sentence_of(index)
    earlier = set(paragraph.low[max(first, index - 8) : index])
    if before in _PERSONS | NO_RELATIVE or earlier & {"so", "such", "only", "all", "every", "same", "it"}:
        return
    if not _verb_follows(paragraph, index + 1) or paragraph.tag(index + 1) == "RB":
        return
    other = "which" if paragraph.low[index] == "that" else "that"
    yield Site(
        index, index + 1, "relative of things", paragraph.low[index], (Option(other, other),), "construction"
    )


def _verb_follows(paragraph: Paragraph, index: int) -> bool:
    """Whether a finite verb stands here, perhaps after one adverb."""
    at = index + (paragraph.tag(index) == "RB")
    return paragraph.tag(at) in FINITE and not paragraph.kept[at] and paragraph.tokens[at].kind == "word"


def negation_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Sites with "did not know" or "knew not"."""
    for index in range(1, len(paragraph.low) - 1):
        word = paragraph.low[index]
        if paragraph.kept[index] or paragraph.kept[index - 1]:
            continue
        if word == "not" and paragraph.low[index - 1] == "did" and paragraph.low[index + 1] in _KNOWING:
            if paragraph.tag(index + 2) in ("WRB", "WP", "WDT", "MARK", "TO") or paragraph.word(
                index + 2
            ) in ("that", "whether"):
                past = inflect(paragraph.low[index + 1], "verb", "VBD")
                option = (Option("knew not", f"{past} not"),) if past else ()
                yield Site(index - 1, index + 2, "negation", "did not know", option, "construction")
        elif word == "not" and paragraph.low[index - 1] in ("knew", "cared", "doubted", "dared"):
            verb = {"knew": "know", "cared": "care", "doubted": "doubt", "dared": "dare"}[
                paragraph.low[index - 1]
            ]
            yield Site(
                index - 1,
                index + 1,
                "negation",
                "knew not",
                (Option("did not know", f"did not {verb}"),),
                "construction",
            )


def gerund_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Sites with "began to cry" or "began crying"."""
    for index in range(1, len(paragraph.low) - 1):
        before = paragraph.low[index - 1]
        if before not in ("began", "begin", "begun", "started") or paragraph.kept[index]:
            continue
        if paragraph.low[index] == "to" and paragraph.tag(index + 1) == "VB":
            gerund = gerund_of(paragraph.low[index + 1])
            if gerund is not None:
                yield Site(index, index + 2, "began to", "to", (Option("-ing", gerund),), "construction")
        elif paragraph.tag(index) == "VBG" and before != "started":
            base = base_of(paragraph.low[index])
            if base is not None:
                yield Site(
                    index, index + 1, "began to", "-ing", (Option("to", f"to {base}"),), "construction"
                )
