"""Commas around adverbs inside a clause, between adjectives, and before "and" with a phrase."""

from __future__ import annotations

from collections.abc import Iterable

from impasto.text.phrase_commas import verb_follows
from impasto.text.sites import FINITE, NOUNS, PERSONS, Option, Paragraph, Site

_ADVERBS = (
    ("at", "length"), ("at", "last"), ("at", "once"), ("in", "fact"), ("of", "course"), ("no", "doubt"),
    ("however",), ("indeed",), ("therefore",), ("perhaps",),
    ("probably",), ("certainly",), ("at", "first"), ("by", "degrees"), ("in", "a", "moment"),
)  # fmt: skip


def mark_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Every site of this file."""
    for index in range(1, len(paragraph.low) - 2):
        if paragraph.kept[index]:
            continue
        yield from _around(paragraph, index)
        if paragraph.tags[index] == "JJ":
            yield from _adjectives(paragraph, index)
        if paragraph.low[index] == "and":
            yield from _before_and(paragraph, index)


def _around(paragraph: Paragraph, index: int) -> Iterable[Site]:
    """Sites with "he, indeed, went" and "he indeed went"."""
    for words in _ADVERBS:
        end = index + len(words)
        if tuple(paragraph.low[index:end]) != words or not paragraph.is_free(index - 1, end + 1):
            continue
        has_commas = paragraph.word(index - 1) == "," and paragraph.word(end) == ","
        before = index - 1 - has_commas
        following = end + has_commas
        subject, verb = paragraph.word(before), paragraph.tag(following)
        is_inside = (subject in PERSONS and verb in FINITE) or (
            subject in ("was", "were", "had", "could", "would")
            and verb in ("VBN", "VBG", "VB", "JJ", "DT", "RB")
        )
        if not is_inside:
            return
        text = paragraph.text(index, end)
        first = paragraph.tokens[before].text
        if has_commas:
            option, now = Option("none", f"{first} {text}", 0.05), "commas"
        else:
            option, now = Option("commas", f"{first}, {text},", 0.1), "none"
        yield Site(before, following, "commas around an adverb", now, (option,), "comma")
        return


def _adjectives(paragraph: Paragraph, index: int) -> Iterable[Site]:
    """Sites with "a dark, cold night", "a dark cold night" and "a dark and cold night"."""
    middle = index + 1
    mark = paragraph.low[middle] if paragraph.low[middle] in (",", "and") else "none"
    second = middle + (mark != "none")
    if paragraph.tag(second) != "JJ" or paragraph.tag(second + 1) not in NOUNS or paragraph.kept[second]:
        return
    if paragraph.tag(index - 1) not in ("DT", "PRP$", "IN", "RB") or paragraph.word(index - 1) in (
        ",",
        "and",
    ):
        return
    if paragraph.low[index] in (
        "other",
        "same",
        "such",
        "little",
        "old",
        "young",
        "many",
        "great",
        "own",
        "few",
    ):
        return
    if paragraph.low[second] in ("little", "old", "young", "own", "other"):
        return
    one, two = paragraph.text(index, middle), paragraph.text(second, second + 1)
    texts = {",": f"{one}, {two}", "and": f"{one} and {two}", "none": f"{one} {two}"}
    options = tuple(
        Option(name, text, 0.1)
        for name, text in texts.items()
        if name != mark and (mark != "none" or name == ",")
    )
    yield Site(index, second + 1, "two adjectives", mark, options, "comma")


def _before_and(paragraph: Paragraph, index: int) -> Iterable[Site]:
    """Sites with "the house, and the garden" and "the house and the garden", at the end of a clause."""
    has_comma = paragraph.low[index - 1] == ","
    before = index - 1 - has_comma
    if before < 2 or paragraph.tag(before) not in NOUNS or paragraph.kept[before]:
        return
    if paragraph.tag(index + 1) not in ("DT", "PRP$"):
        return
    end = index + 2
    while paragraph.tag(end) in ("JJ", "NN", "NNS"):
        end += 1
    if end == index + 2 or paragraph.tag(end) not in ("MARK", "IN", "") or paragraph.word(end) == ",":
        return
    first, _ = paragraph.sentence_of(before)
    earlier = paragraph.low[max(first, before - 9) : before]
    if "," in earlier or "both" in earlier or "between" in earlier or verb_follows(paragraph, end):
        return
    if not any(tag in FINITE for tag in paragraph.tags[first:before]):
        return
    noun = paragraph.tokens[before].text
    now, other = ("comma", "none") if has_comma else ("none", "comma")
    option = Option(other, f"{noun}{'' if has_comma else ','} and", 0.05)
    yield Site(before, index + 1, 'comma before "and" with a phrase', now, (option,), "comma")
