"""Clauses and participles: "when he had eaten" and "having eaten"; "he took it and" and "taking it, he"."""

from __future__ import annotations

from collections.abc import Iterable

from impasto.text.forms import participle_of, past_of
from impasto.text.sites import PERSONS, Option, Paragraph, Site, small

_STATES = frozenset(
    "was were had knew thought felt seemed saw heard looked could "
    "would did became lay stood sat said went came got "
    "wanted liked loved hated kept believed supposed "
    "understood remembered meant lived began let grew remained".split()
)
"""Verbs that are no single action, or that read badly as an opening participle."""

_QUICK = frozenset(
    "took caught seized grasped clutched lifted raised drew opened turned rose stepped leaned bent "
    "stooped knelt threw snatched gathered laid put placed pushed pulled dropped".split()
)
"""Verbs of an action that can be one with the next: "taking it, he opened", never "eating it, he left"."""

_NOT_ON = _STATES - {"saw", "heard", "got", "came", "went", "felt", "became"}
_SENSES = frozenset("saw heard found perceived observed noticed felt".split())
"""Verbs whose participle alone can open a sentence for "when he saw"."""


def participle_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Sentences that open with a clause or a participle about their own subject."""
    for start in sorted(paragraph.starts):
        if paragraph.kept[start]:
            continue
        yield from _having(paragraph, start)
        yield from _when(paragraph, start)
        yield from _being(paragraph, start)
        yield from _two_verbs(paragraph, start)


def _having(paragraph: Paragraph, start: int) -> Iterable[Site]:
    """Sites with "when he had eaten, he" or "having eaten, he"."""
    low = paragraph.low
    if low[start] in ("when", "after") and low[start + 1 : start + 2] and low[start + 1] in PERSONS:
        subject = low[start + 1]
        if low[start + 2 : start + 3] != ["had"] or paragraph.tag(start + 3) != "VBN":
            return
        comma = _comma(paragraph, start + 3)
        if comma is None or low[comma + 1 : comma + 2] != [subject] or paragraph.tag(comma + 2) != "VBD":
            return
        verb = paragraph.tokens[start + 3].text
        text = f"Having {verb}"
        yield Site(
            start, start + 4, "opening clause", "when he had", (Option("having", text, 0.1),), "construction"
        )
    elif low[start] == "having" and paragraph.tag(start + 1) == "VBN":
        comma = _comma(paragraph, start + 1)
        if comma is None or low[comma + 1 : comma + 2] == [] or low[comma + 1] not in PERSONS:
            return
        if paragraph.tag(comma + 2) != "VBD":
            return
        subject = paragraph.tokens[comma + 1].text
        text = f"When {small(subject)} had"
        yield Site(
            start, start + 1, "opening clause", "having", (Option("when he had", text, 0.1),), "construction"
        )


def _when(paragraph: Paragraph, start: int) -> Iterable[Site]:
    """Sites with "when he saw it, he" or "on seeing it, he" or "upon seeing it, he" or "seeing it, he"."""
    low = paragraph.low
    choice = "opening clause of time"
    if low[start] in ("when", "as") and low[start + 1 : start + 2] and low[start + 1] in PERSONS:
        subject, verb = low[start + 1], start + 2
        participle = participle_of(paragraph.word(verb)) if paragraph.tag(verb) == "VBD" else None
        comma = _comma(paragraph, verb)
        if participle is None or low[verb] in _NOT_ON or comma is None:
            return
        if low[comma + 1 : comma + 2] != [subject] or paragraph.tag(comma + 2) not in ("VBD", "MD"):
            return
        if any(tag in ("VBD", "VBZ", "MD") for tag in paragraph.tags[verb + 1 : comma]):
            return
        options = [Option(on, f"{on.capitalize()} {participle}", 0.1) for on in ("on", "upon")]
        if low[verb] in _SENSES:
            options.append(Option("-ing", participle.capitalize(), 0.1))
        yield Site(start, verb + 1, choice, "when he", tuple(options), "construction")
    elif low[start] in ("on", "upon") and paragraph.tag(start + 1) == "VBG":
        past, comma = past_of(low[start + 1]), _comma(paragraph, start + 1)
        if past is None or comma is None or paragraph.word(comma + 1) not in PERSONS:
            return
        if paragraph.tag(comma + 2) not in ("VBD", "MD"):
            return
        other = "upon" if low[start] == "on" else "on"
        subject = small(paragraph.tokens[comma + 1].text)
        verb_text = paragraph.tokens[start + 1].text
        options = [
            Option("when he", f"When {subject} {past}", 0.1),
            Option(other, f"{other.capitalize()} {verb_text}"),
        ]
        yield Site(start, start + 2, choice, low[start], tuple(options), "construction")


def _being(paragraph: Paragraph, start: int) -> Iterable[Site]:
    """Sites with "as he was tired, he" or "being tired, he"."""
    low = paragraph.low
    if low[start] in ("as", "because") and paragraph.word(start + 1) in PERSONS:
        comma = _comma(paragraph, start + 2)
        if paragraph.word(start + 2) not in ("was", "were") or comma is None:
            return
        if low[comma + 1 : comma + 2] != [low[start + 1]] or paragraph.tag(comma + 2) not in ("VBD", "MD"):
            return
        if paragraph.tag(start + 3) not in ("JJ", "RB", "VBN", "DT") or paragraph.tag(start + 4) == "VBG":
            return
        option = Option("being", "Being", 0.1)
        yield Site(start, start + 3, "opening clause of cause", "as he was", (option,), "construction")
    elif low[start] == "being" and paragraph.tag(start + 1) in ("JJ", "RB", "VBN", "DT"):
        comma = _comma(paragraph, start + 1)
        if comma is None or paragraph.word(comma + 1) not in PERSONS:
            return
        subject = small(paragraph.tokens[comma + 1].text)
        verb = "were" if subject in ("we", "they") else "was"
        option = Option("as he was", f"As {subject} {verb}", 0.1)
        yield Site(start, start + 1, "opening clause of cause", "being", (option,), "construction")


def _two_verbs(paragraph: Paragraph, start: int) -> Iterable[Site]:
    """Sites with "he took the jar and opened it" or "taking the jar, he opened it"."""
    low = paragraph.low
    if low[start] in PERSONS and paragraph.tag(start + 1) == "VBD" and low[start + 1] in _QUICK:
        _, last = paragraph.sentence_of(start)
        join = next((i for i in range(start + 2, min(start + 12, last)) if low[i] == "and"), None)
        if join is None or paragraph.tag(join + 1) != "VBD" or not paragraph.is_free(start, join + 2):
            return
        middle = range(start + 2, join)
        has_comma = low[join - 1] == ","
        if any(
            paragraph.tags[i] in ("VBD", "VBZ", "MD", "WP", "WDT", "WRB", "MARK")
            for i in middle
            if not (has_comma and i == join - 1)
        ):
            return
        participle = participle_of(low[start + 1])
        if participle is None or low[join + 1] in ("was", "were", "had"):
            return
        rest = paragraph.text(start + 2, join - has_comma)
        subject = paragraph.tokens[start].text
        opening = f"{participle.capitalize()} {rest}".strip()
        text = f"{opening}, {small(subject)} {paragraph.text(join + 1, join + 2)}"
        yield Site(
            start, join + 2, "two verbs", "he took and", (Option("taking, he", text, 0.5),), "construction"
        )
    elif paragraph.tag(start) == "VBG" and past_of(low[start]) is not None:
        comma = _comma(paragraph, start)
        if comma is None or low[comma + 1 : comma + 2] == [] or low[comma + 1] not in PERSONS:
            return
        if (
            paragraph.tag(comma + 2) != "VBD"
            or low[comma + 2] in ("was", "were", "had")
            or not paragraph.is_free(start, comma + 3)
        ):
            return
        if any(paragraph.tags[i] in ("VBD", "VBZ", "MD") for i in range(start, comma)):
            return
        subject = paragraph.tokens[comma + 1].text
        big = subject[:1].upper() + subject[1:]
        rest, verb = paragraph.text(start + 1, comma), paragraph.text(comma + 2, comma + 3)
        text = f"{big} {past_of(low[start])} {rest} and {verb}"
        text = text.replace("  ", " ")
        yield Site(
            start, comma + 3, "two verbs", "taking, he", (Option("he took and", text, 0.4),), "construction"
        )


def _comma(paragraph: Paragraph, start: int) -> int | None:
    """The first comma within ten tokens, if no other mark comes before it."""
    for index in range(start, min(start + 11, len(paragraph.low))):
        if paragraph.tags[index] == "MARK":
            return index if paragraph.low[index] == "," and not paragraph.kept[index] else None
    return None
