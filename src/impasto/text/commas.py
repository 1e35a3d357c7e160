"""Commas that may stand or not: after an opening phrase, before "when", in lists, around adverbials."""

from __future__ import annotations

from collections.abc import Iterable

from impasto.text.clauses import SUBORDINATE
from impasto.text.sites import FINITE, NAMES, NOUNS, SUBJECTS, Option, Paragraph, Site

_OPENERS = {
    ("at", "last"), ("at", "length"), ("at", "first"), ("then",), ("now",), ("presently",), ("suddenly",),
    ("in", "the", "meantime"), ("in", "a", "moment"), ("all", "at", "once"), ("of", "course"), ("perhaps",),
    ("by", "and", "by"), ("soon",), ("sometimes",), ("in", "the", "morning"), ("once",), ("finally",),
    ("for", "a", "moment"), ("after", "a", "while"), ("at", "this", "moment"), ("in", "fact"),
    ("one", "day"), ("the", "next", "day"), ("the", "next", "morning"), ("every", "day"), ("indeed",),
}  # fmt: skip
_MIDDLES = {
    ("at", "last"), ("at", "length"), ("presently",), ("suddenly",), ("at", "once"), ("indeed",),
    ("all", "at", "once"), ("of", "course"), ("perhaps",), ("now", "and", "then"), ("finally",),
    ("at", "first"), ("in", "fact"), ("in", "a", "moment"), ("for", "a", "moment"), ("once", "more"),
}  # fmt: skip


def comma_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Commas that may stand or not: after an adverbial that opens, before "when", between two verbs."""
    for index in range(len(paragraph.low)):
        if paragraph.kept[index]:
            continue
        if index in paragraph.starts:
            yield from _after_opener(paragraph, index)
            yield from _after_phrase(paragraph, index)
        if paragraph.low[index] in ("and", "but"):
            yield from _middle(paragraph, index)
        if index > 0 and paragraph.low[index] in SUBORDINATE | {"and"}:
            yield from _before(paragraph, index)


def _after_opener(paragraph: Paragraph, start: int) -> Iterable[Site]:
    for length in (3, 2, 1):
        words = tuple(paragraph.low[start : start + length])
        if words not in _OPENERS:
            continue
        end = start + length
        text = paragraph.text(start, end)
        has_comma = paragraph.word(end) == ","
        if paragraph.word(end + has_comma) in SUBJECTS and paragraph.is_free(start, end):
            variant, other = ("comma", "none") if has_comma else ("none", "comma")
            option = Option(other, text + ("," if not has_comma else ""))
            yield Site(
                start, end + has_comma, "comma after an opening adverbial", variant, (option,), "comma"
            )
        return


def _middle(paragraph: Paragraph, index: int) -> Iterable[Site]:
    """Commas around an adverbial behind "and" or "but"."""
    for length in (3, 2, 1):
        has_commas = paragraph.low[index + 1 : index + 2] == [","]
        first = index + 1 + has_commas
        if tuple(paragraph.low[first : first + length]) not in _MIDDLES or not paragraph.is_free(
            index, first + length
        ):
            continue
        last = first + length
        if has_commas != (paragraph.low[last : last + 1] == [","]):
            return
        following = last + has_commas
        if paragraph.word(following) not in SUBJECTS and paragraph.tag(following) != "VBD":
            return
        words = paragraph.text(first, last)
        and_or_but = paragraph.tokens[index].text
        other = f"{and_or_but} {words}" if has_commas else f"{and_or_but}, {words},"
        variant = "commas" if has_commas else "none"
        option = Option("none" if has_commas else "commas", other)
        yield Site(index, following, 'commas behind "and"', variant, (option,), "comma")
        return


def list_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Lists of three: "bread, cheese, and wine" and "bread and cheese and wine"."""
    for index in range(1, len(paragraph.low) - 3):
        word = paragraph.low[index]
        if word not in (",", "and") or paragraph.kept[index] or paragraph.tag(index - 1) not in NOUNS:
            continue
        second = _phrase_end(paragraph, index + 1)
        if second is None:
            continue
        has_comma = paragraph.word(second) == ","
        if (
            paragraph.word(second + has_comma) != "and"
            or _phrase_end(paragraph, second + has_comma + 1) is None
        ):
            continue
        if paragraph.tag(index - 2) not in ("DT", "JJ", "PRP$", "CD", "IN", "VBD") or (
            has_comma and word == "and"
        ):
            continue
        last = _phrase_end(paragraph, second + has_comma + 1)
        if last is None or paragraph.tag(last) not in ("MARK", "") or paragraph.word(last) == ",":
            continue
        item = paragraph.text(index + 1, second)
        now = "commas" if word == "," else "ands"
        other = Option("ands", f" and {item} and") if word == "," else Option("commas", f", {item}, and")
        yield Site(index, second + has_comma + 1, "list of three", now, (other,), "comma")


