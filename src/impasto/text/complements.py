"""What stands behind a verb or adjective: two objects, a clause with "that" or without, "nothing"."""

from __future__ import annotations

from collections.abc import Iterable

from impasto.text.contractions import NEGATED
from impasto.text.forms import base_of_past, inflect
from impasto.text.sites import FINITE, NAMES, NOUNS, PERSONS, Option, Paragraph, Site

_GIVING = frozenset(
    "give gives gave given giving hand hands handed handing show shows showed shown showing tell told "
    "telling send sends sent sending offer offers offered offering lend lent lending bring brings "
    "brought bringing pay paid paying write wrote writing promise promised promising restore restored".split()
)
_TO_ONLY = frozenset({"restore", "restored"})
_LIGHT_OBJECTS = frozenset(
    "look push kick start shake chance time trouble fright turn call word pull pat hug slap blow rest "
    "pain idea kiss glance smile nod shock sense notion lift ride taste try hint feeling deal bit lot "
    "way good evil hand joy pleasure cause reason courage strength leave wink poke whack rap dig jerk "
    "knock hold credit".split()
)
_RECEIVERS = frozenset("me him her them us you".split())
_MINDS = frozenset(
    "glad sorry afraid sure certain happy aware conscious confident surprised astonished convinced "
    "satisfied persuaded delighted".split()
)
_ANY = {"nothing": "anything", "nobody": "anybody", "nowhere": "anywhere"}
_NO = {value: key for key, value in _ANY.items()}


def complement_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Every site of this file."""
    for index in range(len(paragraph.low) - 1):
        if paragraph.kept[index]:
            continue
        if paragraph.low[index] in _GIVING:
            yield from _two_objects(paragraph, index)
        if paragraph.low[index] in PERSONS or paragraph.low[index] == "that":
            yield from _that(paragraph, index)
        if paragraph.low[index] in _ANY or paragraph.low[index] in _NO:
            yield from _nothing(paragraph, index)


def _two_objects(paragraph: Paragraph, verb: int) -> Iterable[Site]:
    """Sites with "gave him the book" or "gave the book to him"."""
    receiver = verb + 1
    is_person = paragraph.word(receiver) in _RECEIVERS or paragraph.tag(receiver) in NAMES
    if is_person and paragraph.low[verb] not in _TO_ONLY:
        end = _noun_phrase(paragraph, receiver + 1)
        if end is None or paragraph.tag(end) not in ("MARK", "", "CC") or paragraph.word(end) == "-":
            return
        if paragraph.low[end - 1] in _LIGHT_OBJECTS:
            return
        thing, name = paragraph.text(receiver + 1, end), paragraph.text(receiver, receiver + 1)
        option = Option("to him", f"{thing} to {name}", 0.15)
        yield Site(receiver, end, "two objects", "him", (option,), "construction")
        return
    end = _noun_phrase(paragraph, receiver)
    if end is None or paragraph.word(end) != "to" or paragraph.low[verb] in _TO_ONLY:
        return
    person = end + 1
    is_person = paragraph.word(person) in _RECEIVERS or paragraph.tag(person) in NAMES
    if (
        not is_person
        or paragraph.tag(person + 1) not in ("MARK", "", "CC")
        or paragraph.word(person + 1) == "-"
    ):
        return
    text = f"{paragraph.text(person, person + 1)} {paragraph.text(receiver, end)}"
    yield Site(receiver, person + 1, "two objects", "to him", (Option("him", text, 0.1),), "construction")


def _noun_phrase(paragraph: Paragraph, index: int) -> int | None:
    """One past article or possessive, adjectives and noun that begin here."""
    if paragraph.tag(index) not in ("DT", "PRP$") or paragraph.word(index) in ("that", "all", "no", ""):
        return None
    end = index + 1
    while paragraph.tag(end) in ("JJ", "CD"):
        end += 1
    if paragraph.tag(end) not in NOUNS or not paragraph.is_free(index, end + 1):
        return None
    return end + 1 if paragraph.tag(end + 1) not in NOUNS | {"POS"} else None


def _that(paragraph: Paragraph, index: int) -> Iterable[Site]:
    """A clause with or without "that", behind an adjective, behind "told him", and behind "so tired"."""
    has_that = paragraph.low[index] == "that"
    subject = index + has_that
    at = subject + 1 + (paragraph.tag(subject + 1) == "RB")
    if paragraph.word(subject) not in PERSONS or paragraph.tag(at) not in FINITE:
        return
    before = index - 1
    word, earlier = paragraph.word(before), paragraph.word(before - 1)
    if paragraph.tag(before) in ("JJ", "RB", "VBN") and (
        earlier == "so" or paragraph.word(before - 2) == "so"
    ):
        if not has_that and paragraph.low[at] not in ("could", "would"):
            return
        choice = '"so ... that"'
    elif word in _MINDS and paragraph.tag(before) in ("JJ", "VBN"):
        choice = 'clause behind "glad"'
    elif word in _RECEIVERS and earlier in ("told", "tell", "assured", "informed", "telling"):
        choice = 'clause behind "told him"'
    else:
        return
    text = paragraph.tokens[subject].text
    now, other = ("that", "none") if has_that else ("none", "that")
    option = Option(other, text if has_that else f"that {text}")
    yield Site(index, subject + 1, choice, now, (option,), "construction")


def _nothing(paragraph: Paragraph, index: int) -> Iterable[Site]:
    """Sites with "could see nothing", "could not see anything", "saw nothing"."""
    word = paragraph.low[index]
    verb = index - 1
    auxiliary = verb - 1
    if word in _NO:
        has_not = paragraph.word(auxiliary) in ("not", "n't") and paragraph.tag(verb) == "VB"
        first = auxiliary - 1
        if not has_not or paragraph.word(first) not in NEGATED or paragraph.low[first] in ("do", "does"):
            return
        base, stem = paragraph.tokens[verb].text, paragraph.low[first]
        past = inflect(base, "verb", "VBD") if stem == "did" else f"{stem} {base}"
        now = "n't anything" if paragraph.low[auxiliary] == "n't" else "not anything"
        options = [Option("nothing", f"{past} {_NO[word]}")] if past else []
        yield Site(first, index + 1, "nothing or not anything", now, tuple(options), "construction")
        return
    if paragraph.tag(verb) == "VB" and paragraph.word(auxiliary) in ("could", "would", "did", "should"):
        first, stem, base = auxiliary, paragraph.tokens[auxiliary].text, paragraph.tokens[verb].text
    elif paragraph.tag(verb) == "VBD" and paragraph.word(auxiliary) in PERSONS:
        known = base_of_past(paragraph.low[verb])
        if known is None:
            return
        first, stem, base = verb, "did", known
    else:
        return
    options = [
        Option("not anything", f"{stem} not {base} {_ANY[word]}", 0.1),
        Option("n't anything", f"{NEGATED[stem.lower()]} {base} {_ANY[word]}", 0.1),
    ]
    yield Site(first, index + 1, "nothing or not anything", "nothing", tuple(options), "construction")
