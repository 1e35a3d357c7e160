"""Order of adverbials ("then he went", "he then went"), and small ones that are put in or left out."""

from __future__ import annotations

from collections.abc import Iterable

from impasto.text.sites import FINITE, NAMES, NOUNS, PERSONS, Option, Paragraph, Site, small

MANNERS = frozenset(
    "slowly quietly quickly silently gently carefully eagerly softly hastily gravely anxiously calmly "
    "cautiously sadly patiently rapidly".split()
)
"""Adverbs that may stand before the verb or at the end of the clause."""

_TIMES = (
    ("at", "length"), ("at", "last"), ("at", "once"), ("by", "degrees"), ("then",), ("presently",),
    ("suddenly",), ("soon",), ("immediately",), ("instantly",), ("finally",), ("now",), ("sometimes",),
    ("often",),
    ("generally",), ("afterwards",),
)  # fmt: skip
_TIME_NOUNS = frozenset(
    "morning evening afternoon night day week month year summer winter spring autumn spot end".split()
)
_SUBJECT = PERSONS | {"it"}
_AUXILIARIES = frozenset("was were had could would should might must did".split())
_STATES = frozenset("was were had knew thought seemed felt could would did might must should".split())
_LATER = (("at length,", "at last,"), ("presently,", "by and by"))
_CERTAIN = ("indeed,", "in fact,")
_PUT_IN = ("then", "so", "now", "at length,", "at last,", "indeed,", "in fact,", "presently,", "by and by")
"""Adverbials that may stand behind "and" and add hardly anything; with their commas."""


