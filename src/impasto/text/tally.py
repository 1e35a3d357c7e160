"""Counts of a whole text against a style, and by how much a change of the counts brings them nearer."""

from __future__ import annotations

import math
from collections.abc import Mapping

from impasto.text.background import Background
from impasto.text.style import Counts, Style

Feature = tuple[str, ...]
"""("rate", word), ("choice", choice, variant) or ("length", class)."""

DELTA_WEIGHT = 12.0
"""Of a unit of z, in a text of 1000 words.

Chosen on tuning passages of the four books: 2 closed a fifth of the gap of Delta, 6 and 20 about a third,
with as many changes and the same perplexity.
"""

LENGTH_WEIGHT = 1.0
"""Of a nat of the sentence lengths."""


class Tally:
    """The counts of a text while it is rewritten.

    Args:
        counts: of the text.
        style: to be reached.
        background: spread of the rates.
    """

    def __init__(self, counts: Counts, style: Style, background: Background) -> None:
        self.style = style
        self.words = max(counts.words, 200)
        self.rates = {key: (style.rates.get(key, 0.0), background.spread[key]) for key in background.mean}
        self.now: dict[Feature, float] = {("rate", key): counts.rates.get(key, 0.0) for key in self.rates}
        self.now |= {("choice", *pair): number for pair, number in counts.choices.items()}
        self.now |= {("length", str(i)): number for i, number in enumerate(counts.lengths)}
        self.variants: dict[str, tuple[str, ...]] = {}
        self.shares: dict[Feature, float] = {}

    def gain(self, changes: Mapping[Feature, float], before: Mapping[Feature, float]) -> float:
        """By how much some changes bring the counts nearer to the style, in nats.

        Args:
            changes: feature -> how many more.
            before: what other changes of the same paragraph already add.
        """
        total = 0.0
        choices: dict[str, None] = {}
        has_length = False
        for feature, step in changes.items():
            if feature[0] == "rate":
                number = self.now.get(feature, 0.0) + before.get(feature, 0.0)
                total += self._rate(feature[1], number) - self._rate(feature[1], number + step)
            elif feature[0] == "choice":
                choices[feature[1]] = None
            else:
                has_length = True
        for choice in choices:
            total += self._choice(choice, before, {}) - self._choice(choice, before, changes)
        if has_length:
            total += LENGTH_WEIGHT * (self._lengths(before, {}) - self._lengths(before, changes))
        return total

    def distance(self) -> float:
        """How far the counts are from the style, in nats: rates, choices and sentence lengths."""
        choices = {feature[1] for feature in self.now if feature[0] == "choice"}
        rates = sum(self._rate(key, self.now["rate", key]) for key in self.rates)
        return (
            rates
            + sum(self._choice(choice, {}, {}) for choice in choices)
            + LENGTH_WEIGHT * self._lengths({}, {})
        )

    def add(self, changes: Mapping[Feature, float]) -> None:
        """Take over changes for good."""
        for feature, step in changes.items():
            self.now[feature] = self.now.get(feature, 0.0) + step

    def _rate(self, key: str, number: float) -> float:
        """Weighted distance of one rate from the style's: |z| times the length of the text."""
        if key not in self.rates:
            return 0.0
        wanted, spread = self.rates[key]
        return DELTA_WEIGHT * abs(1000 * number / self.words - wanted) / spread * self.words / 1000

    def _choice(self, choice: str, before: Mapping[Feature, float], more: Mapping[Feature, float]) -> float:
        """The divergence n KL(shares of the text || shares of the style), in nats."""
        numbers = []
        for variant in self._variants(choice):
            feature = ("choice", choice, variant)
            numbers.append(
                (feature, self.now.get(feature, 0.0) + before.get(feature, 0.0) + more.get(feature, 0.0))
            )
        total = sum(max(number, 0.0) for _, number in numbers)
        return sum(
            number * math.log(number / (total * self._share(feature)))
            for feature, number in numbers
            if number > 0
        )

    def _variants(self, choice: str) -> tuple[str, ...]:
        row = self.variants.get(choice)
        if row is None:
            own = [feature[2] for feature in self.now if feature[0] == "choice" and feature[1] == choice]
            row = tuple(dict.fromkeys([*own, *self.style.choices.get(choice, {})]))
            self.variants[choice] = row
        return row

    def _share(self, feature: Feature) -> float:
        value = self.shares.get(feature)
        if value is None:
            value = self.shares[feature] = self.style.share(feature[1], feature[2])
        return value

    def _lengths(self, before: Mapping[Feature, float], more: Mapping[Feature, float]) -> float:
        """The divergence n KL of the classes of sentence length."""
        numbers = []
        for index, share in enumerate(self.style.lengths):
            feature = ("length", str(index))
            numbers.append(
                (max(self.now[feature] + before.get(feature, 0.0) + more.get(feature, 0.0), 0.0), share)
            )
        total = sum(number for number, _ in numbers)
        return sum(
            number * math.log(number / (total * (share + 0.01))) for number, share in numbers if number > 0
        )
