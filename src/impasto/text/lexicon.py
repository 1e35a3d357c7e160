"""The lexicon: words and phrases that can stand for each other, and where; read from ``lexicon.txt``."""

from __future__ import annotations

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from impasto.text.forms import inflect
from impasto.text.sites import NAMES, NOUNS, Option, Paragraph, Site, capital_as

PARTICLES = frozenset("up down out off away over on in about back round around along through by to".split())
"""Words that, after a verb, may be part of it."""

AHEAD = 7
"""Words that the test "f" looks at."""

_BE = frozenset("be am is are was were been being 's 're 'm".split())
_HAVE = frozenset("have has had having 've".split())
_OBJECT = frozenset({"DT", "PRP", "PRP$", "NN", "NNS", "NNP", "NNPS", "JJ", "CD", "PDT", "WP$"})
_VERB_TAGS = ("VB", "VBP", "VBZ", "VBD", "VBN", "VBG")

Test = Callable[[Paragraph, int, int], bool]
"""(paragraph, start, end) -> whether the words around the span allow the change."""


@dataclass(frozen=True)
class Member:
    """One of the words that can stand for each other.

    Attributes:
        name: as written in the lexicon.
        is_source: it may be replaced.
        is_target: it may be put in.
        is_dialect: it is not standard English.
    """

    name: str
    is_source: bool
    is_target: bool
    is_dialect: bool


@dataclass(frozen=True)
class Row:
    """A line of the lexicon."""

    key: str
    kind: str
    members: tuple[Member, ...]
    tests: tuple[Test, ...]

    def form(self, member: Member, tag: str) -> str | None:
        """A member inflected for a part of speech; None: it has no such form."""
        return inflect(member.name, self.kind, tag)


def lexicon_sites(paragraph: Paragraph) -> Iterable[Site]:
    """Every word and phrase of the paragraph that the lexicon knows, where its tests hold."""
    index = _index()
    low, tags = paragraph.low, paragraph.tags
    for start in range(len(low)):
        if paragraph.kept[start]:
            continue
        for words, wanted, row, member in index.get(low[start], ()):
            end = start + len(words)
            if tuple(low[start:end]) != words or not paragraph.is_free(start, end):
                continue
            if wanted and tags[start if row.kind != "noun" else end - 1] != wanted:
                continue
            if not all(test(paragraph, start, end) for test in row.tests):
                continue
            site = _site(paragraph, row, member, start, end, wanted)
            if site is not None:
                yield site


@cache
def member_names(key: str) -> tuple[str, ...]:
    """Members of the row of that key; none if it is no row's."""
    return _names_of_rows().get(key, ())


@cache
def is_lexical(key: str) -> bool:
    """Whether a choice is a row of verbs, nouns, adjectives or adverbs: words that mean the same anywhere."""
    return any(row.key == key and row.kind != "fixed" for row in rows())


@cache
def _names_of_rows() -> dict[str, tuple[str, ...]]:
    return {row.key: tuple(member.name for member in row.members) for row in rows()}


def name_counts(paragraph: Paragraph) -> Counter[str]:
    """{member of the lexicon: how often it occurs, in any form and wherever it stands}."""
    index, found = _index(), Counter[str]()
    for start, first in enumerate(paragraph.low):
        if first in index and not paragraph.kept[start]:
            low = paragraph.low
            names = {
                member.name
                for words, wanted, row, member in index[first]
                if tuple(low[start : start + len(words)]) == words
                and (
                    not wanted
                    or paragraph.tags[start if row.kind != "noun" else start + len(words) - 1] == wanted
                )
            }
            found.update(names)
    return found


def _site(paragraph: Paragraph, row: Row, member: Member, start: int, end: int, wanted: str) -> Site | None:
    options = []
    if member.is_source:
        for other in row.members:
            if other.name == member.name or not other.is_target:
                continue
            form = row.form(other, wanted)
            if form is None or not _same_participle(paragraph, row, start, wanted, member, other):
                continue
            text = capital_as(form, paragraph.tokens[start].text)
            options.append(Option(("~" if other.is_dialect else "") + other.name, text, 0.15))
    variant = ("~" if member.is_dialect else "") + member.name
    return Site(start, end, row.key, variant, tuple(options), "word")


def _same_participle(
    paragraph: Paragraph, row: Row, start: int, wanted: str, member: Member, other: Member
) -> bool:
    """Whether past tense and participle cannot be mistaken, where the new verb has two forms for them."""
    if row.kind != "verb" or wanted not in ("VBD", "VBN"):
        return True
    if row.form(other, "VBD") == row.form(other, "VBN"):
        return True
    if row.form(member, "VBD") != row.form(member, "VBN"):
        return True
    at = start - 1
    while at >= 0 and (paragraph.tags[at] == "RB" or paragraph.tags[at] == "PRP"):
        at -= 1
    has_auxiliary = at >= 0 and paragraph.low[at] in _BE | _HAVE
    return has_auxiliary == (wanted == "VBN")


# ---------------------------------------------------------------- reading


@cache
def rows() -> tuple[Row, ...]:
    """All lines of the lexicon."""
    source = (resources.files("impasto.text") / "lexicon.txt").read_text(encoding="utf-8")
    lines = [line.strip() for line in source.splitlines()]
    return tuple(_row(line) for line in lines if line and not line.startswith("#"))


