"""How expected each word is after the two before it, in the prose of all packs together."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BITS = (17, 20, 20)
"""Size of the tables of one, two and three words: 2 ** bits rows."""

BACK_OFF = 0.4
"""Factor for each word of context that was never seen; Brants and others 2007, "stupid backoff"."""


class Fluency:
    """Counts of words, pairs and triples, each in a table whose row is a hash.

    Args:
        tables: three arrays, uint8; the value v stands for the count 2 ** (v / 8) - 1.
        total: words counted.
    """

    def __init__(self, tables: Sequence[NDArray[np.uint8]], total: int) -> None:
        self.tables = tables
        self.total = total
        self.counts = [2 ** (value / 8) - 1 for value in range(256)]
        self.known: dict[tuple[str, ...], float] = {}

    @classmethod
    def of(cls, paragraphs: Sequence[Sequence[str]]) -> Fluency:
        """Count the words of some paragraphs, in small letters."""
        sums = [np.zeros(1 << bits) for bits in BITS]
        total = 0
        for words in paragraphs:
            padded = ["<", "<", *words]
            total += len(words)
            for index in range(2, len(padded)):
                for length in (1, 2, 3):
                    sums[length - 1][row(padded[index - length + 1 : index + 1])] += 1
            sums[1][row(["<", "<"])] += 1
            sums[0][row(["<"])] += 1
        return cls([np.round(8 * np.log2(part + 1)).clip(0, 255).astype(np.uint8) for part in sums], total)

    def log_probability(self, words: Sequence[str], start: int, end: int) -> float:
        """Sum of log p(word | two words before) over words[start:end], in nats.

        Source: Brants and others 2007, "Large language models in machine translation", eq. 5.
        """
        return sum(self._one(tuple(words[max(index - 2, 0) : index + 1])) for index in range(start, end))

    def _one(self, words: tuple[str, ...]) -> float:
        value = self.known.get(words)
        if value is None:
            value = self.known[words] = math.log(self._probability(words))
        return value

    def _probability(self, words: tuple[str, ...]) -> float:
        factor = 1.0
        for skipped in range(len(words) - 1):
            context = words[skipped:]
            count = self._count(context)
            before = self._count(context[:-1])
            if count > 0 and before > 0:
                return factor * min(count / before, 1.0)
            factor *= BACK_OFF
        return factor * (self._count(words[-1:]) + 0.2) / self.total

    def _count(self, words: Sequence[str]) -> float:
        return float(self.counts[self.tables[len(words) - 1][row(words)]])


def row(words: Sequence[str]) -> int:
    """Row of a word, a pair or a triple in its table."""
    return zlib.crc32(" ".join(words).encode()) & ((1 << BITS[len(words) - 1]) - 1)
