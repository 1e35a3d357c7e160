"""The style meter: how far a text is from a style, in numbers that a reader can check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from impasto.text import characters
from impasto.text.background import Background
from impasto.text.rhythm import origins
from impasto.text.sites import Paragraph
from impasto.text.style import MARKS, Counts, Style, count, narration_of, sentence_length


@dataclass(frozen=True)
class Meter:
    """Measures of a text's narration.

    Attributes:
        delta: Burrows' Delta to the style: mean of |z(text) - z(style)| over function words; lower is nearer.
        punctuation: the same over the marks.
        characters: mean log ratio, author to others, of character 3- to 5-grams, in 1/1000 nat an n-gram;
            higher is nearer.
        sentence_words: mean length of a sentence, in words.
        contractions: share of "not" and of auxiliaries after pronouns that is contracted.
        latinity: share of the words that end as words from Latin do.
        word_letters: mean length of a word, in letters.
    """

    delta: float
    punctuation: float
    characters: float
    sentence_words: float
    contractions: float
    latinity: float
    word_letters: float

    def to_dict(self) -> dict[str, float]:
        """Names and values, for JSON."""
        return asdict(self)


def delta(counts: Counts, style: Style, background: Background, keys: Sequence[str]) -> float:
    """Burrows' Delta between a text and a style.

    D = mean over words w of |z_w(text) - z_w(style)|, z_w = (rate_w - mean_w) / spread_w

    Args:
        counts: of the text.
        style: its rates are per 1000 words.
        background: mean and spread of passages of 1000 words.
        keys: function words, or marks.

    Source: Burrows 2002, "Delta: a measure of stylistic difference".
    Differs: personal pronouns are no function words here, as they depend on who is told of.
    """
    per = 1000 / max(counts.words, 1)
    return sum(
        abs(counts.rates.get(key, 0.0) * per - style.rates.get(key, 0.0)) / background.spread[key]
        for key in keys
    ) / len(keys)


def measure(paragraphs: Sequence[Paragraph], style: Style, background: Background) -> Meter:
    """Measure the narration of a text against a style."""
    counts = count(paragraphs, background.function_words)
    narration = narration_of(paragraphs)
    words = [
        token.low
        for paragraph in paragraphs
        for index, token in enumerate(paragraph.tokens)
        if token.kind == "word" and not paragraph.quoted[index] and not token.low.startswith("'")
    ]
    lengths = [
        sentence_length(paragraph, first, last)
        for paragraph in paragraphs
        for first, last in paragraph.bounds
    ]
    lengths = [length for length in lengths if length]
    grams = max(3 * len(characters.plain(narration)), 1)
    short = counts.choices.get(("n't", "n't"), 0) + counts.choices.get(("'s", "short"), 0)
    full = counts.choices.get(("n't", "not"), 0) + counts.choices.get(("'s", "full"), 0)
    total = max(len(words), 1)
    return Meter(
        delta(counts, style, background, background.function_words),
        delta(counts, style, background, MARKS),
        1000 * characters.score(narration, style.characters) / grams,
        sum(lengths) / max(len(lengths), 1),
        short / max(short + full, 1),
        origins(words)["<latin>"] / total,
        sum(map(len, words)) / total,
    )
