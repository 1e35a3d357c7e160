"""What stands right after a quotation: "said Alice", "Alice replied sadly"."""

from __future__ import annotations

from collections.abc import Iterable

from impasto.text.sites import NAMES, NOUNS, Option, Paragraph, Site

_SAYING = frozenset(
    "said replied cried answered exclaimed asked remarked observed returned continued added".split()
)
_AFTER_MARK = {
    "!": ("said", "cried", "exclaimed"),
    "?": ("said", "asked", "inquired"),
    ",": ("said", "remarked", "observed"),
}
"""Last mark of a quotation -> verbs that suit it, and that may stand for each other."""

_TONES = {
    "sadly": "sad", "angrily": "angry", "sharply": "sharp", "severely": "severe", "timidly": "timid",
    "solemnly": "solemn", "gravely": "grave", "coldly": "cold", "gently": "gentle", "kindly": "kind",
    "sulkily": "sulky", "scornfully": "scornful", "thoughtfully": "thoughtful", "eagerly": "eager",
    "anxiously": "anxious", "humbly": "humble", "cheerfully": "cheerful", "softly": "soft",
    "doubtfully": "doubtful", "hoarsely": "hoarse", "melancholically": "melancholy", "quietly": "quiet",
}  # fmt: skip


def speech_verb_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Sites at the verb that names a speech, such as "said": others suit the mark that ends the quotation."""
    for index in range(2, len(paragraph.low)):
        if paragraph.tokens[index - 1].text not in ("”", '"', "’", "'") or not paragraph.kept[index - 1]:
            continue
        verbs = _AFTER_MARK.get(paragraph.tokens[index - 2].text, ())
        at = index
        if paragraph.low[index] not in verbs:
            end = _speaker(paragraph, index)
            if end is None:
                continue
            at = end
        if at >= len(paragraph.low) or paragraph.low[at] not in verbs or paragraph.kept[at]:
            continue
        behind = at + 1 if at > index else _speaker(paragraph, at + 1)
        if behind is None or paragraph.tag(behind) not in ("MARK", ""):
            continue
        options = tuple(Option(verb, verb, 0.2) for verb in verbs if verb != paragraph.low[at])
        choice = f"speech verb after {paragraph.tokens[index - 2].text!r}"
        yield Site(at, at + 1, choice, paragraph.low[at], options, "speech")


def tone_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Sites at the manner of a speech: "said the Duck sadly", "said the Duck in a sad tone"."""
    for index in range(2, len(paragraph.low)):
        if paragraph.kept[index] or not any(
            word in _SAYING for word in paragraph.low[max(index - 3, 0) : index]
        ):
            continue
        if paragraph.low[index] in _TONES and paragraph.tag(index + 1) in ("MARK", ""):
            tone = _TONES[paragraph.low[index]]
            article = "an" if tone[0] in "aeiou" else "a"
            option = Option("tone", f"in {article} {tone} tone", 0.1)
            yield Site(index, index + 1, "manner of speech", "adverb", (option,), "speech")
        elif paragraph.low[index] == "in" and paragraph.low[index + 3 : index + 4] in (["tone"], ["voice"]):
            adverb = {tone: word for word, tone in _TONES.items()}.get(paragraph.low[index + 2])
            if adverb and paragraph.tag(index + 4) in ("MARK", "") and paragraph.is_free(index, index + 4):
                yield Site(
                    index, index + 4, "manner of speech", "tone", (Option("adverb", adverb, 0.1),), "speech"
                )


def speech_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Sites right after a quotation: "Alice said", "said Alice"."""
    for index in range(1, len(paragraph.low)):
        if paragraph.kept[index] and paragraph.tags[index] not in NAMES:
            continue
        if paragraph.tokens[index - 1].text not in ("”", '"', "’", "'") or not paragraph.kept[index - 1]:
            continue
        if paragraph.low[index] in _SAYING and paragraph.tag(index) in ("VBD", "VBN"):
            end = _speaker(paragraph, index + 1)
            if end is not None and _ends(paragraph, end):
                speaker, verb = paragraph.text(index + 1, end), paragraph.tokens[index].text
                yield Site(
                    index,
                    end,
                    "speech tag",
                    "said he",
                    (Option("he said", f"{speaker} {verb}"),),
                    "construction",
                )
        else:
            end = _speaker(paragraph, index)
            if end is not None and paragraph.word(end) in _SAYING and _ends(paragraph, end + 1):
                speaker, verb = paragraph.text(index, end), paragraph.tokens[end].text
                option = Option("said he", f"{verb} {speaker}")
                yield Site(index, end + 1, "speech tag", "he said", (option,), "construction")


def _speaker(paragraph: Paragraph, index: int) -> int | None:
    """One past the speaker who is named here."""
    end = index
    if paragraph.low[index : index + 1] and paragraph.low[index] in ("he", "she", "i", "they"):
        return index + 1
    if (
        paragraph.low[index : index + 1]
        and paragraph.low[index] in ("the", "his", "her", "my")
        and paragraph.tag(index + 1) in NOUNS
    ):
        return index + 2
    while paragraph.tag(end) in NAMES or (
        end > index and paragraph.low[end : end + 1] == ["."] and len(paragraph.low[end - 1]) < 4
    ):
        end += 1
    return end if end > index else None


def _ends(paragraph: Paragraph, index: int) -> bool:
    return paragraph.tag(index) in ("MARK", "", "RB", "IN", "TO") and paragraph.word(index) not in (
        "that",
        "to",
        "n't",
        "not",
    )