def _phrase_end(paragraph: Paragraph, index: int) -> int | None:
    """One past article, adjectives and noun that begin here."""
    while paragraph.tag(index) in ("DT", "PRP$", "JJ", "CD"):
        index += 1
    if paragraph.tag(index) not in NOUNS or paragraph.kept[index]:
        return None
    return index + 1


def _after_phrase(paragraph: Paragraph, start: int) -> Iterable[Site]:
    """A comma between an opening phrase with a preposition and the subject."""
    if paragraph.tag(start) != "IN" or paragraph.low[start] in SUBORDINATE | {
        "as",
        "like",
        "that",
        "than",
        "whether",
        "so",
    }:
        return
    end = start + 1
    while paragraph.tag(end) in ("DT", "JJ", "PRP$", "CD"):
        end += 1
    if paragraph.tag(end) not in NOUNS:
        return
    end += 1
    if paragraph.word(end) == "of":
        end += 1
        while paragraph.tag(end) in ("DT", "JJ", "PRP$", "CD"):
            end += 1
        if paragraph.tag(end) not in NOUNS | NAMES:
            return
        end += 1
    if tuple(paragraph.low[start:end]) in _OPENERS:
        return
    has_comma = paragraph.word(end) == ","
    if (
        paragraph.word(end + has_comma) not in SUBJECTS - {"you"}
        or paragraph.tag(end + has_comma + 1) not in FINITE
    ):
        return
    variant, other = ("comma", "none") if has_comma else ("none", "comma")
    noun = paragraph.text(end - 1, end)
    option = Option(other, noun + ("" if has_comma else ","))
    yield Site(end - 1, end + has_comma, "comma after an opening phrase", variant, (option,), "comma")


def _before(paragraph: Paragraph, index: int) -> Iterable[Site]:
    word = paragraph.low[index]
    has_comma = paragraph.low[index - 1] == ","
    before = index - 1 - has_comma
    if (
        before < 0
        or paragraph.kept[before]
        or paragraph.tokens[before].kind != "word"
        or before in paragraph.starts
    ):
        return
    if word == "and":
        if paragraph.tag(index + 1) != "VBD" or paragraph.tag(before) in ("VBD", "RB", "CC"):
            return
        first, _ = paragraph.sentence_of(index)
        verbs = [tag for tag in paragraph.tags[first:index] if tag in FINITE]
        if verbs != ["VBD"] or "," in paragraph.low[first : index - has_comma]:
            return
    elif paragraph.word(index + 1) not in SUBJECTS or paragraph.tag(before) not in NOUNS | {
        "PRP",
        "RB",
        "VBN",
        "RP",
    }:
        return
    elif paragraph.low[before] in (
        "even",
        "just",
        "only",
        "so",
        "as",
        "and",
        "but",
        "long",
        "soon",
        "ever",
        "not",
    ):
        return
    first, _ = paragraph.sentence_of(index)
    if has_comma and not any(tag in FINITE for tag in paragraph.tags[first:index]):
        return  # the comma closes something that began before
    choice = 'comma before "and" with a verb' if word == "and" else f'comma before "{word}"'
    if has_comma:
        yield Site(
            index - 1,
            index + 1,
            choice,
            "comma",
            (Option("none", f" {paragraph.tokens[index].text}"),),
            "comma",
        )
    else:
        yield Site(
            index, index + 1, choice, "none", (Option("comma", f", {paragraph.tokens[index].text}"),), "comma"
        )
