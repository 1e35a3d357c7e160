"""Words of degree before an adjective, words that open a sentence, and repetition."""

from __future__ import annotations

from collections.abc import Iterable

from impasto.text.sites import Option, Paragraph, Site, capital_as, small

DEGREES = ("very", "quite", "rather", "so", "exceedingly", "extremely")
"""Words of degree that may be put before an adjective or taken away."""

GRADABLE = frozenset(
    "glad happy sad angry tired weary hungry thirsty cold "
    "hot warm dark quiet still silent strange odd curious "
    "pleasant agreeable uneasy anxious nervous frightened pale weak strong ill sick sorry ashamed proud busy "
    "lonely grave solemn serious kind polite civil cross stupid foolish clever certain sure sleepy old young "
    "beautiful ugly pretty large small narrow steep deep high low long short heavy light bright faint loud "
    "soft sharp slow easy difficult dangerous comfortable "
    "uncomfortable miserable wretched bitter rough smooth "
    "thin thick surprised pleased astonished puzzled alarmed delighted melancholy gloomy dull dreary".split()
)
"""Adjectives of which there is more or less."""

_LINKS = frozenset("was were is are felt looked seemed grew became".split())
_OPENINGS = ("And", "Now,", "Well,", "So")


def degree_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Places with "Was glad", "was very glad", "was quite glad"."""
    for index in range(1, len(paragraph.low)):
        word = paragraph.low[index]
        if paragraph.kept[index] or word not in GRADABLE or paragraph.tag(index) not in ("JJ", "VBN"):
            continue
        has_degree = paragraph.low[index - 1] in DEGREES
        link = index - 1 - has_degree
        if link < 0 or paragraph.low[link] not in _LINKS or paragraph.kept[link]:
            continue
        following = paragraph.low[index + 1] if index + 1 < len(paragraph.low) else ""
        if following in ("that", "as", "than", "enough", "-") or (
            paragraph.tag(index + 1) not in ("MARK", "IN", "CC", "TO", "")
        ):
            continue
        adjective = paragraph.tokens[index].text
        now = paragraph.low[index - 1] if has_degree else "none"
        others = ["none", *DEGREES] if now != "so" else []
        options = [
            Option(
                other, adjective if other == "none" else f"{other} {adjective}", 0.9 if now == "none" else 0.4
            )
            for other in others
            if other not in (now, "so")
        ]
        start = index - 1 if has_degree else index
        yield Site(start, index + 1, "degree", now, tuple(options), "degree")


def very_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Places with "A very old house" and "an old house"."""
    for index in range(1, len(paragraph.low)):
        if paragraph.kept[index] or paragraph.word(index) not in GRADABLE or paragraph.tag(index) != "JJ":
            continue
        if not paragraph.tag(index + 1).startswith("NN") or paragraph.kept[index + 1]:
            continue
        adjective = paragraph.tokens[index].text
        if paragraph.word(index - 1) == "very" and paragraph.word(index - 2) in ("a", "the", "some"):
            yield Site(
                index - 1,
                index + 1,
                "very before a noun",
                "very",
                (Option("none", adjective, 0.4),),
                "degree",
            )
        elif paragraph.word(index - 1) in ("a", "an"):
            option = Option("very", f"very {adjective}", 0.9)
            yield Site(index, index + 1, "very before a noun", "none", (option,), "degree")


def however_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Places with "But she went" and "she, however, went"."""
    for start in sorted(paragraph.starts):
        if paragraph.kept[start] or paragraph.tag(start + 2) not in ("VBD", "MD"):
            words = paragraph.low[start : start + 4]
            if words[1:] == [",", "however", ","] and words[0] in ("i", "he", "she", "they", "we"):
                option = Option("but she", f"But {small(paragraph.tokens[start].text)}")
                yield Site(start, start + 4, "but or however", "she, however", (option,), "construction")
            continue
        if paragraph.low[start] == "but" and paragraph.low[start + 1] in ("i", "he", "she", "they", "we"):
            subject = paragraph.tokens[start + 1].text.capitalize()
            option = Option("she, however", f"{subject}, however,", 0.1)
            yield Site(start, start + 2, "but or however", "but she", (option,), "construction")


def opening_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Sentences that begin with their subject, or with "And" or "Well," before it."""
    first = min(paragraph.starts, default=-1)
    for index in sorted(paragraph.starts):
        if paragraph.kept[index] or index == first:
            continue
        words = paragraph.low[index : index + 3]
        text = paragraph.tokens[index].text
        if words[0] in ("i", "he", "she", "they", "we") and paragraph.tag(index + 1) in ("VBD", "MD"):
            options = [
                Option(opening, f"{opening} {small(text)}", 1.2) for opening in _OPENINGS if opening != "So"
            ]
            yield Site(index, index + 1, "opening", "subject", tuple(options), "opening")
            continue
        for opening in _OPENINGS:
            parts = opening.lower().replace(",", " ,").split()
            if words[: len(parts)] == parts and paragraph.word(index + len(parts)) in (
                "i",
                "he",
                "she",
                "they",
                "we",
            ):
                end = index + len(parts) + 1
                subject = capital_as(paragraph.tokens[end - 1].text, "X")
                options = [Option("subject", subject, 0.4)]
                yield Site(index, end, "opening", opening, tuple(options), "opening")


def repetition_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Places with "Very" and "very, very"."""
    for index in range(len(paragraph.low) - 1):
        if paragraph.word(index) != "very" or paragraph.low[index + 1] not in GRADABLE:
            continue
        if paragraph.low[index - 2 : index] == ["very", ","]:
            continue
        yield Site(
            index, index + 1, "repetition", "once", (Option("twice", "very, very", 0.3),), "repetition"
        )
    for index in range(2, len(paragraph.low)):
        if paragraph.low[index - 2 : index + 1] == ["very", ",", "very"] and paragraph.is_free(
            index - 2, index + 1
        ):
            yield Site(
                index - 2, index + 1, "repetition", "twice", (Option("once", "very", 0.3),), "repetition"
            )


def enough_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Places with "Dark enough" and "sufficiently dark"."""
    for index in range(1, len(paragraph.low)):
        if (
            paragraph.word(index) == "enough"
            and paragraph.word(index - 1) in GRADABLE
            and paragraph.word(index + 1) in ("to", "for", ".", ",")
        ):
            adjective = paragraph.tokens[index - 1].text
            if paragraph.word(index - 2) in ("was", "were", "be", "not", "is", "been"):
                option = Option("sufficiently", f"sufficiently {adjective}")
                yield Site(index - 1, index + 1, "enough", "enough", (option,), "construction")
        elif paragraph.word(index - 1) == "sufficiently" and paragraph.word(index) in GRADABLE:
            option = Option("enough", f"{paragraph.tokens[index].text} enough")
            yield Site(index - 1, index + 1, "enough", "sufficiently", (option,), "construction")
