"""How clauses are joined: by a full stop, a semicolon, a dash or "and"."""

from __future__ import annotations

from collections.abc import Iterable

from impasto.text.sites import FINITE, NAMES, NOUNS, SUBJECTS, Option, Paragraph, Site, small

SUBORDINATE = frozenset(
    "when while because if until till where unless though although since before after".split()
)


def boundary_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Every place between two main clauses: full stop, semicolon, dash, or comma and "and"."""
    for index in range(1, len(paragraph.low) - 2):
        mark = paragraph.low[index]
        if paragraph.kept[index] or mark not in (".", ";", "--", "—", ",", ":"):
            continue
        variant, subject = _variant(paragraph, index)
        if variant is None or paragraph.kept[index - 1] or paragraph.tokens[index].space:
            continue
        if paragraph.tokens[index - 1].kind == "mark":  # as in ",--", which is one mark to the reader
            continue
        if subject >= len(paragraph.low) or not clause_begins(paragraph, subject):
            continue
        if not _has_verb_before(paragraph, index) or _has_semicolons(paragraph, index, variant):
            continue
        yield Site(
            index,
            subject + 1,
            "clause boundary",
            variant,
            _others(paragraph, index, subject, variant),
            "clause",
        )


def but_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Marks before "but" with a clause: ", but", "; but", ". But", "--but"."""
    for index in range(2, len(paragraph.low) - 2):
        if paragraph.low[index] != "but" or paragraph.kept[index] or not clause_begins(paragraph, index + 1):
            continue
        mark = index - 1
        now = {",": ", but", ";": "; but", ".": ". But", "--": "--but", "—": "--but"}.get(paragraph.low[mark])
        if (
            now is None
            or paragraph.kept[mark]
            or paragraph.kept[mark - 1]
            or not _has_verb_before(paragraph, mark)
        ):
            continue
        options = [Option(name, name, 0.05) for name in (", but", "; but", ". But", "--but") if name != now]
        yield Site(mark, index + 1, 'mark before "but"', now, tuple(options), "clause")


def _variant(paragraph: Paragraph, index: int) -> tuple[str | None, int]:
    """How two clauses are joined here, and where the second begins."""
    mark, following = paragraph.low[index], paragraph.low[index + 1]
    if mark == ".":
        return ("." if index + 1 in paragraph.starts else None), index + 1
    if mark == ";":
        return ("; and", index + 2) if following == "and" else (";", index + 1)
    if mark == ":":
        return ":", index + 1
    if mark in ("--", "—"):
        return ("--" if following in SUBJECTS else None), index + 1
    return (", and" if following == "and" else None), index + 2


def _others(paragraph: Paragraph, index: int, subject: int, variant: str) -> tuple[Option, ...]:
    """The other ways to join them, where the grammar holds."""
    token = paragraph.tokens[subject]
    first = token.text if paragraph.tags[subject] in NAMES or token.text == "I" else small(token.text)
    capital = first[:1].upper() + first[1:]
    is_pronoun = token.low in SUBJECTS - {"you"}
    options = [Option(";", f"; {first}", 0.05)]
    if variant in (";", "; and", ".", ":") or (is_pronoun and variant == ", and"):
        options.append(Option(".", f". {capital}", 0.1))
    if is_pronoun and variant in (".", ";", ":"):
        options.append(Option("--", f"--{first}", 0.3))
    if variant in (".", ";", "--") and _same_tense(paragraph, index, subject):
        options.append(Option(", and", f", and {first}", 0.2))
        options.append(Option("; and", f"; and {first}", 0.2))
    if variant in (", and", "; and"):
        options += [Option(other, f"{other} {first}", 0.05) for other in (", and", "; and")]
    return tuple(option for option in options if option.variant != variant)


def clause_begins(paragraph: Paragraph, index: int) -> bool:
    """Whether a main clause begins here: a subject with a finite verb close behind it."""
    if paragraph.kept[index] and paragraph.tags[index] not in NAMES:
        return False
    end = _after_subject(paragraph, index)
    if end is None:
        return False
    while paragraph.tag(end) == "RB":
        end += 1
    return paragraph.tag(end) in FINITE and not paragraph.kept[end]


def _after_subject(paragraph: Paragraph, index: int) -> int | None:
    """One past a subject that begins here: a pronoun, a name, or article and noun; None: there is none."""
    if paragraph.low[index] in SUBJECTS:
        return index + 1
    if paragraph.tags[index] in NAMES:
        end = index
        while paragraph.tag(end) in NAMES:
            end += 1
        return end
    if paragraph.tags[index] in ("DT", "PRP$") and paragraph.low[index] not in ("no", "that", "all"):
        end = index + 1
        while paragraph.tag(end) in ("JJ", "RB"):
            end += 1
        if paragraph.tag(end) not in NOUNS:
            return None
        while paragraph.tag(end) in NOUNS:
            end += 1
        return end
    return None


def _has_verb_before(paragraph: Paragraph, index: int) -> bool:
    """Whether what stands before a mark is a clause: a subject with its verb, nothing subordinate first."""
    first, _ = paragraph.sentence_of(index - 1)
    cuts = [i + 1 for i in range(first, index) if paragraph.low[i] in (";", "--", "—", ":")]
    first = max([first, *cuts])
    while first < index and (
        paragraph.tokens[first].kind == "mark" or paragraph.low[first] in ("and", "but", "so", "then")
    ):
        first += 1
    if first >= index or paragraph.low[first] in SUBORDINATE | {
        "as",
        "to",
        "whether",
        "what",
        "who",
        "which",
        "how",
        "having",
        "being",
    }:
        return False
    if not any(clause_begins(paragraph, i) for i in range(first, index)):
        return False
    return not any(
        paragraph.low[i] in ("(", "[", ")", "?") or (paragraph.kept[i] and paragraph.tokens[i].text in '“”‘"')
        for i in range(first, index)
    )


def _has_semicolons(paragraph: Paragraph, index: int, variant: str) -> bool:
    """Whether a comma or semicolon here separates more than two items of a list."""
    first, last = paragraph.sentence_of(index)
    marks = [paragraph.low[i] for i in range(first, last)]
    if variant in (";", "; and"):
        return marks.count(";") > 2
    return variant == ", and" and (marks.count(",") > 4 or SUBORDINATE & set(marks) != set())


def _same_tense(paragraph: Paragraph, index: int, subject: int) -> bool:
    """Whether both clauses tell of the past, so that "and" can join them."""
    first, _ = paragraph.sentence_of(index - 1)
    before = [tag for tag in paragraph.tags[first:index] if tag in FINITE]
    after = next((tag for tag in paragraph.tags[subject + 1 : subject + 4] if tag in FINITE), "")
    return bool(before) and before[-1] == "VBD" and after == "VBD"