def adverbial_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Every site of this file."""
    for index in range(len(paragraph.low) - 1):
        if paragraph.kept[index] and index not in paragraph.starts:
            continue
        opens = index in paragraph.starts or paragraph.word(index - 1) in ("and", "but", ";")
        if opens:
            yield from _front(paragraph, index)
            yield from _middle(paragraph, index)
        if index in paragraph.starts:
            yield from _phrase_in_front(paragraph, index)
            yield from _phrase_at_end(paragraph, index)
        if paragraph.low[index] == "and" and not paragraph.kept[index]:
            yield from _behind_and(paragraph, index)
        if paragraph.low[index] in MANNERS:
            yield from _manner(paragraph, index)


def _adverb(paragraph: Paragraph, index: int) -> int | None:
    """One past an adverbial of time that begins here."""
    for words in _TIMES:
        if tuple(paragraph.low[index : index + len(words)]) == words and paragraph.is_free(
            index, index + len(words)
        ):
            return index + len(words)
    return None


def _subject(paragraph: Paragraph, index: int) -> int | None:
    """One past a pronoun or a name that is a subject."""
    if paragraph.low[index : index + 1] and paragraph.low[index] in _SUBJECT and not paragraph.kept[index]:
        return index + 1
    end = index
    while paragraph.tag(end) in NAMES and paragraph.tokens[end].kind == "word":
        end += 1
    return end if end > index else None


def _front(paragraph: Paragraph, index: int) -> Iterable[Site]:
    """Sites with "Then he went" could be "he then went"."""
    end = _adverb(paragraph, index)
    if end is None:
        return
    comma = paragraph.word(end) == ","
    start = end + comma
    subject = _subject(paragraph, start)
    if subject is None or paragraph.tag(subject) not in ("VBD", "MD") or paragraph.kept[subject]:
        return
    words = small(paragraph.text(index, end))
    if paragraph.low[index] == "afterwards" or paragraph.word(subject + 1) in ("n't", "not"):
        return
    name, verb = paragraph.text(start, subject), paragraph.text(subject, subject + 1)
    if index in paragraph.starts:
        name = name[:1].upper() + name[1:]
    is_auxiliary = paragraph.low[subject] in _AUXILIARIES
    text = f"{name} {verb} {words}" if is_auxiliary else f"{name} {words} {verb}"
    option = Option("before the verb", text, 0.1)
    yield Site(index, subject + 1, f'place of "{words}"', "in front", (option,), "order")


def _middle(paragraph: Paragraph, index: int) -> Iterable[Site]:
    """Sites with "He then went" could be "then he went"."""
    subject = _subject(paragraph, index)
    if subject is None:
        return
    has_auxiliary = paragraph.word(subject) in _AUXILIARIES
    start = subject + has_auxiliary
    end = _adverb(paragraph, start)
    if end is None or (not has_auxiliary and paragraph.tag(end) != "VBD"):
        return
    last = end if has_auxiliary else end + 1
    words, verb = paragraph.text(start, end), paragraph.text(subject, start) or paragraph.text(end, end + 1)
    if paragraph.tag(end) in ("MARK", "IN", "") or paragraph.low[start] in ("often", "now", "generally"):
        return
    name = paragraph.text(index, subject)
    name = name if paragraph.tags[index] in NAMES else small(name)
    text = f"{words} {name} {verb}"
    if index in paragraph.starts:
        text = text[:1].upper() + text[1:]
    option = Option("in front", text, 0.1)
    yield Site(index, last, f'place of "{words}"', "before the verb", (option,), "order")


def _manner(paragraph: Paragraph, index: int) -> Iterable[Site]:
    """Sites with "he slowly opened the door" and "he opened the door slowly"."""
    word = paragraph.tokens[index].text
    if paragraph.tag(index + 1) == "VBD" and paragraph.word(index - 1) in _SUBJECT:
        verb = index + 1
        end = _object_end(paragraph, verb + 1)
        if end is not None and paragraph.tag(end) in ("MARK", "") and paragraph.word(end) != "-":
            option = Option("at the end", f"{paragraph.text(verb, end)} {word}", 0.1)
            yield Site(index, end, "place of an adverb of manner", "before the verb", (option,), "order")
        return
    if paragraph.tag(index + 1) not in ("MARK", "") or paragraph.word(index + 1) == "-":
        return
    for verb in range(index - 1, max(index - 6, 0), -1):
        if paragraph.tag(verb) == "VBD" and paragraph.word(verb - 1) in _SUBJECT:
            is_simple = paragraph.low[verb] not in _STATES and _object_end(paragraph, verb + 1) == index
            if is_simple and paragraph.is_free(verb, index):
                option = Option("before the verb", f"{word} {paragraph.text(verb, index)}", 0.1)
                yield Site(verb, index + 1, "place of an adverb of manner", "at the end", (option,), "order")
            return


def _object_end(paragraph: Paragraph, index: int) -> int | None:
    """One past a short object, if one stands here; ``index`` itself if none does."""
    if paragraph.tag(index) == "PRP" and not paragraph.kept[index]:
        return index + 1
    end = index
    while paragraph.tag(end) in ("DT", "PRP$", "JJ"):
        end += 1
    if end == index:
        return index
    if paragraph.tag(end) not in NOUNS or not paragraph.is_free(index, end + 1):
        return None
    return end + 1


def _time_phrase(paragraph: Paragraph, index: int) -> int | None:
    """One past a phrase such as "in the early morning" that begins here."""
    if paragraph.word(index) not in ("in", "on", "at", "during", "towards", "after", "before"):
        return None
    end = index + 1
    while paragraph.tag(end) in ("DT", "JJ", "PRP$"):
        end += 1
    return end + 1 if end > index + 1 and paragraph.word(end) in _TIME_NOUNS else None


def _phrase_in_front(paragraph: Paragraph, start: int) -> Iterable[Site]:
    """Sites with "In the morning he went home." could be "He went home in the morning."."""
    end = _time_phrase(paragraph, start)
    if end is None:
        return
    subject = end + (paragraph.word(end) == ",")
    last = _simple_end(paragraph, subject)
    if last is None or not paragraph.is_free(start, subject):
        return
    rest = paragraph.text(subject, last)
    option = Option("at the end", f"{rest[:1].upper()}{rest[1:]} {small(paragraph.text(start, end))}", 0.2)
    yield Site(start, last, "place of a phrase of time", "in front", (option,), "order")


def _phrase_at_end(paragraph: Paragraph, start: int) -> Iterable[Site]:
    """Sites with "He went home in the morning." could be "In the morning, he went home."."""
    last = _simple_end(paragraph, start)
    if last is None:
        return
    for phrase in range(max(start + 2, last - 5), last - 1):
        if _time_phrase(paragraph, phrase) == last:
            words, rest = paragraph.text(phrase, last), small(paragraph.text(start, phrase))
            text = f"{words[:1].upper()}{words[1:]} {rest}"
            option = Option("in front", text, 0.2)
            yield Site(start, last, "place of a phrase of time", "at the end", (option,), "order")
            return


def _simple_end(paragraph: Paragraph, index: int) -> int | None:
    """The full stop of a clause that begins here with a pronoun and has one verb and no other mark."""
    if (
        paragraph.low[index : index + 1] == []
        or paragraph.low[index] not in _SUBJECT
        or paragraph.kept[index]
    ):
        return None
    verbs = 0
    for at in range(index, min(index + 16, len(paragraph.low))):
        if paragraph.tags[at] == "MARK":
            return at if paragraph.low[at] == "." and verbs == 1 else None
        if paragraph.kept[at] or paragraph.tags[at] in ("CC", "WDT", "WP", "WRB"):
            return None
        verbs += paragraph.tags[at] in FINITE
    return None


def _behind_and(paragraph: Paragraph, index: int) -> Iterable[Site]:
    """Sites with "and he went" could be "and then he went"."""
    at = index + 1
    for words in _PUT_IN:
        parts = words.replace(",", " ,").split()
        end = at + len(parts)
        if list(paragraph.low[at:end]) == parts and _clause(paragraph, end):
            options = (
                Option("none", paragraph.tokens[index].text, 0.3),
                *_others(paragraph, index, end, words),
            )
            yield Site(index, end, 'put in behind "and"', words, options, "adverbial")
            return
    if _clause(paragraph, at):
        yield Site(
            index, at, 'put in behind "and"', "none", _others(paragraph, index, at, "none"), "adverbial"
        )


def _clause(paragraph: Paragraph, index: int) -> bool:
    return paragraph.word(index) in _SUBJECT - {"it"} and paragraph.tag(index + 1) in ("VBD", "MD")


def _others(paragraph: Paragraph, index: int, subject: int, now: str) -> tuple[Option, ...]:
    """What else may stand between "and" and the clause."""
    word = paragraph.tokens[index].text
    is_state = paragraph.word(subject + 1) in _STATES
    others: tuple[str, ...]
    later = next((group for group in _LATER if now in group), None)
    if later is not None:
        others, cost = later, 0.4
    else:
        others, cost = (_CERTAIN if is_state else ("then",)), 1.0 if now == "none" else 0.4
    return tuple(
        Option(other, f"{word}, {other}" if other.endswith(",") else f"{word} {other}", cost)
        for other in others
        if other != now and now not in ("so", "now")
    )
