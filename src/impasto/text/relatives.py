"""Relative clauses: "the book (which) she had", "the man (who was) sitting there"."""

from __future__ import annotations

from collections.abc import Iterable

from impasto.text.sites import FINITE, NOUNS, PERSONS, Option, Paragraph, Site

PEOPLE = frozenset(
    "man woman boy girl person people men women lady ladies gentleman gentlemen fellow fellows child "
    "children king queen friend friends captain doctor servant servants master sister sisters brother "
    "father mother wife husband daughter son aunt uncle judge widow duke".split()
)
"""Nouns that take "who"."""

NO_RELATIVE = frozenset(
    "fact idea thought belief hope fear time day way "
    "moment instant place so such feeling opinion notion doubt "
    "sure news report degree conviction word reason chance "
    "sign point knowledge evidence proof sense night manner "
    "impression suspicion extent probability possibility question rumour story certainty condition "
    "hour minute week month year morning evening afternoon occasion hurry account".split()
)
"""Nouns behind which "that" may begin another kind of clause, or nothing is said instead."""

_PRONOUNS = frozenset("all everything anything nothing something".split())
_DETERMINERS = frozenset("the a an this that these those every any some his her my their our no".split())
_PERCEIVED = frozenset("was were is saw met passed noticed perceived observed beheld".split())
_NO_PARTICIPLE = frozenset(
    "being going during according including concerning considering owing wanting having regarding "
    "morning evening nothing anything something everything respecting".split()
)


def relative_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Relative clauses with another subject, and those that could be a participle."""
    for index in range(1, len(paragraph.low) - 2):
        if paragraph.kept[index] or paragraph.kept[index - 1]:
            continue
        low = paragraph.low[index]
        if low in ("that", "which", "whom") and _subject_follows(paragraph, index + 1):
            yield from _of_object(paragraph, index, low)
        elif low in PERSONS and _subject_follows(paragraph, index):
            yield from _of_object(paragraph, index, "none")
        elif low in ("who", "which", "that") and paragraph.low[index + 1] in ("was", "were"):
            yield from _to_participle(paragraph, index)
        elif paragraph.tags[index] == "VBG":
            yield from _from_participle(paragraph, index)


def _subject_follows(paragraph: Paragraph, index: int) -> bool:
    """Whether a pronoun with its finite verb stands here."""
    if paragraph.word(index) not in PERSONS:
        return False
    at = index + 1 + (paragraph.tag(index + 1) == "RB")
    return paragraph.tag(at) in FINITE and not paragraph.kept[at]


def _of_object(paragraph: Paragraph, index: int, now: str) -> Iterable[Site]:
    """Site at "that", "which", "whom", or at the subject where nothing stands."""
    noun = index - 1
    word = paragraph.low[noun]
    if word in _PRONOUNS:
        if paragraph.word(noun - 1) in ("at", "after", "of", "in", "not", "them", "us", "we", "they"):
            return
        others: tuple[str, ...] = ("none", "that")
        choice = 'relative behind "all"'
    elif paragraph.tags[noun] in NOUNS and word not in NO_RELATIVE and _is_object(paragraph, noun):
        is_person = word in PEOPLE
        others = ("none", "that", "whom") if is_person else ("none", "that", "which")
        choice = "relative of a person as object" if is_person else "relative of a thing as object"
    else:
        return
    if now not in others or _has_so(paragraph, index):
        return
    subject = index if now == "none" else index + 1
    text = paragraph.tokens[subject].text
    options = tuple(
        Option(other, text if other == "none" else f"{other} {text}") for other in others if other != now
    )
    yield Site(index, subject + 1, choice, now, options, "construction")


def _is_object(paragraph: Paragraph, noun: int) -> bool:
    """Whether article and noun stand behind a verb of the same clause, and open no clause of their own."""
    at = noun - 1
    while paragraph.tag(at) in ("JJ", "NN", "CD", "JJS", "RBS"):
        at -= 1
    if paragraph.word(at) not in _DETERMINERS:
        return False
    at -= 1
    if paragraph.tag(at) == "IN":
        at -= 1
    if paragraph.tag(at) in ("CC", "MARK", ""):
        return False
    first, _ = paragraph.sentence_of(noun)
    marks = [i + 1 for i in range(first, noun) if paragraph.tags[i] == "MARK"]
    clause = range(max([first, *marks]), at + 1)
    opens = paragraph.low[clause.start] if len(clause) else ""
    has_verb = any(paragraph.tags[i] in FINITE for i in clause)
    return has_verb and opens not in (
        "when", "while", "if", "as", "after", "before", "because", "until", "till", "though", "although",
        "since", "where", "whenever", "once", "upon", "having",
    )  # fmt: skip


def _has_so(paragraph: Paragraph, index: int) -> bool:
    first, _ = paragraph.sentence_of(index)
    earlier = set(paragraph.low[max(first, index - 8) : index])
    return bool(earlier & {"so", "such", "same", "it"})


def _to_participle(paragraph: Paragraph, index: int) -> Iterable[Site]:
    """Sites with "the man who was sitting there" could be "the man sitting there"."""
    verb = index + 2
    is_noun = paragraph.tag(index - 1) in NOUNS and not paragraph.kept[index - 1]
    if not is_noun or paragraph.tag(verb) not in ("VBG", "VBN") or paragraph.kept[verb]:
        return
    if paragraph.tag(verb) == "VBN" and paragraph.tag(verb + 1) not in ("IN", "TO"):
        return
    if paragraph.low[verb] in _NO_PARTICIPLE or paragraph.tag(verb + 1) in ("MARK", "", "TO"):
        return
    if paragraph.low[index - 1] in NO_RELATIVE or _has_so(paragraph, index):
        return
    kind = "-ing" if paragraph.tag(verb) == "VBG" else "-ed"
    option = Option("participle", paragraph.tokens[verb].text, 0.1)
    yield Site(index, verb + 1, f"relative or participle in {kind}", "who was", (option,), "construction")


def _from_participle(paragraph: Paragraph, index: int) -> Iterable[Site]:
    """Sites with "the man sitting there" could be "the man who was sitting there"."""
    noun = index - 1
    word = paragraph.low[noun]
    if paragraph.tags[noun] not in NOUNS or paragraph.low[index] in _NO_PARTICIPLE or word in NO_RELATIVE:
        return
    if paragraph.tag(index + 1) not in ("IN", "RP", "RB", "DT", "PRP$"):
        return
    at = noun - 1
    while paragraph.tag(at) in ("JJ", "NN"):
        at -= 1
    if paragraph.word(at) not in ("the", "a", "an") or paragraph.word(at - 1) not in _PERCEIVED:
        return
    pronoun = "who" if word in PEOPLE else "which"
    verb = (
        "were" if paragraph.tags[noun] == "NNS" or word in ("people", "men", "women", "children") else "was"
    )
    option = Option("who was", f"{pronoun} {verb} {paragraph.tokens[index].text}", 0.2)
    yield Site(index, index + 1, "relative or participle in -ing", "participle", (option,), "construction")