def _row(line: str) -> Row:
    kind, _, rest = line.partition(":")
    names, _, context = rest.partition(" : ")
    left, arrow, right = names.partition(">")
    members = [_member(name, is_source=True, is_target=not arrow) for name in left.split(",")]
    members += [_member(name, is_source=False, is_target=True) for name in right.split(",") if name.strip()]
    tests = [_test(word) for word in context.split()]
    tests += _built_in(kind, context)
    key = f"{'/'.join(member.name for member in members)}#{zlib.crc32(line.encode()) & 0xFFF:03x}"
    return Row(key, kind, tuple(members), tuple(tests))


def _member(name: str, *, is_source: bool, is_target: bool) -> Member:
    name = name.strip()
    return Member(name.removeprefix("~"), is_source, is_target, name.startswith("~"))


def _test(word: str) -> Test:
    if word == "T":
        return _has_object
    if word == "I":
        return _has_no_object
    if word == "END":
        return lambda p, s, e: e >= len(p.tags) or (p.tags[e] == "MARK" and p.low[e] not in ("-", "'", "’"))
    if word == "START":
        return lambda p, s, e: s in p.starts
    match = re.match(r"(p|n|n2|pt|nt|n2t|tag|f)([:!])(.+)", word)
    if match is None:
        raise ValueError(f"lexicon.txt: no such test {word!r}")
    where, sign, values = match[1], match[2] == ":", frozenset(match[3].split("|"))

    def test(p: Paragraph, start: int, end: int) -> bool:
        if where == "f":
            return (not values.isdisjoint(p.low[end : end + AHEAD])) == sign
        value = {
            "p": lambda: p.low[start - 1] if start > 0 else "",
            "n": lambda: p.low[end] if end < len(p.low) else "",
            "n2": lambda: p.low[end + 1] if end + 1 < len(p.low) else "",
            "pt": lambda: p.tag(start - 1),
            "nt": lambda: p.tag(end),
            "n2t": lambda: p.tag(end + 1),
            "tag": lambda: p.tag(start),
        }[where]()
        if where == "nt" and sign and "END" in values and value in ("MARK", ""):
            return True
        return (value in values) == sign

    return test


def _built_in(kind: str, context: str) -> list[Test]:
    """What holds for every line of a kind."""
    if kind == "verb":
        return [lambda p, s, e: _plain_verb(p, s, e, context)]
    if kind == "noun":
        return [_plain_noun]
    if kind == "adj":
        return [
            lambda p, s, e: p.tag(s) == "JJ" and p.word(e) != "-" and p.word(e) not in ("'s", "one", "ones")
        ]
    if kind == "adv":
        return [lambda p, s, e: p.tag(s) == "RB"]
    return []


def _plain_verb(p: Paragraph, start: int, end: int, context: str) -> bool:
    """A verb that no particle near it changes."""
    following = p.low[end] if end < len(p.low) else ""
    names_next = re.search(r"\bn:", context) is not None
    if not names_next and (p.tag(end) == "RP" or (following in PARTICLES and "nt:" not in context)):
        return False
    if re.search(r"\bn2[:!]", context) is None:
        for index in range(end, min(end + 5, len(p.tags))):
            if p.tags[index] == "MARK":
                break
            if p.tags[index] == "RP" and not (index == end and names_next):
                return False
    return True


def _plain_noun(p: Paragraph, start: int, end: int) -> bool:
    """A noun that is no part of a compound."""
    joined = NOUNS | NAMES | {"POS"}
    return (
        p.tag(start - 1) not in NOUNS | NAMES and p.tag(end) not in joined and p.word(end) not in ("-", "'s")
    )


def _has_no_object(p: Paragraph, start: int, end: int) -> bool:
    """Whether a verb has no object behind it, and is no passive participle."""
    if p.tag(start) == "VBN" and not any(p.word(i) in _HAVE for i in range(max(start - 3, 0), start)):
        return False
    if p.tag(start) == "VBN" and any(p.word(i) in _BE for i in range(max(start - 2, 0), start)):
        return False
    return p.tag(end) not in _OBJECT or p.word(end) in ("all", "there", "here")


def _has_object(p: Paragraph, start: int, end: int) -> bool:
    """Whether a verb has its object behind it, or is a passive participle."""
    if p.tag(start) == "VBN" and any(p.word(i) in _BE for i in range(max(start - 3, 0), start)):
        following = p.low[end] if end < len(p.low) else ""
        return following not in PARTICLES - {"by", "in"} and p.tag(end) not in _OBJECT
    return (p.tag(end) in _OBJECT and p.word(start - 1) not in ("to",)) or (
        p.tag(end) in _OBJECT and p.tag(start) == "VB"
    )


@cache
def _index() -> dict[str, list[tuple[tuple[str, ...], str, Row, Member]]]:
    """First word -> (all words, part of speech or "", row, member)."""
    index = defaultdict(list)
    for row in rows():
        tags: Sequence[str] = {"verb": _VERB_TAGS, "noun": ("NN", "NNS")}.get(row.kind, ("",))
        for member in row.members:
            for tag in tags:
                form = row.form(member, tag)
                if form is None:
                    continue
                words = tuple(part for part in _split(form))
                index[words[0]].append((words, tag, row, member))
    return dict(index)


def _split(form: str) -> list[str]:
    """A phrase as the tokens it is cut into."""
    from impasto.text.tokens import tokenize

    return [token.low for token in tokenize(form)]
