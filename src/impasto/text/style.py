"""A style as statistics: numbers counted in an author's narration, without a passage of it."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from impasto.text import characters
from impasto.text.background import Background
from impasto.text.choices import count_choices
from impasto.text.lexicon import is_lexical, member_names, name_counts
from impasto.text.rhythm import intervals, origins
from impasto.text.sites import Paragraph

MARKS = (",", ";", ":", ".", "!", "?", "--", "(")
"""Marks whose rates belong to a style; a dash of any kind is "--"."""

LENGTHS = (5, 10, 15, 20, 25, 30, 40, 55, 80)
"""Ends of the classes of sentence length, in words; the last class is open."""

PRIOR = 3.0
"""Weight of the words of a choice wherever they stand, in occurrences."""

FORMAT = 1
"""Version of the file."""


@dataclass(frozen=True)
class Counts:
    """What is counted in a text.

    Attributes:
        words: of the narration: all that is in no quotation.
        rates: function word, mark, or class of stress or origin -> how often.
        choices: (choice, variant) -> how often.
        lengths: sentences in each class of ``LENGTHS``.
    """

    words: int
    rates: Mapping[str, float]
    choices: Mapping[tuple[str, str], float]
    lengths: tuple[float, ...]


@dataclass(frozen=True)
class Style:
    """An author's style, or a mixture of several.

    Attributes:
        name: of the author or file.
        words: how many words it was counted in.
        rates: function word, mark, or class of ``rhythm`` -> per 1000 words.
        choices: choice -> {variant: how often}.
        lengths: share of sentences in each class of ``LENGTHS``.
        names: word or phrase of the lexicon -> how often, wherever it stands.
        characters: weights of character n-grams, as ``characters.weights``.
    """

    name: str
    words: int
    rates: Mapping[str, float]
    choices: Mapping[str, Mapping[str, float]]
    lengths: tuple[float, ...]
    names: Mapping[str, float]
    characters: NDArray[np.int8] = field(repr=False)

    @property
    def is_dialect(self) -> bool:
        """Whether the narration itself is in dialect: it has "warn't" or "ain't" often."""
        rows = [
            row
            for choice, row in self.choices.items()
            if "~" in choice or "warn't" in choice or "ain't" in choice
        ]
        dialect = sum(count for row in rows for variant, count in row.items() if variant.startswith("~"))
        return dialect > 0.05 * sum(count for row in rows for count in row.values()) and dialect > 5

    def share(self, choice: str, variant: str) -> float:
        """How large a share a variant has of a choice.

        The counts of the choice are smoothed with how often its words occur anywhere, as if ``PRIOR`` more
        choices had been seen.
        """
        row = self.choices.get(choice, {})
        others = member_names(choice) if is_lexical(choice) else ()
        if not others:
            return (row.get(variant, 0.0) + 0.25) / (sum(row.values()) + 0.25 * max(len(row), 2))
        anywhere = [self.names.get(name.lstrip("~"), 0.0) + 0.3 for name in others]
        own = self.names.get(variant.lstrip("~"), 0.0) + 0.3
        return (row.get(variant, 0.0) + PRIOR * own / sum(anywhere)) / (sum(row.values()) + PRIOR)

    def has(self, choice: str, variant: str) -> bool:
        """Whether the author has a variant.

        Once in this choice is enough. A verb, noun, adjective or adverb may also stand twice anywhere else.
        """
        if self.choices.get(choice, {}).get(variant, 0.0) >= 1:
            return True
        return not variant.startswith("~") and is_lexical(choice) and self.names.get(variant, 0.0) >= 2

    def save(self, path: Path) -> None:
        """Write the numbers."""
        numbers = {"format": FORMAT, "name": self.name, "words": self.words, "rates": dict(self.rates),
                   "choices": {key: dict(row) for key, row in self.choices.items()}, "lengths": self.lengths,
                   "names": dict(self.names)}  # fmt: skip
        data = io.BytesIO()
        text = np.frombuffer(json.dumps(numbers, sort_keys=True).encode(), dtype=np.uint8)
        np.savez_compressed(data, numbers=text, characters=self.characters)
        path.write_bytes(data.getvalue())

    @classmethod
    def read(cls, data: bytes) -> Style:
        """A style from the bytes of its file."""
        with np.load(io.BytesIO(data)) as arrays:
            numbers = json.loads(arrays["numbers"].tobytes())
            table = arrays["characters"]
        return cls(numbers["name"], numbers["words"], numbers["rates"], numbers["choices"],
                   tuple(numbers["lengths"]), numbers["names"], table)  # fmt: skip


def count(paragraphs: Sequence[Paragraph], function_words: Sequence[str]) -> Counts:
    """Count what belongs to a style, in the narration of some paragraphs."""
    rates: Counter[str] = Counter()
    choices: Counter[tuple[str, str]] = Counter()
    lengths = [0.0] * (len(LENGTHS) + 1)
    words = 0
    wanted = frozenset(function_words)
    for paragraph in paragraphs:
        for index, token in enumerate(paragraph.tokens):
            if paragraph.quoted[index]:
                continue
            if token.kind == "word" and not token.low.startswith("'"):
                words += 1
            key = mark_name(token.low)
            if key in wanted or key in MARKS:
                rates[key] += 1
        told = narrated_words(paragraph)
        rates.update(intervals(told))
        rates.update(origins(told))
        choices.update(count_choices(paragraph))
        for first, last in paragraph.bounds:
            length = sentence_length(paragraph, first, last)
            if length:
                lengths[length_class(length)] += 1
    return Counts(words, rates, choices, tuple(lengths))


def narrated_words(paragraph: Paragraph) -> list[str]:
    """Words that are in no quotation, in small letters."""
    return [
        token.low
        for index, token in enumerate(paragraph.tokens)
        if token.kind == "word" and not paragraph.quoted[index]
    ]


def sentence_length(paragraph: Paragraph, first: int, last: int) -> int:
    """Words of a sentence of narration; 0: it is mostly quotation."""
    length = sum(token.kind == "word" and "'" not in token.low[:1] for token in paragraph.tokens[first:last])
    quoted = sum(paragraph.quoted[index] for index in range(first, last))
    return 0 if quoted > length / 2 else length


def length_class(length: int) -> int:
    """Class of a sentence length."""
    return sum(length > end for end in LENGTHS)


def mark_name(low: str) -> str:
    """A token as ``rates`` names it: every dash is "--"."""
    return "--" if low in ("—", "–") or low.startswith("--") else low


def style_of(name: str, paragraphs: Sequence[Paragraph], background: Background) -> Style:
    """Count a style.

    Args:
        name: of the author.
        paragraphs: of the author.
        background: function words, and the character n-grams of others.
    """
    counts = count(paragraphs, background.function_words)
    narration = narration_of(paragraphs)
    table = characters.weights(characters.counts(narration), background.others(name))
    choices: dict[str, dict[str, float]] = {}
    for (choice, variant), number in counts.choices.items():
        choices.setdefault(choice, {})[variant] = number
    total = sum(counts.lengths) or 1
    return Style(
        name,
        counts.words,
        {key: 1000 * number / max(counts.words, 1) for key, number in counts.rates.items()},
        choices,
        tuple(number / total for number in counts.lengths),
        dict(sum((name_counts(paragraph) for paragraph in paragraphs), start=Counter())),
        table,
    )


def narration_of(paragraphs: Sequence[Paragraph]) -> str:
    """All that is in no quotation, with names masked."""
    parts = []
    for paragraph in paragraphs:
        for index, token in enumerate(paragraph.tokens):
            if not paragraph.quoted[index]:
                is_name = paragraph.kept[index] and token.kind == "word" and token.tag.startswith("NNP")
                parts.append(token.space + ("N" if is_name else token.text))
        parts.append("\n")
    return "".join(parts)


def blend(styles: Sequence[Style], weights: Sequence[float]) -> Style:
    """A mixture: rates and shares are averaged by weight.

    Args:
        styles: at least one.
        weights: one for each; scaled to sum 1.
    """
    if len(styles) == 1:
        return styles[0]
    total = sum(weights)
    shares = [weight / total for weight in weights]
    words = min(style.words for style in styles)
    rates = {key for style in styles for key in style.rates}
    choices: dict[str, dict[str, float]] = {}
    for style, share in zip(styles, shares, strict=True):
        scale = share * words / style.words
        for choice, row in style.choices.items():
            mixed = choices.setdefault(choice, {})
            for variant, number in row.items():
                mixed[variant] = mixed.get(variant, 0.0) + number * scale
    return Style(
        " + ".join(style.name for style in styles),
        words,
        {
            key: sum(s * style.rates.get(key, 0.0) for s, style in zip(shares, styles, strict=True))
            for key in rates
        },
        choices,
        tuple(
            sum(s * style.lengths[i] for s, style in zip(shares, styles, strict=True))
            for i in range(len(LENGTHS) + 1)
        ),
        {
            name: sum(
                s * words * style.names.get(name, 0.0) / style.words
                for s, style in zip(shares, styles, strict=True)
            )
            for name in {name for style in styles for name in style.names}
        },
        np.round(
            np.sum(
                [s * style.characters.astype(float) for s, style in zip(shares, styles, strict=True)], axis=0
            )
        ).astype(np.int8),
    )
