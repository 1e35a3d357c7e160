"""Commas before phrases at the end of a clause, before relative clauses, and before "and" and "as"."""

from __future__ import annotations

from collections.abc import Iterable

from impasto.text.sites import FINITE, NOUNS, Option, Paragraph, Site

_PREPOSITIONS = frozenset("with without upon through amid amidst among beneath beyond during like".split())
_CLOSE = frozenset("in at on from by for into over under".split())
"""Prepositions before which a comma may go, but is not put."""

_VERBS_WITH = frozenset(
    "with satisfied pleased acquainted filled covered met meet provided contented displeased spoke "
    "speak deal depend depended insist insisted looked look go went passed pass began begin trouble "
    "matter agree agreed charmed delighted struck troubled connected furnished called call came come".split()
)


def phrase_comma_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Commas that may stand or not before a phrase."""
    for index in range(2, len(paragraph.low) - 1):
        word = paragraph.low[index]
        if paragraph.kept[index] or not (
            word in _PREPOSITIONS | _CLOSE or word in ("which", "who", "as", "and")
        ):
            continue
        has_comma = paragraph.low[index - 1] == ","
        before = index - 1 - has_comma
        if before < 1 or paragraph.kept[before] or paragraph.tokens[before].kind != "word":
            continue
        if before in paragraph.starts or not _has_verb(paragraph, before):
            continue
        if word in _PREPOSITIONS | _CLOSE:
            choice = _phrase(paragraph, index, before)
        elif word in ("which", "who"):
            choice = _relative(paragraph, index, before)
        elif word == "and":
            choice = _clause(paragraph, index, before)
        else:
            choice = _as(paragraph, index, before)
        if choice is None or (has_comma and _closes(paragraph, before)):
            continue
        text = f"{paragraph.tokens[before].text}{'' if has_comma else ','} {paragraph.tokens[index].text}"
        now, other = ("comma", "none") if has_comma else ("none", "comma")
        options = () if word in _CLOSE and not has_comma else (Option(other, text, 0.05),)
        yield Site(before, index + 1, choice, now, options, "comma")


def _has_verb(paragraph: Paragraph, before: int) -> bool:
    first, _ = paragraph.sentence_of(before)
    return any(tag in FINITE for tag in paragraph.tags[first : before + 1])


def _closes(paragraph: Paragraph, before: int) -> bool:
    """Whether the comma here may belong to one before it, in the same sentence."""
    first, _ = paragraph.sentence_of(before)
    return "," in paragraph.low[first : before + 1]


def _phrase(paragraph: Paragraph, index: int, before: int) -> str | None:
    if paragraph.tag(index) != "IN" or paragraph.tag(before) not in NOUNS | {"PRP", "RB", "RP"}:
        return None
    if paragraph.tag(index + 1) not in ("DT", "PRP$", "JJ", "NN", "NNS"):
        return None
    if paragraph.tag(before) in NOUNS and paragraph.tag(before - 1) == "IN":
        return None  # "at war with", "in love with": one expression
    if verb_follows(paragraph, index):
        return None
    if set(paragraph.low[max(before - 2, 0) : before + 1]) & _VERBS_WITH:
        return None
    return f'comma before "{paragraph.low[index]}"'


def verb_follows(paragraph: Paragraph, index: int) -> bool:
    """Whether a finite verb stands between here and the next mark: "with the hat was tall"."""
    while paragraph.tag(index) not in ("MARK", "CC", ""):
        if paragraph.tag(index) in FINITE:
            return True
        index += 1
    return False


def _relative(paragraph: Paragraph, index: int, before: int) -> str | None:
    """A relative clause to the end of the sentence: with a comma, it is no condition."""
    if paragraph.tag(before) not in NOUNS or paragraph.tag(index + 1) not in FINITE:
        return None
    at = before - 1
    while paragraph.tag(at) in ("JJ", "NN"):
        at -= 1
    if paragraph.word(at) not in ("the", "a", "an", "his", "her", "my", "their"):
        return None
    end = index + 1
    while paragraph.tag(end) not in ("MARK", ""):
        end += 1
    return f'comma before "{paragraph.low[index]}"' if paragraph.word(end) in (".", ";") else None


def _clause(paragraph: Paragraph, index: int, before: int) -> str | None:
    """Before "and" with a subject of its own."""
    if paragraph.word(index + 1) not in ("i", "he", "she", "they", "we", "it", "there"):
        return None
    if paragraph.tag(index + 2) not in ("VBD", "MD") or paragraph.tag(before) in ("CC", "IN", "VBD", "MD"):
        return None
    return 'comma before "and" with a clause'


def _as(paragraph: Paragraph, index: int, before: int) -> str | None:
    """Before "as" with a clause."""
    if paragraph.word(index + 1) not in ("i", "he", "she", "they", "we", "it", "though", "if"):
        return None
    if paragraph.tag(before) not in NOUNS | {"PRP", "RB"} or paragraph.low[before] in (
        "as",
        "so",
        "soon",
        "long",
        "well",
        "far",
        "much",
        "just",
        "even",
        "only",
        "such",
        "same",
        "not",
        "almost",
    ):
        return None
    word = paragraph.low[index]
    following = paragraph.word(index + 1)
    return f'comma before "{word} {following if following in ("though", "if") else "he"}"'
