"""Words that open a sentence before its subject: "He went", "And he went", "Well, he went"."""

from __future__ import annotations

from collections.abc import Iterable

from impasto.text.sites import NAMES, NOUNS, PERSONS, Option, Paragraph, Site, small

_OPENINGS = ("And", "Now,", "Well,", "So", "Then", "Indeed,", "In fact,", "At length", "Presently",
             "By and by", "Pretty soon", "At last", "Soon")  # fmt: skip
"""Openings, with their commas, that add little to what a sentence says."""

_ALIKE = (
    ("At length", "At last"),
    ("Presently", "By and by", "Pretty soon", "Soon"),
    ("Now,", "Well,", "Indeed,", "In fact,"),
)
"""Openings that may stand for each other."""

_LIGHT = frozenset({"And", "Now,", "Well,", "Indeed,", "In fact,", "So"})
_CERTAIN = frozenset({"Indeed,", "In fact,"})
"""Openings that vouch for what is so; before an action they sound as if somebody had denied it."""

_STATES = frozenset(
    "was were had knew thought seemed felt could would did might must should looked lay stood meant wanted "
    "liked loved hated lived kept used believed supposed".split()
)
_PRONOUNS = PERSONS | {"it"}


def opening_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Sentences that begin with their subject, or with one of the openings before it."""
    first = min(paragraph.starts, default=-1)
    for index in sorted(paragraph.starts):
        if index == first or (paragraph.kept[index] and paragraph.tags[index] not in NAMES):
            continue
        if _is_after_quotation(paragraph, index):
            continue
        end = _subject_end(paragraph, index)
        if end is not None and paragraph.tag(end) in ("VBD", "MD"):
            is_state = paragraph.word(end) in _STATES
            subject = _as_inside(paragraph, index, end)
            options = [
                Option(opening, f"{opening} {subject}", 1.2 if opening in _LIGHT else 1.4)
                for opening in _OPENINGS
                if opening in (_LIGHT - {"So"} if is_state else _LIGHT - {"So"} - _CERTAIN)
                or (opening == "Then" and not is_state)
            ]
            yield Site(index, end, "opening", "subject", tuple(options), "opening")
            continue
        yield from _with_opening(paragraph, index)


def _with_opening(paragraph: Paragraph, index: int) -> Iterable[Site]:
    """A sentence that has an opening: it may go, if it adds nothing, or be another one."""
    for opening in _OPENINGS:
        parts = opening.lower().replace(",", " ,").split()
        start = index + len(parts)
        if list(paragraph.low[index:start]) != parts:
            continue
        end = _subject_end(paragraph, start)
        if end is None or paragraph.tag(end) not in ("VBD", "MD") or not paragraph.is_free(index, start):
            continue
        subject = _as_inside(paragraph, start, end)
        options = []
        if opening in _LIGHT and opening != "So":
            options.append(Option("subject", subject[:1].upper() + subject[1:], 0.4))
        same = next((group for group in _ALIKE if opening in group), ())
        options += [Option(other, f"{other} {subject}", 0.4) for other in same if other != opening]
        yield Site(index, end, "opening", opening, tuple(options), "opening")
        return


def _is_after_quotation(paragraph: Paragraph, index: int) -> bool:
    return index > 0 and paragraph.tokens[index - 1].text in ("”", '"', "’", "'")


def _subject_end(paragraph: Paragraph, index: int) -> int | None:
    """One past a subject: a pronoun, a name, or article and noun."""
    if index < len(paragraph.low) and paragraph.low[index] in _PRONOUNS and not paragraph.kept[index]:
        return index + 1
    end = index
    while paragraph.tag(end) in NAMES and paragraph.tokens[end].kind == "word":
        end += 1
    if end > index:
        return end
    if paragraph.word(index) in ("the", "his", "her", "my") and paragraph.tag(index + 1) in NOUNS:
        return index + 2
    return None


def _as_inside(paragraph: Paragraph, index: int, end: int) -> str:
    """The subject as it stands inside a sentence."""
    text = paragraph.text(index, end)
    return text if paragraph.tags[index] in NAMES else small(text)
