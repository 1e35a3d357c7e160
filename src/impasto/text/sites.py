"""A site: a place in a paragraph where English offers a choice, with what could stand there instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from impasto.text.quotations import quoted
from impasto.text.tagger import tag
from impasto.text.tokens import Token, join, sentences, tokenize

NOUNS = frozenset({"NN", "NNS"})
NAMES = frozenset({"NNP", "NNPS"})
FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
VERBS = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ"})
PERSONS = frozenset({"i", "he", "she", "we", "they"})
"""Pronouns that can only be subjects, and stand for people."""

SUBJECTS = frozenset({"i", "he", "she", "it", "we", "they", "you", "there"})
"""Pronouns that can only be subjects, and "there"; "it" and "you" are both."""


@dataclass(frozen=True)
class Option:
    """One thing that can stand at a site.

    Attributes:
        variant: its name among the choices.
        text: what stands there then, without the space before it.
        cost: of content, in nats; 0 for the same meaning.
    """

    variant: str
    text: str
    cost: float = 0.0


@dataclass(frozen=True)
class Site:
    """A choice that the author of a paragraph has made.

    Attributes:
        start: first token.
        end: one past the last token; equal to ``start`` if nothing stands there yet.
        choice: name of the choice: a row of the lexicon or a construction.
        variant: what the author took.
        options: what else could stand there.
        family: "word", "contraction", "clause", ...: what the change is called.
    """

    start: int
    end: int
    choice: str
    variant: str
    options: tuple[Option, ...]
    family: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph with all that proposals look at.

    Attributes:
        tokens: with parts of speech; those in quotations and names are marked as kept.
        low: their texts in small letters.
        tags: their parts of speech.
        bounds: (first, one past the last) token of each sentence.
        kept: whether each may not change: it is a name, a number, a tag, or in a quotation.
        quoted: whether each is in a quotation.
        starts: first word of each sentence, after marks.
    """

    tokens: Sequence[Token]
    low: Sequence[str]
    tags: Sequence[str]
    kept: Sequence[bool]
    quoted: Sequence[bool]
    bounds: Sequence[tuple[int, int]]
    starts: frozenset[int]

    @classmethod
    def of(cls, text: str, *, with_quotations: bool = False) -> Paragraph:
        """Read a paragraph's text.

        Args:
            text: on one line.
            with_quotations: what stands in quotation marks may be rewritten too.
        """
        tokens = [token for token in tag(tokenize(text)) if token.text or token.space]
        inside = [False] * len(tokens) if with_quotations else quoted(tokens)
        bounds = sentences(tokens)
        starts = set()
        for first, last in bounds:
            word = next((i for i in range(first, last) if tokens[i].kind != "mark"), None)
            if word is not None:
                starts.add(word)
        kept = [
            is_quoted or token.kind in ("tag", "number") or _is_name(token, index in starts)
            for index, (token, is_quoted) in enumerate(zip(tokens, inside, strict=True))
        ]
        low, tags = [token.low for token in tokens], [token.tag for token in tokens]
        return cls(tokens, low, tags, kept, inside, bounds, frozenset(starts))

    def text(self, start: int, end: int) -> str:
        """What stands between two tokens, without the first space."""
        return join(list(self.tokens[start:end])).lstrip() if end > start else ""

    def word(self, index: int) -> str:
        """A token in small letters; "" outside the paragraph and in a quotation."""
        return self.low[index] if 0 <= index < len(self.low) and not self.kept[index] else ""

    def tag(self, index: int) -> str:
        """A part of speech; "" outside the paragraph."""
        return self.tags[index] if 0 <= index < len(self.tags) else ""

    def is_free(self, start: int, end: int) -> bool:
        """Whether nothing between two tokens is kept."""
        return not any(self.kept[start:end])

    def sentence_of(self, index: int) -> tuple[int, int]:
        """The sentence that a token is in."""
        return next((first, last) for first, last in self.bounds if first <= index < last)


def _is_name(token: Token, starts: bool) -> bool:
    if token.kind != "word" or not token.text[:1].isupper() or token.low in ("i", "o"):
        return False
    return token.tag in NAMES or not starts or (token.text.isupper() and len(token.text) > 1)


def capital_as(text: str, like: str) -> str:
    """A text whose first letter is as large as that of another."""
    if like[:1].isupper() and like != "I" and not text[:1].isupper():
        return text[:1].upper() + text[1:]
    return text


def small(text: str) -> str:
    """A text that no longer begins a sentence."""
    return (
        text if text == "I" or text.startswith("I ") or text.startswith("I'") else text[:1].lower() + text[1:]
    )
